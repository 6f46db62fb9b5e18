"""How much each optimizer depends on its learning rate: one training a rate, compared by the last validation loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.setup import StudySetup
from engine.trajectories.entrants import RATES
from engine.trajectories.network import train_network

EPOCHS = 15  # of each training: enough to rank learning rates, a third of what the race takes; a guess
GIVES_UP = 2  # rates in a row that end above the first loss, after which larger ones are not tried


@dataclass(frozen=True, slots=True)
class Sweep:
    """The last validation loss of one optimizer by learning rate; ``losses`` are infinite where training diverged.

    Rates that are larger than the last ones tried were not tried: training had become worse than at its start.
    """

    optimizer: str
    rates: list[float]
    losses: list[float]

    @property
    def best_rate(self) -> float | None:
        """The rate with the lowest loss; *None* where every training diverged."""
        place = min(range(len(self.losses)), key=self.losses.__getitem__)
        return self.rates[place] if math.isfinite(self.losses[place]) else None

    @property
    def tolerance(self) -> float:
        """The factor between the nearest rates on either side of the best whose loss is above 1.1 x the lowest.

        A rate chosen within it may be good, outside it none is; at the ends of what was tried, one step farther.
        """
        good = [place for place, loss in enumerate(self.losses) if loss <= NEAR * min(self.losses)]
        step = self.rates[1] / self.rates[0]
        return step * step * self.rates[good[-1]] / self.rates[good[0]]


NEAR = 1.1  # of the lowest loss: what still counts as a good learning rate; a guess


def sweep_rates(
    setup: StudySetup,
    params: Mapping[str, Any],
    optimizer: str,
    epochs: int = EPOCHS,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sweep:
    """Train the network with every rate of :data:`~engine.trajectories.entrants.RATES`, from the smallest up."""
    rates: list[float] = []
    losses: list[float] = []
    worse, first = 0, math.inf
    for rate in map(float, RATES):
        found = train_network(setup, params, optimizer, rate, epochs, cancelled=cancelled)
        rates.append(rate)
        losses.append(found.final_loss)
        first = min(first, found.val_loss[0]) if found.val_loss and len(rates) == 1 else first
        worse = worse + 1 if found.final_loss > first else 0
        if worse == GIVES_UP:
            break
    return Sweep(optimizer, rates, losses)
