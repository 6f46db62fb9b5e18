"""``plot_reliability``: of the rows said to be so likely, the share that was so, beside the diagonal."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.reliability import Reliability
from engine.arrays import Array
from gui.base.theme import space, tokens
from gui.plots.colours import brush, pen
from gui.plots.frame import Frame, nearest_point, value_frame
from gui.plots.painted import PaintedPlot

TICKS = [(place / 5, f"{place / 5:g}") for place in range(6)]


class ReliabilityPlot(PaintedPlot):
    """A disc a bin, its bar the 90 % interval; on the dashed diagonal probabilities come true."""

    def __init__(self, name: str = "plot_reliability", parent: QWidget | None = None) -> None:
        super().__init__(name, "Whether probabilities hold", parent)
        self.headline.hide()
        self._found: Reliability | None = None

    def show_reliability(self, found: Reliability) -> None:
        """Show other bins."""
        self._found = found
        pairs = zip(found.predicted.tolist(), found.observed.tolist(), strict=True)
        self.describe("; ".join(f"said {said:.2f}, came true {true:.2f}" for said, true in pairs))
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The bins."""
        found = self._found
        assert found is not None
        names = ("predicted", "observed", "low", "high", "rows")
        return names, (found.predicted, found.observed, found.low, found.high, found.counts)

    def sizeHint(self) -> QSize:
        """As high as a plot of the page."""
        return QSize(space(360), space(260))

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Both axes from 0 to 1."""
        found = self._found
        if found is None:
            return
        frame, colours = self._frame(room), tokens()
        frame.draw_y(painter, TICKS)
        frame.draw_x(painter, TICKS, "predicted probability; upward: share that came true", colours.dim)
        painter.setPen(pen(colours.dim, 1.0))
        dashed = pen(colours.dim, 1.2)
        dashed.setDashPattern([4.0, 3.0])
        painter.setPen(dashed)
        painter.drawLine(QLineF(frame.at(0.0, 0.0), frame.at(1.0, 1.0)))
        painter.setPen(pen(colours.outer, 1.6, 0.5))
        frame.draw_line(painter, found.predicted, found.observed)
        across = frame.px(found.predicted).tolist()
        ends = zip(frame.py(found.low).tolist(), frame.py(found.high).tolist(), strict=True)
        for x, (low, high) in zip(across, ends, strict=True):
            painter.setPen(pen(colours.text, 1.0))
            painter.drawLine(QLineF(x, low, x, high))
        most = float(found.counts.max())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(colours.outer))
        for x, y, count in zip(across, frame.py(found.observed).tolist(), found.counts.tolist(), strict=True):
            size = space(3) + space(2) * float(np.sqrt(count / most))
            painter.drawEllipse(QPointF(x, y), size, size)

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """What the bin under the mouse says."""
        found = self._found
        if found is None:
            return
        frame = self._frame(QRectF(self.surface.rect()))
        place = nearest_point(at, frame.px(found.predicted), frame.py(found.observed))
        if place is None:
            self._card.hide()
            return
        low, high = float(found.low[place]), float(found.high[place])
        lines = (
            f"said {found.predicted[place]:.3f} on average",
            f"came true {found.observed[place]:.3f} ({low:.2f} to {high:.2f})",
            f"{int(found.counts[place]):,} predictions",
        )
        self._card.tell(lines, self.surface.mapTo(self, at.toPoint()))

    def _frame(self, room: QRectF) -> Frame:
        side = min(room.width(), 1.9 * room.height())
        return value_frame(QRectF(room.left(), room.top(), side, room.height()), (0.0, 1.0), (0.0, 1.0), named=True)
