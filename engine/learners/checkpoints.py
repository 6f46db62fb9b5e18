"""Whether a training's saved state belongs to the training that is to go on from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import UserFault

NEEDED = frozenset(
    {"weights", "gradient", "optimizer", "schedule", "order", "dropout", "place", "sums", "outputs", "best", "records"}
)
REMEDY = "Resume with the data and settings it was made with."


def check(saved: Any, weights: Any, made: Mapping[str, object]) -> None:
    """Raise :class:`UserFault` where ``saved`` is no state of a training with such ``weights`` and ``made`` so.

    ``made`` names what both must have in common. States of earlier versions tell nothing of it and are taken.
    """
    if not isinstance(saved, Mapping) or not saved.keys() >= NEEDED:
        raise UserFault("This is not a checkpoint of a training.", "Give what a model's checkpoint() returned.")
    if saved["weights"].shape != weights.shape:
        raise UserFault("The checkpoint is of a network with another shape.", REMEDY)
    pairs = {"number format": (saved["weights"].dtype.name, weights.dtype.name)}
    told = saved.get("made", {})
    pairs |= {name: (told[name], value) for name, value in made.items() if name in told}
    for name, (then, now) in pairs.items():
        if then != now:
            raise UserFault(f"The checkpoint is of a training with {name} {then}, not {now}.", REMEDY)
