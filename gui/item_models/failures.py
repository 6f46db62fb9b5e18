"""The failed trials as a table: what the rule speaks of, when they failed, and how."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from engine.analysis.failure_words import failed_words
from engine.analysis.failures import Failures
from engine.analysis.title import name_words
from engine.trials import History
from gui.base.formats import value_text
from gui.base.text import plain

Index = QModelIndex | QPersistentModelIndex
_DISPLAY, _TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
MOST_NAMES = 2  # hyperparameters that have a column: those of the rule


class FailuresModel(QAbstractTableModel):
    """One row a failed trial, in the order of their numbers."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[int, tuple[str, ...], str]] = []
        self._heads: tuple[str, ...] = ("trial", "epoch", "rule", "how")

    def show_failures(self, found: Failures, history: History, names: tuple[str, ...]) -> None:
        """Show other trials, with the values of ``names`` beside them."""
        self.beginResetModel()
        self._heads = ("trial", *(name_words(name) for name in names), "epoch", "rule", "how it failed")
        self._rows = []
        for one in found.trials:
            params = history.params(one.number)
            values = [value_text(_short(params[name])) if name in params else "not set" for name in names]
            rule = "" if found.rule is None else "inside" if one.is_inside else "outside"
            cells = (str(one.number), *values, "" if one.epoch is None else str(one.epoch), rule, failed_words(one))
            self._rows.append((one.number, cells, one.reason))
        self.endResetModel()

    def number(self, row: int) -> int:
        """The trial of a row."""
        return self._rows[row][0]

    def row_of(self, number: int | None) -> int | None:
        """The row of a trial, if it failed."""
        return next((row for row, one in enumerate(self._rows) if one[0] == number), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many failed."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Trial, what the rule speaks of, epoch, inside or outside, how."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """The words of a cell; the whole reason as its tip."""
        if not index.isValid():
            return None
        if role == _TIP:
            return plain(self._rows[index.row()][2])
        return self._rows[index.row()][1][index.column()] if role == _DISPLAY else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """What a column is."""
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal and section < len(self._heads):
            return self._heads[section]
        return None


def _short(value: object) -> object:
    return float(f"{value:.3g}") if isinstance(value, float) else value
