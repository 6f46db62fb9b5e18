"""A running trial as an objective in Python sees it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, overload

from engine.errors import UserFault, WrongType, WrongValue
from engine.space import Categorical, Float, Hyperparameter, Int, Params
from engine.trials import History

LARGEST_STEP = 2**53  # beyond, floating-point numbers on their way into plots are not exact


class TrialPruned(Exception):
    """Raised by an objective that gives its trial up after :meth:`Trial.should_prune`."""


class StudyOfTrial(Protocol):
    """The study that a trial belongs to, as far as the trial needs it."""

    @property
    def history(self) -> History: ...

    def report(self, trial: Trial, step: int, records: Mapping[str, float]) -> None: ...

    def should_prune(self, trial: Trial) -> str: ...

    def suggest(self, trial: Trial, name: str, hyperparameter: Hyperparameter) -> Any: ...

    def take_constraint(self, name: str) -> None: ...

    def check_attribute(self, key: str, value: object) -> None: ...


class Trial:
    """A running trial in the hands of an objective.

    ``params`` holds its active hyperparameters: those of a space that was declared, and of all others those that it
    asked for so far. The ``suggest_`` methods let an objective that names its hyperparameters as it goes run unchanged:
    names that the space does not know are added to it. ``constraints`` is what :meth:`constrain` was told so far,
    ``user_attrs`` what :meth:`set_user_attr` was, ``distributions`` the hyperparameters behind ``params``.
    """

    def __init__(
        self,
        study: StudyOfTrial,
        number: int,
        params: Params,
        offered: Params | None = None,
        user_attrs: Mapping[str, object] | None = None,
    ) -> None:
        """``offered`` are values of hyperparameters that it has as soon as it asks for them."""
        self._study = study
        self.number = number
        self.params = params
        self.offered = offered or {}
        self.asked: set[str] = set()
        self.constraints: dict[str, float] = {}
        self.user_attrs: dict[str, Any] = dict(user_attrs or {})
        self.system_attrs: dict[str, Any] = {}
        self.distributions: dict[str, Hyperparameter] = {
            name: study.history.space[name] for name in params if name in study.history.space
        }
        self._reported: set[int] = set()

    def __repr__(self) -> str:
        return f"Trial(number={self.number}, params={self.params})"

    @property
    def study(self) -> Any:
        """The study that the trial belongs to."""
        return self._study

    @property
    def datetime_start(self) -> datetime:
        """When the trial began, local time."""
        return datetime.fromtimestamp(float(self._study.history.started[self.number]))

    @property
    def relative_params(self) -> Params:
        """What the sampler chose for the trial ahead of its questions, under Optuna's name."""
        return {**self.offered, **self.params}

    # -- what is told ------------------------------------------------------------------------------------------------

    def constrain(self, name: str, value: float) -> None:
        """Note the value of one of the study's constraints, kept where it is at most 0; told with the score.

        Raises :class:`UserFault` for a name that the study was not made with, and for what is no number.
        """
        self._study.history.require_constraint(name)
        self.constraints[name] = _as_number(value, f"The constraint {name}")

    def set_constraint(self, key: str, value: float) -> None:
        """The same for a study that need not have named its constraints: it takes new ones until a trial has a score.

        Raises :class:`UserFault` for a new name after that.
        """
        number = _as_number(value, f"The constraint {key}")
        if number != number:
            raise WrongValue(
                f"The constraint {key} is not a number (nan).", "Give a number, at most 0 where it is kept."
            )
        self._study.take_constraint(key)
        self.constraints[key] = number

    def set_user_attr(self, key: str, value: object) -> None:
        """Note anything that JSON can hold beside the trial; it is kept in the study's file when the trial ends."""
        self._study.check_attribute(_key(key), value)
        self.user_attrs[key] = value

    def set_system_attr(self, key: str, value: object) -> None:
        """Note something for other code while the trial runs; it is not kept."""
        self.system_attrs[_key(key)] = value

    @overload
    def report(self, step: int, records: Mapping[str, float]) -> None: ...

    @overload
    def report(self, value: float, step: int) -> None: ...

    def report(self, *given: object, **named: object) -> None:
        """Note one step: ``report(step, records)`` with numbers by name, or ``report(value, step)`` with a single one.

        The single one counts in the study's direction, as a score does; a second one for the same step is left out. A
        step is a whole number from 0. Raises :class:`UserFault` for anything else.
        """
        step, records = _report_arguments(given, named)
        if not isinstance(records, Mapping):
            number, whole = _as_number(records, "The value that is reported"), _checked_step(step)
            if whole in self._reported:
                warnings.warn(f"Trial {self.number} reported step {whole} before; that value stays.", stacklevel=2)
                return
            if len(self._study.history.directions) > 1:
                what = "A single value does not say which of the study's scores it belongs to."
                raise UserFault(what, "Report values by name: report(step, {name: value}).")
            records = {"value": number}
            self._reported.add(whole)
        whole = _checked_step(step)
        self._study.report(self, whole, {str(name): _as_number(value, str(name)) for name, value in records.items()})

    def should_prune(self) -> bool:
        """Whether the pruner would end this trial now."""
        return bool(self._study.should_prune(self))

    # -- what is asked for -------------------------------------------------------------------------------------------

    def suggest_float(self, name: str, low: float, high: float, step: float | None = None, log: bool = False) -> float:
        """The value of a real hyperparameter."""
        return float(self._study.suggest(self, name, Float(low, high, log=log, step=step)))

    def suggest_int(self, name: str, low: int, high: int, step: int = 1, log: bool = False) -> int:
        """The value of a whole-number hyperparameter."""
        return int(self._study.suggest(self, name, Int(low, high, log=log, step=step)))

    def suggest_categorical(self, name: str, choices: Iterable[object]) -> Any:
        """The value of a categorical hyperparameter."""
        return self._study.suggest(self, name, Categorical(_checked_choices(name, choices)))

    def suggest_uniform(self, name: str, low: float, high: float) -> float:
        """:meth:`suggest_float` under a name that Optuna had."""
        return self.suggest_float(name, low, high)

    def suggest_loguniform(self, name: str, low: float, high: float) -> float:
        """:meth:`suggest_float` on a log scale under a name that Optuna had."""
        return self.suggest_float(name, low, high, log=True)

    def suggest_discrete_uniform(self, name: str, low: float, high: float, q: float) -> float:
        """:meth:`suggest_float` in steps of ``q`` under a name that Optuna had."""
        return self.suggest_float(name, low, high, step=q)


def _report_arguments(given: tuple[object, ...], named: dict[str, object]) -> tuple[object, object]:
    """Step and records (or a single value) of a report, in either order of arguments."""
    unknown = named.keys() - {"value", "step", "records"}
    if not unknown and len(given) + len(named) == 2:
        if "records" in named:
            return (given[0] if given else named.get("step")), named["records"]
        if len(given) == 2:
            first, second = given
            return (first, second) if isinstance(second, Mapping) else (second, first)
        if "step" in named:
            return named["step"], given[0] if given else named["value"]
        if "value" in named:
            return given[0], named["value"]
    raise WrongType("A report is a value and a step.", "Write report(value, step), or report(step, {name: value}).")


def _checked_step(step: Any) -> int:
    try:
        whole = int(step)
        is_whole = bool(float(step) == whole)  # of floating-point numbers too, and in tensors
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole:
        raise WrongType(f"{step!r} is not a step.", "Give a whole number, from 0.")
    if not 0 <= whole <= LARGEST_STEP:
        raise WrongValue(f"The step is {whole}.", f"Give a whole number from 0 to {LARGEST_STEP:,}.")
    return whole


def _as_number(value: Any, what: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise WrongType(f"{what} is {value!r}, which is not a number.", "Give a number.") from None


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise WrongType(f"{key!r} is not the name of an attribute.", "Give a text.")
    return key


def _checked_choices(name: str, choices: object) -> tuple[object, ...]:
    if isinstance(choices, str) or not isinstance(choices, Iterable):
        raise WrongType(f"The choices of {name} are {choices!r}.", "Give a list of them.")
    return tuple(choices)
