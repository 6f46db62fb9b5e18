"""A table as the numbers that a model is trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.arrays import Array
from engine.learners.targets import Target
from engine.learners.training import Checkpoint


@dataclass(frozen=True, slots=True)
class EncodedData:
    """Data as numbers: inputs (n, 1 + D) behind ones, targets (n, C), row weights, and validation rows likewise.

    ``names`` are the columns' names, where a table came with them.
    """

    X: Array
    Y: Array
    w: Array | None
    target: Target
    names: Array | None
    validation: tuple[Array, Array, Array] | None = None  # inputs, targets, whether the row's class is known
    validation_weights: Array | None = None  # of rows, by their classes


class Resumable(Protocol):
    """What knows the state of a model's training."""

    def checkpoint(self) -> Checkpoint:
        """A copy of the state now."""
