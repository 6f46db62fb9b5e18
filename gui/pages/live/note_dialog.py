"""A line that a person notes of one trial or of several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.base.theme import space
from gui.views.labels import Words

LONGEST = 2000


class NoteDialog(QDialog):
    """``dialog_note``. Signal ``written`` carries the trials' numbers and the text."""

    written = Signal(object, str)

    def __init__(self, numbers: Sequence[int], text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dialog_note")
        self._numbers = list(numbers)
        of = f"trial {numbers[0]}" if len(numbers) == 1 else f"{len(numbers):,} trials"
        self.setWindowTitle(f"Note of {of}")
        self.line = QLineEdit(text, self)
        self.line.setObjectName("edit_note")
        self.line.setAccessibleName(f"Note of {of}")
        self.line.setMaxLength(LONGEST)
        self.line.selectAll()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(24), space(16), space(24), space(16))
        rows.setSpacing(space(12))
        rows.addWidget(Words("It is saved in the study and shown in the table.", role="dim", wrap=True, parent=self))
        rows.addWidget(self.line)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for name, verb, slot in (("cancel", "Cancel", self.reject), ("keep", "Keep", self._on_keep)):
            button = QPushButton(verb, self)
            button.setObjectName(f"button_{name}_note")
            button.setAccessibleName(verb)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        button.setProperty("main", True)
        button.setDefault(True)
        rows.addLayout(buttons)
        self.setMinimumWidth(space(420))

    @Slot()
    def _on_keep(self) -> None:
        self.written.emit(self._numbers, self.line.text())
        self.accept()
