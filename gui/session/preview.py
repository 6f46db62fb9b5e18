"""The little that the start page shows of a study file, read without opening it for work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from engine.analysis import progress
from engine.errors import UserFault
from engine.store import Reader
from engine.trials import State
from gui.base.formats import count_text, date_text, score_text


@dataclass(frozen=True, slots=True)
class Preview:
    """One study in a line: title, what became of it, its best score, and the scores for a tiny best-so-far line.

    ``scores`` (n,) and ``best`` (n,) run over complete trials. ``problem`` is a sentence where the file cannot be read.
    """

    path: Path
    title: str
    summary: str
    score: str = ""
    scores: tuple[float, ...] = ()
    best: tuple[float, ...] = ()
    problem: str = ""


def preview(path: Path) -> Preview:
    """Look at a study file; never raises for what is wrong with the file."""
    try:
        with Reader(path) as reader:
            setup, history, _ = reader.study()
    except UserFault as fault:
        return Preview(path, path.stem, fault.what, problem=str(fault))
    shown = progress(history)
    complete = (shown.states == State.COMPLETE) & np.isfinite(shown.scores)
    scores = shown.scores[complete]
    better = np.minimum if history.directions[0] == "minimize" else np.maximum
    limit = setup.budget.trials
    of = f" of {limit:,}" if limit is not None else ""
    changed = date_text(datetime.fromtimestamp(path.stat().st_mtime), datetime.now())
    trials = f"{shown.finished:,}{of} trials" if of or shown.finished != 1 else count_text(shown.finished, "trial")
    return Preview(
        path,
        setup.title,
        f"{trials} · {changed}",
        "" if shown.best is None else score_text(shown.best_score),
        tuple(scores.tolist()),
        tuple(better.accumulate(scores).tolist()) if len(scores) else (),
    )
