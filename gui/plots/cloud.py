"""Clouds of marks that look alike: put anew at little cost, and of too many only a sample of those in sight."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from engine.arrays import Array

_SPREAD = 2_654_435_761  # a multiplier that scatters consecutive numbers evenly (Knuth 1973, section 6.4)
_ALL = 2**32  # its products are taken modulo this
_ROOM = 256  # a cloud has room for marks in steps of so many (a guess), so that a few more need no new one


class Cloud(pg.ScatterPlotItem):
    """Marks of one symbol, size, pen and brush.

    ``setData`` of pyqtgraph finds a style for each mark (4.7 ms for 3,000); here those that stand already are moved.
    """

    def __init__(self, symbol: object, size: int) -> None:
        super().__init__(symbol=symbol, size=size, pxMode=True, antialias=True)
        self._count = 0

    def put(self, x: Array, y: Array, size: int | None = None) -> None:
        """Marks at these places and at no others; ``size`` in pixels where it becomes another one."""
        self._count = len(x)
        room = len(x) if len(x) < _ROOM else -(-len(x) // _ROOM) * _ROOM
        if len(self.data) != room or (size is not None and size != self.opts["size"]):
            blank = np.full(room, np.nan)  # never in sight
            self.setData(blank, blank, size=self.opts["size"] if size is None else size)
        self.prepareGeometryChange()
        for name, values in (("x", x), ("y", y)):
            self.data[name][: len(x)] = values
            self.data[name][len(x) :] = np.nan
        self.bounds = [None, None]
        self.invalidate()

    def getData(self) -> tuple[Array, Array]:
        """Where the marks are."""
        return self.data["x"][: self._count], self.data["y"][: self._count]


def sampled(x: Array, y: Array, box: pg.ViewBox, most: int, always: Array) -> Array:
    """Indices, ascending, of about ``most`` of the points in sight of ``box``, and of all in ``always``.

    The same points stay in the sample while others come, so that a growing cloud does not flicker.
    """
    (left, right), (bottom, top) = box.viewRange()
    kept = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    visible = int(np.count_nonzero(kept))
    if visible > most:
        keys = (np.arange(len(x), dtype=np.uint64) * np.uint64(_SPREAD)) & np.uint64(_ALL - 1)
        kept &= keys < np.uint64(_ALL * most // visible)
    kept[always] = True
    return np.flatnonzero(kept)
