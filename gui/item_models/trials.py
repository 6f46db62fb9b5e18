"""The trials of a study as a table: rows are numbers in some order, cells are read from the history when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.analysis import Filter, Line
from engine.arrays import Array
from engine.events import StepReported
from engine.space import SearchSpace
from engine.study import tab_separated
from engine.trials import Curves, History
from gui.base.text import plain, seen
from gui.base.theme import font_strong
from gui.item_models.trial_cells import Cell, Marks, Role, TrialCells, TrialMark
from gui.item_models.trials_order import CONSTRAINT, PARAMETER, Sorting
from gui.item_models.trials_tally import TrialsTally

__all__ = ["Role", "TrialsModel"]

Index = QModelIndex | QPersistentModelIndex
_DISPLAY, _ALIGN, _FONT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.FontRole
_FOREGROUND, _TIP = Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.ToolTipRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ROOT = QModelIndex()
FEW_CHANGES = 64  # more rows coming or going at once are a new table


class TrialsModel(QAbstractTableModel):
    """Lives in the GUI thread. :meth:`show_study` sets what is read, :meth:`take` tells which events came in.

    Columns: trial, score, loss, with constraints whether they are kept and what each is, one for each hyperparameter,
    steps, time, note. The model sorts and filters by itself, in numpy, because a proxy would do it in Python.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._curves = Curves()
        self._tally = TrialsTally()
        self._step_name = "steps"
        self._cells = TrialCells(None, self._curves, self._tally, self._step_name)
        self._order: Array = np.zeros(0, dtype=np.int64)
        self._rows: Array = np.zeros(0, dtype=np.int64)  # by number: the row of a trial, -1 where it is not shown
        self._filter = Filter()
        self._space: SearchSpace | None = None
        self._judged_by: tuple[object, ...] = ()
        self._is_order_held = False
        self._unplaced: set[int] = set()  # trials that changed since the order was last worked out
        self.sort_column, self.sort_order = 1, Qt.SortOrder.AscendingOrder  # by score, the best first

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_study(self, history: History | None, curves: Curves, step_name: str = "steps") -> None:
        """Show another study (or the same one with another space)."""
        self.beginResetModel()
        is_another = history is not self._history
        before = self._cells
        self._history, self._curves, self._step_name = history, curves, step_name
        self._space = history.space if history is not None else None
        self._judged_by = _judged_by(history)
        self._tally = TrialsTally(history, curves)
        self._cells = TrialCells(history, curves, self._tally, step_name)
        self._cells.is_held, self._cells.marks = before.is_held, before.marks
        if is_another:
            self._filter = Filter()
        self._keep_sorting(before.names[self.sort_column])
        self._unplaced.clear()
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
        self._cells.forget(touched)
        self._unplaced |= touched
        if is_moved:
            known = self._tally.known
            self._tally.count(touched)
            if known != self._tally.known:  # every score has other digits
                self._cells.forget()
            self._become(self._follow(np.array(sorted(self._unplaced), dtype=np.int64)))
            self._unplaced.clear()
        rows = [row for row in map(self.row_of, touched) if row is not None]
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), self.columnCount() - 1))

    def set_filter(self, wanted: Filter) -> None:
        """Show only what passes."""
        if not wanted.text and not self._filter.text:
            return
        self._filter = wanted
        self._become(self._wanted())

    def mark_expected(self, number: int | None) -> None:
        """Mark the trial that is expected to be best, where that is not the best one."""
        touched = {self._cells.expected, number} - {None}
        self._cells.expected = number
        for row in (self.row_of(one) for one in touched if one is not None):
            if row is not None:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def show_held(self, is_held: bool) -> None:
        """Say of running trials that they are paused, or that they run."""
        if is_held == self._cells.is_held:
            return
        self._cells.is_held = is_held
        self._cells.forget()
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, 1))

    def show_marks(self, marks: Marks) -> None:
        """Show stars, notes and what is excluded, which is never best."""
        before = self._tally.best
        self._tally.count(())
        if marks == self._cells.marks and before == self._tally.best:
            return
        self._cells.marks = marks
        self._cells.forget()
        self._become(self._kept(self._wanted()))
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, self.columnCount() - 1))

    def hold_order(self, is_held: bool) -> None:
        """Keep every row where it is, new ones at the end, until the order may follow again."""
        if is_held != self._is_order_held:
            self._is_order_held = is_held
            if not is_held:
                self._become(self._wanted())

    @property
    def is_order_held(self) -> bool:
        """Whether rows stay where they are for now."""
        return self._is_order_held

    @property
    def marks(self) -> Marks:
        """What trials are marked with."""
        return self._cells.marks

    def row_of(self, number: int) -> int | None:
        """The row of a trial, *None* where it is filtered out."""
        row = int(self._rows[number]) if 0 <= number < len(self._rows) else -1
        return row if row >= 0 else None

    def number_at(self, row: int) -> int | None:
        """The trial in a row."""
        return int(self._order[row]) if 0 <= row < len(self._order) else None

    def numbers_between(self, first: int, last: int) -> Array:
        """The trials of rows ``first`` to ``last``, in the order of the table."""
        return self._order[first : last + 1]

    @property
    def numbers(self) -> Array:
        """The trials that are shown, in the order of the table."""
        return self._order

    def as_text(self, numbers: Sequence[int], columns: Sequence[int]) -> str:
        """Trials as a spreadsheet takes them: the columns' names, then a line each."""
        history, tally, notes = self._history, self._tally, self._cells.marks.notes
        if history is None:
            return ""
        chosen = np.asarray(numbers, dtype=np.int64)
        extra: dict[str, Sequence[object]] = {
            "loss": list(tally.losses()[chosen].tolist()),
            "steps": list(tally.steps[chosen].tolist()),
            "feasible": ["yes" if kept else "no" for kept in history.feasible[chosen].tolist()],
            "note": [notes.get(number, "") for number in numbers],
        }
        keys = [self._cells.hyperparameter(column) for column in columns]
        named = [PARAMETER + own if own else self.names[column] for own, column in zip(keys, columns, strict=True)]
        return tab_separated(history, numbers, list(zip(map(self.title, columns), named, strict=True)), extra)

    @property
    def total(self) -> int:
        """How many trials there are, shown or not."""
        return 0 if self._history is None else len(self._history)

    @property
    def names(self) -> tuple[str, ...]:
        """Keys of the columns."""
        return self._cells.names

    def is_hyperparameter(self, column: int) -> bool:
        """Whether a column belongs to the outer loop's settings."""
        return bool(self._cells.hyperparameter(column))

    def is_constraint(self, column: int) -> bool:
        """Whether a column tells of the constraints."""
        return self._cells.is_constraint(column)

    def title(self, column: int) -> str:
        """A column's name for people."""
        return self._cells.title(column)

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
        number, column, cells = int(self._order[index.row()]), index.column(), self._cells
        if role == _DISPLAY:
            return seen(cells.text(number, column))
        if role == _ALIGN:
            return int(_LEFT if cells.is_text(column) else _RIGHT)
        if role == _FOREGROUND:
            return cells.colour(number, column)
        if role == _FONT:
            return font_strong() if cells.is_strong(number, column) else None
        if role == _TIP:
            return plain(cells.long_text(number, column))
        if role == _ACCESSIBLE:
            return cells.long_text(number, column)
        return cells.for_delegate(number, role)

    def cell(self, index: Index) -> Cell:
        """A plain cell as it is drawn: one call for what would be many roles."""
        return self._cells.cell(int(self._order[index.row()]), index.column())

    def mark(self, index: Index) -> tuple[int, TrialMark]:
        """The number of a row's trial, and what its cell shows."""
        number = int(self._order[index.row()])
        return number, self._cells.mark(number)

    def line(self, index: Index) -> Line:
        """The small loss curve of a row's trial."""
        return self._cells.line(int(self._order[index.row()]))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Column names, those of hyperparameters in the outer loop's colour."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.names):
            return None
        if role == _DISPLAY:
            return seen(self.title(section))
        if role == _ALIGN:
            return int(_LEFT if self._cells.is_text(section) else _RIGHT)
        if role == _TIP:
            return plain(self.names[section].removeprefix(CONSTRAINT).removeprefix(PARAMETER))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by any column. Ascending by score means from good to bad."""
        self.sort_column, self.sort_order = column, order
        self._become(self._wanted())

    @property
    def is_upward(self) -> bool:
        """Whether the numbers of the sorted column grow from row to row."""
        is_ascending = self.sort_order == Qt.SortOrder.AscendingOrder
        name = self.names[self.sort_column]
        is_turned = name == "score" and self._history is not None and self._history.directions[0] == "maximize"
        return is_ascending != is_turned

    def _keep_sorting(self, name: str) -> None:
        """Stay sorted by a column, wherever it stands now; by score, the best first, where there is none like it."""
        if name in self.names:
            self.sort_column = self.names.index(name)
        else:
            self.sort_column, self.sort_order = self.names.index("score"), Qt.SortOrder.AscendingOrder

    # -- rows --------------------------------------------------------------------------------------------------------

    def _wanted(self) -> Array:
        if self._history is None:
            return np.zeros(0, dtype=np.int64)
        passing = np.flatnonzero(self._passing(self._history))
        return self._sorting(self._history).sorted(passing)

    def _passing(self, history: History) -> Array:
        marks, tally = self._cells.marks, self._tally
        tally.follow()  # the history may be ahead of what was told
        return self._filter.mask(history, tally.steps, tally.losses, marks.notes, marks.starred)

    def _wanted_after(self, touched: Array) -> Array:
        """The order in which only some trials changed their places."""
        history = self._history
        assert history is not None
        mask = self._passing(history)
        is_touched = np.zeros(len(history), dtype=bool)
        is_touched[touched] = True
        stays = self._order[~is_touched[self._order]]
        return self._sorting(history).placed(stays, touched[mask[touched]])

    def _sorting(self, history: History) -> Sorting:
        name = self.names[self.sort_column]
        known = None
        if name == "note":
            known = np.full(len(history), np.nan)
            notes = self._cells.marks.notes.items()
            for rank, (_, number) in enumerate(sorted((text.lower(), number) for number, text in notes)):
                if 0 <= number < len(known):
                    known[number] = rank
        elif name == "loss":
            known = self._tally.losses()
        return Sorting(history, name, self.sort_order == Qt.SortOrder.DescendingOrder, self._tally.steps, known)

    def _follow(self, touched: Array) -> Array:
        """The order after trials changed. Where rows are held it is the same, with new trials at its end."""
        if self._is_order_held:
            return self._kept(self._wanted() if self._filter.text else touched)
        is_few = len(touched) < FEW_CHANGES and not self._filter.compares_trials
        return self._wanted_after(touched) if is_few else self._wanted()

    def _kept(self, wanted: Array) -> Array:
        """The order as it may be shown now: where rows are held, as it is, with new trials at its end."""
        if not self._is_order_held:
            return wanted
        is_new = np.ones(self.total, dtype=bool)
        is_new[self._order] = False
        return np.concatenate([self._order, wanted[is_new[wanted]]])

    def _put_order(self, order: Array) -> None:
        self._order = order
        self._rows = np.full(self.total, -1, dtype=np.int64)
        self._rows[order] = np.arange(len(order))

    def _become(self, order: Array) -> None:
        """Take another order with as little noise as it needs: rows that go, rows that come, rows that move."""
        if np.array_equal(order, self._order):
            return
        stays, was = np.zeros(self.total, dtype=bool), np.zeros(self.total, dtype=bool)
        stays[order], was[self._order] = True, True
        going, coming = np.flatnonzero(~stays[self._order]), order[~was[order]]
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
        places = [
            self.index(int(self._rows[number]), index.column()) for number, index in zip(numbers, kept, strict=True)
        ]
        self.changePersistentIndexList(kept, places)
        self.layoutChanged.emit()


def _judged_by(history: History | None) -> tuple[object, ...]:
    return () if history is None else (history.directions, history.constraint_names)
