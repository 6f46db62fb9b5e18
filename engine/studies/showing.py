"""How a study looks to whoever asks for it in a notebook: one line, a card with its history as a picture, a window."""

from __future__ import annotations

import html
import importlib
import logging
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.analysis.progress import Progress, score_progress, step_line
from engine.errors import UserFault
from engine.studies.filing import Filing
from engine.texts import make_visible, to_file_name
from engine.trials import State

if TYPE_CHECKING:
    from matplotlib.axes import Axes  # type: ignore[import-not-found, unused-ignore]  # optional

WIDTH, HEIGHT, MARGIN = 480, 160, 8  # of the picture, in pixels of the page
MOST_ROWS = 12  # of the best configuration in the card; the rest is counted
MOST_POINTS = 2000  # of the picture: more cannot be told apart and make a notebook heavy

log = logging.getLogger("twinloop")


class Showing(Filing):
    """The part of a study that people look at."""

    def __repr__(self) -> str:
        with self._lock:
            number = self.history.best_number()
            best = "" if number is None else f", best {self.history.score[number]:.6g} (trial {number})"
            return f"<Study {make_visible(self._setup.title)!r}: {self._state_counts()}{best}>"

    def _repr_html_(self) -> str:
        """The card that a notebook shows."""
        with self._lock:
            shown, number = score_progress(self.history), self.history.best_number()
            rows = [("Trials", self._state_counts())]
            if number is not None:
                params = list(self.history.params(number).items())
                rows.append((f"Best score (trial {number})", f"{self.history.score[number]:.6g}"))
                rows += [(name, _value_text(value)) for name, value in params[:MOST_ROWS]]
                if len(params) > MOST_ROWS:
                    rows.append(("…", f"{len(params) - MOST_ROWS} more"))
            title = self._setup.title
        cells = "".join(
            f'<tr><th style="text-align:left">{_escape_html(name)}</th><td>{_escape_html(value)}</td></tr>'
            for name, value in rows
        )
        return f"<div><strong>{_escape_html(title)}</strong><table>{cells}</table>{picture_of(shown)}</div>"

    def plot(self, axes: Axes | None = None) -> Axes:
        """Score against trial, and the best so far, in matplotlib; returns the axes, new ones where none are given.

        Raises :class:`UserFault` where matplotlib is not installed.
        """
        if axes is None:
            try:
                pyplot = importlib.import_module("matplotlib.pyplot")
            except ImportError:
                raise UserFault(
                    "The plot needs matplotlib, which is not installed.", "pip install matplotlib."
                ) from None
            axes = pyplot.subplots()[1]
        with self._lock:
            shown = score_progress(self.history)
        told: Any = axes
        there = np.isfinite(shown.scores) & (shown.states == State.COMPLETE)
        told.plot(shown.numbers[there], shown.scores[there], "o", alpha=0.5, markersize=4, label="Score")
        across, up = step_line(shown)
        if len(across):
            told.plot(across, up, "-", label="Best so far")
            told.legend()
        told.set_xlabel("Trial")
        told.set_ylabel("Score")
        return axes

    def show(self) -> subprocess.Popen[bytes]:
        """Open the window on the study, which follows it live; returns the window's process.

        A study without a file is saved in a folder for temporary files first, and goes on there.
        """
        with self._lock:
            if self._outbox.path is None:
                name = to_file_name(self._setup.title, "study")
                self.save(Path(tempfile.mkdtemp(prefix="twinloop-")) / f"{name}.study")
                log.info("The study is kept in %s from here on.", self._outbox.path)
            self.flush()
            path = self._outbox.path
        root = str(Path(__file__).resolve().parents[2])
        known = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
        # -P: a folder of the person's own that is called like one of ours must not be taken for it.
        return subprocess.Popen([sys.executable, "-P", "-m", "gui", str(path)], env=known)

    def _state_counts(self) -> str:
        counts = self.history.counts()
        told = [f"{count:,} {label}" for label, count in counts.items() if count]
        total = len(self.history)
        noun = "trial" if total == 1 else "trials"
        return f"{total:,} {noun}" + (f" ({', '.join(told)})" if told else "")


def picture_of(shown: Progress) -> str:
    """Scores as points and the best so far as a line, as SVG; empty before the first score.

    The worst tenth of the scores may lie outside, so that a few huge ones do not flatten the rest.
    """
    numbers = np.flatnonzero(np.isfinite(shown.scores) & (shown.states == State.COMPLETE))
    if not len(numbers):
        return ""
    scores = shown.scores[numbers]
    low, high = _score_range(scores, shown.best_score)
    last = max(int(numbers[-1]), 1)
    scale = 0.25 if max(-low, high) > 1e300 else 1.0  # so that no difference goes beyond all numbers

    def place(across: float, up: float) -> tuple[float, float]:
        x = MARGIN + (WIDTH - 2 * MARGIN) * across / last
        share = (up * scale - low * scale) / (high * scale - low * scale)
        return round(x, 1), round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share, 1)

    every = math.ceil(len(numbers) / MOST_POINTS)
    dots = [
        place(number, score) for number, score in zip(numbers[::every].tolist(), scores[::every].tolist(), strict=True)
    ]
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="2.5"/>' for x, y in dots if 0 <= y <= HEIGHT)
    across, up = step_line(shown)
    corners = " ".join("{},{}".format(*place(x, y)) for x, y in zip(across.tolist(), up.tolist(), strict=True))
    line = f'<polyline points="{corners}" fill="none" stroke="#d1495b" stroke-width="1.5"/>' if corners else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="Score against trial"><g fill="#30638e" fill-opacity="0.5">{circles}</g>{line}</svg>'
    )


def _score_range(scores: np.ndarray, best: float) -> tuple[float, float]:
    """The range of scores that the picture shows."""
    low, high = float(scores.min()), float(scores.max())
    if len(scores) >= 20 and math.isfinite(best):  # a guess: of fewer every one is worth its place
        if best <= float(np.median(scores)):
            high = float(np.quantile(scores, 0.9))
        else:
            low = float(np.quantile(scores, 0.1))
    if not high > low:
        half = max(0.5, 1e-6 * abs(low))  # so that the two differ, however large they are
        low, high = max(low - half, -sys.float_info.max), min(high + half, sys.float_info.max)
    return low, high


def _value_text(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _escape_html(text: str) -> str:
    return html.escape(make_visible(text))
