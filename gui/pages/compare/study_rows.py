"""Studies side by side as two tables: one row a study, and one row for each thing that they may differ in."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from engine.comparing import ComparedStudy, Comparison, Difference
from gui.base.formats import NONE, duration_text, score_text
from gui.base.text import plain, seen
from gui.base.theme import font_strong, tokens
from gui.pages.compare.study_pictures import look_of

Index = QModelIndex | QPersistentModelIndex
DISPLAY = Qt.ItemDataRole.DisplayRole
NO_INDEX = QModelIndex()
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
INTERVAL = 3  # column
COLUMNS = ("study", "trials", "best", "90 % interval", "time", "")


class Role(IntEnum):
    """What cells know besides their text."""

    INTERVAL = Qt.ItemDataRole.UserRole + 1


class StudyRows(QAbstractTableModel):
    """One row a study. ``Role.INTERVAL`` is (low, score, high, least, most, colour) where it can be drawn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self._range = (0.0, 1.0)

    def show_comparison(self, found: Comparison | None) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self._found = found
        ends = [
            end
            for study, is_on in zip(found.studies, found.on_axis, strict=True)
            if is_on and study.best is not None
            for end in (study.best.low, study.best.score, study.best.high)
            if end is not None
        ] if found is not None else []  # fmt: skip
        self._range = (min(ends), max(ends)) if ends else (0.0, 1.0)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """One a study."""
        return 0 if parent.isValid() or self._found is None else len(self._found.studies)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """What is known of each."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """What the columns hold."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(COLUMNS):
            return None
        if role == DISPLAY:
            return COLUMNS[section]
        return (RIGHT if section in {1, 2, 4} else LEFT) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Texts, the line that a study is drawn with, its interval, and why its scores are not those of the first."""
        if not index.isValid() or self._found is None:
            return None
        row, column = index.row(), index.column()
        study, why = self._found.studies[row], self._found.why_not[row]
        if role == DISPLAY:
            return seen(self._texts(row)[column])
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and self._found.on_axis[row]:
            return look_of(row).sample()
        if role == Qt.ItemDataRole.FontRole:
            return font_strong() if row == self._found.leader and column in {0, 2} else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in {1, 2, 4} else LEFT
        if role == Qt.ItemDataRole.ForegroundRole and (why or column == len(COLUMNS) - 1):
            return QColor(tokens().dim)
        if role == Role.INTERVAL and column == INTERVAL:
            return self._interval(study, row)
        return plain(self._tip(study, why)) if role == Qt.ItemDataRole.ToolTipRole else None

    def _texts(self, row: int) -> tuple[str, ...]:
        assert self._found is not None
        study, best = self._found.studies[row], self._found.studies[row].best
        if row == 0 and self.rowCount() > 1:
            told = "the reference"
        elif self._found.why_not[row]:
            told = f"not comparable: {self._found.why_not[row]}"
        else:
            told = "better by more than chance" if self._beats(row) else "comparable" if row else ""
        return (
            self._found.labels[row],
            f"{study.trials:,}",
            NONE if best is None else score_text(best.score, best.standard_error),
            "" if best is None or best.low is not None else "its folds are not known",
            duration_text(study.seconds) if study.finished else NONE,
            told,
        )

    def _beats(self, row: int) -> bool:
        assert self._found is not None
        return row == self._found.leader and 0 in self._found.apart

    def _interval(self, study: ComparedStudy, row: int) -> tuple[float, float, float, float, float, str] | None:
        best = study.best
        assert self._found is not None
        if best is None or best.low is None or best.high is None or not self._found.on_axis[row]:
            return None
        shade = tokens().dim if self._found.why_not[row] else tokens().outer
        return best.low, best.score, best.high, *self._range, shade

    @staticmethod
    def _tip(study: ComparedStudy, why: str) -> str:
        best, lines = study.best, [str(study.path), study.setup.title]
        if best is not None:
            lines.append(f"Trial {best.number}: {best.score!r}")
            if best.low is not None and best.high is not None:
                lines.append(f"90 % interval {score_text(best.low)} to {score_text(best.high)}")
        return "\n".join([*lines, *study.put_right, *([f"Not comparable: {why}."] if why else [])])


class DifferenceRows(QAbstractTableModel):
    """One row a hyperparameter or other choice, one column a study; what is the same everywhere is dim."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self._rows: tuple[Difference, ...] = ()
        self.only_differing = True

    def show_comparison(self, found: Comparison | None) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self._found = found
        rows = () if found is None else found.rows
        hides = self.only_differing and found is not None and len(found.studies) > 1
        self._rows = tuple(row for row in rows if row.differs or not hides)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """One a thing that may differ."""
        return 0 if parent.isValid() or self._found is None else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The name, and a study each."""
        return 0 if parent.isValid() or self._found is None else 1 + len(self._found.studies)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """The studies' names."""
        if orientation is Qt.Orientation.Vertical or self._found is None:
            return None
        if role == DISPLAY:
            return "" if section == 0 else seen(self._found.labels[section - 1])
        return LEFT if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Ranges, fixed values, and the value in the best trial; how a range stands to the first study's."""
        if not index.isValid() or self._found is None:
            return None
        row, column = self._rows[index.row()], index.column()
        if column == 0:
            if role == DISPLAY:
                return seen(row.name.replace("_", " "))
            if role == Qt.ItemDataRole.ForegroundRole:
                colours = tokens()
                return QColor(colours.outer if row.is_hyperparameter and row.differs else colours.dim)
            return None
        cell = row.cells[column - 1]
        is_other = cell.relation != "same"
        if role == DISPLAY:
            relation = f" ({cell.relation})" if cell.relation in {"wider", "narrower"} else ""
            best = f" · best {cell.best}" if cell.best else ""
            return seen(f"{cell.text}{relation}{best}")
        if role == Qt.ItemDataRole.FontRole and is_other:
            return font_strong()
        if role == Qt.ItemDataRole.ForegroundRole and not row.differs:
            return QColor(tokens().dim)
        return None
