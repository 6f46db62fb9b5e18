"""Trials side by side as a table: a row a fact, a column a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor

from gui.base.text import plain, seen
from gui.base.theme import font_strong, tokens

Index = QModelIndex | QPersistentModelIndex
DISPLAY = Qt.ItemDataRole.DisplayRole
NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of every trial: as shown, in full, whether it was set before training, whether the trials differ."""

    name: str
    texts: tuple[str, ...]
    full: tuple[str, ...]
    is_hyperparameter: bool
    differs: bool


class ComparisonModel(QAbstractTableModel):
    """Read only."""

    def __init__(self, titles: Sequence[str], lines: Sequence[Line], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles, self._all = tuple(titles), tuple(lines)
        self._shown = self._all

    def show_only_differing(self, only: bool) -> None:
        """Leave out what all trials have in common, or show it again."""
        self.beginResetModel()
        self._shown = tuple(line for line in self._all if line.differs or not only)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """One a fact."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The names, then one a trial."""
        return 0 if parent.isValid() else 1 + len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """The trials."""
        if orientation is Qt.Orientation.Vertical or role != DISPLAY:
            return None
        return "" if section == 0 else self._titles[section - 1] if section <= len(self._titles) else None

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """The text of a cell, bold where the trials differ."""
        if not index.isValid():
            return None
        line, column = self._shown[index.row()], index.column()
        if role == DISPLAY:
            return seen(line.name if column == 0 else line.texts[column - 1])
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(line.name if column == 0 else line.full[column - 1])
        if role == Qt.ItemDataRole.FontRole:
            return font_strong() if line.differs and column else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and column == 0:
            return QBrush(QColor(tokens().outer if line.is_hyperparameter else tokens().dim))
        return None
