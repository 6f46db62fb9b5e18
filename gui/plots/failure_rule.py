"""``plot_failure_rule``: where trials failed, over the range and the choices that the rule speaks of."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.failure_rule import FailureRule
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import name_words
from engine.space import Categorical, SearchSpace
from engine.trials import State
from gui.base.formats import number_text, value_text
from gui.base.text import seen
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import Array, PaintedPlot
from gui.plots.range_ticks import range_ticks
from gui.plots.slice_painter import paint_range_words

MOST_DISCS = 800
REACH = 7


class FailureRulePlot(PaintedPlot):
    """Across lies the range of the rule, or of what varies first; up the choices, of the rule or of what has most."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot_failure_rule", "Where trials fail", parent)
        self._space: SearchSpace | None = None
        self._rule: FailureRule | None = None
        self._across = self._up = ""
        self._numbers: Array = np.zeros(0, dtype=np.int64)
        self._x: Array = np.zeros(0)
        self._rows: Array = np.zeros(0)
        self._failed: Array = np.zeros(0, dtype=bool)
        self._selected: int | None = None
        self.words: Any = None

    def show_rule(self, snapshot: Snapshot, rule: FailureRule | None) -> None:
        """Show where the finished trials of a snapshot failed."""
        history = snapshot.history
        self._space, self._rule = history.space, rule
        self._across, self._up = _axes(history.space, rule)
        ended = np.flatnonzero((history.state >= State.COMPLETE) & snapshot.shown)[-MOST_DISCS:]
        units = history.unit[ended]
        names = history.space.names
        self._numbers = ended
        self._failed = history.state[ended] == State.FAILED
        self._x = units[:, names.index(self._across)] if self._across else np.full(len(ended), 0.5)
        if self._up:
            rule_up = history.space[self._up]
            assert isinstance(rule_up, Categorical)
            cells = units[:, names.index(self._up)] * len(rule_up.choices)
            self._rows = np.where(np.isfinite(cells), np.floor(np.nan_to_num(cells)), np.nan)
        else:
            self._rows = np.zeros(len(ended))
        self.describe(f"{self.headline.sentence}. {int(self._failed.sum())} of {len(ended)} trials failed.")
        self.refresh()

    def select(self, number: int | None) -> None:
        """Mark the selected trial."""
        self._selected = number
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every trial, where it lies, and whether it failed."""
        names = ("trial", f"{self._across or 'place'}_place_in_range", self._up or "row", "failed")
        return names, (self._numbers, self._x, self._rows, self._failed)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Rows of choices, the failing part shaded, discs and crosses."""
        if self._space is None:
            return
        box, rows = self._place(room)
        metrics = QFontMetricsF(font_dim())
        height = box.height() / len(rows)
        painter.setFont(font_dim())
        for at, words in enumerate(rows):
            y = box.top() + (at + 0.5) * height
            painter.setPen(pen(tokens().line))
            painter.drawLine(QLineF(box.left(), y, box.right(), y))
            painter.setPen(colour(tokens().outer))
            name = metrics.elidedText(seen(words), Qt.TextElideMode.ElideRight, box.left() - space(8))
            beside = QRectF(0.0, y - metrics.height() / 2, box.left() - space(8), metrics.height())
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        self._paint_rule(painter, box, height)
        self._paint_trials(painter, box, height)
        if self._across:
            wanted = max(2, int(box.width() // space(60)))
            paint_range_words(painter, box, range_ticks(self._space[self._across], wanted), box.bottom() + space(3))
            painter.setPen(colour(tokens().outer))
            below = QRectF(box.left(), room.bottom() - metrics.height(), box.width(), metrics.height())
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, seen(name_words(self._across)))

    def _paint_trials(self, painter: QPainter, box: QRectF, height: float) -> None:
        x, y = self._pixels(box, height)
        known = np.isfinite(x) & np.isfinite(y)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tokens().outer, 0.55))
        for row in np.flatnonzero(known & ~self._failed).tolist():
            painter.drawEllipse(QPointF(x[row], y[row]), space(2.5), space(2.5))
        painter.setPen(pen(tokens().bad, 1.6))
        arm = space(3.5)
        for row in np.flatnonzero(known & self._failed).tolist():
            at = QPointF(x[row], y[row])
            painter.drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm))
            painter.drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm))
        selected = () if self._selected is None else np.flatnonzero(known & (self._numbers == self._selected)).tolist()
        painter.setPen(pen(tokens().text, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row in selected:
            painter.drawEllipse(QPointF(x[row], y[row]), space(6), space(6))

    def _paint_rule(self, painter: QPainter, box: QRectF, height: float) -> None:
        assert self._space is not None
        rule = self._rule
        if rule is None:
            return
        left, right, rows = box.left(), box.right(), None
        for one in rule.conditions:
            row = self._space[one.name]
            if one.choices and one.name == self._up and isinstance(row, Categorical):
                rows = [at for at, choice in enumerate(row.choices) if choice in one.choices]
            elif one.name == self._across and not one.choices:
                ends = [
                    None if end is None else float(row.to_unit(np.array([row.to_number(end)]))[0])
                    for end in (one.low, one.high)
                ]
                left = left if ends[0] is None else box.left() + ends[0] * box.width()
                right = right if ends[1] is None else box.left() + ends[1] * box.width()
                words, x = (one.low, left) if one.low is not None else (one.high, right)
                metrics = QFontMetricsF(font_dim())
                text = number_text(words, 2)
                painter.setFont(font_dim())
                painter.setPen(colour(tokens().bad))
                painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, box.top() - 2), text)
        painter.setBrush(brush(tokens().bad, 0.09))
        painter.setPen(Qt.PenStyle.NoPen)
        if rows is None:
            painter.drawRect(QRectF(left, box.top(), right - left, box.height()))
        else:
            for at in rows:
                painter.drawRect(QRectF(left, box.top() + at * height, right - left, height))
        if left > box.left() or right < box.right():
            painter.setPen(pen(tokens().bad, 1.0))
            for x in (left, right):
                if box.left() < x < box.right():
                    painter.drawLine(QLineF(x, box.top(), x, box.bottom()))

    def _place(self, room: QRectF) -> tuple[QRectF, list[str]]:
        assert self._space is not None
        metrics = QFontMetricsF(font_dim())
        rule = self._space[self._up] if self._up else None
        rows = [value_text(one) for one in rule.choices] if isinstance(rule, Categorical) else [""]
        left = min(max(metrics.horizontalAdvance(seen(words)) for words in rows) + space(12), 0.4 * room.width())
        below = (2 * metrics.height() + space(4)) if self._across else space(4)
        return room.adjusted(left, metrics.height(), -space(6), -below), rows

    def _pixels(self, box: QRectF, height: float) -> tuple[Array, Array]:
        spread = ((self._numbers * 0.618) % 1.0 - 0.5) * min(0.5 * height, space(14))  # apart, and the same each time
        if not self._up:
            spread = ((self._numbers * 0.618) % 1.0 - 0.5) * 0.8 * height
        return box.left() + self._x * box.width(), box.top() + (self._rows + 0.5) * height + spread

    def trial_at(self, at: QPointF) -> int | None:
        """The trial under the mouse."""
        if self._space is None or not len(self._numbers):
            return None
        box, rows = self._place(QRectF(self.surface.rect()))
        x, y = self._pixels(box, box.height() / len(rows))
        distance = np.hypot(x - at.x(), y - at.y())
        distance[~np.isfinite(distance)] = np.inf
        row = int(np.argmin(distance))
        return int(self._numbers[row]) if distance[row] <= space(REACH) else None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """As everywhere."""
        return self.words.lines(number) if self.words is not None else ()


def _axes(search_space: SearchSpace, rule: FailureRule | None) -> tuple[str, str]:
    conditions = () if rule is None else rule.conditions
    across = next((one.name for one in conditions if not one.choices), "")
    up = next((one.name for one in conditions if one.choices), "")
    varying = [(name, one) for name, one in search_space.items() if one.levels != 1]
    numbers = [name for name, one in varying if not isinstance(one, Categorical)]
    logs = [name for name in numbers if search_space[name].log]  # type: ignore[union-attr]
    choices = sorted(
        (name for name, one in varying if isinstance(one, Categorical)), key=lambda n: -(search_space[n].levels or 0)
    )
    free = [name for name in choices if not search_space[name].when]
    return across or next(iter([*logs, *numbers]), ""), up or next(iter([*free, *choices]), "")
