"""L-BFGS over all rows, through SciPy: a second-order method for smooth losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import registry
from engine.optimizers.minimizer import LossAndGradient, Minimizer
from engine.options import option

FLAT = "the loss falls no further"  # within rounding; on badly scaled columns its gradient may still be large


@registry.register
@dataclass
class LBFGS(Minimizer):
    """Limited-memory BFGS with a strong-Wolfe line search (Byrd, Lu, Nocedal and Zhu 1995; SciPy's L-BFGS-B).

    Where the loss holds an L1 penalty (``l1_term``), each penalised weight is the difference of two parts of at least
    0: their sum is smooth, and weights that are 0 at the minimum are 0 exactly.

    It asks for the loss at points of its own choice, so it has :meth:`minimize` instead of :meth:`step`; there is no
    learning rate to choose (``lr`` = 1.0 always).

    ``memory`` = 10: how many pairs of steps and gradient changes stand for the curvature; ``tolerance`` = 1e-08: ends
    when no entry of the gradient is larger.
    """

    title: ClassVar[str] = "L-BFGS"
    memory: int = option(10, label="History size", low=1, high=100, help="How much curvature is remembered.")
    tolerance: float = option(
        1e-8, label="Gradient tolerance", low=0.0, log=True, help="Ends when no gradient entry is larger."
    )

    def _run_search(self, loss: LossAndGradient, weights: Array, iterations: int, after: Callable[[], None]) -> None:
        from scipy.optimize import minimize  # heavy: loaded when the first model trains with it

        point = _Smooth(loss, weights.size) if self.l1_term is None else _L1Split(loss, weights.size, *self.l1_term)

        def move(now: Array) -> None:
            weights[:] = point.weights(now)
            after()

        options: dict[str, Any] = {
            "maxiter": iterations,
            "maxfun": 20 * max(1, iterations),
            "maxcor": self.memory,
            "gtol": self.tolerance,
            "ftol": 0.0,  # the gradient decides; a flat loss near the minimum ends the line search
        }
        start, bounds = point.start(weights.astype(float)), point.bounds()
        found = minimize(point, start, jac=True, method="L-BFGS-B", bounds=bounds, callback=move, options=options)
        weights[:] = point.weights(found.x)
        self.stop_reason = self._stop_reason_of(found)

    def _stop_reason_of(self, found: Any) -> str:
        """SciPy's reason in our words; none where the iterations were used up."""
        words = str(found.message).lower()
        if found.status == 0:
            small = "gradient" in words or "pgtol" in words
            return f"converged: no gradient entry is larger than {self.tolerance:g}" if small else FLAT
        if found.status == 1:
            return "" if "iteration" in words else "the line searches took too many looks at the loss"
        return "the line search found no lower loss"


class _Smooth:
    """The loss as SciPy takes it, in double precision."""

    def __init__(self, loss: LossAndGradient, size: int) -> None:
        self._loss, self._size = loss, size

    def __call__(self, point: Array) -> tuple[float, Array]:
        value, gradient = self._loss(point)
        return float(value), gradient.astype(float)

    def start(self, weights: Array) -> Array:
        """The point that stands for ``weights`` (P,)."""
        return weights

    def weights(self, point: Array) -> Array:
        """The weights (P,) that a point stands for."""
        return point

    def bounds(self) -> list[tuple[float | None, float | None]] | None:
        """What each entry of a point may be."""
        return None


class _L1Split(_Smooth):
    """A loss with ``l1`` · Σ|w| over ``part``: a point (P + m,) has the positive parts in place, the negative behind.

    Σ|w| becomes the sum of both parts (Schmidt, Fung and Rosales 2009, Optimization Methods for L1-Regularization).
    """

    def __init__(self, loss: LossAndGradient, size: int, part: slice, l1: float) -> None:
        super().__init__(loss, size)
        self._part, self._l1 = part, l1

    def __call__(self, point: Array) -> tuple[float, Array]:
        now = self.weights(point)
        value, gradient = super().__call__(now)
        penalised = now[self._part]
        slope = gradient[self._part] - self._l1 * np.sign(penalised)
        gradient[self._part] = slope + self._l1
        excess = point[self._part].sum() + point[self._size :].sum() - np.abs(penalised).sum()
        return value + self._l1 * float(excess), np.concatenate([gradient, self._l1 - slope])

    def start(self, weights: Array) -> Array:
        point = np.concatenate([weights, np.maximum(-weights[self._part], 0.0)])
        point[self._part] = np.maximum(weights[self._part], 0.0)
        return point

    def weights(self, point: Array) -> Array:
        found = point[: self._size].copy()
        found[self._part] -= point[self._size :]
        return found

    def bounds(self) -> list[tuple[float | None, float | None]] | None:
        free: list[tuple[float | None, float | None]] = [(None, None)] * self._size
        free[self._part] = [(0.0, None)] * len(free[self._part])
        return free + [(0.0, None)] * len(free[self._part])
