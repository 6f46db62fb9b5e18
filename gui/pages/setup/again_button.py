"""The way on for a study whose table was moved, renamed or written anew: choose the file again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from engine.objectives.description import TableObjective
from gui.base.file_filters import TABLE_FILTER
from gui.base.text import plain
from gui.pages.setup.editor import SetupEditor

CHANGED = "the table has changed since the study began"
TIP = "The same table is taken from anywhere, under any name; another one is refused with what differs."


def table_changed(table: TableObjective | None, info: Any) -> bool:
    """Whether the table that was read is another one than the study was made with."""
    return table is not None and bool(table.fingerprint and info.fingerprint) and table.fingerprint != info.fingerprint


class AgainButton(QPushButton):
    """Shown where the table is not there any more, or is another one; works also once there are trials."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__("Choose the file again…", parent)
        self._editor = editor
        self.is_needed = False
        self.setObjectName("button_choose_again")
        self.setAccessibleName("Choose the file of the table again")
        self.setToolTip(plain(TIP))
        self.setProperty("main", True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        self.hide()

    def show_needed(self, is_needed: bool, is_folded: bool) -> None:
        """Offer it where the table is gone and this window may write the study."""
        self.is_needed = is_needed and self._editor.document.writable
        self.show_folded(is_folded)

    def show_folded(self, is_folded: bool) -> None:
        """Nothing but its line is seen of a card that is folded."""
        self.setVisible(self.is_needed and not is_folded)

    @Slot()
    def _on_clicked(self) -> None:
        table = self._editor.table
        folder = Path(table.source).parent if table is not None else Path.home()
        folder = folder if folder.is_dir() else Path.home()
        self._editor.messages.choose_open("Choose the table again", folder, TABLE_FILTER, self._take)

    def _take(self, path: Path) -> None:
        self._editor.choose_again(str(path))
