"""The card that predicts a new table with the best configuration, trained on all rows; a table may be dropped on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QWidget

from engine.analysis import BestSummary
from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.study import TABLE_SUFFIXES, NewPredictions, choose_table, predict_new_table
from gui.base.file_filters import TABLE_FILTER
from gui.base.formats import count_text, number_text
from gui.base.settings import Settings
from gui.pages.results.cards import ResultsCard, ResultsContext, registry
from gui.session.study_background import StudyBackground
from gui.views.labels import Words

WRITTEN = "CSV (*.csv);;TSV (*.tsv);;Parquet (*.parquet)"
MOST_DOUBTS = 6  # lines of the card; the command line tells all
ABOUT = "Drop a table here, or choose one: the best configuration is trained on all rows and says what it expects."


@registry.register
class ApplyCard(ResultsCard):
    """``card_apply``. The new table is read, and never changed."""

    title = "Predict a new table"
    place = 80
    help_topic = "window:predict_a_new_table"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.setAcceptDrops(True)
        self._written: Path | None = None
        self._background = StudyBackground(context.document, self)
        self.choose = QPushButton("Choose a table…", self)
        self.choose.setObjectName("button_predict")
        self.choose.clicked.connect(self._on_choose)
        self.folder = QPushButton("Show in folder", self)
        self.folder.setObjectName("button_show_predicted")
        self.folder.clicked.connect(self._on_folder_wanted)
        self.folder.hide()
        self.head.addWidget(self.folder)
        self.head.addWidget(self.choose)
        self.said = Words(ABOUT, "label_predict", "dim", wrap=True, parent=self)
        self.doubts = Words(name="label_predict_doubts", wrap=True, parent=self)
        self.doubts.hide()
        self.rows.addWidget(self.said)
        self.rows.addWidget(self.doubts)
        context.document.left.connect(self._on_left)

    @property
    def is_busy(self) -> bool:
        """Whether a table is being predicted."""
        return self._background.is_busy

    def show_best(self, found: BestSummary) -> None:
        """Only a study about a table has a model."""
        setup = self.context.document.setup
        self.setVisible(setup is not None and isinstance(setup.objective, TableObjective))

    def take(self, table: Path) -> None:
        """Have a place chosen for the predictions of ``table``; whoever names a table agrees to its being read."""
        if self.is_busy or self.context.document.path is None:
            return
        choose_table(str(table.absolute()))
        suggestion = table.with_name(f"{table.stem}-predicted.csv")
        self.context.messages.choose_save("Save the predictions", suggestion, WRITTEN, partial(self._predict, table))

    def shutdown(self) -> None:
        """Wait for the thread: for the very end."""
        self._background.shutdown()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one table; the window does not hear of it."""
        if len(_tables(event)) == 1:
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Predict it."""
        tables = _tables(event)
        if len(tables) == 1:
            event.acceptProposedAction()
            self.take(tables[0])
        else:
            super().dropEvent(event)

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_left(self) -> None:
        self.choose.setEnabled(True)
        self.folder.hide()
        self.doubts.hide()
        self._say(ABOUT, "dim")

    def _predict(self, table: Path, to: Path) -> None:
        path = self.context.document.path
        if path is None:
            return
        self.context.document.flush()
        self.choose.setEnabled(False)
        self.folder.hide()
        self.doubts.hide()
        self._say(f"Training on all rows and predicting {table.name} …", "dim")
        work = partial(predict_new_table, path, table, to)
        self._background.call("predict", work, self._on_predicted, self._on_refused)

    def _say(self, text: str, role: str) -> None:
        self.said.set_role(role)
        self.said.setText(text)

    def _on_predicted(self, found: NewPredictions) -> None:
        self._written = found.path
        self.choose.setEnabled(True)
        self.folder.show()
        text = f"Wrote {count_text(found.rows, 'row')} to {found.path.name}, by {found.by} trained on all rows."
        if found.score is not None:
            text = f"{text} {found.metric} on the {count_text(found.scored, 'row')} that hold {found.target}: "
            text += f"{number_text(found.score)}."
        self._say(text, "text")
        doubts = found.doubts[:MOST_DOUBTS]
        more = len(found.doubts) - len(doubts)
        lines = [*(f"· {one}" for one in doubts), *([f"and {more} more"] if more else [])]
        self.doubts.setText("\n".join(lines))
        self.doubts.setVisible(bool(lines))

    def _on_refused(self, fault: UserFault) -> None:
        self.choose.setEnabled(True)
        self._say(str(fault), "bad")

    @Slot()
    def _on_choose(self) -> None:
        self.context.messages.choose_open("Predict a table", Settings().folder, TABLE_FILTER, self.take)

    @Slot()
    def _on_folder_wanted(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))


def _tables(event: QDropEvent) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in TABLE_SUFFIXES]
