"""What a person does with the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox


def choose_by_keys(qtbot, combo: QComboBox, place: int) -> None:
    """Open a list, go to an entry, and take it."""
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    QApplication.processEvents()
    view = combo.view()
    assert view.isVisible()
    while view.currentIndex().row() != place:
        qtbot.keyClick(view, Qt.Key.Key_Down if view.currentIndex().row() < place else Qt.Key.Key_Up)
    # Not by QTest, which warns where the list is gone before its key is up again.
    enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
    QApplication.sendEvent(view, enter)
