"""A dialog that asks for one line of text, such as a note."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.base.text import seen
from gui.base.theme import space
from gui.views.labels import Words

LONGEST = 2000  # characters; a guess


class LineDialog(QDialog):
    """``dialog_NAME``, with ``edit_NAME`` and ``button_keep_NAME``. Signal ``written(str)`` carries the line that is
    kept."""

    written = Signal(str)

    def __init__(self, name: str, title: str, about: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog_{name}")
        self.setWindowTitle(seen(title))
        self.line = QLineEdit(text, self)
        self.line.setObjectName(f"edit_{name}")
        self.line.setAccessibleName(title)
        self.line.setMaxLength(LONGEST)
        self.line.selectAll()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(24), space(16), space(24), space(16))
        rows.setSpacing(space(12))
        rows.addWidget(Words(about, role="dim", wrap=True, parent=self))
        rows.addWidget(self.line)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for key, verb, slot in (("cancel", "Cancel", self.reject), ("keep", "Keep", self._on_keep)):
            button = QPushButton(verb, self)
            button.setObjectName(f"button_{key}_{name}")
            button.setAccessibleName(verb)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        button.setProperty("main", True)
        button.setDefault(True)
        rows.addLayout(buttons)
        self.setMinimumWidth(space(420))
        self.finished.connect(self.deleteLater)

    @Slot()
    def _on_keep(self) -> None:
        self.written.emit(self.line.text())
        self.accept()
