"""How much each optimizer depends on its learning rate: one training a rate, compared by the last validation loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from engine.setup import StudySetup
from engine.trajectories.entrants import RATES, has_learning_rate
from engine.trajectories.network import train_network
from engine.trajectories.records import Sweep, Training

EPOCHS = 40  # of each training: most networks on tables have settled by then; a guess
GIVES_UP = 2  # rates in a row that end above the first loss, after which larger ones are not tried; a guess


def sweep_rates(
    setup: StudySetup,
    params: Mapping[str, object],
    optimizer: str,
    epochs: int = EPOCHS,
    keep_weights: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sweep:
    """Train the network with every rate of :data:`~engine.trajectories.entrants.RATES`, from the smallest up.

    Raises what :func:`~engine.trajectories.network.train_network` raises.
    """
    if not has_learning_rate(optimizer):
        found = train_network(setup, params, optimizer, None, epochs, keep_weights, cancelled)
        return Sweep(optimizer, [], [], found if math.isfinite(found.final_loss) else None)
    rates: list[float] = []
    losses: list[float] = []
    best: Training | None = None
    worse, first = 0, math.inf
    for rate in map(float, RATES):
        found = train_network(setup, params, optimizer, rate, epochs, keep_weights, cancelled)
        rates.append(rate)
        losses.append(found.final_loss)
        if len(rates) == 1 and found.val_loss:
            first = found.val_loss[0]
        if math.isfinite(found.final_loss) and (best is None or found.final_loss < best.final_loss):
            best = found
        worse = worse + 1 if found.final_loss > first else 0
        if worse == GIVES_UP:
            break
    return Sweep(optimizer, rates, losses, best)
