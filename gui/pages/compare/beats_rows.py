"""Who beats whom in a race of strategies, how soon each reaches the target, and how long it takes to choose a trial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from engine.analysis import Verdict
from gui.base.formats import number_text
from gui.base.text import plain, seen
from gui.base.theme import font_strong, tokens

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
DEEPEST = 0.35  # of the outer loop's colour behind a share of one: a guess at what text stays readable on


class BeatsRows(QAbstractTableModel):
    """Read only; strategies in the order of the verdict, in rows and columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._verdict: Verdict | None = None
        self._titles: tuple[str, ...] = ()

    def show_verdict(self, verdict: Verdict | None, titles: Sequence[str]) -> None:
        """Show another verdict."""
        self.beginResetModel()
        self._verdict, self._titles = verdict, tuple(titles)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """One row a strategy."""
        return 0 if parent.isValid() or self._verdict is None else len(self._verdict.order)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Its name, one column a strategy, trials to the target, time to choose."""
        return 0 if parent.isValid() or self._verdict is None else len(self._verdict.order) + 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a column holds."""
        told = self._verdict
        if told is None or orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        count = len(told.order)
        if section == 0:
            return "beats …"
        if section <= count:
            return seen(self._titles[told.order[section - 1]])
        return f"trials to {number_text(told.target, 3)}" if section == count + 1 else "to choose"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A share, or a number; bold where it is more than chance."""
        told = self._verdict
        if told is None or not index.isValid():
            return None
        place, column = told.order[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column == 0 or column > len(told.order) else CENTRE
        if role == Qt.ItemDataRole.ForegroundRole and column == 0:
            return QColor(tokens().outer)
        if column == 0 or column > len(told.order):
            return self._beside(told, place, column) if role == Qt.ItemDataRole.DisplayRole else None
        other = told.order[column - 1]
        return None if other == place else self._share(told, place, other, role)

    def _beside(self, told: Verdict, place: int, column: int) -> str:
        if column == 0:
            return seen(self._titles[place])
        if column == len(told.order) + 2:
            return "" if math.isnan(told.choosing[place]) else f"{told.choosing[place] * 1e3:.1f} ms"
        count, reached = told.trials_to_target[place], int(told.reached[place])
        if math.isnan(count):
            return "never"
        return f"{count:.0f}" + ("" if reached == told.repeats else f", in {reached} of {told.repeats}")

    def _share(self, told: Verdict, place: int, other: int, role: int) -> object:
        pair = told.pair(place, other)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{pair.probability:.0%}".replace("%", " %")
        if role == Qt.ItemDataRole.FontRole:
            return font_strong() if pair.is_told_apart and pair.probability > 0.5 else None
        if role == Qt.ItemDataRole.BackgroundRole and pair.probability > 0.5:
            shade = QColor(tokens().outer)
            shade.setAlphaF(DEEPEST * (2.0 * pair.probability - 1.0))
            return shade
        if role == Qt.ItemDataRole.ToolTipRole:
            sure = "more than chance" if pair.is_told_apart else "not told apart"
            words = f"{self._titles[place]} beats {self._titles[other]} in {pair.probability:.2f}"
            return plain(f"{words} ({pair.low:.2f} to {pair.high:.2f}, 90 % interval): {sure}.")
        return None
