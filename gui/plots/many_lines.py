"""Thousands of lines in one call, without an object of Python for each."""

from __future__ import annotations

from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter

from engine.arrays import Array


def draw_lines(painter: QPainter, lines: Array) -> None:
    """Lines (n, 4), each from a place to another one: x, y, x, y in pixels."""
    made = PrimitiveArray(QLineF, 4)
    made.resize(len(lines))
    made.ndarray()[:] = lines
    painter.drawLines(*made.drawargs())
