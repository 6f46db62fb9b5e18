"""Distributions of Optuna, of any version since 0.9, as hyperparameters; those of many trials as one space."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from engine.errors import UserFault, WrongValue
from engine.space import Categorical, Float, Hyperparameter, Int, problems
from engine.space.choices import LARGEST, held_choice

_OLD: dict[str, Callable[[Mapping[str, Any]], Hyperparameter]] = {
    "FloatDistribution": lambda a: Float(a["low"], a["high"], bool(a.get("log")), a.get("step")),
    "UniformDistribution": lambda a: Float(a["low"], a["high"]),
    "LogUniformDistribution": lambda a: Float(a["low"], a["high"], log=True),
    "DiscreteUniformDistribution": lambda a: Float(a["low"], a["high"], step=a["q"]),
    "IntDistribution": lambda a: Int(a["low"], a["high"], bool(a.get("log")), a.get("step") or 1),
    "IntUniformDistribution": lambda a: Int(a["low"], a["high"], step=a.get("step") or 1),
    "IntLogUniformDistribution": lambda a: Int(a["low"], a["high"], log=True),
    "CategoricalDistribution": lambda a: Categorical(usable_choices(a["choices"])),
}


@cache  # ten thousand trials share a handful of texts
def hyperparameter_of(text: str) -> Hyperparameter:
    """What a distribution's JSON says; raises :class:`UserFault` where it is none that any Optuna has."""
    try:
        said = json.loads(text)
        if "name" in said:
            return _OLD[said["name"]](said["attributes"])
        if said["type"] == "categorical":  # the short form that Optuna's command line takes
            return Categorical(usable_choices(said["choices"]))
        kind: Any = {"float": Float, "int": Int}[said["type"]]
        step = said.get("step") or (None if kind is Float else 1)
        return kind(said["low"], said["high"], bool(said.get("log")), step)  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UserFault) as error:
        raise WrongValue(
            f"A distribution cannot be read: {text[:200]!r}.", "Import a copy that Optuna itself opens."
        ) from error


def usable_choices(choices: Iterable[object]) -> tuple[Any, ...]:
    """Choices as a study holds them: what no file holds exactly by its text, none of them twice."""
    found: dict[tuple[type, str], Any] = {}
    for choice in choices:
        held = usable_choice(choice)
        found.setdefault((type(held), repr(held)), held)
    return tuple(found.values())


def usable_choice(choice: object) -> object:
    """One choice: not finite ones, whole numbers beyond 64 bits and halves of characters become texts."""
    if isinstance(choice, float) and not math.isfinite(choice):
        return str(choice)
    if isinstance(choice, int) and not isinstance(choice, bool) and abs(choice) >= LARGEST:
        return str(choice)
    if isinstance(choice, str):
        return choice.encode("utf-8", "backslashreplace").decode()
    return choice


def value_of(text: str, internal: float) -> Any:
    """The value behind the number that Optuna stores: a choice's place, else the value itself.

    Raises :class:`UserFault` for a place that has no choice.
    """
    row = hyperparameter_of(text)
    if isinstance(row, Categorical):
        held = _held_choices(text)
        if not 0 <= internal < len(held):
            raise UserFault("A trial has a choice that its distribution does not have.", "Import another copy of it.")
        return held[int(internal)]
    return int(internal) if isinstance(row, Int) else float(internal)


@cache
def _held_choices(text: str) -> tuple[object, ...]:
    """Every choice at its place, also those that are listed twice."""
    said = json.loads(text)
    choices = said["attributes"]["choices"] if "name" in said else said["choices"]
    return tuple(held_choice(usable_choice(choice)) for choice in choices)


def joined(name: str, rows: Iterable[Hyperparameter]) -> Hyperparameter:
    """One hyperparameter that holds what each of ``rows`` holds; of several kinds, the last one's."""
    rows = list(rows)
    last = rows[-1]
    same: list[Any] = [row for row in rows if type(row) is type(last)]
    if isinstance(last, Categorical):
        return Categorical(usable_choices(choice for row in same for choice in map(row.to_object, row.choices)))
    low, high = min(row.low for row in same), max(row.high for row in same)
    steps = {row.step for row in same}
    logs = {row.log for row in same}
    log = logs == {True} and low > 0
    step: Any = next(iter(steps)) if len(steps) == 1 and not log else None
    if step is not None and any(not _is_multiple(row.low - low, step) for row in same):
        step = None
    made: Hyperparameter = Int(low, high, log, step or 1) if isinstance(last, Int) else Float(low, high, log, step)
    wrong = problems({name: made})
    if not wrong:
        return made
    if isinstance(last, Int) or not math.isfinite(low) or not math.isfinite(high):
        raise UserFault(f"{name}: {wrong[0].what}", "Import a study whose ranges are finite and within 64 bits.")
    return Float(low, high)


def _is_multiple(length: float, step: float) -> bool:
    return abs(length / step - round(length / step)) < 1e-9
