"""Clouds of points too many to draw: one point for each small cell of what is visible."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from engine.analysis import thin
from gui.plots.canvas import Array

CELL = 3  # pixels


def thinned(x: Array, y: Array, box: pg.ViewBox, most: int, always: Array) -> Array:
    """Indices of the points to draw in ``box``: at most about ``most``, with those in ``always``."""
    (left, right), (bottom, top) = box.viewRange()
    columns, rows = max(int(box.width() / CELL), 1), max(int(box.height() / CELL), 1)
    unit_x, unit_y = (x - left) / (right - left), (y - bottom) / (top - bottom)
    while True:
        kept = thin(unit_x, unit_y, columns, rows)
        if len(kept) <= most or columns <= 8:
            return np.union1d(kept, always)
        columns, rows = max(columns * 2 // 3, 1), max(rows * 2 // 3, 1)
