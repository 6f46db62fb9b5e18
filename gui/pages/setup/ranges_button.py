"""The button that replaces the rows of a search space by suggested ones, in one of three widths."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from engine.study import RANGE_PRESETS
from gui.base.text import plain

_WORDS = {
    "narrow": "Narrow: around what does well on many tables",
    "usual": "Usual",
    "wide": "Wide",
}


class RangesButton(QPushButton):
    """Opens a menu of widths.

    Signal ``chosen(str)`` carries the name of the one that is wanted.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Suggested ranges", parent)
        self.setObjectName("button_space_suggest")
        self.setAccessibleName("Suggested ranges")
        self.setToolTip(plain("Replace all rows by ranges that suit this model and table"))
        self.setAutoDefault(False)
        menu = QMenu(self)
        menu.setObjectName("menu_space_suggest")
        for preset in RANGE_PRESETS:
            action = menu.addAction(_WORDS[preset])
            action.setObjectName(f"action_ranges_{preset}")
            action.setData(preset)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
