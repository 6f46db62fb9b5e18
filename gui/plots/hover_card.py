"""The small card beside the mouse: a few lines about the point under it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.base.text import PlainLabel
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import colour
from gui.plots.wrapping import wrapped

WIDEST = 320  # pixels, as drawn
MOST_LINES = 4  # a long one of three is broken in two


class HoverCard(PlainLabel):
    """Lies above a plot, takes no mouse events, keeps inside its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setContentsMargins(space(8), space(4), space(8), space(4))
        self.hide()

    def tell(self, lines: tuple[str, ...], at: QPoint) -> None:
        """Show ``lines`` beside ``at`` (in the parent's coordinates); nothing to say hides the card."""
        if not lines:
            self.hide()
            return
        self.setFont(font_dim())
        plot = self.parentWidget()
        assert plot is not None, "a card belongs to a plot"
        room, gap = plot.rect(), space(12)
        width = min(space(WIDEST), room.width() - space(24))
        broken = [part for line in lines for part in wrapped(line, self.fontMetrics(), width, 2)]
        self.setText("\n".join(broken[:MOST_LINES]))
        self.adjustSize()
        x = at.x() + gap if at.x() + gap + self.width() <= room.right() else at.x() - gap - self.width()
        y = min(max(at.y() - self.height() // 2, 0), max(room.bottom() - self.height(), 0))
        self.move(max(x, 0), y)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A flat card with a hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(tokens().line), 1))
        painter.setBrush(colour(tokens().card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), space(6), space(6))
        painter.end()
        super().paintEvent(event)
