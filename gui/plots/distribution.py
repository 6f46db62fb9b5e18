"""``plot_distribution``: the share of trials that reach each score, as a step line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.distribution import Distribution, distribution_title
from engine.arrays import Array
from gui.base.formats import score_text
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import pen
from gui.plots.frame import Frame, draw_chosen, nearest_point, row_of, step_through, value_frame, value_range
from gui.plots.painted import PaintedPlot

WHOLE = ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %"))
TAIL = 0.85  # of the scores that are shown at first: a few bad ones must not squeeze the rest; a guess


class DistributionPlot(PaintedPlot):
    """The better scores are at the right, whatever the direction; ``L`` shows the whole tail."""

    switches_axis = True

    def __init__(self, name: str = "plot_distribution", parent: QWidget | None = None) -> None:
        super().__init__(name, "Distribution of the scores", parent)
        self._found: Distribution | None = None
        self._metric = "score"

    def show_distribution(self, found: Distribution, metric: str) -> None:
        """Show another distribution."""
        self._found, self._metric = found, metric
        self.explain("" if len(found.scores) else "The scores appear here once a trial has one.")
        self.say(distribution_title(found, metric))
        self.describe(f"{self.headline.sentence}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Scores from the best on, and the share of trials that reach them."""
        found = self._found
        assert found is not None
        return ("trial", self._metric, "share"), (found.numbers, found.scores, found.share)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The steps."""
        found = self._found
        if found is None or not len(found.scores):
            return
        frame = self._frame(room)
        frame.draw_y(painter, WHOLE)
        frame.draw_x(painter)
        scores, share = found.scores, found.share
        kept = _steps_seen(frame.px(scores), frame.py(share))
        x, share_kept = np.repeat(scores[kept], 2), share[kept]
        y = np.concatenate([[0.0], np.repeat(share_kept, 2)[:-1]])
        painter.setClipRect(frame.box.adjusted(-1, -2, 1, 2))
        painter.setPen(pen(tokens().outer, 2.0))
        end = min(frame.x[0], float(scores[-1])) if scores[0] > scores[-1] else max(frame.x[1], float(scores[-1]))
        frame.draw_line(painter, np.append(x, end), np.append(y, share[-1]))
        painter.setClipping(False)
        row = row_of(found.numbers, self._chosen)
        if row is not None:
            draw_chosen(painter, frame.at(float(scores[row]), float(share[row])), float(space(5)))

    def trial_at(self, at: QPointF) -> int | None:
        """The trial whose step is under the mouse."""
        found = self._found
        if found is None or not len(found.scores):
            return None
        frame = self._frame(QRectF(self.surface.rect()))
        index = nearest_point(at, frame.px(found.scores), frame.py(found.share))
        return None if index is None else int(found.numbers[index])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its score, and how many reach it."""
        found = self._found
        assert found is not None
        row = int(np.flatnonzero(found.numbers == number)[0])
        return f"trial {number}: {score_text(float(found.scores[row]))}", f"{100 * found.share[row]:.0f} % reach it"

    def neighbour(self, step: int) -> int | None:
        """The next better or worse trial."""
        found = self._found
        return None if found is None else step_through(found.numbers, self._chosen, step)

    def _frame(self, room: QRectF) -> Frame:
        found = self._found
        assert found is not None
        kept = found.scores if self.log else found.scores[: max(2, int(np.ceil(TAIL * len(found.scores))))]
        low, high = value_range(kept)
        made = value_frame(room, (low, high), (0.0, 1.0), named=False)
        left = QFontMetricsF(font_dim()).horizontalAdvance("100 %") + space(10)
        return replace(made, box=QRectF(left, made.box.top(), made.box.right() - left, made.box.height()))


def _steps_seen(x: Array, y: Array) -> Array:
    """Which steps end at another pixel than the one before: of thousands, most do not. The last one always counts."""
    there = np.column_stack([np.round(x), np.round(y)])
    return np.append(np.any(there[1:] != there[:-1], axis=1), True)
