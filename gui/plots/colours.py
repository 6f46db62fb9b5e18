"""Token colours as pens and brushes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QPen


def colour(token: str, share: float = 1.0) -> QColor:
    """A token's colour, as opaque as ``share`` says."""
    made = QColor(token)
    made.setAlphaF(share)
    return made


def pen(token: str, width: float = 1.0, share: float = 1.0) -> QPen:
    """A pen for painting in the widget's own pixels."""
    return QPen(colour(token, share), width)


def line_pen(token: str, width: float = 1.0, share: float = 1.0, *, dashed: bool = False) -> QPen:
    """A pen for pyqtgraph's items, which paint in the plot's own units: its width does not follow them.

    Such a width counts the screen's dots, of which a sharp screen has several for one pixel.
    """
    made = QPen(colour(token, share), width * _dots())
    made.setCosmetic(True)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([4.0, 3.0])
    return made


def _dots() -> float:
    """Dots of the screen to one pixel; of several screens the sharpest counts."""
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)


def brush(token: str, share: float = 1.0) -> QBrush:
    """A plain fill."""
    return QBrush(colour(token, share))


NO_PEN = QPen(Qt.PenStyle.NoPen)
