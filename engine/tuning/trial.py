"""A running trial as an objective in Python sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from engine.space import Categorical, Choice, Float, Int, Parameter, Params
from engine.trials import History


class TrialPruned(Exception):
    """Raised by an objective that gives its trial up after :meth:`Trial.should_prune`."""


class _Study(Protocol):
    """The study that a trial belongs to."""

    @property
    def history(self) -> History: ...

    def report(self, trial: Trial, step: int, records: Mapping[str, float]) -> None: ...

    def should_prune(self, trial: Trial) -> str: ...

    def suggest(self, trial: Trial, name: str, parameter: Parameter) -> Any: ...


class Trial:
    """A running trial in the hands of an objective.

    ``params`` holds the active hyperparameters, ``constraints`` what :meth:`constrain` was told so far. The
    ``suggest_`` methods let an objective that names its hyperparameters as it goes run unchanged: names that the space
    does not know are added to it.
    """

    def __init__(self, study: _Study, number: int, params: Params) -> None:
        self._study = study
        self.number = number
        self.params = params
        self.constraints: dict[str, float] = {}

    def constrain(self, name: str, value: float) -> None:
        """Note the value of one of the study's constraints, kept where it is at most 0; told with the score.

        Raises :class:`UserFault` for a name that the study was not made with.
        """
        self._study.history.require_constraint(name)
        self.constraints[name] = float(value)

    def report(self, step: int | float, records: Mapping[str, float] | int) -> None:
        """Note one step's records by name; ``report(value, step)`` with a single number is understood as well."""
        if isinstance(records, Mapping):
            self._study.report(self, int(step), records)
        else:
            self._study.report(self, int(records), {"value": float(step)})

    def should_prune(self) -> bool:
        """Whether the pruner would end this trial now."""
        return bool(self._study.should_prune(self))

    def suggest_float(
        self, name: str, low: float, high: float, *, log: bool = False, step: float | None = None
    ) -> float:
        """The value of a real hyperparameter."""
        return float(self._study.suggest(self, name, Float(low, high, log=log, step=step)))

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False, step: int = 1) -> int:
        """The value of a whole-number hyperparameter."""
        return int(self._study.suggest(self, name, Int(low, high, log=log, step=step)))

    def suggest_categorical(self, name: str, choices: Iterable[Choice]) -> Any:
        """The value of a categorical hyperparameter."""
        return self._study.suggest(self, name, Categorical(tuple(choices)))
