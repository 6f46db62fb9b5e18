"""Clouds of more points than are worth drawing: a sample of those in sight that keeps where they lie dense."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from gui.plots.canvas import Array

_STRIDE = 2_654_435_761  # a multiplier that scatters consecutive numbers evenly (Knuth 1973, section 6.4)


def sampled(x: Array, y: Array, box: pg.ViewBox, most: int, always: Array) -> Array:
    """Indices, ascending, of at most ``most`` of the points in sight of ``box``, and of all in ``always``.

    The same points stay in the sample while others come, so that a growing cloud does not flicker.
    """
    (left, right), (bottom, top) = box.viewRange()
    visible = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    if len(visible) > most:
        keys = (visible.astype(np.uint64) * np.uint64(_STRIDE)) & np.uint64(0xFFFFFFFF)
        visible = visible[keys <= np.partition(keys, most - 1)[most - 1]]
    kept = np.zeros(len(x), dtype=bool)
    kept[visible] = kept[always] = True
    return np.flatnonzero(kept)
