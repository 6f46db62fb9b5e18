"""Token colours as pens and brushes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen


def colour(token: str, share: float = 1.0) -> QColor:
    """A token's colour, as opaque as ``share`` says."""
    made = QColor(token)
    made.setAlphaF(share)
    return made


def pen(token: str, width: float = 1.0, share: float = 1.0, dashed: bool = False) -> QPen:
    """A pen of constant width on screen."""
    made = QPen(colour(token, share), width)
    made.setCosmetic(True)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([4.0, 3.0])
    return made


def brush(token: str, share: float = 1.0) -> QBrush:
    """A plain fill."""
    return QBrush(colour(token, share))


NO_PEN = QPen(Qt.PenStyle.NoPen)
