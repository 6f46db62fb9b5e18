"""Study files whose trials are told rather than trained: a definition, and the scores of each trial's folds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.events import TrialEnded, TrialStarted
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.space import Categorical, Float, Int
from engine.store import create

OBJECTIVE = TableObjective("sample:wine", "target", "classification", "mlp", "accuracy", fingerprint="abc")
SETUP = StudySetup(
    "wine", OBJECTIVE, {"learning_rate": Float(1e-4, 1e-1, log=True), "layers": Int(1, 3)}, direction="maximize"
)
SCORES = (0.90, 0.91, 0.92, 0.93, 0.94)


def write(path: Path, setup: StudySetup = SETUP, *folds: Sequence[float]) -> Path:
    """A study file with one complete trial for each sequence of fold scores."""
    params = {name: one.choices[0] if isinstance(one, Categorical) else one.low for name, one in setup.space.items()}
    events = []
    for number, scores in enumerate(folds):
        details = {"fold_scores": list(scores)}
        events.append(TrialStarted(number, params, 0.0))
        events.append(TrialEnded(number, "complete", 1.0, 1.0, (float(np.mean(scores)),), details=details))
    create(path, setup.to_json(), setup.search_space(), setup.directions(), events=events).close()
    return path
