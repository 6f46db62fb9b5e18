"""The columns of a table as a Qt table: one row a column, with its kind, what is missing, and which is the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gui.base.text import plain, seen

DISPLAY, EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
CHECK = Qt.ItemDataRole.CheckStateRole
NO_INDEX = QModelIndex()
HEADINGS = ("predict", "column", "kind", "missing", "different", "spread", "first values")
PREDICT, NAME, KIND, MISSING, DISTINCT, SPREAD, EXAMPLES = range(len(HEADINGS))
LEFT_OUT = "left out"
KINDS = ("number", "category", "time", "text", "identifier", LEFT_OUT)
LEARNED = frozenset({"number", "category", "time"})


class ColumnLike(Protocol):
    """What the engine says of a column."""

    name: str
    kind: str
    missing: int
    distinct: int
    examples: tuple[str, ...]
    bars: tuple[tuple[str, int], ...]


class Role(IntEnum):
    """What delegates ask for besides the text."""

    BARS = Qt.ItemDataRole.UserRole + 1
    IS_TARGET = Qt.ItemDataRole.UserRole + 2
    IS_USED = Qt.ItemDataRole.UserRole + 3


class ColumnsModel(QAbstractTableModel):
    """Shows columns and never changes them itself. Signals: ``target_asked(str)`` and ``kind_asked(str, str)``."""

    target_asked = Signal(str)
    kind_asked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Any, ...] = ()
        self._rows = 0
        self._target = ""
        self._ignored: frozenset[str] = frozenset()
        self._overrides: dict[str, str] = {}

    def show_columns(self, columns: Sequence[Any], rows: int) -> None:
        """Show the columns (:class:`ColumnLike`) of a table of ``rows`` rows."""
        self.beginResetModel()
        self._columns, self._rows = tuple(columns), rows
        self.endResetModel()

    def show_choices(self, target: str, ignored: Sequence[str], overrides: Mapping[str, str]) -> None:
        """Mark the target, the columns left out, and the kinds that a person chose."""
        if (target, frozenset(ignored), dict(overrides)) == (self._target, self._ignored, self._overrides):
            return
        self._target, self._ignored, self._overrides = target, frozenset(ignored), dict(overrides)
        if self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._columns) - 1, len(HEADINGS) - 1))

    def column_at(self, row: int) -> Any:
        """The column of a row."""
        return self._columns[row]

    def row_of(self, name: str) -> int | None:
        """The row of a column, *None* where there is none."""
        return next((row for row, column in enumerate(self._columns) if column.name == name), None)

    def kind_of(self, name: str) -> str:
        """The kind of a column as it is shown."""
        row = self.row_of(name)
        return "" if row is None else self._kind(self._columns[row])

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """One row a column of the table."""
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """What is said of each."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Headings."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(HEADINGS):
            return None
        if role == DISPLAY:
            return HEADINGS[section]
        if role == ALIGNMENT:
            return _alignment(section)
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """The target can be checked, the kind edited."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == PREDICT:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == KIND:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = DISPLAY) -> Any:
        """Texts, and what delegates draw."""
        if not index.isValid():
            return None
        column, place = self._columns[index.row()], index.column()
        if role == EDIT:
            return self._text(column, place)
        if role == DISPLAY:
            return seen(self._text(column, place))
        if role == CHECK and place == PREDICT:
            return Qt.CheckState.Checked if column.name == self._target else Qt.CheckState.Unchecked
        if role == ALIGNMENT:
            return _alignment(place)
        if role == Role.BARS:
            return tuple(count for _, count in column.bars) if place == SPREAD and column.bars else None
        if role == Role.IS_TARGET:
            return column.name == self._target
        if role == Role.IS_USED:
            return column.name == self._target or self._kind(column) in LEARNED
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(self._tip(column, place))
        if role == Qt.ItemDataRole.AccessibleTextRole and place in (PREDICT, SPREAD):
            return self._tip(column, place)
        return None

    def setData(self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = EDIT) -> bool:
        """Ask for another target or another kind."""
        if not index.isValid():
            return False
        name = self._columns[index.row()].name
        if role == CHECK and index.column() == PREDICT:
            if name != self._target:
                self.target_asked.emit(name)
            return True
        if role == EDIT and index.column() == KIND and value in KINDS:
            if value != self._kind(self._columns[index.row()]):
                self.kind_asked.emit(name, str(value))
            return True
        return False

    # -- inside ------------------------------------------------------------------------------------------------------

    def _kind(self, column: ColumnLike) -> str:
        if column.name in self._ignored:
            return LEFT_OUT
        return self._overrides.get(column.name, column.kind)

    def _text(self, column: ColumnLike, place: int) -> str:
        if place == NAME:
            return column.name
        if place == KIND:
            return self._kind(column)
        if place == MISSING:
            if not column.missing:
                return ""
            share = 100 * column.missing / self._rows if self._rows else 0
            return f"{column.missing:,} ({share:.0f} %)" if share >= 1 else f"{column.missing:,}"
        if place == DISTINCT:
            return f"{column.distinct:,}"
        if place == EXAMPLES:
            return ", ".join(column.examples)
        return ""

    def _tip(self, column: ColumnLike, place: int) -> str | None:
        if place == PREDICT:
            return f"{column.name} is predicted" if column.name == self._target else f"Predict {column.name}"
        if place == SPREAD:
            return "; ".join(f"{name}: {count:,}" for name, count in column.bars[:8]) or None
        if place == KIND:
            kind = self._kind(column)
            return None if kind in LEARNED else f"The model does not learn from a column that is {_said(kind)}."
        return self._text(column, place) or None


def _said(kind: str) -> str:
    return {"text": "free text", "identifier": "an identifier", "constant": "constant"}.get(kind, kind)


def _alignment(place: int) -> Qt.AlignmentFlag:
    if place == PREDICT:
        return Qt.AlignmentFlag.AlignCenter
    right = place in (MISSING, DISTINCT)
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
