"""Small studies to open, break and kill."""

from __future__ import annotations

import os
import time

import numpy as np

from engine import store
from engine.events import LogLine, RunStateChanged, StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.space import Categorical, Float, Int, SearchSpace

SPACE = SearchSpace(
    {
        "lr": Float(1e-5, 1.0, log=True),
        "momentum": Float(0.0, 0.99),
        "layers": Int(1, 4),
        "batch": Categorical([16, 32, 64]),
        "activation": Categorical(["relu", "tanh"]),
    }
)


def trial(number, rng, steps=20, objectives=1):
    """The events of one finished trial: its start, its steps, its end."""
    start = 1.7e9 + number
    yield TrialStarted(number, SPACE.sample(rng), start, why={"expected improvement": float(rng.random())})
    losses = (np.exp(-0.05 * np.arange(steps)) + 0.1) * (1 + 0.01 * rng.standard_normal(steps))
    for step, loss in enumerate(losses.astype(np.float32).tolist()):
        yield StepReported(number, step, {"train_loss": loss, "val_loss": float(np.float32(1.1 * loss))})
    details = {"fold_scores": rng.random(3).tolist()}
    yield TrialEnded(number, "complete", start + 0.5, 0.5, tuple(rng.random(objectives).tolist()), details=details)


def make(path, trials=30, steps=20, clock=None):
    """A closed study with finished trials, one that waits and one that runs."""
    rng = np.random.default_rng(0)
    with store.create(path, '{"name": "made"}', SPACE, **({"clock": clock} if clock else {})) as writer:
        writer.record([RunStateChanged("running", 1.7e9), LogLine("begun", 1.7e9)])
        for number in range(trials):
            writer.record(list(trial(number, rng, steps)))
        writer.record([TrialQueued(trials, SPACE.sample(rng), 1.7e9)])
        writer.record([TrialStarted(trials + 1, SPACE.sample(rng), 1.7e9), StepReported(trials + 1, 0, {"loss": 1.0})])
    return path


def settle(reader):
    """Let the last change lie an hour back, so that the reader is sure of having seen it."""
    for path in (reader.path, reader.path.with_name(reader.path.name + "-wal")):
        if path.exists():
            os.utime(path, (time.time() - 3600, time.time() - 3600))
    reader.changed()
    assert not reader.changed()
