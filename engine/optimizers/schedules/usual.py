"""The usual schedules: constant, by steps, exponential, along cosines, and by what the loss does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.optimizers.schedules.base import Schedule
from engine.options import option


@dataclass
class Constant(Schedule):
    """Always the optimizer's learning rate."""

    title: ClassVar[str] = "Constant"

    def rate(self, base: Any, now: int, total: int) -> Any:
        """η."""
        return base


@dataclass
class Step(Schedule):
    """η γ^⌊epoch/every⌋: a drop every few epochs."""

    title: ClassVar[str] = "Step"
    every: int = option(10, label="Epochs between drops", low=1)
    factor: float = option(0.1, label="Factor", low=0.0, high=1.0)

    def rate(self, base: Any, now: int, total: int) -> Any:
        """η γ^⌊epoch/every⌋."""
        return base * self.factor ** (now // self.every)


@dataclass
class Exponential(Schedule):
    """η γ^epoch."""

    title: ClassVar[str] = "Exponential"
    factor: float = option(0.95, label="Factor an epoch", low=0.0, high=1.0)

    def rate(self, base: Any, now: int, total: int) -> Any:
        """η γ^epoch."""
        return base * self.factor**now


@dataclass
class Cosine(Schedule):
    """η_min + ½(η − η_min)(1 + cos(π epoch/epochs)) with η_min = ``lowest`` · η (Loshchilov and Hutter 2017, eq. 5)."""

    title: ClassVar[str] = "Cosine"
    lowest: float = option(
        0.0, label="Final share of the rate", low=0.0, high=1.0, help="Share of the rate left at the end."
    )

    def rate(self, base: Any, now: int, total: int) -> Any:
        """From η down to its lowest share along half a cosine."""
        return base * (self.lowest + 0.5 * (1.0 - self.lowest) * (1.0 + math.cos(math.pi * now / max(1, total))))


@dataclass
class WarmUp(Schedule):
    """From ``start`` · η up to η on a straight line over the first ``steps`` steps, then η (Goyal et al. 2017)."""

    title: ClassVar[str] = "Warm-up"
    per_step: ClassVar[bool] = True
    steps: int = option(100, label="Steps to warm up", low=1)
    start: float = option(0.01, label="First share", low=0.0, high=1.0)

    def rate(self, base: Any, now: int, total: int) -> Any:
        """A straight line, then η."""
        return base * (self.start + (1.0 - self.start) * min(1.0, now / self.steps))


@dataclass
class OneCycle(Schedule):
    """Up from η/``divisor`` to η, then down to η/(``divisor`` · ``final``), along cosines (Smith and Topin 2018).

    PyTorch's OneCycleLR with max_lr = η, cosine annealing, two phases; momentum is left alone.
    """

    title: ClassVar[str] = "One cycle"
    per_step: ClassVar[bool] = True
    rise: float = option(0.3, label="Share of steps rising", low=0.01, high=0.99)
    divisor: float = option(25.0, label="First divisor", low=1.0)
    final: float = option(1e4, label="Final divisor", low=1.0, log=True)

    def rate(self, base: Any, now: int, total: int) -> Any:
        """Two cosines that meet at η."""
        total = max(1, total)
        top = self.rise * total - 1.0
        first, last = 1.0 / self.divisor, 1.0 / (self.divisor * self.final)
        if now <= top and top > 0:
            return base * _along_cosine(first, 1.0, now / top)
        return base * _along_cosine(1.0, last, min(1.0, (now - top) / (total - 1 - top)))


@dataclass
class ReduceOnPlateau(Schedule):
    """η times ``factor`` whenever the loss has not improved for more than ``patience`` epochs.

    An improvement is a loss below (1 − ``threshold``) times the best one; after a drop, ``cooldown`` epochs are not
    counted (PyTorch's ReduceLROnPlateau, relative threshold). It hears the loss on rows held out for early stopping
    where there are any, else the training loss.
    """

    title: ClassVar[str] = "Reduce on plateau"
    factor: float = option(0.1, label="Factor", low=0.0, high=1.0)
    patience: int = option(10, label="Patience", low=0, unit="epochs")
    threshold: float = option(1e-4, label="Minimum improvement", low=0.0, advanced=True)
    cooldown: int = option(0, label="Cooldown", low=0, unit="epochs", advanced=True)

    def __post_init__(self) -> None:
        """Start with nothing heard."""
        super().__post_init__()
        self._scale, self._best, self._bad, self._cooling = 1.0, math.inf, 0, 0

    def rate(self, base: Any, now: int, total: int) -> Any:
        """η times every drop so far."""
        return base * self._scale

    def observe(self, loss: float) -> None:
        """Count epochs without improvement and drop the rate when there were too many."""
        if loss < self._best * (1.0 - self.threshold):
            self._best, self._bad = loss, 0
        else:
            self._bad += 1
        if self._cooling > 0:
            self._cooling, self._bad = self._cooling - 1, 0
        if self._bad > self.patience:
            self._scale *= self.factor
            self._cooling, self._bad = self.cooldown, 0

    def state(self) -> dict[str, Any]:
        """Drops so far, the best loss and both counters."""
        return {"scale": self._scale, "best": self._best, "bad": self._bad, "cooling": self._cooling}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what :meth:`state` returned."""
        self._scale, self._best = float(state["scale"]), float(state["best"])
        self._bad, self._cooling = int(state["bad"]), int(state["cooling"])


def _along_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2.0 * (1.0 + math.cos(math.pi * share))
