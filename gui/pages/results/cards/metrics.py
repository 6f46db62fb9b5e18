"""The card that judges the whole history by another metric, from stored predictions: nothing is trained."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from engine.analysis.rescored_words import Ranked, rank_trials, rescored_title
from engine.errors import UserFault
from engine.judging.metric_choice import OF_ONE_CLASS
from engine.judging.rescoring import Rescored, rescore_trials
from engine.objectives.description import TableObjective
from engine.study import metrics
from gui.base.choice_box import ChoiceBox
from gui.base.formats import score_text
from gui.base.theme import space
from gui.pages.live import study_words
from gui.pages.results.cards import ResultsContext, registry
from gui.pages.results.judged_card import JudgedCard
from gui.session.judged import Judged
from gui.views.labels import ShortWords, Words

SHOWN = 5  # trials of the table
OWN = "own"
"""The entry below all metrics: what a person types."""
HINT = 'minimize:mean(abs(y - p)) or cost:{"true class": {"predicted class": 5}}'


@registry.register
class MetricsCard(JudgedCard):
    """``card_metrics``. Stays in sight where nothing can be judged, and says why."""

    title = "By another metric"
    place = 50
    help_topic = "window:another_metric"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._offered: tuple[object, ...] = ()
        self._names: list[str] = []
        self.choice = ChoiceBox(self)
        self.choice.setObjectName("combo_rescore")
        self.choice.setAccessibleName("Metric to judge by")
        self.one_class = ChoiceBox(self)
        self.one_class.setObjectName("combo_rescore_class")
        self.one_class.setAccessibleName("Class that the metric asks for")
        self.own = QLineEdit(self)
        self.own.setObjectName("line_rescore")
        self.own.setAccessibleName("Formula or costs to judge by")
        self.own.setPlaceholderText(HINT)
        self.said = Words(name="label_rescore", role="dim", wrap=True, parent=self)
        line = QHBoxLayout()
        line.setSpacing(space(8))
        line.addWidget(Words("Judge all trials by", parent=self))
        line.addWidget(self.choice)
        line.addWidget(self.one_class)
        line.addWidget(self.own, 1)
        line.addStretch(1)
        self.table = QGridLayout()
        self.table.setHorizontalSpacing(space(24))
        self.table.setVerticalSpacing(space(4))
        self.table.setColumnStretch(3, 1)
        self.cells = [[ShortWords(role="dim" if row == 0 else "text", parent=self) for _ in range(4)]
                      for row in range(SHOWN + 1)]  # fmt: skip
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                cell.setObjectName(f"label_rescore_{row}_{column}")
                self.table.addWidget(cell, row, column)
        self.rows.addLayout(line)
        self.rows.addWidget(self.said)
        self.rows.addLayout(self.table)
        self.choice.currentIndexChanged.connect(self._on_chosen)
        self.one_class.currentIndexChanged.connect(self._on_chosen)
        self.own.editingFinished.connect(self._on_typed)

    def ask(self) -> None:
        """Offer what the target allows, then judge."""
        judged = self.context.judged.found
        if judged is None or not isinstance(judged.objective, TableObjective):
            self.hide()
            return
        self.show()
        if judged.trials is None:
            self.say(rescored_title(None, ""))
            self._show_refusal(judged.refusal)
            return
        self._offer(judged.objective, judged.trials.rows.classes)
        super().ask()

    def analysis(self, judged: Judged) -> Callable[[], Ranked] | None:
        """Every trial under the metric that is chosen."""
        text = self._wanted()
        if not text:
            return None
        sign = 1.0 if self._minimizes else -1.0
        return partial(_ranked, text, judged, self.number, sign)

    def show_found(self, found: Ranked) -> None:
        """The best of them, beside the scores that the study has."""
        setup = self.context.document.setup
        name = study_words.metric_name(setup)
        self.say(rescored_title(found, name))
        self.said.hide()
        rows = [("trial", found.title, name, "place in the study")]
        for one in found.best[:SHOWN]:
            now, before = score_text(one.score, one.error), score_text(one.before)
            rows.append((str(one.number), now, before, f"{one.place_before:,} of {found.count:,}"))
        for place, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                cell.setText(rows[place][column] if place < len(rows) else "")
                cell.setVisible(place < len(rows))

    def show_nothing(self) -> None:
        """No metric is chosen yet."""
        self._show_refusal("")
        self.say(rescored_title(None, ""))

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _minimizes(self) -> bool:
        setup = self.context.document.setup
        return setup is not None and setup.direction == "minimize"

    def _wanted(self) -> str:
        """The metric as :mod:`engine.judging.metric_choice` reads it; empty where none is chosen."""
        place = self.choice.currentIndex()
        name = self._names[place] if 0 <= place < len(self._names) else ""
        if name == OWN:
            return self.own.text().strip()
        if name in OF_ONE_CLASS and self.one_class.currentIndex() > 0:
            return f"{name}:{self.one_class.currentText()}"
        return name

    def _offer(self, objective: TableObjective, classes: tuple[str, ...]) -> None:
        """Fill both lists, where the study is another one."""
        offered = objective.task, objective.metric, classes
        if offered == self._offered:
            return
        self._offered = offered
        entries = [entry for entry in metrics(objective.task) if entry.name != objective.metric]
        self._names = ["", *(entry.name for entry in entries), OWN]
        for box in (self.choice, self.one_class):
            box.blockSignals(True)
            box.clear()
        self.choice.addItems(["choose a metric", *(entry.title for entry in entries), "a formula or costs"])
        first = "the positive class" if len(classes) == 2 else "mean over classes"
        self.one_class.addItems([first, *classes[:100]])
        for box in (self.choice, self.one_class):
            box.blockSignals(False)
        self._show_fields()

    def _show_fields(self) -> None:
        place = self.choice.currentIndex()
        name = self._names[place] if 0 <= place < len(self._names) else ""
        self.one_class.setVisible(name in OF_ONE_CLASS)
        self.own.setVisible(name == OWN)

    def _show_refusal(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        is_possible = self.context.judged.found is not None and self.context.judged.found.trials is not None
        self.choice.setEnabled(is_possible)
        if not is_possible:
            self.one_class.hide()
            self.own.hide()
        for cells in self.cells:
            for cell in cells:
                cell.hide()

    def _on_refused(self, fault: UserFault) -> None:
        self._show_refusal(str(fault))
        self.show()

    @Slot(int)
    def _on_chosen(self, _place: int) -> None:
        self._show_fields()
        self.ask()

    @Slot()
    def _on_typed(self) -> None:
        if self._wanted():
            self.ask()


def _ranked(text: str, judged: Judged, number: int | None, sign: float) -> Ranked:
    found: Rescored = rescore_trials(text, judged.stored, judged.objective, judged.history)
    errors = {one: found.error(one) for one in found.scores}
    return rank_trials(found.title, found.direction, found.scores, errors, judged.history.score, number, sign)
