"""What is wrong with a search space, said beside the row and the cell, with the remedy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import WrongType, WrongValue
from engine.space.choices import LARGEST
from engine.space.hyperparameters import Categorical, Float, Hyperparameter, Int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the row (``name``), the cell (``field``), what is wrong there and what to do."""

    name: str
    field: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name or repr(self.name)}: {self.what} {self.remedy}"


def require_hyperparameter(name: object, hyperparameter: Hyperparameter) -> None:
    """Raises :class:`engine.errors.UserFault` for what is no name, and for a range that makes no sense."""
    if not isinstance(name, str):
        raise WrongType(f"{name!r} is not the name of a hyperparameter.", "Give a text.")
    found = problems({name: hyperparameter})
    if found:
        raise WrongValue(f"{name or repr(name)}: {found[0].what}", found[0].remedy)


def problems(hyperparameters: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
    """Everything that keeps ``hyperparameters`` from being a search space; empty when nothing does."""
    found: list[Problem] = []
    for name, hyperparameter in hyperparameters.items():
        if not name.strip():
            found.append(Problem(name, "name", "A hyperparameter has no name.", "Give it one."))
        if isinstance(hyperparameter, Categorical):
            found += _choice_problems(name, hyperparameter)
        else:
            found += _range_problems(name, hyperparameter)
        found += _condition_problems(name, hyperparameter, hyperparameters)
    return tuple(found) + tuple(_cycle_problems(hyperparameters))


def _range_problems(name: str, hyperparameter: Float | Int) -> list[Problem]:
    low, high = hyperparameter.low, hyperparameter.high
    if not (_is_finite(low) and _is_finite(high)):
        return [
            Problem(name, "low" if not _is_finite(low) else "high", "The range is not finite.", "Give two numbers.")
        ]
    if isinstance(hyperparameter, Int) and max(abs(low), abs(high)) >= LARGEST:
        beyond = "low" if abs(low) >= LARGEST else "high"
        return [Problem(name, beyond, "The range goes beyond 64 bits.", "Use a real number, or its logarithm.")]
    if low > high:
        return [Problem(name, "low", f"Low ({low:g}) is above high ({high:g}).", "Exchange the two.")]
    if not math.isfinite(high - low):
        return [Problem(name, "high", "The range is wider than numbers reach.", "Narrow it, or use a log scale.")]
    found = []
    if hyperparameter.log and low <= 0:
        remedy = "Try 1e-6." if isinstance(hyperparameter, Float) else "Try 1."
        found.append(Problem(name, "low", "A log scale needs a lower bound above 0.", remedy))
    plain = hyperparameter.step is None or (isinstance(hyperparameter, Int) and hyperparameter.step == 1)
    if not plain and hyperparameter.log:
        found.append(Problem(name, "step", "A log scale has no steps.", "Clear the step, or choose a linear scale."))
    if hyperparameter.step is not None and not (_is_finite(hyperparameter.step) and hyperparameter.step > 0):
        found.append(Problem(name, "step", f"The step is {hyperparameter.step:g}.", "Give a step above 0."))
    elif not plain and hyperparameter.step is not None and hyperparameter.step > (high - low) * (1 + 1e-9) > 0:
        found.append(
            Problem(name, "step", "The step is longer than the range.", f"Give a step of at most {high - low:g}.")
        )
    return found


def _choice_problems(name: str, hyperparameter: Categorical) -> list[Problem]:
    if not hyperparameter.choices:
        return [Problem(name, "choices", "There are no choices.", "Give at least one.")]
    found = []
    seen = set()
    for choice in hyperparameter.choices:
        if isinstance(choice, float) and not math.isfinite(choice):
            found.append(Problem(name, "choices", f"{choice} is not a usable choice.", "Give a finite number."))
        if isinstance(choice, str) and not choice.isprintable() and any("\ud800" <= one <= "\udfff" for one in choice):
            found.append(Problem(name, "choices", f"{choice!r} holds half a character.", "Give a whole text."))
        if (type(choice), choice) in seen:
            found.append(Problem(name, "choices", f"{choice!r} is listed twice.", "Remove one of them."))
        seen.add((type(choice), choice))
    return found


def _condition_problems(
    name: str, hyperparameter: Hyperparameter, hyperparameters: Mapping[str, Hyperparameter]
) -> list[Problem]:
    found = []
    for parent, wanted in (hyperparameter.when or {}).items():
        rule = hyperparameters.get(parent)
        if rule is None:
            known = ", ".join(other for other in hyperparameters if other != name) or "none yet"
            found.append(
                Problem(name, "when", f"It depends on {parent!r}, which is not in the space.", f"Known are: {known}.")
            )
        elif isinstance(rule, Float):
            remedy = "Depend on a whole number or a choice."
            found.append(Problem(name, "when", f"It depends on {parent!r}, which is not countable.", remedy))
        elif not wanted:
            found.append(Problem(name, "when", f"It names no value of {parent!r}.", "Name at least one."))
        else:
            strange = [value for value in wanted if not _is_legal(rule, value)]
            found += [
                Problem(name, "when", f"{parent!r} never is {value!r}.", "Name a value it can take.")
                for value in strange
            ]
    return found


def _cycle_problems(hyperparameters: Mapping[str, Hyperparameter]) -> list[Problem]:
    remaining = {name: {p for p in (item.when or {}) if p in hyperparameters} for name, item in hyperparameters.items()}
    while True:
        free = [name for name, parents in remaining.items() if not parents & remaining.keys()]
        if not free:
            break
        for name in free:
            del remaining[name]
    if not remaining:
        return []
    circle = ", ".join(remaining)
    return [
        Problem(name, "when", f"The conditions of {circle} depend on each other.", "Clear one of them.")
        for name in list(remaining)[:1]
    ]


def _is_legal(rule: Hyperparameter, value: object) -> bool:
    try:
        rule.to_number(value)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond the largest float
        return False
