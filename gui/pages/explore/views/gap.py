"""The generalisation gap over each hyperparameter: what makes validation lag behind training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.gaps import Gaps, gaps_of, gaps_title
from engine.analysis.scored_points import ScoredPoints
from engine.analysis.snapshot import Snapshot
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.score_slices import ScoreSlicesPlot


@registry.register
class GapView(ExploreView):
    """``plot_gaps``."""

    title = "Gap"
    place = 245
    accent = "inner"
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = ScoreSlicesPlot("plot_gaps", self)
        self.plot.setAccessibleName("Generalisation gap over each hyperparameter")
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.plot)
        self.adopt(self.plot)

    def analysis(self) -> Callable[[Snapshot], object]:
        """The gap of every trial."""
        return _gaps

    def show_found(self, snapshot: Snapshot, found: Gaps) -> None:
        """A chart each."""
        order = np.argsort(found.gap, kind="stable")
        rank = np.empty(len(order))
        rank[order] = (np.arange(len(order)) + 0.5) / max(len(order), 1)
        nothing = np.zeros((0, len(found.names)))
        points = ScoredPoints(
            found.names,
            found.numbers,
            found.places,
            found.gap,
            rank,
            np.zeros(len(rank)),
            rank < 0,
            nothing,
        )
        self.plot.show_points(points, snapshot.history.space, gaps_title(found), minimize=True)
        self.say(f"{len(found.numbers):,} trials told both losses")


def _gaps(snapshot: Snapshot) -> Gaps:
    return snapshot.once("gaps", lambda: gaps_of(snapshot.rest, snapshot.curves))
