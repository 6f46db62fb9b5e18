"""A small chart of the target: how many rows each class has, or how its numbers are spread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.base.text import plain
from gui.base.theme import blend, font_dim, space, tokens

MOST_NAMED = 6  # classes with a bar of their own: a guess


class TargetChart(QWidget):
    """Bars with their names where these fit; the whole is in the accessible description."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chart_target")
        self.setAccessibleName("Distribution of the target")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: tuple[tuple[str, int], ...] = ()
        self._is_number = False
        self._ends = ("", "")

    def show_bars(self, bars: tuple[tuple[str, int], ...], is_number: bool, ends: tuple[str, str]) -> None:
        """Show (name, count) pairs; for numbers ``ends`` are the lowest and the highest value."""
        self._bars, self._is_number, self._ends = bars, is_number, ends
        said = "; ".join(f"{name}: {count:,}" for name, count in bars)
        self.setAccessibleDescription(said)
        self.setToolTip(plain(said))
        self.update()

    def sizeHint(self) -> QSize:
        """A few lines high."""
        return QSize(space(280), space(84))

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars and names."""
        if not self._bars:
            return
        colours, metrics = tokens(), QFontMetrics(font_dim())
        painter = QPainter(self)
        painter.setFont(font_dim())
        foot, head = metrics.height() + 2, metrics.height() + 1
        room = QRectF(0, head, self.width(), self.height() - head - foot)
        slot = room.width() / len(self._bars)
        gap = space(1) if self._is_number else space(4)
        slot = slot if self._is_number else min(slot, space(72))
        top = max(count for _, count in self._bars)
        named = not self._is_number and len(self._bars) <= MOST_NAMED * 2 and slot > space(20)
        for place, (name, count) in enumerate(self._bars):
            tall = max(1.0, count / top * room.height())
            bar = QRectF(place * slot, room.bottom() - tall, max(1.0, slot - gap), tall)
            painter.fillRect(bar, QColor(blend(colours.inner, colours.card, 0.55)))
            if named:
                painter.setPen(QColor(colours.dim))
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(slot - gap))
                painter.drawText(
                    QRectF(bar.left(), room.bottom() + 1, bar.width(), foot), Qt.AlignmentFlag.AlignCenter, text
                )
                number = metrics.elidedText(f"{count:,}", Qt.TextElideMode.ElideRight, int(slot))
                above = QRectF(bar.left(), bar.top() - head, bar.width(), head)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, number)
        if self._is_number:
            painter.setPen(QColor(colours.dim))
            below = QRectF(0, room.bottom() + 1, self.width(), foot)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._ends[0])
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._ends[1])
        painter.end()
