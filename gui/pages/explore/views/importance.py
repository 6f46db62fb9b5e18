"""What matters: how much of the score's differences each hyperparameter explains, alone and with others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis.importance import Importance
from engine.analysis.model_words import quality_words
from engine.analysis.score_model import TRUSTED
from engine.analysis.snapshot import Snapshot
from gui.base.theme import font_dim, space
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.importance import ImportancePlot
from gui.views.labels import Words

CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    for row in study.explain()["importance"]:
        print(row)
"""


@registry.register
class ImportanceView(ExploreView):
    """``plot_importance_whole``; a click on a bar opens the profiler with that hyperparameter first."""

    title = "Importance"
    place = 15
    rests_on_model = True

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = ImportancePlot("plot_importance_whole", self)
        self.quality = Words(name="label_importance_quality", role="dim", font=font_dim(), parent=self)
        foot = QHBoxLayout()
        foot.setContentsMargins(space(16), 0, space(16), space(8))
        foot.addWidget(self.quality)
        foot.addStretch(1)
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.plot, 1)
        rows.addLayout(foot)
        self.adopt(self.plot)
        self.plot.chosen.connect(self._on_chosen)

    def analysis(self) -> Callable[[Snapshot], Any]:
        """Sobol indices of the model."""
        return _sobol

    def show_found(self, snapshot: Snapshot, found: Importance) -> None:
        """Show the bars, and the quality of the model beside them."""
        self.plot.show_importance(found, keeps_order=self.tools.document.is_running)
        self.quality.setText(quality_words(found.quality))
        self.quality.set_role("dim" if found.quality >= TRUSTED else "bad")
        count = len(snapshot.scored)
        self.say(f"{count:,} scored trial{'s' if count != 1 else ''}")

    def code(self) -> str:
        """What the command line prints, too."""
        return CODE.format(path=str(self.tools.document.path))

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.view_wanted.emit("profiler", name)


def _sobol(snapshot: Snapshot) -> Importance:
    return snapshot.importance()
