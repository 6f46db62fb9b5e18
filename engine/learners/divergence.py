"""When training has left every useful place: how large a loss may get, and what the last weights come to."""

from __future__ import annotations

import numpy as np

from engine.learners.batches import Batches
from engine.learners.losses import Loss
from engine.learners.network import Network
from engine.learners.telemetry import Evaluation

EXPLODED = 1e4  # times the loss of predicting a constant: no useful training ever gets there
SAMPLE = 256  # training rows, about, on which the last weights are tried


def bound(loss: Loss, batches: Batches) -> float:
    """What the mean loss of an epoch must not exceed: :data:`EXPLODED` times that of predicting a constant."""
    Y, w, pool = batches.Y, batches.w, batches.pool
    if pool is not None:
        Y, w = Y[pool], None if w is None else w[pool]
    usual = 1.0 + loss.of_constant(Y, None if w is None else w[:, 0])
    return min(EXPLODED * usual, float(np.finfo(float).max) / batches.rows)


def try_out(network: Network, batches: Batches) -> float:
    """The mean loss of the present weights on a few training rows, evenly spread."""
    rows = np.arange(batches.rows) if batches.pool is None else batches.pool
    some = rows[:: -(-len(rows) // SAMPLE)]
    return Evaluation(network, batches.X[some], batches.Y[some]).run()[0]
