"""A trial whose values a person gives, to try an objective by hand."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import WrongValue
from engine.space import Categorical, Hyperparameter, SearchSpace, describe, require_hyperparameter
from engine.trials import History
from engine.tuning import Trial


class FixedTrial(Trial):
    """Gives an objective the values in ``params``: ``objective(FixedTrial({"lr": 0.1}))``.

    It is told everything that a trial is told, belongs to no study, and is never pruned. An objective that asks for a
    name without a value, or with none of its choices, raises :class:`engine.errors.WrongValue`; a number outside the
    range that it asks for is given all the same, with a warning.
    """

    def __init__(self, params: Mapping[str, object], number: int = 0) -> None:
        super().__init__(_Given(dict(params)), number, {})
        self._begun = datetime.now()

    @property
    def datetime_start(self) -> datetime:
        """When it was made, local time."""
        return self._begun


class _Given:
    """Stands for the study of such a trial."""

    def __init__(self, params: dict[str, object]) -> None:
        self._params = params
        self.history = History(SearchSpace({}), ("minimize",))

    def suggest(self, trial: Trial, name: str, hyperparameter: Hyperparameter) -> Any:
        if name not in self._params:
            raise WrongValue(f"The objective asks for {name!r}, which has no value.", "Give FixedTrial one.")
        require_hyperparameter(name, hyperparameter)
        value = self._params[name]
        try:
            hyperparameter.to_number(value)
        except (ValueError, TypeError, ArithmeticError):
            if isinstance(hyperparameter, Categorical):
                raise WrongValue(f"{name} is {value!r}, which is none of its choices.", "Give one of them.") from None
            warnings.warn(f"{name} is {value!r}, and the objective asks for {describe(hyperparameter)}.", stacklevel=3)
        trial.params[name], trial.distributions[name] = value, hyperparameter
        return value

    def report(self, trial: Trial, step: int, records: Mapping[str, float]) -> None:
        """Nobody listens."""

    def should_prune(self, trial: Trial) -> str:
        return ""

    def take_constraint(self, name: str) -> None:
        """Any will do."""

    def check_attribute(self, key: str, value: object) -> None:
        """It is not kept."""
