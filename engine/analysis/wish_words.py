"""A wish in words: *focus on learning rate 0.001 to 0.01* or *avoid optimizer adam*."""

from __future__ import annotations

import math

from engine.space import Extent, Wish
from engine.wording import listed


def wish_words(wish: Wish) -> str:
    """The wish as a phrase that a sentence can begin or end with."""
    verb = "focus on" if wish.kind == "focus" else "avoid"
    return f"{verb} {region_words(wish.region)}"


def region_words(region: dict[str, Extent]) -> str:
    """A region as a phrase, its hyperparameters in order."""
    said = [f"{name.replace('_', ' ')} {_side_words(side)}" for name, side in region.items()]
    return listed(said) if said else "nothing"


def _side_words(side: Extent) -> str:
    if side.choices is not None:
        return listed([str(choice) for choice in side.choices], 6) if side.choices else "of no choice"
    if side.low == side.high:
        return f"{side.low:g}"
    if math.isinf(side.low):
        return f"up to {side.high:g}"
    return f"from {side.low:g}" if math.isinf(side.high) else f"{side.low:g} to {side.high:g}"
