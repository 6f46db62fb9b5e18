"""A picture of thousands of lines that is painted a piece at a time, so that the window is never held up."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from engine.arrays import Array
from gui.plots.many_lines import draw_lines

AT_ONCE = 64  # lines between two looks at the clock: about 1.7 ms
FEW = 384  # lines that are left are painted without such a look: on a busy machine half a picture would flicker


class Stroke(NamedTuple):
    """Lines (n, 4) from one place to another, in pixels, in one colour. The first ones are painted first."""

    pen: QPen
    lines: Array


class StrokedLines:
    """Belongs to one painter. Single lines are painted a hundred times faster than paths of many corners."""

    def __init__(self) -> None:
        self._key: object = None
        self._picture = QPixmap()
        self._waiting: list[Stroke] = []

    @property
    def is_done(self) -> bool:
        """Whether all lines are in the picture."""
        return not self._waiting

    def begin(self, key: object, size: QSizeF, dots: float, strokes: Sequence[Stroke]) -> None:
        """Begin another picture of ``size`` pixels."""
        self._key = key
        self._picture = QPixmap((size * dots).toSize())
        self._picture.setDevicePixelRatio(dots)
        self._picture.fill(Qt.GlobalColor.transparent)
        self._waiting = [stroke for stroke in strokes if len(stroke.lines)]

    def is_of(self, key: object) -> bool:
        """Whether the picture is, or becomes, that of ``key``."""
        return key == self._key

    def go_on(self, seconds: float) -> None:
        """Paint further for so long."""
        end = time.perf_counter() + seconds if sum(len(stroke.lines) for stroke in self._waiting) > FEW else math.inf
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        while self._waiting:
            made, lines = self._waiting[0]
            painter.setPen(made)
            draw_lines(painter, lines[:AT_ONCE])
            self._waiting[:1] = [Stroke(made, lines[AT_ONCE:])] if len(lines) > AT_ONCE else []
            if time.perf_counter() > end:
                break
        painter.end()

    def show(self, painter: QPainter) -> None:
        """Show as much as there is."""
        painter.drawPixmap(0, 0, self._picture)


def segments(x: Array, y: Array) -> Array:
    """The lines (r * (k - 1), 4) through points at ``x`` (k,) and ``y`` (r, k), one row after another."""
    ends = np.broadcast_arrays(x[:-1], y[:, :-1], x[1:], y[:, 1:])
    return np.stack(ends, axis=-1).reshape(-1, 4)
