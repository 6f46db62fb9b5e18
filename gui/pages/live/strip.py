"""A strip of words on the page *Live*, which takes little room in a low window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.base.theme import space

LOW = 700  # pixels of the window below which a strip is one line (design: additions to Live)


class Strip(QWidget):
    """Its words are in ``body``, which is hidden alone where there is nothing to say: who is hidden cannot look.

    A subclass writes them in :meth:`write`, which is called where the size, the theme or the font changed.
    """

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.body = QWidget(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.body)

    @property
    def is_low(self) -> bool:
        """Whether there is room for one line alone."""
        window = self.window()
        return window is not None and window.height() < space(LOW)

    @Slot()
    def write(self) -> None:
        """Say what there is to say now."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line in a low window."""
        super().resizeEvent(event)
        self.write()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange):
            self.write()

    def minimumSizeHint(self) -> QSize:
        """It gives way to what is above it at the sides."""
        return QSize(0, super().minimumSizeHint().height())
