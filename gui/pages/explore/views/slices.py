"""The score over each hyperparameter, as the trials had it: no model."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import Common, ScoredPoints, common_of_good, points_title, scored_points
from engine.analysis.snapshot import Snapshot
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.score_slices import ScoreSlicesPlot

CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    table = study.trials_dataframe()
    table.plot.scatter(x="params_" + list(study.best_params)[0], y="value")
"""


class Shared(NamedTuple):
    """Scored trials, and what the good ones share."""

    points: ScoredPoints
    common: tuple[Common, ...]


@registry.register
class SlicesView(ExploreView):
    """``plot_score_slices``."""

    title = "Slices"
    place = 200
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = ScoreSlicesPlot(parent=self)
        self.fill(self.plot)

    def analysis(self) -> Callable[[Snapshot], object]:
        """What the good trials share."""
        return shared_of

    def show_found(self, snapshot: Snapshot, found: Shared) -> None:
        """A chart each."""
        title = points_title(found.points, found.common, f"{snapshot.metric} · later trials are stronger")
        self.plot.show_points(found.points, snapshot.history.space, title, minimize=snapshot.minimize)
        self.say(f"{len(found.points.numbers):,} scored trials")

    def code(self) -> str:
        """The same as a table."""
        return CODE.format(path=str(self.tools.document.path))


def shared_of(snapshot: Snapshot) -> Shared:
    """Scored trials of a snapshot, and what the good ones share."""

    def work() -> Shared:
        points = scored_points(snapshot.rest)
        return Shared(points, common_of_good(snapshot.rest, points))

    return snapshot.once("shared", work)
