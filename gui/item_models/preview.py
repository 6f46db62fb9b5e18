"""The first rows of a table, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.base.text import plain, seen

DISPLAY = Qt.ItemDataRole.DisplayRole
NO_INDEX = QModelIndex()


class PreviewModel(QAbstractTableModel):
    """Read only; what is missing is shown as nothing. Kinds stand under the names where they are given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._kinds: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._written: tuple[tuple[str, ...], ...] = ()

    def show_rows(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
        kinds: Sequence[str] = (),
        written: Sequence[Sequence[str]] = (),
    ) -> None:
        """Show other rows; ``written`` are the same cells as the file has them, where that is something else."""
        self.beginResetModel()
        self._names, self._kinds = tuple(names), tuple(kinds)
        self._rows, self._written = (tuple(tuple(row) for row in some) for some in (rows, written))
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
        if not 0 <= section < len(self._names):
            return None
        name = " ".join(self._names[section].split())
        return f"{name}\n{self._kinds[section]}" if self._kinds else name

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = DISPLAY) -> Any:
        """The text of a cell."""
        if not index.isValid():
            return None
        text = self._rows[index.row()][index.column()]
        if role == DISPLAY:
            return seen(text)
        if role == Qt.ItemDataRole.ToolTipRole:
            written = self._written[index.row()][index.column()] if self._written else text
            return plain(text if written == text else f"{text or 'missing'}, written {written}")
        return None
