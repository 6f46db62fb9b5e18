"""The first rows of a table, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.base.text import plain, seen

DISPLAY = Qt.ItemDataRole.DisplayRole
NO_INDEX = QModelIndex()


class PreviewModel(QAbstractTableModel):
    """Read only; what is missing is shown as nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()

    def show_rows(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._names, self._rows = tuple(names), tuple(tuple(row) for row in rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """The rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """The columns of the table."""
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Column names, row numbers from 1."""
        if role != DISPLAY:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if 0 <= section < len(self._rows) else None
        return self._names[section] if 0 <= section < len(self._names) else None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = DISPLAY) -> Any:
        """The text of a cell."""
        if not index.isValid():
            return None
        text = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(text)
        if role == DISPLAY:
            return seen(text)
        return None
