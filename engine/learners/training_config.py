"""How long and under which constraints a model is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train: length, penalties (on weights, never biases), clipping, early stopping, what to watch.

    The loss is the mean over rows plus ``l2``/2 · Σw² + ``l1`` · Σ|w|. ``patience`` None trains to the end; otherwise
    training ends after so many epochs without a held-out loss lower by more than ``tolerance``, and the best weights
    are kept. ``histograms_every`` n takes snapshots of the layers every n epochs, 0 none.
    """

    epochs: int
    l1: float = 0.0
    l2: float = 0.0
    clip: float | None = None
    patience: int | None = None
    tolerance: float = 0.0
    histograms_every: int = 0
