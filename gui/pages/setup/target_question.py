"""The question of a new table: is this guess the column to predict?"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.base.text import button_label, plain
from gui.base.theme import font_dim, space
from gui.views.labels import Words

GUESS = "This is a guess. Confirm it, or choose another column, before running."


class TargetQuestion(QWidget):
    """A button that confirms the guessed target, and why it is asked. Signal ``confirmed``."""

    confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self)
        self.button.setObjectName("button_confirm_target")
        self.button.setProperty("main", True)
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self._on_clicked)
        said = Words(GUESS, "label_confirm_target", "dim", font_dim(), wrap=True, parent=self)
        said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(12))
        row.addWidget(self.button)
        row.addWidget(said, 1)
        self.hide()

    def show_guess(self, target: str) -> None:
        """Ask about a column."""
        self.button.setText(f"Predict {button_label(target, 28)}")
        self.button.setAccessibleName(f"Predict {target}")
        self.button.setAccessibleDescription(GUESS)
        self.button.setToolTip(plain(f"Confirm {target} as the target"))

    @Slot()
    def _on_clicked(self) -> None:
        self.confirmed.emit()
