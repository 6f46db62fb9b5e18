"""The card of the columns that the best model relies on: asked for, since its folds are trained again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from engine.analysis import BestSummary
from engine.analysis.column_words import columns_title
from engine.analysis.title import Title
from engine.applying.column_importance import ColumnImportance, column_importance
from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.seeds import model_seed
from gui.base.formats import about_text
from gui.pages.results.cards import ResultsCard, ResultsContext, registry
from gui.plots.column_importance import ColumnImportancePlot
from gui.plots.headline import Headline
from gui.session.study_background import StudyBackground
from gui.views.labels import Words

SHUFFLING = 1.5  # times the training that a trial took: what judging shuffled rows adds; a guess
TITLE = Title("Columns of the table:", "which of them does the best model rely on?", "", "text")


@registry.register
class ColumnsCard(ResultsCard):
    """``card_columns``. The process that reads tables does the work, which *Stop* ends."""

    title = "Columns of the table"
    place = 70
    help_topic = "window:columns_of_the_table"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._number: int | None = None
        self._seconds = 0.0
        self._background = StudyBackground(context.document, self)
        self.title_label.hide()
        self.headline = Headline(self)
        self.headline.most_title_lines = self.headline.most_lines = 2
        self.head.insertWidget(0, self.headline, 1)
        self.start = QPushButton("Shuffle each column", self)
        self.start.setObjectName("button_columns")
        self.start.clicked.connect(self._on_start)
        self.stop = QPushButton("Stop", self)
        self.stop.setObjectName("button_stop_columns")
        self.stop.clicked.connect(self._on_stop)
        self.stop.hide()
        self.head.addWidget(self.start)
        self.head.addWidget(self.stop)
        self.said = Words(name="label_columns", role="dim", wrap=True, parent=self)
        self.plot = ColumnImportancePlot(parent=self)
        self.plot.hide()
        self.said.hide()
        self.rows.addWidget(self.said)
        self.rows.addWidget(self.plot)
        self.headline.say(*TITLE)
        context.document.left.connect(self._on_left)

    @property
    def is_busy(self) -> bool:
        """Whether it is being worked out."""
        return self._background.is_busy

    def show_best(self, found: BestSummary) -> None:
        """Another best trial is asked anew."""
        setup = self.context.document.setup
        self.setVisible(setup is not None and isinstance(setup.objective, TableObjective))
        if found.best.number == self._number:
            return
        self._number = found.best.number
        self._seconds = found.best.seconds or 0.0
        self._background.drop("columns")
        self.plot.hide()
        self.headline.say(*TITLE)
        self._show_idle("")

    def shutdown(self) -> None:
        """Wait for the thread: for the very end."""
        self._background.drop("columns")
        self._background.shutdown()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _show_idle(self, said: str, role: str = "dim") -> None:
        self.start.setText(f"Shuffle each column: {about_text(SHUFFLING * self._seconds)}")
        self.start.show()
        self.stop.hide()
        self.said.set_role(role)
        self.said.setText(said)
        self.said.setVisible(bool(said))

    @Slot()
    def _on_start(self) -> None:
        document, number = self.context.document, self._number
        if document.setup is None or document.history is None or number is None:
            return
        params = dict(document.history.params(number))
        seed = model_seed(document.setup.strategy.seed, number)
        question = partial(column_importance, document.setup, params, number, seed)
        self.start.hide()
        self.stop.show()
        self.said.set_role("dim")
        self.said.setText("Training the folds again and shuffling one column after another …")
        self.said.show()
        self._background.ask("columns", question, self._on_found, self._on_refused)

    @Slot()
    def _on_left(self) -> None:
        self._number = None  # so that the next best trial is another one

    @Slot()
    def _on_stop(self) -> None:
        self._background.drop("columns")
        self._show_idle("")

    def _on_found(self, found: ColumnImportance) -> None:
        self._show_idle("")
        told = found.names, found.loss, found.low
        self.headline.say(*columns_title(*told, found.metric, found.folds, found.repeats, found.trial))
        self.plot.show_importance(found)
        self.plot.show()

    def _on_refused(self, fault: UserFault) -> None:
        self._show_idle(str(fault), "bad")
