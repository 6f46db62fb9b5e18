"""Tabs as plain words over a hairline, the open one underlined in the colour of its loop."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QTabWidget, QToolButton, QWidget

from gui.base.theme import font_strong, font_text, space, tokens

INDENT = 6  # what the words are moved by, so that the first one stands over what is below it


class FlatTabBar(QTabBar):
    """The row of words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.accents: tuple[str, ...] = ()  # tokens by tab; the inner loop's colour where there is none
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        for button in self.findChildren(QToolButton):
            button.setObjectName("qt_scroll_tabs")  # Qt calls those of every bar alike
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Room for the word, bold or not."""
        metrics = QFontMetrics(font_strong())
        extra = space(INDENT) if index == self.count() - 1 else 0
        width = metrics.horizontalAdvance(self.tabText(index)) + space(20) + extra
        return QSize(width, metrics.height() + space(14))

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
            left = rect.left() + space(10) + space(INDENT)
            words = QRect(left, rect.top(), rect.width(), rect.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.tabText(index))
            if is_open:
                width = QFontMetrics(font_strong()).horizontalAdvance(self.tabText(index))
                accent = self.accents[index] if index < len(self.accents) else "inner"
                painter.fillRect(QRect(left, rect.bottom() - 1, width, 2), QColor(getattr(colours, accent)))
                if self.hasFocus():
                    painter.setPen(QPen(QColor(colours.text), 1))
                    painter.drawRoundedRect(
                        QRect(left - 6, rect.top() + 2, width + 12, rect.height() - 6), space(4), space(4)
                    )


class FlatTabs(QTabWidget):
    """A tab widget with :class:`FlatTabBar` and nothing around its pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = FlatTabBar(self)
        self.setTabBar(self.bar)
        self.setFocusProxy(None)  # type: ignore[arg-type]  # else Tab comes from below back to the bar, and never leaves
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setDocumentMode(True)
