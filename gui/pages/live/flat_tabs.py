"""Tabs as plain words over a hairline, the open one underlined in the inner loop's colour."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget

from gui.base.theme import font_strong, font_text, space, tokens


class FlatTabBar(QTabBar):
    """The row of words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Room for the word, bold or not."""
        metrics = QFontMetrics(font_strong())
        return QSize(metrics.horizontalAdvance(self.tabText(index)) + space(20), metrics.height() + space(14))

    def minimumTabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Words are not shortened."""
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words and underline."""
        painter = QPainter(self)
        colours = tokens()
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(colours.line))
        for index in range(self.count()):
            rect, is_open = self.tabRect(index), index == self.currentIndex()
            painter.setFont(font_strong() if is_open else font_text())
            painter.setPen(QColor(colours.text if is_open else colours.dim))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.tabText(index))
            if is_open:
                width = QFontMetrics(font_strong()).horizontalAdvance(self.tabText(index))
                left = rect.center().x() - width // 2
                painter.fillRect(QRect(left, rect.bottom() - 1, width, 2), QColor(colours.inner))
                if self.hasFocus():
                    painter.setPen(QPen(QColor(colours.text), 1))
                    painter.drawRoundedRect(rect.adjusted(2, 2, -3, -5), space(4), space(4))


class FlatTabs(QTabWidget):
    """A tab widget with :class:`FlatTabBar` and nothing around its pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(FlatTabBar(self))
        self.setDocumentMode(True)
