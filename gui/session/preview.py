"""The little that the start page shows of a study file, read without opening it for work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.analysis import best_so_far, score_progress
from engine.errors import UserFault
from engine.store import Reader
from engine.trials import local_time
from gui.base.formats import NONE, count_text, date_text, score_text

POINTS = 72  # the line is so many pixels wide


@dataclass(frozen=True, slots=True)
class Preview:
    """One study in a line: title, what became of it, its best score, and the best so far for a tiny line.

    ``best`` runs over trials, at most :data:`POINTS` of them. ``problem`` is a sentence where the file cannot be read.
    """

    path: Path
    title: str
    summary: str
    score: str = ""
    best: tuple[float, ...] = ()
    problem: str = ""


def preview(path: Path) -> Preview:
    """Look at a study file; never raises for what is wrong with the file."""
    try:
        with Reader(path) as reader:
            setup, history, _ = reader.study()
    except UserFault as fault:
        return Preview(path, path.stem, fault.what, problem=str(fault))
    shown = score_progress(history)
    limit = setup.budget.trials
    of = f" of {limit:,}" if limit is not None else ""
    moment = local_time(path.stat().st_mtime)
    changed = NONE if moment is None else date_text(moment, datetime.now())
    trials = f"{shown.finished:,}{of} trials" if of or shown.finished != 1 else count_text(shown.finished, "trial")
    return Preview(
        path,
        setup.title,
        f"{trials} · {changed}",
        "" if shown.best is None else score_text(shown.best_score),
        tuple(best_so_far(shown, POINTS).tolist()),
    )
