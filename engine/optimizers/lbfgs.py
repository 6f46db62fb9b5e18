"""L-BFGS over all rows, through SciPy: a second-order method for smooth losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.optimizers import registry
from engine.optimizers.base import Array
from engine.optimizers.minimizer import LossAndGradient, Minimizer
from engine.options import option

FLAT = "the loss falls no further"  # within rounding; on badly scaled columns its gradient may still be large


@registry.register
@dataclass
class LBFGS(Minimizer):
    """Limited-memory BFGS with a strong-Wolfe line search (Byrd, Lu, Nocedal and Zhu 1995; SciPy's L-BFGS-B).

    It asks for the loss at points of its own choice, so it has :meth:`minimize` instead of :meth:`step`; there is no
    learning rate to choose (``lr`` = 1.0 always).

    ``memory`` = 10: how many pairs of steps and gradient changes stand for the curvature; ``tolerance`` = 1e-08: ends
    when no entry of the gradient is larger.
    """

    title: ClassVar[str] = "L-BFGS"
    memory: int = option(10, label="Pairs remembered", low=1, high=100, help="How much curvature is remembered.")
    tolerance: float = option(
        1e-8, label="Gradient tolerance", low=0.0, log=True, help="Ends when no gradient entry is larger."
    )

    def _search(self, loss: LossAndGradient, weights: Array, iterations: int, after: Callable[[], None]) -> None:
        from scipy.optimize import minimize  # heavy: loaded when the first model trains with it

        def move(now: Array) -> None:
            weights[:] = now
            after()

        options: dict[str, Any] = {
            "maxiter": iterations,
            "maxfun": 20 * max(1, iterations),
            "maxcor": self.memory,
            "gtol": self.tolerance,
            "ftol": 0.0,  # the gradient decides; a flat loss near the minimum ends the line search
        }
        start = weights.astype(float)
        found = minimize(_in_float64(loss), start, jac=True, method="L-BFGS-B", callback=move, options=options)
        weights[:] = found.x
        self.ended = self._why(found)

    def _why(self, found: Any) -> str:
        """SciPy's reason in our words; none where the iterations were used up."""
        words = str(found.message).lower()
        if found.status == 0:
            small = "gradient" in words or "pgtol" in words
            return f"converged: no gradient entry is larger than {self.tolerance:g}" if small else FLAT
        if found.status == 1:
            return "" if "iteration" in words else "the line searches took too many looks at the loss"
        return "the line search found no lower loss"


def _in_float64(loss: LossAndGradient) -> LossAndGradient:
    def evaluate(weights: Array) -> tuple[float, Array]:
        value, gradient = loss(weights)
        return float(value), gradient.astype(float)

    return evaluate
