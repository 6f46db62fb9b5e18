"""Base of plots that show scored trials by their places in the search space."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import ScoredPoints
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.formats import score_text
from gui.plots.frame import row_of, step_through, unit_words
from gui.plots.painted import PaintedPlot

MOST_NAMED = 3  # hyperparameters on the card under the mouse


class PointsPlot(PaintedPlot):
    """Keeps the trials and the space that places are read in; arrows go from one trial to the next better or worse."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, parent)
        self._found: ScoredPoints | None = None
        self._space = SearchSpace({})

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials with scores, and places from 0 to 1 along each range."""
        found = self._found
        assert found is not None
        return ("trial", "score", *found.names), (found.numbers, found.score, *found.places.T)

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its score and what was set."""
        found = self._found
        assert found is not None
        row = row_of(found.numbers, number)
        assert row is not None
        return f"trial {number}: {score_text(float(found.score[row]))}", self._values_of(row, range(MOST_NAMED))

    def neighbour(self, step: int) -> int | None:
        """The next better or worse trial."""
        found = self._found
        if found is None:
            return None
        return step_through(found.numbers[np.argsort(found.rank, kind="stable")], self._chosen, step)

    def _values_of(self, row: int, columns: range | tuple[int, ...]) -> str:
        """What a trial has for some of the hyperparameters, where these are set."""
        found = self._found
        assert found is not None
        known = [at for at in columns if at < len(found.names) and np.isfinite(found.places[row, at])]
        return ", ".join(
            f"{name_words(found.names[at])} {unit_words(self._space[found.names[at]], found.places[row, at])}"
            for at in known
        )
