"""L-BFGS over all rows, through SciPy: a second-order method for smooth losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.optimizers import registry
from engine.optimizers.base import Array
from engine.optimizers.minimizer import AfterIteration, LossAndGradient, Minimizer
from engine.options import option


@registry.register
@dataclass
class LBFGS(Minimizer):
    """Limited-memory BFGS with a strong-Wolfe line search (Byrd, Lu, Nocedal and Zhu 1995; SciPy's L-BFGS-B).

    It asks for the loss at points of its own choice, so it has :meth:`minimize` instead of :meth:`step`; there is no
    learning rate to choose.
    """

    title: ClassVar[str] = "L-BFGS"
    memory: int = option(10, label="Pairs remembered", low=1, high=100, help="How much curvature is remembered.")
    tolerance: float = option(
        1e-8, label="Gradient tolerance", low=0.0, log=True, help="Ends when no gradient entry is larger."
    )

    def minimize(
        self,
        loss: LossAndGradient,
        weights: Array,
        iterations: int,
        report: AfterIteration | None = None,
    ) -> int:
        """Move ``weights`` (P,) in place to a minimum of ``loss``; returns the iterations used.

        ``report(iteration, weights)`` is called after each iteration; whatever it raises ends the search and leaves
        here, with ``weights`` at the last iterate.
        """
        from scipy.optimize import minimize  # heavy: loaded when the first model trains with it

        def after(now: Array) -> None:
            self.steps += 1
            weights[:] = now
            if report is not None:
                report(self.steps, weights)

        begun = self.steps
        options: dict[str, Any] = {
            "maxiter": max(0, iterations),
            "maxfun": 20 * max(1, iterations),
            "maxcor": self.memory,
            "gtol": self.tolerance,
            "ftol": 0.0,  # the gradient decides; a flat loss near the minimum ends the line search
        }
        start = weights.astype(float)
        found = minimize(_in_float64(loss), start, jac=True, method="L-BFGS-B", callback=after, options=options)
        weights[:] = found.x
        return self.steps - begun


def _in_float64(loss: LossAndGradient) -> LossAndGradient:
    def evaluate(weights: Array) -> tuple[float, Array]:
        value, gradient = loss(weights)
        return float(value), gradient.astype(float)

    return evaluate
