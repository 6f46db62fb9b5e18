"""Where the rows come from: the present file or sample, and the way to another one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from engine.study import Catalogue
from gui.base.file_filters import TABLE_FILTER
from gui.base.help import help_text
from gui.base.text import plain
from gui.base.theme import font_strong, space
from gui.pages.setup.editor import SetupEditor
from gui.views.labels import ShortWords


class SourceRow(QWidget):
    """Buttons to choose another table or a sample, beside the present one.

    Signal ``how_asked`` wants to see how the file is written.
    """

    how_asked = Signal()

    def __init__(self, editor: SetupEditor, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._path = Path()
        self._titles = {entry.name: entry.title for entry in catalogue.samples}
        self._name = ShortWords(name="label_source", font=font_strong(), parent=self)
        self._where = ShortWords(name="label_source_folder", role="dim", parent=self)
        self._where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._how = QPushButton("How it is written…", self)
        self._how.setObjectName("button_how_written")
        self._how.setAccessibleName("How the table is written")
        self._how.setToolTip(plain(help_text("setup", "how_written")))
        self._how.setAutoDefault(False)
        self._how.clicked.connect(self.how_asked)
        choose = QPushButton("Choose a table…", self)
        choose.setObjectName("button_choose_table")
        choose.setAccessibleName("Choose another table")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._on_choose_clicked)
        sample = QPushButton("Use a sample", self)
        sample.setObjectName("button_use_sample")
        sample.setAccessibleName("Use a sample table")
        sample.setAutoDefault(False)
        menu = QMenu(sample)
        menu.setObjectName("menu_samples")
        for entry in catalogue.samples:
            action = menu.addAction(entry.title)
            action.setObjectName(f"action_sample_{entry.name.removeprefix('sample:')}")
            action.setData(entry.name)
            action.setToolTip(plain(entry.summary))
        menu.setToolTipsVisible(True)
        menu.triggered.connect(self._on_sample_triggered)
        sample.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(8))
        row.addWidget(self._name)
        row.addWidget(self._where, 1)
        row.addWidget(self._how)
        row.addWidget(choose)
        row.addWidget(sample)

    def show_source(self, source: str) -> None:
        """Show a file or a sample."""
        self._path = Path(source)
        self.show_how(True)
        if source in self._titles:
            self._name.setText(self._titles[source])
            self._where.setText("a sample that comes with Twinloop")
        else:
            self._name.setText(self._path.name)
            self._where.setText(str(self._path.parent))

    def show_how(self, shown: bool) -> None:
        """Offer to change how the file is written, or not: samples are read as they are meant."""
        self._how.setVisible(shown and not str(self._path).startswith("sample:"))

    @Slot()
    def _on_choose_clicked(self) -> None:
        folder = self._path.parent if self._path.is_file() else Path.home()
        self._editor.messages.choose_open("Choose a table", folder, TABLE_FILTER, self._take)

    def _take(self, path: Path) -> None:
        self._editor.suggest(f"table {path.name}", source=str(path))

    @Slot(QAction)
    def _on_sample_triggered(self, action: QAction) -> None:
        self._editor.suggest(f"sample {action.text()}", source=action.data())
