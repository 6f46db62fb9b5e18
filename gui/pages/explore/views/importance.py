"""What matters: how much of the score's differences each hyperparameter explains, alone and with others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis.importance import Importance
from engine.analysis.importance_methods import METHODS, ON_MODEL
from engine.analysis.model_words import quality_words
from engine.analysis.score_model import TRUSTED
from engine.analysis.snapshot import Snapshot
from gui.base.choice_box import ChoiceBox
from gui.base.theme import font_dim, space
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.importance import ImportancePlot
from gui.views.labels import Words

OVER = {False: "over the whole space", True: "among good trials"}
CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    found = study.explain({method!r}, good_only={good_only}).importance
    for name, share, low, high in zip(found.names, found.total, found.low, found.high):
        print(f"{{name}}: {{share:.2f}} ({{low:.2f}} to {{high:.2f}})")
"""


@registry.register
class ImportanceView(ExploreView):
    """``plot_importance_whole``; a click on a bar opens the profiler with that hyperparameter first.

    ``combo_importance_method`` chooses how it is found, ``combo_importance_over`` over which trials.
    """

    title = "Importance"
    place = 15
    rests_on_model = True

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = ImportancePlot("plot_importance_whole", self)
        self.quality = Words(name="label_importance_quality", role="dim", font=font_dim(), parent=self)
        self.method = self._box("method", "Method", METHODS)
        self.over = self._box("over", "Over which trials", OVER)
        head = QHBoxLayout()
        head.setContentsMargins(space(16), space(8), space(16), 0)
        head.setSpacing(space(8))
        head.addWidget(self.method)
        head.addWidget(self.over)
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(space(16), 0, space(16), space(8))
        foot.addWidget(self.quality)
        foot.addStretch(1)
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.insertLayout(0, head)  # above a state, too: what needs no model can be chosen there
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.plot, 1)
        rows.addLayout(foot)
        self.adopt(self.plot)
        self.plot.chosen.connect(self._on_chosen)

    def needs_model(self) -> bool:
        """Sobol indices and permutation rest on the model; fANOVA grows a forest, PED-ANOVA compares places."""
        return self.method.currentData() in ON_MODEL

    def analysis(self) -> Callable[[Snapshot], object]:
        """Shares by the method that is chosen."""
        return partial(_importance, self.method.currentData(), bool(self.over.currentData()))

    def show_found(self, snapshot: Snapshot, found: Importance) -> None:
        """Show the bars, and the quality of the model beside them."""
        self.plot.show_importance(found, keeps_order=self.tools.document.is_running)
        if self.needs_model():
            self.quality.setText(quality_words(found.quality))
            self.quality.set_role("dim" if found.quality >= TRUSTED else "bad")
        else:
            self.quality.setText("Uses the trials alone, not the model of the scores")
            self.quality.set_role("dim")
        count = len(snapshot.scored)
        self.say(f"{count:,} scored trial{'s' if count != 1 else ''}")

    def code(self) -> str:
        """The same from Python."""
        path, good_only = str(self.tools.document.path), bool(self.over.currentData())
        return CODE.format(path=path, method=self.method.currentData(), good_only=good_only)

    def _box(self, name: str, words: str, choices: Mapping[Any, str]) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setObjectName(f"combo_importance_{name}")
        box.setAccessibleName(words)
        for key, title in choices.items():
            box.addItem(title, key)
        box.activated.connect(self._on_choice)
        return box

    @Slot()
    def _on_choice(self) -> None:
        self.ask_again()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.view_wanted.emit("profiler", name)


def _importance(method: str, good_only: bool, snapshot: Snapshot) -> Importance:
    return snapshot.importance(method, good_only=good_only)
