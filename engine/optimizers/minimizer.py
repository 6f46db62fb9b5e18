"""Optimizers that choose for themselves where to look: they minimise a function, not step along a gradient."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from engine.errors import UserFault
from engine.optimizers.base import Array, Optimizer
from engine.options import option

LossAndGradient = Callable[[Array], tuple[float, Array]]
AfterIteration = Callable[[int, Array], None]


@dataclass
class Minimizer(Optimizer):
    """Has :meth:`minimize` in place of :meth:`step`, and takes all rows at once."""

    full_batch: ClassVar[bool] = True

    lr: float = option(
        1.0, label="Learning rate", low=1.0, high=1.0, help="Chosen by the method itself; always 1.", advanced=True
    )

    @abstractmethod
    def minimize(
        self, loss: LossAndGradient, weights: Array, iterations: int, report: AfterIteration | None = None
    ) -> int:
        """Move ``weights`` (P,) in place to lower values of ``loss``; returns the iterations used.

        ``report(iteration, weights)`` is called after each iteration; whatever it raises ends the search and leaves
        here, with ``weights`` at the last iterate.
        """

    def _update(self, *tile: Array) -> None:
        raise UserFault(
            f"{self.title} cannot take single steps from a gradient.",
            "Use its minimize method, or choose another optimizer.",
        )
