"""The optimizers of a race as a table: what each found, and what it asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from engine.trajectories.arrivals import RESTARTS
from engine.trajectories.entrants import title_of
from engine.trajectories.records import Training
from engine.trajectories.surface_race import SurfaceRace
from gui.base.formats import number_text
from gui.base.text import plain, seen
from gui.base.theme import font_strong, tokens
from gui.plots.categories import category_of

Index = QModelIndex | QPersistentModelIndex
DISPLAY = Qt.ItemDataRole.DisplayRole
NO_INDEX = QModelIndex()
DECIMALS = 4  # of a loss over a surface: what is smaller is rounding
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
ON_SURFACE = ("optimizer", "loss", "steps", "gradients", "values", "rate", f"of {RESTARTS} starts")
ON_NETWORK = ("optimizer", "validation loss", "epochs", "gradients", "seconds", "rate")


class Row(NamedTuple):
    """One optimizer: its cells after its name, whether it is among the best, and what else there is to say."""

    name: str
    cells: tuple[str, ...]
    strong: bool
    tip: str = ""


class OptimizerRows(QAbstractTableModel):
    """Read only; the lowest loss comes first, those that cannot take part last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles: tuple[str, ...] = ON_SURFACE
        self._rows: tuple[Row, ...] = ()
        self._places: dict[str, int] = {}

    def show_race(self, race: SurfaceRace) -> None:
        """Show a race over a surface."""
        rows = []
        for path, arrival in zip(race.paths, race.arrivals, strict=True):
            share = f"{race.counts[path.name]}" if race.counts else "…"
            cells = (
                number_text(round(float(path.losses[-1]), DECIMALS) + 0.0, 3),
                f"{path.steps:,}",
                f"{int(path.gradients[-1]):,}",
                f"{int(path.values[-1]):,}",
                "–" if path.rate is None else number_text(path.rate, 2),
                share,
            )
            rows.append((float(path.losses[-1]), Row(path.name, cells, arrival.is_lowest, path.ended)))
        self._show(ON_SURFACE, [row for _, row in sorted(rows, key=lambda pair: pair[0])])

    def show_network(self, trainings: Sequence[Training], refusals: Mapping[str, str]) -> None:
        """Show the trainings of a network so far."""
        done = sorted(trainings, key=lambda one: one.final_loss)
        rows = [
            Row(
                one.optimizer,
                (
                    number_text(one.final_loss, 3),
                    f"{len(one.val_loss):,}",
                    f"{one.gradients[-1]:,}" if one.gradients else "–",
                    number_text(one.seconds[-1], 2) if one.seconds else "–",
                    "–" if one.rate is None else number_text(one.rate, 2),
                ),
                one is done[0],
                one.ended,
            )
            for one in done
        ]
        rows += [Row(name, ("cannot take part",), False, why) for name, why in refusals.items()]
        self._show(ON_NETWORK, rows)

    def _show(self, titles: tuple[str, ...], rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._titles, self._rows = titles, tuple(rows)
        self._places = {name: place for place, name in enumerate(sorted(row.name for row in rows))}
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """One an optimizer."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The name and what is known of it."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """What the columns hold."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self._titles):
            return None
        if role == DISPLAY:
            return self._titles[section]
        if role == Qt.ItemDataRole.ToolTipRole and section == len(ON_SURFACE) - 1:
            return plain(f"From how many of {RESTARTS} starts it reaches the lowest loss")
        return (LEFT if section == 0 else RIGHT) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Texts, the line that an optimizer is drawn with, and why one ended."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == DISPLAY:
            if column == 0:
                return title_of(row.name)
            return seen(row.cells[column - 1]) if column <= len(row.cells) else ""
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return category_of(row.name, self._places[row.name]).sample()
        if role == Qt.ItemDataRole.FontRole:
            return font_strong() if row.strong and column <= 1 else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column == 0 or len(row.cells) == 1 else RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and len(row.cells) == 1 and column:
            return QColor(tokens().dim)
        return plain(row.tip) if role == Qt.ItemDataRole.ToolTipRole and row.tip else None
