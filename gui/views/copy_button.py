"""A button that puts a text on the clipboard and says for a moment that it did."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from gui.base.text import plain

COPIED = "Copied"
COPIED_MS = 1500  # long enough to be read: a guess


class CopyButton(QPushButton):
    """Whoever owns it connects ``clicked`` and hands the text to :meth:`copy`."""

    def __init__(self, words: str, name: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._words = words
        self.setObjectName(name)
        self.setAccessibleName(about)
        self.setToolTip(plain(about))
        self._pause = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._pause.timeout.connect(self._on_seen)

    def copy(self, text: str) -> None:
        """Put ``text`` on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.setMinimumWidth(self.width())  # nothing beside it moves
        self.setText(COPIED)
        self._pause.start()

    @Slot()
    def _on_seen(self) -> None:
        self.setText(self._words)
        self.setMinimumWidth(0)
