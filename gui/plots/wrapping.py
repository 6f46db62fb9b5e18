"""Words in a few lines of a given width; what has no room ends in an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from gui.base.text import seen

NARROWEST = 2  # pixels of a letter: what has no room by far need not be measured, which takes time in its square


def wrapped(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """``text`` broken between words into at most ``most`` lines of ``width`` pixels."""
    lines: list[str] = []
    words = seen(text)[: most * (max(width, 0) // NARROWEST + 2)].split(" ")
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and metrics.horizontalAdvance(" ".join(words[:count])) > width:
            count -= 1
        lines.append(metrics.elidedText(" ".join(words[:count]), Qt.TextElideMode.ElideRight, width))
        words = words[count:]
    if words:
        lines.append(metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width))
    return lines
