"""When each worker did what, in full width; scores and times below are those of Failures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from engine.analysis.snapshot import Snapshot
from engine.analysis.timeline import Timeline, timeline_of
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.timeline import TimelinePlot


@registry.register
class TimelineView(ExploreView):
    """``plot_timeline_whole``."""

    title = "Timeline"
    place = 250
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = TimelinePlot("plot_timeline_whole", self)
        self.fill(self.plot)

    def analysis(self) -> Callable[[Snapshot], object]:
        """Starts and ends."""
        return _timeline

    def show_found(self, snapshot: Snapshot, found: Timeline) -> None:
        """A lane a worker."""
        self.plot.show_timeline(found)
        self.say(f"{len(found.numbers):,} trials")


def _timeline(snapshot: Snapshot) -> Timeline:
    return snapshot.once("timeline", lambda: timeline_of(snapshot.history))
