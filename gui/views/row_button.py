"""A row that is pressed as a whole: a title, a line under it, a tiny line of scores, a number at the right."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.base.icons import icon
from gui.base.theme import font_dim, font_strong, font_text, hover_colour, space, tokens


class RowButton(QAbstractButton):
    """Draws what it was given; ``clicked`` says that it was pressed by mouse, Space or Enter.

    ``value`` stands at the right in the colour of the outer loop; ``line`` is drawn small before it; ``sign`` names an
    icon at the right that says what a press does.
    """

    def __init__(self, title: str, subtitle: str, name: str, parent: QWidget | None = None, lines: int = 1) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setObjectName(name)
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(subtitle)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._subtitle = subtitle
        self._value = ""
        self._sign = ""
        self._is_bad = False
        self._line: tuple[float, ...] = ()

    def describe(
        self,
        title: str,
        subtitle: str,
        value: str = "",
        line: Sequence[float] = (),
        sign: str = "",
        bad: bool = False,
    ) -> None:
        """Show other words; ``bad`` draws the subtitle in the colour of what does not work."""
        self.setText(title)
        self.setAccessibleName(f"{title}, best {value}" if value else title)
        self.setAccessibleDescription(subtitle)
        self._subtitle, self._value, self._sign, self._is_bad = subtitle, value, sign, bad
        self._line = tuple(number for number in line if math.isfinite(number))
        self.update()

    def sizeHint(self) -> QSize:
        """A line for the title and as many as were asked for below it."""
        below = QFontMetrics(font_dim()).lineSpacing() * self._lines
        height = QFontMetrics(font_strong()).height() + below + space(18)
        return QSize(space(320), height)

    def keyPressEvent(self, event: object) -> None:
        """Enter presses too, as Space does."""
        key = event.key()  # type: ignore[attr-defined]
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface, the words, the line and the value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus() or self.isDown():
            painter.setBrush(QColor(hover_colour()))
            painter.setPen(QPen(QColor(tokens().text)) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), space(6), space(6))
        inner = self.rect().adjusted(space(12), space(8), -space(12), -space(8))
        right = self._draw_right(painter, inner)
        words = QRect(inner.left(), inner.top(), right - inner.left() - space(12), inner.height())
        colours = tokens()
        title = QFontMetrics(font_strong())
        painter.setFont(font_strong())
        painter.setPen(QColor(colours.text))
        shown = title.elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words.left(), words.top() + title.ascent(), shown)
        painter.setFont(font_dim())
        painter.setPen(QColor(colours.bad if self._is_bad else colours.dim))
        self._draw_below(painter, words.adjusted(0, title.height() + 2, 0, space(4)))
        painter.end()

    def _draw_below(self, painter: QPainter, room: QRect) -> None:
        """The subtitle, in one line that may be cut short or in two that wrap."""
        metrics = painter.fontMetrics()
        if self._lines == 1:
            shown = metrics.elidedText(self._subtitle, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room.left(), room.top() + metrics.ascent(), shown)
            return
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(wrap), self._subtitle)

    def _draw_right(self, painter: QPainter, inner: QRect) -> int:
        """Draw from the right edge leftwards; where the words must end."""
        right = inner.right()
        if self._sign:
            side = space(16)
            box = QRect(right - side, inner.center().y() - side // 2, side, side)
            icon(self._sign, "text").paint(painter, box)
            right = box.left() - space(8)
        if self._value:
            painter.setFont(font_text())
            painter.setPen(QColor(tokens().outer))
            wide = max(QFontMetrics(font_text()).horizontalAdvance(self._value), space(44))
            box = QRect(right - wide, inner.top(), wide, inner.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._value)
            right = box.left() - space(12)
        if len(self._line) > 1:
            box = QRect(right - space(72), inner.top() + space(4), space(72), inner.height() - space(8))
            self._draw_line(painter, QRectF(box))
            right = box.left() - space(8)
        return right

    def _draw_line(self, painter: QPainter, box: QRectF) -> None:
        low, high = min(self._line), max(self._line)
        if low == high:  # nothing improved yet: a level line in the middle
            low, high = low - 1.0, high + 1.0
        reach = high - low
        step = box.width() / (len(self._line) - 1)
        corners = [
            QPointF(box.left() + index * step, box.bottom() - (number - low) / reach * box.height())
            for index, number in enumerate(self._line)
        ]
        painter.setPen(QPen(QColor(tokens().outer), 1.2))
        painter.drawPolyline(QPolygonF(corners))
