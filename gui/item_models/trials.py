"""The trials of a study as a table: rows are numbers in some order, cells are read from the history when asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor

from engine.analysis import Filter, Line, learning_line
from engine.events import StepReported
from engine.space import SearchSpace
from engine.trials import Curves, History, State
from gui.base.formats import duration_text, number_text, score_text, state_text, value_text
from gui.base.text import plain, seen
from gui.base.theme import font_strong, tokens
from gui.item_models.trials_order import CONSTRAINT, sorted_numbers
from gui.item_models.trials_tally import TrialsTally

Index = QModelIndex | QPersistentModelIndex
Array = np.ndarray[Any, Any]
_DISPLAY, _ALIGN, _FONT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.FontRole
_FOREGROUND, _TIP = Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.ToolTipRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ROOT = QModelIndex()
FEW_CHANGES = 64  # more rows coming or going at once are a new table


class Role(IntEnum):
    """What delegates ask for besides Qt's own roles."""

    NUMBER = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2
    IS_BEST = Qt.ItemDataRole.UserRole + 3
    LINE = Qt.ItemDataRole.UserRole + 4
    SHARE = Qt.ItemDataRole.UserRole + 5
    IS_EXPECTED = Qt.ItemDataRole.UserRole + 6
    IS_BROKEN = Qt.ItemDataRole.UserRole + 7


FIRST = ("trial", "score", "loss")
LAST = ("steps", "time")


class TrialsModel(QAbstractTableModel):
    """Lives in the GUI thread. :meth:`show_study` sets what is read, :meth:`take` tells which events came in.

    Columns: trial, score, loss, with constraints whether they are kept and what each is, one for each hyperparameter,
    steps, time. The model sorts and filters by itself, in
    numpy, because a proxy would do it in Python.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._curves = Curves()
        self._tally = TrialsTally()
        self._names: tuple[str, ...] = (*FIRST, *LAST)
        self._lead = len(FIRST)  # columns before the first hyperparameter
        self._order: Array = np.zeros(0, dtype=np.int64)
        self._row_of: dict[int, int] = {}
        self._filter = Filter()
        self._step_name = "steps"
        self._space: SearchSpace | None = None
        self._judged_by: tuple[object, ...] = ()
        self._lines: dict[int, tuple[int, Line]] = {}
        self._expected: int | None = None
        self._is_held = False
        self.sort_column, self.sort_order = 1, Qt.SortOrder.AscendingOrder  # by score, the best first

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_study(self, history: History | None, curves: Curves, step_name: str = "steps") -> None:
        """Show another study (or the same one with another space)."""
        self.beginResetModel()
        self._history, self._curves, self._step_name = history, curves, step_name
        self._space = history.space if history is not None else None
        limits = history.constraint_names if history is not None else ()
        self._judged_by = _judged_by(history)
        first = (*FIRST, "feasible", *(CONSTRAINT + name for name in limits)) if limits else FIRST
        self._names = (*first, *(self._space.names if self._space is not None else ()), *LAST)
        self._lead = len(first)
        self._lines.clear()
        self._tally = TrialsTally(history, curves)
        self._filter = Filter()
        self._put_order(self._wanted())
        self.endResetModel()

    def shows(self, history: History, step_name: str) -> bool:
        """Whether the columns are those of ``history`` already."""
        same = self._history is history and self._step_name == step_name and self._space is history.space
        return same and self._judged_by == _judged_by(history)

    def take(self, events: Iterable[object]) -> None:
        """Follow events that were already applied to the history and the curves."""
        assert self._history is not None
        touched, is_moved = set(), False
        for event in events:
            number = getattr(event, "number", None)
            if number is None:
                continue
            touched.add(number)
            if isinstance(event, StepReported):
                self._tally.note_step(number, event.step)
            else:
                is_moved = True
        if is_moved:
            self._tally.count(touched)
            self._become(self._wanted())
        rows = sorted(self._row_of[number] for number in touched if number in self._row_of)
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], self.columnCount() - 1))

    def set_filter(self, wanted: Filter) -> None:
        """Show only what passes."""
        self._filter = wanted
        self._become(self._wanted())

    def mark_expected(self, number: int | None) -> None:
        """Mark the trial that is expected to be best, where that is not the best one."""
        touched = {self._expected, number} - {None}
        self._expected = number
        for row in (self._row_of.get(one) for one in touched if one is not None):
            if row is not None:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def show_held(self, is_held: bool) -> None:
        """Say of running trials that they are paused, or that they run."""
        if is_held == self._is_held:
            return
        self._is_held = is_held
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, 1))

    def row_of(self, number: int) -> int | None:
        """The row of a trial, *None* where it is filtered out."""
        return self._row_of.get(number)

    def number_at(self, row: int) -> int | None:
        """The trial in a row."""
        return int(self._order[row]) if 0 <= row < len(self._order) else None

    @property
    def total(self) -> int:
        """How many trials there are, shown or not."""
        return 0 if self._history is None else len(self._history)

    @property
    def names(self) -> tuple[str, ...]:
        """Keys of the columns."""
        return self._names

    def is_hyperparameter(self, column: int) -> bool:
        """Whether a column belongs to the outer loop's settings."""
        return self._lead <= column < len(self._names) - len(LAST)

    def is_limit(self, column: int) -> bool:
        """Whether a column tells of the constraints."""
        return len(FIRST) <= column < self._lead

    def title(self, column: int) -> str:
        """A column's name for people."""
        name = self.names[column]
        if name == "steps":
            return self._step_name
        return name.removeprefix(CONSTRAINT).replace("_", " ") if column >= len(FIRST) else name

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The true number of rows."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """One for each fact and hyperparameter."""
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Texts for people; see :class:`Role` for delegates."""
        if not index.isValid() or self._history is None:
            return None
        number, column = int(self._order[index.row()]), index.column()
        if role == _DISPLAY:
            return seen(self._text(number, column))
        if role == _ALIGN:
            return int(_LEFT if self._is_text(column) else _RIGHT)
        if role == _FOREGROUND:
            return self._colour(number, column)
        if role == _FONT:
            return font_strong() if column == 1 and np.isfinite(self._history.score[number]) else None
        if role == _TIP:
            return plain(self._long_text(number, column))
        if role == _ACCESSIBLE:
            return self._long_text(number, column)
        return self._for_delegate(number, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Column names, those of hyperparameters in the outer loop's colour."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.names):
            return None
        if role == _DISPLAY:
            return seen(self.title(section))
        if role == _ALIGN:
            return int(_LEFT if self._is_text(section) else _RIGHT)
        if role == _TIP:
            return plain(self._names[section].removeprefix(CONSTRAINT))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by any column. Ascending by score means from good to bad."""
        self.sort_column, self.sort_order = column, order
        self._become(self._wanted())

    # -- cells -------------------------------------------------------------------------------------------------------

    def _text(self, number: int, column: int) -> str:
        history = self._history
        assert history is not None
        if column == 0:
            return str(number)
        if column == 1:
            score = float(history.score[number])
            return score_text(score, self._tally.known) if math.isfinite(score) else self._state_word(number)
        if column == 2:
            return ""
        name = self.names[column]
        if self.is_hyperparameter(column):
            value = float(history.numbers[number, column - self._lead])
            return "" if math.isnan(value) else _cell_text(history.space[name].to_value(value))
        if self.is_limit(column):
            return self._limit_text(number, name)
        if name == "steps":
            return f"{self._tally.steps[number]:,}" if self._tally.steps[number] else ""
        seconds = float(history.seconds[number])
        return duration_text(seconds) if math.isfinite(seconds) else ""

    def _state_word(self, number: int) -> str:
        assert self._history is not None
        return state_text(State(int(self._history.state[number])), is_paused=self._is_held)

    def _long_text(self, number: int, column: int) -> str:
        history = self._history
        assert history is not None
        if column == 0:
            said = [f"Trial {number}", self._state_word(number)]
            said += ["breaks a constraint"] if self._is_broken(number) else []
            said += ["best so far"] if number == self._tally.best else []
            said += ["expected best"] if number == self._expected else []
            return ", ".join(said)
        if column == 1 and math.isfinite(float(history.score[number])):
            return repr(float(history.score[number]))
        if column == 1 and history.state[number] == State.FAILED:
            return history.trial(number).reason or "failed"
        if column == 2:
            return f"last loss {value_text(self._line(number).last)}" if len(self._line(number)) else "no loss reported"
        if self.is_hyperparameter(column):
            value = history.params(number).get(self.names[column])
            return "" if value is None and column else f"{self.names[column]} = {value!r}"
        return self._text(number, column)

    def _limit_text(self, number: int, name: str) -> str:
        """Whether a complete trial keeps every constraint, or the value of one of them."""
        history = self._history
        assert history is not None
        if name == "feasible":
            kept = bool((history.constraints[number] <= 0.0).all())
            return ("yes" if kept else "no") if history.state[number] == State.COMPLETE else ""
        value = float(history.constraints[number, history.constraint_names.index(name.removeprefix(CONSTRAINT))])
        return "" if math.isnan(value) else number_text(value, 3)

    def _breaks(self, number: int, column: int) -> bool:
        name = self._names[column]
        if name == "feasible":
            return self._is_broken(number)
        assert self._history is not None
        place = self._history.constraint_names.index(name.removeprefix(CONSTRAINT))
        return bool(self._history.constraints[number, place] > 0.0)

    def _is_broken(self, number: int) -> bool:
        """Whether a complete trial breaks a constraint."""
        history = self._history
        assert history is not None
        return bool(history.constraint_names) and self._limit_text(number, "feasible") == "no"

    def _colour(self, number: int, column: int) -> Any:
        history = self._history
        assert history is not None
        state = int(history.state[number])
        if column == 1 and not np.isfinite(history.score[number]):
            return _brush(tokens().bad if state == State.FAILED else tokens().dim)
        if column == 1 and (state == State.PRUNED or self._is_broken(number)):
            return _brush(tokens().dim)
        if self.is_limit(column):
            return _brush(tokens().bad if self._breaks(number, column) else tokens().dim)
        return _brush(tokens().dim) if column == len(self.names) - 1 else None

    def _for_delegate(self, number: int, role: int) -> Any:
        assert self._history is not None
        if role == Role.NUMBER:
            return number
        if role == Role.STATE:
            return int(self._history.state[number])
        if role == Role.IS_BEST:
            return number == self._tally.best
        if role == Role.IS_EXPECTED:
            return number == self._expected
        if role == Role.IS_BROKEN:
            return self._is_broken(number)
        if role == Role.LINE:
            return self._line(number)
        if role == Role.SHARE:
            return self._tally.share(number)
        return None

    def _is_text(self, column: int) -> bool:
        name = self._names[column]
        if column == 0 or (name == "feasible" and self.is_limit(column)):
            return True
        return self.is_hyperparameter(column) and not hasattr(self._history.space[name], "low")  # type: ignore[union-attr]

    def _line(self, number: int) -> Line:
        curve = self._curves.get(number)
        cached = self._lines.get(number)
        if cached is None or cached[0] != len(curve):
            name = "val_loss" if "val_loss" in curve.names else "train_loss"
            cached = (len(curve), learning_line(curve, name))
            if len(self._lines) > 2000:  # far more than any screen shows
                self._lines.clear()
            self._lines[number] = cached
        return cached[1]

    # -- rows --------------------------------------------------------------------------------------------------------

    def _wanted(self) -> Array:
        if self._history is None:
            return np.zeros(0, dtype=np.int64)
        passing = np.flatnonzero(self._filter.mask(self._history, self._tally.steps))
        name = self.names[self.sort_column] if self.sort_column < len(self.names) else "score"
        is_descending = self.sort_order == Qt.SortOrder.DescendingOrder
        losses = self._tally.losses() if name == "loss" else None
        return sorted_numbers(self._history, self._tally.steps, losses, passing, name, is_descending)

    def _put_order(self, order: Array) -> None:
        self._order = order
        self._row_of = {number: row for row, number in enumerate(order.tolist())}

    def _become(self, order: Array) -> None:
        """Take another order with as little noise as it needs: rows that go, rows that come, rows that move."""
        if np.array_equal(order, self._order):
            return
        going = np.flatnonzero(~np.isin(self._order, order))
        coming = order[~np.isin(order, self._order)]
        if len(going) > FEW_CHANGES or (len(coming) > FEW_CHANGES and len(coming) != len(order) - len(self._order)):
            self.beginResetModel()
            self._put_order(order)
            self.endResetModel()
            return
        for row in going[::-1].tolist():
            self.beginRemoveRows(QModelIndex(), row, row)
            self._put_order(np.delete(self._order, row))
            self.endRemoveRows()
        if len(coming):
            self.beginInsertRows(QModelIndex(), len(self._order), len(self._order) + len(coming) - 1)
            self._put_order(np.concatenate([self._order, coming]))
            self.endInsertRows()
        if not np.array_equal(order, self._order):
            self._permute(order)

    def _permute(self, order: Array) -> None:
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        numbers = [int(self._order[index.row()]) for index in kept]
        self._put_order(order)
        places = [self.index(self._row_of[number], index.column()) for number, index in zip(numbers, kept, strict=True)]
        self.changePersistentIndexList(kept, places)
        self.layoutChanged.emit()


def _judged_by(history: History | None) -> tuple[object, ...]:
    return () if history is None else (history.directions, history.constraint_names)


def _cell_text(value: object) -> str:
    return number_text(value, 3) if isinstance(value, float) else value_text(value)


@cache
def _brush(token: str) -> QBrush:
    return QBrush(QColor(token))
