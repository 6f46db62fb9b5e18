"""Hyperparameters that an objective names as it runs, beside those of the same name that a study has already."""

from __future__ import annotations

import msgspec

from engine.errors import WrongValue
from engine.space.hyperparameters import Categorical, Float, Hyperparameter, Int

_KINDS = {Float: "a real number", Int: "a whole number", Categorical: "a choice"}


def require_same_kind(name: str, known: Hyperparameter, asked: Hyperparameter) -> None:
    """Raises :class:`UserFault` where a study has a hyperparameter of another kind under that name."""
    if type(known) is not type(asked):
        raise WrongValue(
            f"{name} is {_KINDS[type(known)]} in this study, and was asked for as {_KINDS[type(asked)]}.",
            "Give one of the two another name.",
        )


def widened_range(known: Hyperparameter, asked: Hyperparameter) -> Hyperparameter:
    """The row that holds every value of two of the same kind."""
    if isinstance(known, Categorical) and isinstance(asked, Categorical):
        there = {(type(choice), choice) for choice in known.choices}
        new = tuple(choice for choice in asked.choices if (type(choice), choice) not in there)
        literals = tuple(dict.fromkeys((*known.literals, *asked.literals)))
        return msgspec.structs.replace(known, choices=(*known.choices, *new), literals=literals) if new else known
    if isinstance(known, Categorical) or isinstance(asked, Categorical):
        return known
    low, high = min(known.low, asked.low), max(known.high, asked.high)
    log = known.log and asked.log
    plain = 1 if isinstance(known, Int) else None
    fits = known.step == asked.step and known.step is not None and (asked.low - known.low) % known.step == 0
    step = known.step if fits else plain
    return msgspec.structs.replace(known, low=low, high=high, log=log, step=step)
