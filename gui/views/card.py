"""A card of the setup page: a title, a one-line summary, and a body that folds away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.base.help_button import HelpButton
from gui.base.icons import icon
from gui.base.text import plain
from gui.base.theme import font_text, font_title, space, tokens
from gui.views.labels import Words
from gui.views.surfaces import RoundCard

HELP = {"objective": "what_is_scored", "data": "data_and_target", "space": "search_space"}
"""Where the help of a card is called otherwise than the card."""


class CardHead(QAbstractButton):
    """The whole head of a card folds it, by mouse, Space or Enter."""

    def __init__(self, title: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._summary = ""
        self._alert = ""
        self._note = ""
        self.set_summary("")

    @property
    def summary(self) -> str:
        """The whole line beside the title."""
        return self._summary

    @property
    def note(self) -> str:
        """What stands at the right end of the line, with a mark."""
        return self._note

    def set_summary(self, summary: str, alert: str = "", note: str = "") -> None:
        """Say the card's content in one line.

        ``alert`` is what waits to be mended, drawn after it; ``note``, such as a count of cautions, stands with a mark
        at the right end, where it is never cut.
        """
        self._summary, self._alert = " · ".join(part for part in (summary, alert) if part), alert
        self._note = note
        said = " · ".join(part for part in (self._summary, note) if part)
        self.setAccessibleName(f"{self.text()}: {said}" if said else self.text())
        self.setToolTip(plain(said))
        self.update()

    def sizeHint(self) -> QSize:
        """One line with air."""
        return QSize(space(300), QFontMetrics(font_title()).height() + space(24))

    def keyPressEvent(self, event: object) -> None:
        """Enter folds too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
            self.click()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, summary and caret."""
        colours = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.text), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), space(5), space(5))
        title = QFontMetrics(font_title())
        base = (self.height() + title.ascent() - title.descent()) // 2
        painter.setFont(font_title())
        painter.setPen(QColor(colours.text))
        painter.drawText(space(16), base, self.text())
        left = space(16) + title.horizontalAdvance(self.text()) + space(12)
        side = space(14)
        caret = self.rect().right() - space(16) - side
        painter.setFont(font_text())
        metrics = QFontMetrics(font_text())
        end = self._draw_note(painter, caret - space(8), base) if self._note else caret
        room = max(0, end - left - space(8))
        plain = self._summary.removesuffix(self._alert) if self._alert else self._summary
        alert = metrics.elidedText(self._alert, Qt.TextElideMode.ElideRight, room)
        wide = metrics.horizontalAdvance(alert)
        if alert and metrics.horizontalAdvance(plain) + wide > room:
            wide, alert = wide + metrics.horizontalAdvance(" "), f" {alert}"
        shown = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, room - wide)
        painter.setPen(QColor(colours.dim))
        painter.drawText(left, base, shown)
        painter.setPen(QColor(colours.bad))
        painter.drawText(left + metrics.horizontalAdvance(shown), base, alert)
        sign = icon("caret-down" if self.isChecked() else "caret-right", "dim")
        sign.paint(painter, caret, (self.height() - side) // 2, side, side)
        painter.end()

    def _draw_note(self, painter: QPainter, right: int, base: int) -> int:
        """Draw the note with its mark; where it begins."""
        metrics, side = QFontMetrics(font_text()), space(14)
        left = right - metrics.horizontalAdvance(self._note)
        painter.setPen(QColor(tokens().text))
        painter.drawText(left, base, self._note)
        left -= side + space(6)
        icon("warning", "text").paint(painter, left, (self.height() - side) // 2, side, side)
        return left - space(8)


class Card(RoundCard):
    """Signal ``folded(bool)`` says whether the body is hidden now. Put widgets on ``body_column``."""

    folded = Signal(bool)

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"card_{name}")
        self.head = CardHead(title, f"button_card_{name}", self)
        self.head.toggled.connect(self._on_toggled)
        self._locked = Words(name=f"label_locked_{name}", role="dim", wrap=True, parent=self)
        self._locked.setContentsMargins(space(16), 0, space(16), space(8))
        self._locked.hide()
        self.lock_row = QHBoxLayout()
        self.lock_row.addWidget(self._locked, 1)
        self.body = QWidget(self)
        self.body.hide()
        self.body_column = QVBoxLayout(self.body)
        self.body_column.setContentsMargins(space(16), 0, space(16), space(16))
        self.body_column.setSpacing(space(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self.help = HelpButton(f"window:{HELP.get(name, name)}", f"card_{name}", self, self)
        head_row = QHBoxLayout()
        head_row.setContentsMargins(0, 0, space(10), 0)
        head_row.setSpacing(0)
        head_row.addWidget(self.head, 1)
        head_row.addWidget(self.help)
        column.addLayout(head_row)
        column.addLayout(self.lock_row)
        column.addWidget(self.body)

    @property
    def first_stop(self) -> QWidget:
        """Where a person is led who is sent to this card."""
        return self.head

    @property
    def is_folded(self) -> bool:
        """Whether the body is hidden."""
        return not self.head.isChecked()

    def fold(self, folded: bool) -> None:
        """Hide or show the body."""
        self.head.setChecked(not folded)

    def lock(self, reason: str) -> None:
        """Let nothing in the body be changed and say why; an empty reason opens it again."""
        self._locked.setText(reason)
        self._locked.setVisible(bool(reason) and not self.is_folded)
        self.body.setEnabled(not reason)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self._locked.setVisible(is_open and bool(self._locked.text()))
        self.folded.emit(not is_open)
