"""``plot_calibration``: each trial that the model chose, what was predicted of it and what it scored."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.analysis import robust_range
from engine.analysis.calibration import DEVIATIONS, Calibration
from engine.analysis.replay_words import calibration_title
from engine.arrays import Array
from gui.base.formats import score_text
from gui.base.theme import space, tokens
from gui.plots.colours import brush, pen
from gui.plots.frame import Frame, draw_chosen, row_of, step_through, value_frame, value_range
from gui.plots.painted import PaintedPlot

MOST_BARS = 400  # the newest of more


class CalibrationPlot(PaintedPlot):
    """A click selects the trial; the upright line marks the one that is played back."""

    def __init__(self, name: str = "plot_calibration", parent: QWidget | None = None) -> None:
        super().__init__(name, "Whether predictions held", parent)
        self._found: Calibration | None = None
        self._minimize = True
        self._marked: int | None = None

    def show_calibration(self, found: Calibration, *, minimize: bool) -> None:
        """Show other predictions."""
        self._found, self._minimize = found, minimize
        title = calibration_title(found)
        self.explain("" if found.scored else title.remark)
        self.say(title)
        self.describe(f"{title.sentence}.")
        self.refresh()

    def mark(self, number: int) -> None:
        """Mark the trial that is played back."""
        self._marked = number
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials with prediction, standard deviation, score, and whether it held."""
        found = self._found
        assert found is not None
        names = ("trial", "predicted", "std", "score", "held")
        return names, (found.numbers, found.predicted, found.std, found.score, found.held)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A bar of two standard deviations either side, a tick at the mean, a disc where it scored."""
        found = self._found
        if found is None or not found.scored:
            return
        frame, colours = self._frame(room), tokens()
        frame.draw_y(painter)
        frame.draw_x(painter, [(value, f"{value:,.0f}") for value, _ in frame.x_ticks(8) if value == int(value)])
        rows = np.arange(len(found.numbers))[-MOST_BARS:]
        x = frame.px(found.numbers.astype(float))
        wide = min(float(space(3)), frame.box.width() / max(len(rows), 1) / 3)
        if self._marked is not None and frame.x[0] <= self._marked <= frame.x[1]:
            across = float(frame.px(float(self._marked)))
            painter.setPen(pen(colours.text, 1.4))
            painter.drawLine(QLineF(across, frame.box.top() - space(4), across, frame.box.bottom()))
        painter.save()
        painter.setClipRect(frame.box.adjusted(-space(8), -space(4), space(8), space(4)))
        for row in rows.tolist():
            centre = float(x[row])
            low, high = (float(found.predicted[row] + sign * DEVIATIONS * found.std[row]) for sign in (-1.0, 1.0))
            top = max(float(frame.py(high)), frame.box.top())
            bottom = min(float(frame.py(low)), frame.box.bottom())
            if bottom > top:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(brush(colours.outer, 0.22))
                painter.drawRect(QRectF(centre - wide, top, 2 * wide, bottom - top))
            mean = float(frame.py(float(found.predicted[row])))
            if frame.box.top() <= mean <= frame.box.bottom():
                painter.setPen(pen(colours.outer, 1.4))
                painter.drawLine(QLineF(centre - 2 * wide, mean, centre + 2 * wide, mean))
            self._paint_score(painter, frame, row, centre)
        painter.restore()

    def trial_at(self, at: QPointF) -> int | None:
        """The bar under the mouse."""
        found = self._found
        if found is None or not found.scored:
            return None
        frame = self._frame(QRectF(self.surface.rect()))
        apart = np.abs(frame.px(found.numbers.astype(float)) - at.x())
        row = int(np.argmin(apart))
        return int(found.numbers[row]) if apart[row] < space(8) else None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """What was predicted, and what it scored."""
        found = self._found
        assert found is not None
        row = row_of(found.numbers, number)
        assert row is not None
        std = float(found.std[row])
        score = float(found.score[row])
        predicted = f"predicted {score_text(float(found.predicted[row]), std)} ± {score_text(std)}"
        return f"trial {number}", predicted, f"scored {score_text(score, std)}" if math.isfinite(score) else "failed"

    def neighbour(self, step: int) -> int | None:
        """The next trial that the model chose."""
        return None if self._found is None else step_through(self._found.numbers, self._chosen, step)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _paint_score(self, painter: QPainter, frame: Frame, row: int, centre: float) -> None:
        found, colours = self._found, tokens()
        assert found is not None
        score, size = float(found.score[row]), float(space(3.5))
        if not math.isfinite(score):
            return
        y, held = float(frame.py(score)), bool(found.held[row])
        painter.setPen(Qt.PenStyle.NoPen if held else pen(colours.text, 1.6))
        painter.setBrush(brush(colours.outer) if held else brush(colours.text))
        if y > frame.box.bottom() or y < frame.box.top():  # beyond the axis: an arrow at its end
            edge, sign = (frame.box.bottom(), 1.0) if y > frame.box.bottom() else (frame.box.top(), -1.0)
            tip = QPointF(centre, edge)
            corners = [
                tip,
                QPointF(centre - size, edge - sign * 1.6 * size),
                QPointF(centre + size, edge - sign * 1.6 * size),
            ]
            painter.drawPolygon(QPolygonF(corners))
            return
        painter.drawEllipse(QPointF(centre, y), size, size)
        if int(found.numbers[row]) == self._chosen:
            draw_chosen(painter, QPointF(centre, y), size + space(3))

    def _frame(self, room: QRectF) -> Frame:
        found = self._found
        assert found is not None
        known = robust_range(found.score, self._minimize)
        y = value_range(np.array(known if known is not None else (0.0, 1.0)))
        numbers = found.numbers[-MOST_BARS:]
        return value_frame(room, (float(numbers[0]) - 0.6, float(numbers[-1]) + 0.6), y, named=False)
