"""The Pareto front of a study with several objectives."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from engine.analysis.front_shape import FrontShape, front_shape
from engine.analysis.snapshot import Snapshot
from engine.errors import UserFault
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.front import FrontPlot

CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    for trial in study.front:
        print(trial.number, trial.scores, trial.params)
"""


@registry.register
class FrontView(ExploreView):
    """``plot_front``."""

    title = "Front"
    place = 240
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = FrontPlot(parent=self)
        self.fill(self.plot)

    def analysis(self) -> Callable[[Snapshot], object]:
        """The front, its knee, and how it grew."""
        return _front

    def show_found(self, snapshot: Snapshot, found: FrontShape) -> None:
        """A chart a pair of objectives."""
        setup = self.tools.document.setup
        count = len(snapshot.history.directions)
        known = () if setup is None else setup.metric_names
        names = known if len(known) == count else tuple(f"score {at + 1}" for at in range(count))
        self.plot.show_front(found, names)
        self.say(f"{len(found.front.numbers):,} of {len(found.numbers):,} on the front")

    def code(self) -> str:
        """The front from Python."""
        return CODE.format(path=str(self.tools.document.path))


def _front(snapshot: Snapshot) -> FrontShape:
    if len(snapshot.history.directions) < 2:
        raise UserFault("This study has one objective.", "A front takes two or more; its best trials stand on Live.")
    return snapshot.once("front", lambda: front_shape(snapshot.rest))
