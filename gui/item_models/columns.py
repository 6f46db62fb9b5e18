"""The columns of a table as a Qt table: one row a column, and under it a row for each note of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gui.base.text import plain, seen
from gui.item_models.column_notes import LEARNED, LEFT_OUT, CautionLike, Note, notes_of

DISPLAY, EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
CHECK = Qt.ItemDataRole.CheckStateRole
NO_INDEX = QModelIndex()
HEADINGS = ("predict", "column", "kind", "missing", "different", "spread", "first values")
PREDICT, NAME, KIND, MISSING, DISTINCT, SPREAD, EXAMPLES = range(len(HEADINGS))
KINDS = ("number", "category", "time", "text", "identifier", LEFT_OUT)
NOTED = NAME  # where the text of a note begins, which takes the rest of its row


class ColumnLike(Protocol):
    """What the engine says of a column."""

    name: str
    kind: str
    missing: int
    distinct: int
    examples: tuple[str, ...]
    bars: tuple[tuple[str, int], ...]
    low: float | None
    left_out: str


class Role(IntEnum):
    """What delegates ask for besides the text."""

    BARS = Qt.ItemDataRole.UserRole + 1
    IS_TARGET = Qt.ItemDataRole.UserRole + 2
    IS_USED = Qt.ItemDataRole.UserRole + 3
    NOTE = Qt.ItemDataRole.UserRole + 4


class ColumnsModel(QAbstractTableModel):
    """Shows columns and never changes them itself.

    Signals: ``target_asked(str)``, ``kind_asked(str, str)``, and ``reading_asked(str)`` with the ``NAME=VALUE`` that
    the table is to be read by.
    """

    target_asked = Signal(str)
    kind_asked = Signal(str, str)
    reading_asked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Any, ...] = ()
        self._cautions: dict[str, list[CautionLike]] = {}
        self._lines: list[tuple[int, Note | None]] = []
        self._rows = 0
        self._target = ""
        self._ignored: frozenset[str] = frozenset()
        self._overrides: dict[str, str] = {}

    def show_columns(self, columns: Sequence[Any], rows: int, cautions: Sequence[Any] = ()) -> None:
        """Show the columns (:class:`ColumnLike`) of a table of ``rows`` rows, and what is doubted of each of them."""
        self.beginResetModel()
        self._columns, self._rows, self._cautions = tuple(columns), rows, {}
        for caution in cautions:
            self._cautions.setdefault(caution.column, []).append(caution)
        self._lines = self._lay_out()
        self.endResetModel()

    def show_choices(self, target: str, ignored: Sequence[str], overrides: Mapping[str, str]) -> None:
        """Mark the target, the columns left out, and the kinds that a person chose."""
        if (target, frozenset(ignored), dict(overrides)) == (self._target, self._ignored, self._overrides):
            return
        self._target, self._ignored, self._overrides = target, frozenset(ignored), dict(overrides)
        lines = self._lay_out()
        if lines != self._lines:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
        elif self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, len(HEADINGS) - 1))

    def column_at(self, row: int) -> Any:
        """The column of a row."""
        return self._columns[self._lines[row][0]]

    def note_at(self, row: int) -> Note | None:
        """The note in a row, *None* where the row is a column's own."""
        return self._lines[row][1]

    def row_of(self, name: str) -> int | None:
        """The row of a column, *None* where there is none."""
        rows = enumerate(self._lines)
        return next((row for row, (at, note) in rows if note is None and self._columns[at].name == name), None)

    def kind_of(self, name: str) -> str:
        """The kind of a column as it is shown."""
        return next((self._kind(column) for column in self._columns if column.name == name), "")

    def left_out(self) -> tuple[str, ...]:
        """The columns that are left out although nobody said so."""
        return tuple(
            column.name
            for column in self._columns
            if column.name not in {self._target, *self._ignored, *self._overrides} and self._kind(column) not in LEARNED
        )

    @property
    def has_notes(self) -> bool:
        """Whether anything is noted of any column."""
        return len(self._lines) > len(self._columns)

    def act(self, row: int) -> bool:
        """Ask for what the note in a row offers; whether it offers anything."""
        at, note = self._lines[row]
        if note is None or not note.verb:
            return False
        if note.instead:
            self.reading_asked.emit(note.instead)
        else:
            self.kind_asked.emit(self._columns[at].name, note.kind)
        return True

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """One row a column of the table."""
        return 0 if parent.isValid() else len(self._lines)

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
        if self._lines[index.row()][1] is not None:
            return flags
        if index.column() == PREDICT:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == KIND:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = DISPLAY) -> Any:
        """Texts, and what delegates draw."""
        if not index.isValid():
            return None
        at, note = self._lines[index.row()]
        column, place = self._columns[at], index.column()
        if note is not None:
            return _note_data(note, column.name, place, role)
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
            return plain(self._tip(column, place) or "")
        if role == Qt.ItemDataRole.AccessibleTextRole and place in (PREDICT, SPREAD):
            return self._tip(column, place)
        return None

    def setData(self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = EDIT) -> bool:
        """Ask for another target or another kind."""
        if not index.isValid() or self._lines[index.row()][1] is not None:
            return False
        column = self._columns[self._lines[index.row()][0]]
        name = column.name
        if role == CHECK and index.column() == PREDICT:
            self.target_asked.emit(name)
            return True
        if role == EDIT and index.column() == KIND and value in KINDS:
            if value != self._kind(column):
                self.kind_asked.emit(name, str(value))
            return True
        return False

    # -- inside ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> list[tuple[int, Note | None]]:
        """What each row shows: a column, or one of its notes."""
        lines: list[tuple[int, Note | None]] = []
        for at, column in enumerate(self._columns):
            cautions = self._cautions.get(column.name, ())
            is_target = column.name == self._target
            notes = notes_of(column, cautions, self._kind(column), is_target, self._overrides)
            lines += [(at, None), *((at, note) for note in notes)]
        return lines

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


def _note_data(note: Note, name: str, place: int, role: int) -> Any:
    if role == Role.NOTE:
        return note
    if place != NOTED:
        return None
    if role == DISPLAY:
        return note.sentence
    if role == Qt.ItemDataRole.ToolTipRole:
        return plain(note.sentence)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{name}: {note.sentence} {f'Enter: {note.verb}.' if note.verb else ''}".strip()
    if role == ALIGNMENT:
        return _alignment(place)
    return None


def _said(kind: str) -> str:
    return {"text": "free text", "identifier": "an identifier", "constant": "constant"}.get(kind, kind)


def _alignment(place: int) -> Qt.AlignmentFlag:
    if place == PREDICT:
        return Qt.AlignmentFlag.AlignCenter
    right = place in (MISSING, DISTINCT)
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
