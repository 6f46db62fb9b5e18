"""Every hyperparameter by quality: where the best trials lie among all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import points_title
from engine.analysis.snapshot import Snapshot
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.pages.explore.views.slices import Shared, shared_of
from gui.plots.beeswarm import BeeswarmPlot


@registry.register
class QualityView(ExploreView):
    """``plot_beeswarm``."""

    title = "Quality"
    place = 210
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = BeeswarmPlot(parent=self)
        self.fill(self.plot)

    def analysis(self) -> Callable[[Snapshot], object]:
        """What the good trials share."""
        return shared_of

    def show_found(self, snapshot: Snapshot, found: Shared) -> None:
        """A row each."""
        remark = "strong: the best tenth, weaker: the next two, pale: the rest · cross: failed"
        self.plot.setMinimumHeight(min(len(found.points.names) * 56, 1200) + 60)
        self.plot.show_points(found.points, snapshot.history.space, points_title(*found, remark))
        self.say(f"{len(found.points.numbers):,} scored trials")
