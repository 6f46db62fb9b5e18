"""A trial's states, the one table of how they follow each other, and a frozen picture of one trial."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from typing import Any, Self

from engine.errors import WrongMoment, WrongValue
from engine.events import Source
from engine.space import Categorical, Float, Hyperparameter, Int, SearchSpace, require_hyperparameter
from engine.trials.curves import Curve
from engine.trials.moments import local_time, time_span


class State(IntEnum):
    """Where a trial stands. The numbers are what columns hold; files hold the lower-case names."""

    WAITING = 0
    RUNNING = 1
    COMPLETE = 2
    PRUNED = 3
    FAILED = 4
    FAIL = 4  # the same under Optuna's name

    def __eq__(self, other: object) -> bool:
        """Numbers as they are; a state of Optuna's by its name, because its numbers are others."""
        if isinstance(other, Enum) and type(other) is not State:
            return other.name in (self.name, "FAIL" if self is State.FAILED else self.name)
        return int.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        """The opposite, which integers answer by themselves."""
        return not self == other

    __hash__ = IntEnum.__hash__

    def __str__(self) -> str:
        """As the class is called outside, with the name; not the number."""
        return f"TrialState.{self.name}"

    @property
    def label(self) -> str:
        """The name in files, on screen and on the command line."""
        return self.name.lower()

    def is_finished(self) -> bool:
        """Whether nothing more will happen to the trial."""
        return self >= State.COMPLETE


MAY_FOLLOW: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RUNNING, State.FAILED}),
    State.RUNNING: frozenset({State.WAITING, State.COMPLETE, State.PRUNED, State.FAILED}),
    State.COMPLETE: frozenset(),
    State.PRUNED: frozenset(),
    State.FAILED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class FrozenTrial:
    """One trial as it stood when it was read.

    ``started`` is in seconds since 1970, ``seconds`` its duration; both are *None* while there is none.
    ``constraints`` are the values of the study's constraints that it reported; it is ``feasible`` when it is complete
    and none of the study's constraints is above 0. Trials are ordered by their numbers.
    """

    number: int
    state: State
    params: dict[str, Any]
    scores: tuple[float, ...]
    started: float | None
    seconds: float | None
    source: Source
    reason: str = ""
    why: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    constraints: dict[str, float] = field(default_factory=dict)
    feasible: bool = False
    curve: Curve | None = field(default=None, compare=False, repr=False)
    space: SearchSpace | None = field(default=None, compare=False, repr=False)
    noted: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # by an objective that it was given

    def with_more(self, **changes: Any) -> Self:
        """The same trial with other values in some fields."""
        return replace(self, **changes)

    def __lt__(self, other: object) -> bool:
        return self.number < other.number if isinstance(other, FrozenTrial) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.number <= other.number if isinstance(other, FrozenTrial) else NotImplemented

    @property
    def score(self) -> float | None:
        """The (first) score, or *None* where there is none."""
        return self.scores[0] if self.scores else None

    # -- Optuna's names ----------------------------------------------------------------------------------------------

    @property
    def value(self) -> float | None:
        """The score of a study with one direction; *None* where there is none."""
        if len(self.scores) > 1:
            raise WrongMoment(f"Trial {self.number} has {len(self.scores)} values.", "Take its values.")
        return self.score

    @property
    def values(self) -> list[float] | None:
        """The scores, one per direction; *None* where there are none."""
        return list(self.scores) or None

    @property
    def user_attrs(self) -> dict[str, Any]:
        """What was noted beside the trial."""
        kept = self.details.get("user_attrs") or self.why.get("user_attrs") or {}
        return {**kept, **self.noted}

    @property
    def system_attrs(self) -> dict[str, Any]:
        """What its sampler in Optuna noted, where it was imported, and its constraints where Optuna keeps them."""
        noted = dict(self.details.get("system_attrs") or self.why.get("system_attrs") or {})
        if self.constraints and not any(name.partition(":")[0] == "constraints" for name in noted):
            noted["constraints"] = list(self.constraints.values())
        return noted

    @property
    def datetime_start(self) -> datetime | None:
        """When the trial began, local time."""
        return local_time(self.started)

    @property
    def datetime_complete(self) -> datetime | None:
        """When it ended, local time."""
        if self.started is None or self.seconds is None:
            return None
        return local_time(self.started + self.seconds)

    @property
    def duration(self) -> timedelta | None:
        """How long it took."""
        return time_span(self.seconds)

    @property
    def intermediate_values(self) -> dict[int, float]:
        """What it reported by ``report(value, step)``, by step."""
        if self.curve is None or "value" not in self.curve.names:
            return {}
        steps, values = self.curve.fold(0, "value")
        return dict(zip(steps.tolist(), values.tolist(), strict=True))

    @property
    def last_step(self) -> int | None:
        """The largest step that it reported; *None* where it reported none."""
        return max(self.intermediate_values, default=None)

    @property
    def distributions(self) -> dict[str, Hyperparameter]:
        """The hyperparameters behind ``params`` as the study has them."""
        return {name: self.space[name] for name in self.params if name in self.space} if self.space else {}

    # -- as the argument of an objective: it answers with its own values ----------------------------------------------

    def suggest_float(self, name: str, low: float, high: float, step: float | None = None, log: bool = False) -> float:
        """Its value of a real hyperparameter, with a warning outside this range; :class:`UserFault` without one."""
        return float(self._known(name, Float(low, high, log=log, step=step)))

    def suggest_int(self, name: str, low: int, high: int, step: int = 1, log: bool = False) -> int:
        """Its value of a whole-number hyperparameter, with a warning outside; :class:`UserFault` without one."""
        return int(self._known(name, Int(low, high, log=log, step=step)))

    def suggest_categorical(self, name: str, choices: Iterable[object]) -> Any:
        """Its choice; raises :class:`UserFault` where it has none among these."""
        return self._known(name, Categorical(tuple(choices)))

    def suggest_uniform(self, name: str, low: float, high: float) -> float:
        """:meth:`suggest_float` under a name that Optuna had."""
        return self.suggest_float(name, low, high)

    def suggest_loguniform(self, name: str, low: float, high: float) -> float:
        """:meth:`suggest_float` on a log scale under a name that Optuna had."""
        return self.suggest_float(name, low, high, log=True)

    def suggest_discrete_uniform(self, name: str, low: float, high: float, q: float) -> float:
        """:meth:`suggest_float` in steps of ``q`` under a name that Optuna had."""
        return self.suggest_float(name, low, high, step=q)

    def report(self, *_: object, **__: object) -> None:
        """Does nothing: the trial is over."""

    def should_prune(self) -> bool:
        """Never."""
        return False

    def set_user_attr(self, key: str, value: object) -> None:
        """Note something on this picture of the trial alone: the trial is over."""
        self.noted[key] = value

    def set_constraint(self, key: str, value: float) -> None:
        """The same for a constraint; raises :class:`UserFault` for what is no number."""
        if not float(value) == float(value):
            raise WrongValue(f"The constraint {key} is not a number (nan).", "Give a number.")
        self.constraints[key] = float(value)

    def _known(self, name: str, hyperparameter: Hyperparameter) -> Any:
        require_hyperparameter(name, hyperparameter)
        if name not in self.params:
            raise WrongValue(f"Trial {self.number} has no value of {name}.", f"It has: {', '.join(self.params)}.")
        try:
            value = hyperparameter.to_value(hyperparameter.to_number(self.params[name]))
        except (ValueError, TypeError, ArithmeticError):
            what = f"{name} is {self.params[name]!r} in trial {self.number}, outside of what is asked for."
            if isinstance(hyperparameter, Categorical) or not isinstance(self.params[name], int | float):
                raise WrongValue(what, "Ask for a range that holds it.") from None
            warnings.warn(what, stacklevel=4)
            return self.params[name]
        return hyperparameter.to_object(value) if isinstance(hyperparameter, Categorical) else value
