"""The columns of a table as a Qt table: one row a column, and under it a row for each note of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gui.base.text import plain, seen
from gui.item_models.column_notes import LEARNED, LEFT_OUT, CautionLike, Note, notes_of, other_kind

DISPLAY, EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
CHECK = Qt.ItemDataRole.CheckStateRole
NO_INDEX = QModelIndex()
HEADINGS = ("target", "use", "column", "kind", "missing", "unique", "distribution", "predictive power", "first values")
PREDICT, USE, NAME, KIND, MISSING, DISTINCT, SPREAD, TELLS, EXAMPLES = range(len(HEADINGS))
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


class TellingLike(Protocol):
    """What the engine says that a column tells of the target by itself."""

    share: float
    right: float
    is_leak: bool


class Role(IntEnum):
    """What delegates ask for besides the text."""

    BARS = Qt.ItemDataRole.UserRole + 1
    IS_TARGET = Qt.ItemDataRole.UserRole + 2
    IS_USED = Qt.ItemDataRole.UserRole + 3
    NOTE = Qt.ItemDataRole.UserRole + 4
    TELLING = Qt.ItemDataRole.UserRole + 5


ROLES = frozenset(Role)


class ColumnsModel(QAbstractTableModel):
    """Shows columns and never changes them itself.

    Signals: ``target_asked(str)``, ``kind_asked(str, str)``, ``use_asked(object, bool)`` with the names of columns that
    are to be learned from or left out, and ``reading_asked(str)`` with the ``NAME=VALUE`` that the table is to be read
    by.
    """

    target_asked = Signal(str)
    kind_asked = Signal(str, str)
    use_asked = Signal(object, bool)
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
        self._tellings: Mapping[str, object] = {}

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

    def show_tellings(self, tellings: Mapping[str, object]) -> None:
        """Show what each column tells of the target (:class:`TellingLike`), by name."""
        if tellings != self._tellings:
            self._tellings = dict(tellings)
            if self._lines:
                self.dataChanged.emit(self.index(0, TELLS), self.index(len(self._lines) - 1, TELLS))

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

    def other_kind(self, name: str) -> str:
        """The kind with which a column that is left out would be learned from; empty where nothing can be learned."""
        column = next((one for one in self._columns if one.name == name), None)
        return "" if column is None else other_kind(column, self._overrides)

    def ask_use(self, rows: Sequence[int], is_used: bool | None = None) -> bool:
        """Ask that the columns of some rows are used or left out, all alike; without ``is_used`` as the first is not.

        Whether there is anything to ask.
        """
        columns = [self._columns[self._lines[row][0]] for row in rows if self._lines[row][1] is None]
        possible = [column for column in columns if self._use_of(column) is not None]
        if not possible:
            return False
        wanted = not self._use_of(possible[0]) if is_used is None else is_used
        names = tuple(column.name for column in possible if self._use_of(column) != wanted)
        if names:
            self.use_asked.emit(names, wanted)
        return bool(names)

    def left_out(self) -> tuple[str, ...]:
        """The columns that are left out although nobody said so."""
        return tuple(
            column.name
            for column in self._columns
            if column.name not in {self._target, *self._ignored, *self._overrides} and self._kind(column) not in LEARNED
        )

    @property
    def column_count(self) -> int:
        """How many columns the table has."""
        return len(self._columns)

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
        if index.column() == PREDICT or self.data(index, CHECK) is not None:
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
        if role == CHECK:
            return self._check(column, place)
        if role == ALIGNMENT:
            return _alignment(place)
        if role in ROLES:
            return self._drawn(column, place, Role(role))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(self._tip(column, place) or "")
        if role == Qt.ItemDataRole.AccessibleTextRole and place in (PREDICT, USE, SPREAD, TELLS):
            return self._tip(column, place)
        return None

    def setData(self, index: QModelIndex | QPersistentModelIndex, value: object, role: int = EDIT) -> bool:
        """Ask for another target, another kind, or whether the column is used."""
        if not index.isValid() or self._lines[index.row()][1] is not None:
            return False
        column = self._columns[self._lines[index.row()][0]]
        name = column.name
        if role == CHECK and index.column() == PREDICT:
            self.target_asked.emit(name)
            return True
        if role == CHECK and index.column() == USE:
            return self.ask_use([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
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

    def _use_of(self, column: ColumnLike) -> bool | None:
        """Whether a column is learned from; *None* where nobody can choose that."""
        if column.name == self._target:
            return None
        if self._kind(column) in LEARNED:
            return True
        return False if other_kind(column, self._overrides) else None

    def _check(self, column: ColumnLike, place: int) -> Qt.CheckState | None:
        """The mark of the target, and the tick of a column that is used; *None* where there is neither."""
        is_checked = {PREDICT: column.name == self._target, USE: self._use_of(column)}.get(place)
        return None if is_checked is None else (Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked)

    def _drawn(self, column: ColumnLike, place: int, role: Role) -> Any:
        """What delegates ask for besides the text."""
        if role is Role.TELLING:
            return self._telling(column) if place == TELLS else None
        if role is Role.BARS:
            return tuple(count for _, count in column.bars) if place == SPREAD and column.bars else None
        if role is Role.IS_TARGET:
            return column.name == self._target
        if role is Role.IS_USED:
            return column.name == self._target or self._kind(column) in LEARNED
        return None

    def _telling(self, column: ColumnLike) -> Any:
        return None if column.name == self._target else self._tellings.get(column.name)

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
        if place == TELLS and (telling := self._telling(column)) is not None:
            return _share_text(telling)
        return ""

    def _tip(self, column: ColumnLike, place: int) -> str | None:
        if place == PREDICT:
            return f"{column.name} is predicted" if column.name == self._target else f"Predict {column.name}"
        if place == USE:
            used = self._use_of(column)
            return None if used is None else ("The model learns from it" if used else "It is left out")
        if place == TELLS:
            telling = self._telling(column)
            return None if telling is None else f"By itself it predicts {_share_text(telling)} of {self._target}."
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


def _share_text(telling: TellingLike) -> str:
    """A share in percent, nearly all of it never rounded up to all."""
    if not telling.is_leak:
        return f"{100 * telling.share:.0f} %"
    share = max(telling.share, telling.right)
    return "100 %" if share >= 1.0 else f"{int(1000 * share) / 10:.1f} %"


def _said(kind: str) -> str:
    return {"text": "free text", "identifier": "an identifier", "constant": "constant"}.get(kind, kind)


def _alignment(place: int) -> Qt.AlignmentFlag:
    if place in (PREDICT, USE):
        return Qt.AlignmentFlag.AlignCenter
    right = place in (MISSING, DISTINCT)
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
