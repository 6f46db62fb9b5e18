"""The space of an estimator's hyperparameters: what a person gave as a search space, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from engine.errors import UserFault
from engine.learners.faults import BadInput
from engine.search_cv.axes import Axis, axis_of
from engine.space import Categorical, Params, SearchSpace

SpaceLike = Mapping[str, Any] | Sequence[Mapping[str, Any] | tuple[Mapping[str, Any], int]]


class EstimatorSpace:
    """A search space over what ``given`` says, one mapping from names to values or several to choose between.

    ``space`` is what a study searches; :meth:`params` gives the estimator's hyperparameters of a configuration. Of
    several mappings, each trial takes one; a name that is in more than one of them is a hyperparameter in each.
    Raises :class:`BadInput` where it makes no sense.
    """

    def __init__(self, given: SpaceLike, random: Callable[[], np.random.RandomState]) -> None:
        parts, self._counts = _split_mappings(given)
        if not parts or not all(isinstance(part, Mapping) for part in parts):
            raise BadInput("The space is not a mapping.", "Give a dictionary from names to values, or a list of them.")
        self._axes: dict[str, tuple[str, Axis]] = {}
        rows: dict[str, Any] = {}
        names = [name for part in parts for name in part]
        self._switch = "space"
        while self._switch in names:
            self._switch += "_"
        if len(parts) > 1:
            rows[self._switch] = Categorical(tuple(range(1, len(parts) + 1)))
        for number, part in enumerate(parts, 1):
            keys = {}
            for name, value in part.items():
                if not isinstance(name, str):
                    raise BadInput(
                        f"{name!r} is not the name of a hyperparameter.", "Use the names that set_params takes."
                    )
                axis = axis_of(name, value, random)
                keys[name] = f"{name}{axis.suffix}" + (f" [{number}]" if names.count(name) > 1 else "")
                self._axes[keys[name]] = name, axis
                rows[keys[name]] = axis.hyperparameter
            for key in keys.values():
                row = rows[key]
                when = {keys.get(parent, parent): wanted for parent, wanted in (row.when or {}).items()}
                if len(parts) > 1:
                    when[self._switch] = (number,)
                rows[key] = msgspec.structs.replace(row, when=when or None)
        try:
            self.space = SearchSpace(rows)
        except UserFault as fault:
            raise BadInput(fault.what, fault.remedy) from fault

    def trials(self, usual: int) -> int:
        """How many are wanted: of pairs, as scikit-optimize has them, those beside the mappings, else ``usual``."""
        if all(count is None for count in self._counts):
            return usual
        return sum(usual if count is None else count for count in self._counts)

    @property
    def is_listed(self) -> bool:
        """Whether every hyperparameter is a list of choices, so that all configurations can be counted."""
        return bool(self.space) and all(isinstance(row, Categorical) for row in self.space.values())

    def params(self, configuration: Params) -> Params:
        """The estimator's hyperparameters by name; those whose condition does not hold are absent."""
        found = {}
        for key, value in configuration.items():
            if key in self._axes:
                name, axis = self._axes[key]
                found[name] = axis.decode(value)
        return found


def _split_mappings(given: Any) -> tuple[list[Any], list[int | None]]:
    """The mappings to choose between, and the trials that stand beside them where they do."""
    if isinstance(given, Mapping):
        return [given], [None]
    if not isinstance(given, Sequence) or isinstance(given, str):
        return [], []
    pairs = [one if isinstance(one, tuple) and len(one) == 2 else (one, None) for one in given]
    return [part for part, _ in pairs], [count for _, count in pairs]
