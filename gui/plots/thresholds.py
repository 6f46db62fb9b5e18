"""``plot_threshold``: what each threshold is worth by the chosen aim, with the one that is set."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.thresholds import AIMS, USUAL, Aim, Costs, ThresholdCurve
from engine.arrays import Array
from gui.base.theme import space, tokens
from gui.plots.colours import pen
from gui.plots.frame import Frame, value_frame, value_range
from gui.plots.painted import PaintedPlot

POINTS = 401  # places on the axis: one for each two pixels or so
TICKS = [(place / 5, f"{place / 5:g}") for place in range(6)]


class ThresholdPlot(PaintedPlot):
    """Signal ``moved(float)`` carries the threshold to which the mouse drags the line."""

    moved = Signal(float)

    def __init__(self, name: str = "plot_threshold", parent: QWidget | None = None) -> None:
        super().__init__(name, "Value of each threshold", parent)
        self.headline.hide()
        self._places = np.linspace(0.0, 1.0, POINTS)
        self._values: Array = np.zeros(0)
        self._aim: Aim = "cost"
        self._threshold = USUAL
        self._is_dragged = False

    def show_curve(self, curve: ThresholdCurve, aim: Aim, costs: Costs) -> None:
        """Show another curve, or the same by another aim."""
        found = curve.values(aim, costs)
        self._values = found[np.searchsorted(curve.thresholds, self._places, side="left")]
        self._aim = aim
        self.refresh()

    def put_threshold(self, threshold: float) -> None:
        """Move the line."""
        self._threshold = threshold
        self.describe(f"{AIMS[self._aim]} at {threshold:.2f}")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The line as it is drawn."""
        return ("threshold", self._aim), (self._places, self._values)

    def sizeHint(self) -> QSize:
        """A small picture beside the matrix."""
        return QSize(space(300), space(150))

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The curve, and upright lines at the usual threshold and at the one that is set."""
        if not len(self._values):
            return
        frame, colours = self._frame(room), tokens()
        frame.draw_y(painter)
        upward = "mean cost of a row" if self._aim == "cost" else AIMS[self._aim]
        frame.draw_x(painter, TICKS, f"threshold; upward: {upward}", colours.dim)
        painter.setPen(pen(colours.outer, 1.8))
        frame.draw_line(painter, self._places, self._values)
        across = float(frame.px(self._threshold))
        painter.setPen(pen(colours.text, 1.6))
        painter.drawLine(QLineF(across, frame.box.top(), across, frame.box.bottom()))

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """The line goes to the mouse."""
        self._is_dragged = True
        self._drag(at)

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """And follows it."""
        if self._is_dragged and buttons & Qt.MouseButton.LeftButton:
            self._drag(at)

    def mouse_released(self, at: QPointF) -> None:
        """Until it is let go."""
        self._is_dragged = False

    def _drag(self, at: QPointF) -> None:
        box = self._frame(QRectF(self.surface.rect())).box
        self.moved.emit(min(max((at.x() - box.left()) / max(box.width(), 1.0), 0.0), 1.0))

    def _frame(self, room: QRectF) -> Frame:
        return value_frame(room, (0.0, 1.0), value_range(self._values), named=True)
