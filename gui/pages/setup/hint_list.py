"""What to know of a table before a run: a box a hint, with the one change that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.base.icons import icon
from gui.base.text import PlainLabel
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.views.labels import Words
from gui.views.surfaces import RoundCard

ICONS = {"leak": "warning", "group": "fingerprint-simple", "time": "clock", "small": "info"}


class HintBox(RoundCard):
    """One hint; ``asked`` is emitted with it. A column that leaks the target has a red frame."""

    asked = Signal(object)

    def __init__(self, hint: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self.hint = hint
        name = hint.columns[0] if hint.columns else hint.kind
        self.setObjectName(f"hint_{name}")
        self.setAccessibleName(f"{hint.what} {hint.remedy}")
        self._mark = PlainLabel(parent=self)
        what = Words(hint.what, f"label_hint_{hint.kind}", font=font_strong(), wrap=True, parent=self)
        remedy = Words(hint.remedy, "", "dim", font_dim(), wrap=True, parent=self)
        self._words = (what, remedy)
        said = QVBoxLayout()
        said.setSpacing(space(2))
        for words in self._words:
            words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            said.addWidget(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(12), space(8), space(12), space(8))
        row.setSpacing(space(12))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        if hint.verb:
            self.button = QPushButton(hint.verb, self)
            self.button.setObjectName(f"button_hint_{hint.kind}")
            self.button.setAccessibleName(hint.verb)
            self.button.setAccessibleDescription(hint.what)
            self.button.setAutoDefault(False)
            self.button.clicked.connect(self._on_clicked)
            row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.apply_icons()

    def apply_icons(self) -> None:
        """Take the colours of the theme."""
        sign = icon(ICONS.get(self.hint.kind, "info"), "bad" if self.hint.kind == "leak" else "text")
        self._mark.setPixmap(sign.pixmap(space(16), space(16)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make each sentence as tall as its lines are at this width, which Qt guesses otherwise."""
        super().resizeEvent(event)
        for words in self._words:
            words.setFixedHeight(words.heightForWidth(words.width()))

    def _outline(self) -> str:
        return tokens().bad if self.hint.kind == "leak" else tokens().line

    @Slot()
    def _on_clicked(self) -> None:
        self.asked.emit(self.hint)


class HintList(QWidget):
    """Signal ``asked(object)`` carries the hint whose change is wanted."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("list_hints")
        self.setAccessibleName("What to know about the table before a run")
        self._boxes: list[HintBox] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(8))
        self.hide()

    def show_hints(self, hints: Sequence[object]) -> None:
        """Show hints, each with its ``kind``, ``columns``, ``what``, ``remedy`` and ``verb``."""
        if [box.hint for box in self._boxes] != list(hints):
            for box in self._boxes:
                self._column.removeWidget(box)
                box.hide()
                box.deleteLater()
            self._boxes = [HintBox(hint, self) for hint in hints]
            for box in self._boxes:
                box.asked.connect(self.asked)
                self._column.addWidget(box)
        self.setVisible(bool(self._boxes))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for box in self._boxes:
                box.apply_icons()
