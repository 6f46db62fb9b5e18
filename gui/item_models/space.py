"""The rows of a search space as a Qt table: one row a hyperparameter, with what is wrong beside the cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.errors import UserFault
from engine.space import Categorical, Float, Hyperparameter, Int, Problem, problems
from gui.base.parsing import typed_text
from gui.base.text import plain, seen
from gui.item_models import space_edits
from gui.item_models.space_text import choices_words, kind_of, when_words

DISPLAY, EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole
ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
NO_INDEX = QModelIndex()
BINS = 24  # of the histogram in a cell: a guess
FIELDS = ("name", "kind", "low", "high", "scale", "step", "choices", "when", "samples")
HEADINGS = ("hyperparameter", "kind", "low", "high", "scale", "step", "choices", "condition", "distribution")
TIPS = (
    "Name of the model's hyperparameter",
    "float: any number; int: whole numbers; choice: one of a list",
    "Lowest value to try",
    "Highest value to try",
    "log: log-uniform; 0.001 to 0.01 is as likely as 0.01 to 0.1",
    "Only values low, low + step, low + 2 step ...; empty for none",
    "The choices, separated by commas",
    "Active only if this condition holds",
    "Histogram of 200 samples between low and high",
)


class Role(IntEnum):
    """What delegates ask for besides the text."""

    FIELD = Qt.ItemDataRole.UserRole + 1
    PROBLEM = Qt.ItemDataRole.UserRole + 2  # why this very cell is wrong
    BARS = Qt.ItemDataRole.UserRole + 3
    CHIPS = Qt.ItemDataRole.UserRole + 4


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is being typed in a cell, and why it cannot be taken as it stands."""

    name: str
    field: str
    reason: str


class SpaceModel(QAbstractTableModel):
    """Shows rows and never changes them itself: an edit leaves as ``edit_requested(rows, text, key)``.

    Whoever owns the study answers by :meth:`show_rows`. ``judge`` tells what is wrong with rows. Signal
    ``problems_changed`` says that reasons came or went.
    """

    edit_requested = Signal(object, str, str)
    problems_changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        judge: Callable[[Mapping[str, Hyperparameter]], tuple[Problem, ...]] = problems,
    ) -> None:
        super().__init__(parent)
        self._judge = judge
        self._rows: dict[str, Hyperparameter] = {}
        self._names: list[str] = []
        self._wrong: dict[tuple[str, str], str] = {}
        self._attempt: Attempt | None = None

    # -- rows --------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> dict[str, Hyperparameter]:
        """The rows that are shown."""
        return dict(self._rows)

    def name_at(self, row: int) -> str:
        """The name of a row."""
        return self._names[row]

    def row_of(self, name: str) -> int:
        """The row of a name; ``ValueError`` where there is none."""
        return self._names.index(name)

    def show_rows(self, rows: Mapping[str, Hyperparameter]) -> None:
        """Show other rows; the same names in the same order keep selection and editors."""
        same, wrong = list(rows) == self._names, self._reasons(rows)
        if same and dict(rows) == self._rows and wrong == self._wrong:
            return
        if not same:
            self.beginResetModel()
        self._rows, self._names = dict(rows), list(rows)
        self._attempt, self._wrong = None, wrong
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._names) - 1, len(FIELDS) - 1))
        else:
            self.endResetModel()
        self.problems_changed.emit()

    def reason(self, row: int) -> str:
        """Why a row is wrong, or the empty text; what is being typed comes first."""
        name = self._names[row]
        if self._attempt is not None and self._attempt.name == name:
            return self._attempt.reason
        return next((what for (wrong, _), what in self._wrong.items() if wrong == name), "")

    def problem_count(self) -> int:
        """How many rows need attention."""
        return len({name for name, _ in self._wrong})

    def try_text(self, index: QModelIndex | QPersistentModelIndex, text: str) -> None:
        """Judge what is being typed in a cell, without taking it."""
        name, field = self._names[index.row()], FIELDS[index.column()]
        reason = ""
        try:
            rows = space_edits.set_cell(self._rows, name, field, text)
        except UserFault as fault:
            reason = str(fault)
        else:
            now = text.strip() if field == "name" else name
            reason = next((what for (wrong, _), what in self._reasons(rows).items() if wrong == now), "")
        self._attempt = Attempt(name, field, reason)
        self._tell_row(index.row())

    def forget_text(self) -> None:
        """Nothing is being typed any more."""
        if self._attempt is not None:
            name, self._attempt = self._attempt.name, None
            if name in self._rows:
                self._tell_row(self._names.index(name))

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """One row a hyperparameter."""
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        """One column a field."""
        return 0 if parent.isValid() else len(FIELDS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Field names."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(FIELDS):
            return None
        if role == DISPLAY:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(TIPS[section])
        if role == ALIGNMENT:
            return _alignment(FIELDS[section])
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Editable where a field means something for the row's kind."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if _applies(self._rows[self._names[index.row()]], FIELDS[index.column()]):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = DISPLAY) -> Any:
        """Texts for people, and what delegates draw."""
        if not index.isValid():
            return None
        name, field = self._names[index.row()], FIELDS[index.column()]
        hyperparameter = self._rows[name]
        if role == EDIT:
            return _text(name, hyperparameter, field)
        if role == DISPLAY:
            return seen(_text(name, hyperparameter, field))
        if role == Role.PROBLEM:
            return self._problem(name, field)
        if role == Role.FIELD:
            return field
        if role == ALIGNMENT:
            return _alignment(field)
        if role == Role.BARS:
            return _drawn(hyperparameter) if field == "samples" and not self._problem_of_row(name) else None
        if role == Role.CHIPS and field == "choices" and isinstance(hyperparameter, Categorical):
            return tuple(seen(choices_words((choice,))) for choice in hyperparameter.choices)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(
                self._problem(name, field) or _text(name, hyperparameter, field) or self._drawn_words(name, field)
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            problem = self._problem(name, field)
            return f"{HEADINGS[index.column()]}: {_text(name, hyperparameter, field)}" + (
                f". {problem}" if problem else ""
            )
        return None

    def setData(self, index: QModelIndex | QPersistentModelIndex, value: object, role: int = EDIT) -> bool:
        """Ask for an edit; false where the text cannot be taken, which the row then says."""
        if not index.isValid() or role != EDIT:
            return False
        name, field = self._names[index.row()], FIELDS[index.column()]
        try:
            rows = space_edits.set_cell(self._rows, name, field, str(value))
        except UserFault as fault:
            self._attempt = Attempt(name, field, str(fault))
            self._tell_row(index.row())
            return False
        self._attempt = None
        if rows != self._rows or list(rows) != self._names:
            self.edit_requested.emit(rows, f"{HEADINGS[index.column()]} of {name}", "")
        else:
            self._tell_row(index.row())
        return True

    # -- inside ------------------------------------------------------------------------------------------------------

    def _reasons(self, rows: Mapping[str, Hyperparameter]) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for problem in self._judge(rows):
            found.setdefault((problem.name, problem.field), f"{problem.what} {problem.remedy}")
        return found

    def _problem(self, name: str, field: str) -> str:
        if self._attempt is not None and (self._attempt.name, self._attempt.field) == (name, field):
            return self._attempt.reason
        return self._wrong.get((name, field), "")

    def _problem_of_row(self, name: str) -> bool:
        return any(wrong == name for wrong, _ in self._wrong)

    def _drawn_words(self, name: str, field: str) -> str | None:
        hyperparameter = self._rows[name]
        if field != "samples" or self._problem_of_row(name):
            return None
        if isinstance(hyperparameter, Categorical):
            return "All choices are equally likely."
        return f"Median: {typed_text(_short(hyperparameter.from_unit(0.5)))}."

    def _tell_row(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(FIELDS) - 1))
        self.problems_changed.emit()


def _short(number: float) -> float:
    return float(f"{number:.3g}")


def _applies(hyperparameter: Hyperparameter, field: str) -> bool:
    if field in {"name", "kind", "when"}:
        return True
    if field == "choices":
        return isinstance(hyperparameter, Categorical)
    return field != "samples" and not isinstance(hyperparameter, Categorical)


def _text(name: str, hyperparameter: Hyperparameter, field: str) -> str:
    if field == "name":
        return name
    if field == "kind":
        return kind_of(hyperparameter)
    if field == "when":
        return when_words(hyperparameter.when)
    if isinstance(hyperparameter, Categorical):
        return choices_words(hyperparameter.choices) if field == "choices" else ""
    return _range_text(hyperparameter, field)


def _range_text(hyperparameter: Float | Int, field: str) -> str:
    if field in {"low", "high"}:
        return typed_text(getattr(hyperparameter, field))
    if field == "scale":
        return "log" if hyperparameter.log else "linear"
    if field == "step":
        is_plain = hyperparameter.step is None or (isinstance(hyperparameter, Int) and hyperparameter.step == 1)
        return "" if is_plain or hyperparameter.step is None else typed_text(hyperparameter.step)
    return ""


def _alignment(field: str) -> Qt.AlignmentFlag:
    right = field in {"low", "high", "step"}
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def _drawn(hyperparameter: Hyperparameter) -> tuple[float, ...]:
    return _bars(msgspec.structs.replace(hyperparameter, when=None))  # a condition changes no bar and cannot be a key


@lru_cache(maxsize=256)
def _bars(hyperparameter: Hyperparameter) -> tuple[float, ...]:
    """Heights from 0 to 1 of a histogram of 200 evenly spread draws, from low to high (or one bar a choice)."""
    drawn = np.array([hyperparameter.from_unit((i + 0.5) / 200) for i in range(200)])
    if isinstance(hyperparameter, Categorical) or (hyperparameter.levels is not None and hyperparameter.levels <= BINS):
        counts = np.unique(drawn, return_counts=True)[1]
    else:
        counts = np.histogram(drawn, bins=BINS, range=(hyperparameter.low, hyperparameter.high))[0]
    return tuple((counts / max(1, counts.max())).tolist())
