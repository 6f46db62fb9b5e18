"""What is doubted of a whole table, as a short list: a mark, a sentence, and where there is one, the other way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from gui.base.icons import icon
from gui.base.text import PlainLabel
from gui.base.theme import space
from gui.item_models.column_notes import verb_of
from gui.views.labels import Words


class CautionList(QWidget):
    """Signal ``reading_asked(str)`` carries the ``NAME=VALUE`` that the table is to be read by."""

    reading_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("list_cautions")
        self.setAccessibleName("Warnings about the table")
        self._shown: tuple[Any, ...] = ()
        self._marks: list[PlainLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(space(8))
        self._grid.setVerticalSpacing(space(4))
        self._grid.setColumnStretch(1, 1)
        self.hide()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said."""
        return tuple(caution.sentence for caution in self._shown)

    def show_cautions(self, cautions: Sequence[object]) -> None:
        """Show doubts, each with its ``sentence`` and ``instead``."""
        if tuple(cautions) != self._shown:
            self._shown = tuple(cautions)
            self._build()
        self.setVisible(bool(self._shown))

    def _build(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._marks.clear()
        for row, caution in enumerate(self._shown):
            mark = PlainLabel(parent=self)
            self._marks.append(mark)
            said = Words(caution.sentence, name=f"label_caution_{row}", wrap=True, parent=self)
            said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            self._grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(said, row, 1)
            verb = verb_of(caution.instead)
            if verb:
                self._grid.addWidget(self._button(row, verb, caution), row, 2, Qt.AlignmentFlag.AlignTop)
        self._apply_icons()

    def _button(self, row: int, verb: str, caution: Any) -> QPushButton:
        button = QPushButton(verb.replace("&", "&&"), self)
        button.setObjectName(f"button_caution_{row}")
        button.setAccessibleName(verb)
        button.setAccessibleDescription(caution.sentence)
        button.setProperty("instead", caution.instead)
        button.setAutoDefault(False)
        button.clicked.connect(self._on_clicked)
        return button

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.reading_asked.emit(str(button.property("instead")))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_icons()

    def _apply_icons(self) -> None:
        for mark in self._marks:
            mark.setPixmap(icon("warning", "text").pixmap(space(14), space(14)))
