"""A small ring on a line with a word beside it: where something of note lies on it."""

from __future__ import annotations

import pyqtgraph as pg

from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import brush, colour, line_pen

EDGE = 0.12  # of the width: nearer to an edge the words go the other way


class PointLabel:
    """Belongs to a plot's ``box``. The words stand under the ring (``is_below``), or behind it."""

    def __init__(self, box: pg.ViewBox, *, is_below: bool) -> None:
        self._box = box
        self._is_below = is_below
        self.words = ""
        self.place: tuple[float, float] | None = None
        self._ring = pg.ScatterPlotItem(symbol="o", size=space(8), pxMode=True, antialias=True)
        self._text = pg.TextItem(anchor=(0.5, 0.0))
        for item in (self._ring, self._text):
            item.setZValue(20)
            box.addItem(item, ignoreBounds=True)
        self._text.hide()

    def show_words(self, words: str, place: tuple[float, float] | None) -> None:
        """Mark a place in axis positions; none hides the mark."""
        shown = place is not None and bool(words)
        self._ring.setData([place[0]] if place and shown else [], [place[1]] if place and shown else [])
        self._text.setVisible(shown)
        self.words, self.place = (words, place) if shown else ("", None)
        if place is None or not shown:
            return
        self._text.setText(words)
        left, right = self._box.viewRange()[0]
        share = (place[0] - left) / ((right - left) or 1.0)
        across = 1.0 if share > 1.0 - EDGE else 0.0 if share < EDGE or not self._is_below else 0.5
        self._text.setAnchor((across, -0.15 if self._is_below else 0.5))
        self._text.setPos(*place)

    def recolour(self) -> None:
        """In inner, over the window's ground."""
        self._ring.setPen(line_pen(tokens().inner, 1.5))
        self._ring.setBrush(brush(tokens().window))
        self._text.setFont(font_dim())
        self._text.setColor(colour(tokens().inner))
        self._text.fill = brush(tokens().window, 0.8)  # lines that pass behind would cross the words out
