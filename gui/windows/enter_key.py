"""Enter presses the button that has the focus, as Space does, in every page of a window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterKey(QObject):
    """Watches one window, which owns it.

    Only the button is pressed that had the focus when the key went down: what a field does at Enter may disable it,
    and the focus then goes to a button that nobody meant.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._meant: QWidget | None = None
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The override of shortcuts goes ahead of every key, and comes here unless a field took it."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            self._meant = self._window.focusWidget()
            return False
        meant, self._meant = self._meant, None
        if event.key() not in ENTER or not isinstance(meant, QAbstractButton):
            return False
        if not event.isAutoRepeat() and meant is self._window.focusWidget():
            meant.click()
        return True
