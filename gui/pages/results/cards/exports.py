"""The card of exports: one button a format, and a sentence about where the last one went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from engine.analysis import BestSummary
from engine.errors import UserFault
from engine.objectives.description import CodeObjective, TableObjective
from engine.study import export_study
from gui.base.settings import Settings
from gui.base.theme import space
from gui.bridge.background import Background
from gui.pages.results.cards import ResultsCard, ResultsContext, registry
from gui.views.labels import ShortWords


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: its ending, what its button says, and what the file is good for."""

    ending: str
    title: str
    about: str


RETRAINS = "Stand-alone: retrains the best model and prints its score."
RUNS_AGAIN = "Runs the objective once more with the best configuration and prints its score."
FORMATS = (
    ExportFormat("py", "Python script", RETRAINS),
    ExportFormat("json", "JSON", "The best configuration."),
    ExportFormat("yaml", "YAML", "The best configuration."),
    ExportFormat("csv", "CSV", "Every trial, one row each, in Optuna's columns."),
    ExportFormat("parquet", "Parquet", "Every trial, one row each, with types."),
)


@registry.register
class ExportsCard(ResultsCard):
    """``card_exports``. Files are written off the window's thread."""

    title = "Export"
    place = 90
    help_topic = "window:export"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._document = context.document
        self._messages = context.messages
        self._background = Background(self)
        self._written: Path | None = None
        self.said = ShortWords(name="label_export", role="dim", parent=self)
        self.folder = QPushButton("Show in folder", self)
        self.folder.setObjectName("button_show_folder")
        self.folder.setAccessibleName("Show the exported file in its folder")
        self.folder.clicked.connect(self._on_folder_wanted)
        self.folder.hide()
        self._script_about = ShortWords(RETRAINS, name="label_export_py", role="dim", parent=self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(16))
        grid.setVerticalSpacing(space(8))
        grid.setColumnStretch(1, 1)
        for row, one in enumerate(FORMATS):
            button = QPushButton(f"{one.title}…", self)
            button.setObjectName(f"button_export_{one.ending}")
            button.setAccessibleName(f"Export {one.title}")
            button.setProperty("ending", one.ending)
            button.clicked.connect(self._on_clicked)
            grid.addWidget(button, row, 0)
            is_script = one.ending == "py"
            grid.addWidget(self._script_about if is_script else ShortWords(one.about, role="dim", parent=self), row, 1)
        last = QHBoxLayout()
        last.addWidget(self.said, 1)
        last.addWidget(self.folder)
        self.rows.addLayout(grid)
        self.rows.addLayout(last)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._background.is_busy

    def ask(self, ending: str = "") -> None:
        """Have a place chosen and write there; without an ending every format is offered."""
        if self._document.path is None or self.is_busy:
            return
        offered = [one for one in FORMATS if ending in ("", one.ending)]
        filters = ";;".join(f"{one.title} (*.{one.ending})" for one in offered)
        setup = self._document.setup
        # A study on a script is called as the script, which must not be written over.
        more = " best" if setup is not None and isinstance(setup.objective, CodeObjective) else ""
        suggestion = Settings().folder / f"{self._document.path.stem}{more}.{offered[0].ending}"
        self._messages.choose_save("Export", suggestion, filters, self.write)

    def show_best(self, found: BestSummary) -> None:
        """Say what the script does: a model on a table is trained by it, other objectives are called."""
        setup = self._document.setup
        is_table = setup is None or isinstance(setup.objective, TableObjective)
        self._script_about.setText(RETRAINS if is_table else RUNS_AGAIN)

    def write(self, target: Path) -> None:
        """Write to ``target`` in the format of its ending."""
        path = self._document.path
        if path is None:
            return
        self._document.flush()
        self.folder.hide()
        self._say(f"Writing {target.name} …")
        self._background.call("export", partial(export_study, path, target), self._on_written, self._on_refused)

    def shutdown(self) -> None:
        """Wait for a file that is being written: for the very end."""
        self._background.shutdown()

    def _say(self, text: str, role: str = "dim") -> None:
        self.said.set_role(role)
        self.said.setText(text)

    def _on_written(self, target: Path) -> None:
        self._background.cancel_all()  # its thread is not needed until the next file
        self._written = target
        self._say(f"Wrote {target.name} into {target.parent}.", "text")
        self.folder.show()

    def _on_refused(self, fault: UserFault) -> None:
        self._background.cancel_all()
        self._say(str(fault), "bad")

    @Slot()
    def _on_clicked(self) -> None:
        self.ask(str(self.sender().property("ending")))

    @Slot()
    def _on_folder_wanted(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))
