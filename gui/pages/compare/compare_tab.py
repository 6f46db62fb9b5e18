"""What every tab of Compare has: its parts, a remark, and whether somebody looks at it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from gui.base.messages import Messages
from gui.session.document import Document


class CompareTab(QWidget):
    """Base. Signal ``remarked(str)``: what stands at the right of the row of tabs."""

    remarked = Signal(str)

    def __init__(self, document: Document, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._messages = document, messages

    def watch(self, is_seen: bool) -> None:
        """Somebody looks at this tab, or nobody does: then nothing is worked out."""

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever looks sees things as they are now."""
        super().showEvent(event)
        self.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is worked out for nobody."""
        super().hideEvent(event)
        self.watch(False)
