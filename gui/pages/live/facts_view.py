"""Names and values in two columns: what was set before training in outer, what was learned in inner."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui.base.text import plain
from gui.base.theme import space
from gui.views.labels import ShortWords, Words

WIDEST = 900  # farther apart a name and its value are no longer one line for the eye
WIDEST_VALUE = 260  # pixels before it is elided, as drawn


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a name, its value as shown, and the whole value for the tool tip."""

    name: str
    value: str
    full: str = ""


class FactsView(QWidget):
    """Shows two lists of facts side by side; labels are kept and only their texts change."""

    def __init__(self, left_role: str, right_role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roles = (left_role, right_role)
        self._labels: list[list[tuple[ShortWords, Words]]] = [[], []]
        self._shown: tuple[tuple[Fact, ...], tuple[Fact, ...]] = ((), ())
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(space(16), space(8), space(16), space(4))
        self._grid.setHorizontalSpacing(space(12))
        self._grid.setVerticalSpacing(space(4))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(2, space(12))
        self._grid.setColumnStretch(3, 1)
        self.setMaximumWidth(space(WIDEST))

    def show_facts(self, left: tuple[Fact, ...], right: tuple[Fact, ...]) -> None:
        """Replace both lists."""
        if (left, right) == self._shown:
            return
        self._shown = (left, right)
        for side, facts in enumerate((left, right)):
            self._make_room(side, len(facts))
            for row, (name, value) in enumerate(self._labels[side]):
                is_used = row < len(facts)
                name.setVisible(is_used)
                value.setVisible(is_used)
                if is_used and (name.text(), value.text()) != (facts[row].name, facts[row].value):
                    name.setText(facts[row].name)
                    value.setText(facts[row].value)
                if is_used:
                    value.setStatusTip(facts[row].full)
                    value.setAccessibleName(f"{facts[row].name}: {facts[row].full or facts[row].value}")
                    value.setToolTip(plain(facts[row].full))
        self._grid.setColumnStretch(3, 1 if right else 0)
        self.setMaximumWidth(space(WIDEST if right else WIDEST // 2))
        self._grid.setRowStretch(max(len(labels) for labels in self._labels), 1)

    def _make_room(self, side: int, count: int) -> None:
        while len(self._labels[side]) < count:
            row = len(self._labels[side])
            name = ShortWords(role=self._roles[side], parent=self)
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            value = Words(parent=self)  # never shortened: a number without its end is another number
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setMaximumWidth(space(WIDEST_VALUE))
            self._grid.setRowStretch(row, 0)
            self._grid.addWidget(name, row, 3 * side)
            self._grid.addWidget(value, row, 3 * side + 1)
            self._labels[side].append((name, value))
