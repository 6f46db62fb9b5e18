"""Labels in the roles and sizes of the theme, and one that shortens what does not fit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.base.text import PlainLabel, plain

ROLES = {
    "text": QPalette.ColorRole.WindowText,
    "dim": QPalette.ColorRole.PlaceholderText,
    "outer": QPalette.ColorRole.Accent,
    "inner": QPalette.ColorRole.Link,
    "bad": QPalette.ColorRole.BrightText,
}
"""The palette roles that hold the theme's tokens, so that a label follows a change of theme by itself."""


class Words(PlainLabel):
    """Plain text in a role of the theme. Set the text with ``setText``; nothing in it is read as markup."""

    def __init__(
        self,
        text: str = "",
        name: str = "",
        role: str = "text",
        font: QFont | None = None,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setForegroundRole(ROLES[role])
        self.setWordWrap(wrap)
        if name:
            self.setObjectName(name)
        if font is not None:
            self.setFont(font)

    def set_role(self, role: str) -> None:
        """Show the text in another role."""
        self.setForegroundRole(ROLES[role])


class ShortWords(Words):
    """One line that ends in an ellipsis where it does not fit; the whole is in the tool tip and for screen readers."""

    def __init__(
        self,
        text: str = "",
        name: str = "",
        role: str = "text",
        font: QFont | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, name, role, font, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Room for an ellipsis."""
        metrics = self.fontMetrics()
        return QSize(min(metrics.horizontalAdvance(self.text()), metrics.horizontalAdvance("mmm…")), metrics.height())

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(plain(self.text() if shown != self.text() else ""))
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
