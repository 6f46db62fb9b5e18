"""Optimizers that choose for themselves where to look: they minimise a function, not step along a gradient."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.errors import UserFault
from engine.optimizers.base import Optimizer, State
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

    def __post_init__(self) -> None:
        """As every optimizer, with no search begun."""
        super().__post_init__()
        self._search_state: State = {}
        self.stop_reason = ""  # why the last search ended; empty when it had all its iterations
        self.evaluations = 0  # how often the last search looked at the loss
        self.l1_term: tuple[slice, float] | None = None  # weights whose sum of sizes, times a number, the loss holds

    def minimize(
        self, loss: LossAndGradient, weights: Array, iterations: int, report: AfterIteration | None = None
    ) -> int:
        """Move ``weights`` (P,) in place to lower values of ``loss``; returns the iterations used.

        ``report(iteration, weights)`` is called after each iteration; whatever it raises ends the search and leaves
        here, with ``weights`` at the last iterate. Weights at which the last search ended are where it goes on, bit for
        bit, also after :meth:`restore`: it is retraced from its origin, unreported, since what such methods remember of
        a function cannot be stored. That takes as long as it had taken.
        """
        begun, left = self.steps, self._search_state
        goes_on = bool(left) and np.array_equal(weights, left["reached"])
        origin, known = (left["origin"], left["taken"]) if goes_on else (weights.astype(float), 0)
        taken = 0

        def after() -> None:
            nonlocal taken
            taken += 1
            if taken > known:
                self.steps += 1
                self._search_state = {"origin": origin, "reached": weights.copy(), "taken": taken}
                if report is not None:
                    report(self.steps, weights)

        def counted(point: Array) -> tuple[float, Array]:
            self.evaluations += 1
            return loss(point)

        weights[:] = origin
        self.stop_reason, self.evaluations = "", 0
        self._run_search(counted, weights, known + max(0, iterations), after)
        return self.steps - begun

    def state(self) -> State:
        """As every optimizer's, with where the search began, how far it got, and how often it looked at the loss."""
        return {**super().state(), "evaluations": self.evaluations, **self._search_state}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over a copy made by :meth:`state`."""
        super().restore(state)
        names = ("origin", "reached", "taken")
        self._search_state = {name: state[name] for name in names} if "origin" in state else {}

    def reset(self) -> None:
        """Forget the search too."""
        super().reset()
        self._search_state = {}

    @abstractmethod
    def _run_search(self, loss: LossAndGradient, weights: Array, iterations: int, after: Callable[[], None]) -> None:
        """Search from ``weights``, calling ``after()`` with each iterate in ``weights``."""

    def _update_tile(self, *tile: Array) -> None:
        raise UserFault(
            f"{self.title} cannot take single steps from a gradient.",
            "Use its minimize method, or choose another optimizer.",
        )
