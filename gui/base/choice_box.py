"""A drop-down list that keys open: nothing is chosen before a person presses Enter in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

_OPENS = {
    Qt.Key.Key_Down,
    Qt.Key.Key_Up,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_F4,
}
_TYPED = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}  # belong to the line where there is one


class ChoiceBox(QComboBox):
    """Arrows, Space, Enter and letters open the list, where Enter chooses and Escape leaves everything as it was.

    The wheel scrolls the page, whatever lies under the mouse.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list instead of choosing unseen."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        opens = key in (_OPENS - _TYPED if self.isEditable() else _OPENS) and not held
        letter = event.text().strip() if not self.isEditable() and not held & ~Qt.KeyboardModifier.ShiftModifier else ""
        if self.count() and (opens or letter):
            self.showPopup()
            if letter and not opens:
                self.view().keyboardSearch(letter)
            event.accept()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Choose nothing."""
        event.ignore()
