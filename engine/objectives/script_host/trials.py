"""A trial as a person's own objective sees it: Optuna's names, answered by the worker. Standard library alone."""

from __future__ import annotations

import datetime
import types
import warnings
from typing import Any, Dict, Iterable, List, Optional

PLAIN = (str, int, float, bool, type(None))


def make_trial(host: Any, message: Dict[str, Any], study: Any) -> Any:
    """The trial of a message; one that passes for a real Optuna's where that is loaded."""
    import sys

    real = getattr(sys.modules.get("optuna"), "trial", None)
    base = getattr(real, "Trial", None)
    if isinstance(base, type) and not issubclass(ScriptTrial, base):
        kind = type("Trial", (ScriptTrial, base), {})
        return kind(host, message, study)
    return ScriptTrial(host, message, study)


class Distribution(types.SimpleNamespace):
    """How a hyperparameter was asked for, with the attributes of Optuna's distributions."""


class ScriptTrial:
    """One running trial. ``given`` is what the strategy chose, ``asked`` the names that were asked for so far."""

    _own: Dict[str, Any]

    def __init__(self, host: Any, message: Dict[str, Any], study: Any) -> None:
        # The initialiser of a real Optuna's trial, which would want a storage, is left out on purpose.
        object.__setattr__(self, "_own", {})
        own = self._own
        own.update(host=host, study=study, number=message["number"], given=message["params"])
        own.update(params={}, distributions={}, asked=set(), attributes=dict(message.get("attributes") or {}))
        own.update(system={}, constraints={}, reported=set(), seed=message.get("seed", 0))
        own.update(started=datetime.datetime.now(), view=StudyView(host, study), asks=True)

    number = property(lambda self: self._own["number"], doc="The trial's number, from 0.")
    params = property(lambda self: dict(self._own["params"]), doc="What was asked for so far.")
    given = property(lambda self: self._own["given"], doc="What the strategy chose.")
    asked = property(lambda self: self._own["asked"], doc="Names asked for.")
    asks = property(lambda self: self._own["asks"], doc="Whether only what was asked for counts.")
    distributions = property(lambda self: dict(self._own["distributions"]), doc="How each was asked for.")
    user_attrs = property(lambda self: self._own["attributes"], doc="What was noted.")
    system_attrs = property(lambda self: self._own["system"], doc="What other code noted.")
    datetime_start = property(lambda self: self._own["started"], doc="When it began.")
    relative_params = property(lambda self: dict(self._own["given"]), doc="What the strategy chose.")
    study = property(lambda self: self._own["view"], doc="The study as far as objectives read it.")
    study_view = property(lambda self: self._own["view"], doc="The study as far as objectives read it.")
    constraints = property(lambda self: dict(self._own["constraints"]), doc="Constraints told so far.")
    _trial_id = property(lambda self: self._own["number"])

    def __repr__(self) -> str:
        return f"Trial(number={self.number}, params={self.params})"

    # -- values ------------------------------------------------------------------------------------------------------

    def suggest_float(self, name: str, low: float, high: float, *, step: Optional[float] = None,
                      log: bool = False) -> float:  # fmt: skip
        """The value of a real hyperparameter."""
        asked = {"kind": "float", "low": float(low), "high": float(high), "step": step, "log": bool(log)}
        return float(self._ask(name, asked, [float(low)] if low == high else None))

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1, log: bool = False) -> int:
        """The value of a whole-number hyperparameter."""
        asked = {"kind": "int", "low": int(low), "high": int(high), "step": int(step), "log": bool(log)}
        return int(self._ask(name, asked, [int(low)] if low == high else None))

    def suggest_categorical(self, name: str, choices: Iterable[Any]) -> Any:
        """The value of a categorical hyperparameter, the very object that was given."""
        objects = list(choices)
        held = [held_choice(one) for one in objects]
        literals = [text for one, text in zip(objects, held) if isinstance(one, (tuple, list, dict))]
        value = self._ask(name, {"kind": "categorical", "choices": held, "literals": literals})
        for one, text in zip(objects, held):
            if type(text) is type(value) and text == value:
                return one
        return value

    def suggest_uniform(self, name: str, low: float, high: float) -> float:
        """A name that Optuna had."""
        return self.suggest_float(name, low, high)

    def suggest_loguniform(self, name: str, low: float, high: float) -> float:
        """A name that Optuna had."""
        return self.suggest_float(name, low, high, log=True)

    def suggest_discrete_uniform(self, name: str, low: float, high: float, q: float) -> float:
        """A name that Optuna had."""
        return self.suggest_float(name, low, high, step=q)

    def _suggest(self, name: str, distribution: Any) -> Any:
        """Optuna's own way to ask by a distribution."""
        kind = type(distribution).__name__
        if kind.startswith("Categorical"):
            return self.suggest_categorical(name, distribution.choices)
        low, high, log = distribution.low, distribution.high, bool(getattr(distribution, "log", False))
        if kind.startswith("Int"):
            return self.suggest_int(name, low, high, step=1 if log else distribution.step, log=log)
        return self.suggest_float(name, low, high, step=distribution.step, log=log)

    def _ask(self, name: str, asked: Dict[str, Any], only: Any = None) -> Any:
        own = self._own
        known = own["distributions"].get(name)
        if known is not None and known.kind == asked["kind"] and name in own["params"]:
            if known.asked != asked:
                warnings.warn(f"Trial {self.number} asks for {name} again, differently; it stays.", stacklevel=4)
            return own["params"][name]
        if only is not None and known is None:  # a range of one value is none
            value = only[0]
        else:
            value = own["host"].channel.ask({"is": "asks", "name": name, "asked": asked})
            own["asked"].add(name)
        own["params"][name] = value
        fields = {one: asked[one] for one in asked if one != "kind"}
        own["distributions"][name] = Distribution(kind=asked["kind"], asked=asked, **fields)
        return value

    # -- what is told ------------------------------------------------------------------------------------------------

    def report(self, *values: Any, **named: Any) -> None:
        """Note one step: ``report(value, step)`` as in Optuna, or ``report(step, {name: value})``."""
        step, records = report_arguments(values, named)
        step = whole_step(step)
        if not isinstance(records, dict):
            try:
                number = float(records)
            except (TypeError, ValueError):
                raise TypeError(f"The value that is reported is {records!r}, which is not a number.") from None
            if step in self._own["reported"]:
                warnings.warn(f"Trial {self.number} reported step {step} before; that value stays.", stacklevel=2)
                return
            records = {"value": number}
            self._own["reported"].add(step)
        numbers = {str(name): float(value) for name, value in records.items()}
        self._own["host"].channel.ask({"is": "reports", "step": step, "records": numbers})

    def should_prune(self) -> bool:
        """Whether the pruner would end this trial now."""
        return bool(self._own["host"].channel.ask({"is": "asks_pruner"}))

    def set_user_attr(self, key: str, value: Any) -> None:
        """Note anything beside the trial."""
        self._own["attributes"][key] = value

    def set_system_attr(self, key: str, value: Any) -> None:
        """Note something for other code; it is not kept."""
        self._own["system"][key] = value

    def set_constraint(self, key: str, value: float) -> None:
        """Note a constraint, kept where it is at most 0."""
        self._own["constraints"][str(key)] = float(value)

    constrain = set_constraint

    def all_constraints(self, scores: List[float]) -> Dict[str, float]:
        """The constraints told, and those of the function that the file gave its sampler."""
        found = dict(self._own["constraints"])
        sampler = getattr(self._own["study"], "sampler", None)
        function = getattr(sampler, "_constraints_func", None)
        if function is None:
            return found
        given = function(self.frozen(scores))
        if not isinstance(given, (tuple, list)):
            given = list(given) if hasattr(given, "__iter__") else [given]
        for place, value in enumerate(given):
            number = float(value)
            if number != number:
                raise ValueError(f"The constraint {place} is not a number (nan).")
            found[f"constraint_{place}"] = number
        return found

    def frozen(self, scores: Any = ()) -> Any:
        """What callbacks and functions of constraints read."""
        values = list(scores)
        return types.SimpleNamespace(
            number=self.number, params=self.params, user_attrs=self.user_attrs, system_attrs=self.system_attrs,
            values=values, value=values[0] if values else None, distributions=self.distributions,
            datetime_start=self.datetime_start,
        )  # fmt: skip


class Reporter:
    """What ``train(params, report)`` is given: call it with a step and numbers by name; it ends a hopeless trial."""

    def __init__(self, trial: ScriptTrial) -> None:
        trial._own["asks"] = False
        self.trial = trial

    def __call__(self, *values: Any, **named: Any) -> None:
        if "step" in named and not values and not set(named) & {"value", "records"}:
            step = named.pop("step")
            self.trial.report(step, named)
        elif len(values) == 1 and named and not set(named) & {"value", "step", "records"}:
            self.trial.report(values[0], named)
        else:
            self.trial.report(*values, **named)
        if self.trial.should_prune():
            raise TrialPruned("The pruner ended it.")

    @property
    def number(self) -> int:
        """The trial's number."""
        return int(self.trial.number)


class TrialPruned(BaseException):
    """Ends ``train`` where the pruner says so; no ``except Exception`` catches it."""


class StudyView:
    """The study as far as objectives read it. What is read comes from the worker at that moment."""

    def __init__(self, host: Any, study: Any) -> None:
        self._host, self._study, self.is_stopped, self.present = host, study, False, None

    def _read(self) -> Dict[str, Any]:
        found: Dict[str, Any] = self._host.channel.ask({"is": "asks_study"})
        return found

    @property
    def study_name(self) -> str:
        """Its name."""
        return str(getattr(self._study, "study_name", None) or self._read()["name"])

    @property
    def directions(self) -> List[Any]:
        """One direction a score."""
        return list(getattr(self._study, "directions", None) or self._read()["directions"])

    @property
    def direction(self) -> Any:
        """The direction of the first score."""
        return self.directions[0]

    @property
    def user_attrs(self) -> Dict[str, Any]:
        """What the file noted beside the study."""
        return dict(getattr(self._study, "user_attrs", None) or {})

    @property
    def trials(self) -> List[Any]:
        """The finished trials."""
        found: List[Any] = [
            types.SimpleNamespace(
                **{**one, "state": state_of(one["state"])}, value=(one["values"] or [None])[0], system_attrs={}
            )
            for one in self._read()["trials"]
        ]
        return [*found, self.present] if self.present is not None else found

    def get_trials(self, deepcopy: bool = True, states: Any = None) -> List[Any]:
        """The finished trials."""
        wanted = None if states is None else {getattr(one, "name", str(one)).lower() for one in states}
        return [
            one for one in self.trials if wanted is None or getattr(one.state, "name", str(one.state)).lower() in wanted
        ]

    @property
    def best_trial(self) -> Any:
        """The best trial so far; raises ``ValueError`` where there is none."""
        found = self._read()
        for one in found["trials"]:
            if one["number"] == found["best"]:
                return types.SimpleNamespace(**one, value=one["values"][0])
        raise ValueError("No trials are completed yet.")

    @property
    def best_value(self) -> float:
        """Its first score."""
        return float(self.best_trial.value)

    @property
    def best_params(self) -> Dict[str, Any]:
        """Its configuration."""
        return dict(self.best_trial.params)

    def set_user_attr(self, key: str, value: Any) -> None:
        """Noted in this process alone."""
        if hasattr(self._study, "set_user_attr"):
            self._study.set_user_attr(key, value)

    def stop(self) -> None:
        """Begin no further trial."""
        self.is_stopped = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._study, name)


def state_of(word: str) -> Any:
    """A trial's state as Optuna has it, where that is loaded; a text elsewhere."""
    import sys

    name = {"FAILED": "FAIL"}.get(word.upper(), word.upper())
    states = getattr(getattr(sys.modules.get("optuna"), "trial", None), "TrialState", None)
    return getattr(states, name, name)


def queued_of(study: Any) -> List[Any]:
    """The configurations that the file queued before its search."""
    known = getattr(study, "queued", None)
    if isinstance(known, list):
        return known
    found = []
    for one in getattr(study, "trials", None) or ():
        fixed = getattr(one, "system_attrs", {}).get("fixed_params")
        if fixed and getattr(one.state, "name", "") == "WAITING":
            found.append({str(name): held_choice(value) for name, value in fixed.items()})
    return found


def report_arguments(given: Any, named: Dict[str, Any]) -> Any:
    """Step and records (or a single value) of a report, in either order of arguments."""
    if len(given) == 2:
        first, second = given
        return (first, second) if isinstance(second, dict) else (second, first)
    step = named.get("step", given[0] if given and "step" not in named else None)
    rest = given[0] if given and "step" in named else named.get("value", named.get("records"))
    if step is None or rest is None:
        raise TypeError("A report is a value and a step: report(value, step), or report(step, {name: value}).")
    return step, rest


def whole_step(step: Any) -> int:
    """A step as a whole number, whatever type it has; a ``TypeError`` or ``ValueError`` for what is none."""
    try:
        whole = int(step)
        is_whole = float(step) == whole
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole:
        raise TypeError(f"{step!r} is not a step. Give a whole number, from 0.")
    if whole < 0:
        raise ValueError(f"The step is {step}; it is a whole number from 0.")
    return whole


def held_choice(value: Any) -> Any:
    """A choice as a study holds it: plain values as they are, everything else by its name or text."""
    if type(value) in PLAIN:
        return value
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        return held_choice(value.item())
    if isinstance(value, (tuple, list, dict)):
        return repr(value)
    name = getattr(value, "__name__", None)
    return str(name) if name else repr(value)
