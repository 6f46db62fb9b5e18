"""Which settings go together among the good trials."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import Correlations, correlations_of
from engine.analysis.snapshot import Snapshot
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.pages.explore.views.slices import shared_of
from gui.plots.correlations import CorrelationsPlot


@registry.register
class CorrelationsView(ExploreView):
    """``plot_correlations``."""

    title = "Correlations"
    place = 230
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = CorrelationsPlot(parent=self)
        self.fill(self.plot)

    def analysis(self) -> Callable[[Snapshot], object]:
        """Rank correlations."""
        return _correlations

    def show_found(self, snapshot: Snapshot, found: Correlations) -> None:
        """The triangle."""
        self.plot.show_correlations(found)
        self.say(f"{found.count:,} good trials of {len(snapshot.scored):,}")


def _correlations(snapshot: Snapshot) -> Correlations:
    points = shared_of(snapshot).points
    return snapshot.once("correlations", lambda: correlations_of(snapshot.rest, points))
