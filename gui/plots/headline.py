"""The title of a plot: a sentence that says what is seen, its subject in the colour of its loop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from gui.base.text import MarkupLabel, PlainLabel, markup, plain, seen
from gui.base.theme import font_dim, font_title, space, tokens
from gui.plots.wrapping import wrapped


class Headline(QWidget):
    """A sentence, and under it a dim remark of ``most_lines`` at most.

    ``aside`` is the place for words beside the sentence, under the remark where the sentence needs the room; ``corner``
    is that for a switch at the right of the remark, ``end`` the one at the right of all. The sentence has
    ``most_title_lines`` at most.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ("", "", "outer")
        self._whole_remark = ""
        self.most_lines = 1  # of the remark
        self.most_title_lines = 1
        self._title = MarkupLabel(self)
        self._remark = PlainLabel(parent=self)
        self._remark.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self._title, self._remark):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._beside = QWidget(self)
        self.aside, self.corner, self.end = QHBoxLayout(self._beside), QHBoxLayout(), QHBoxLayout()
        self.aside.setContentsMargins(0, 0, 0, 0)
        self._is_beside = True
        self.corner.setSpacing(space(8))
        rows = self._grid = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(space(2))
        first = QHBoxLayout()
        first.setSpacing(space(8))
        first.addWidget(self._title, 1)
        first.addWidget(self._beside)
        first.addLayout(self.end)
        self._first = first
        rows.addLayout(first, 0, 0, 1, 2)
        rows.addWidget(self._remark, 1, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(self.corner, 1, 1)
        rows.setColumnStretch(0, 1)
        self._title.installEventFilter(self)
        self._apply_icons()

    @property
    def sentence(self) -> str:
        """The title as plain text."""
        subject, rest, _ = self._said
        return f"{subject} {rest}".strip()

    @property
    def remark(self) -> str:
        """The line under the title."""
        return self._whole_remark

    def say(self, subject: str, rest: str, remark: str = "", loop: str = "outer") -> None:
        """Show ``subject rest`` with the subject in the colour of ``loop`` (``outer``, ``inner`` or ``text``)."""
        said = (subject, rest, loop)
        if said != self._said:
            self._said = said
            self._write()
        if remark != self._whole_remark:
            self._whole_remark = remark
            self._shorten()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What does not fit ends in an ellipsis; the whole is in the tool tip."""
        super().resizeEvent(event)
        self._make_room()
        self._shorten()
        if self.most_title_lines > 1:
            self._write()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The sentence is broken anew where it has other room: a button beside it came or went."""
        if event.type() == QEvent.Type.Resize and self.most_title_lines > 1:
            self._write()
        return False

    def _make_room(self) -> None:
        """A sentence that does not fit beside the words there has the line to itself."""
        needed = self._title.sizeHint().width() + self._beside.sizeHint().width() + self.end.sizeHint().width()
        is_beside = needed + 2 * space(8) <= self.width()
        if is_beside == self._is_beside:
            return
        self._is_beside = is_beside
        if is_beside:
            self._grid.removeWidget(self._beside)
            self._first.insertWidget(1, self._beside)
        else:
            self._first.removeWidget(self._beside)
            self._grid.addWidget(self._beside, 2, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def _shorten(self) -> None:
        metrics, width = self._remark.fontMetrics(), max(self._remark.width(), 0)
        self._remark.setText("\n".join(wrapped(self._whole_remark, metrics, width, self.most_lines)))
        self._remark.setToolTip(plain(self._whole_remark))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange):
            self._apply_icons()

    def _apply_icons(self) -> None:
        self._title.setFont(font_title())
        self._remark.setFont(font_dim())
        self._write()

    def _write(self) -> None:
        subject, rest, loop = self._said
        shade = getattr(tokens(), loop)
        if self.most_title_lines == 1:
            self._title.setText(f'<span style="color:{shade}">{markup(subject)}</span> {markup(rest)}')
        else:
            lines = wrapped(
                self.sentence, self._title.fontMetrics(), max(self._title.width(), 0), self.most_title_lines
            )
            self._title.setText("<br>".join(_coloured(lines, len(seen(subject)), shade)))
        self._title.setToolTip(plain(self.sentence))


def _coloured(lines: list[str], count: int, shade: str) -> list[str]:
    """Lines of a sentence as HTML, its first ``count`` letters in a colour."""
    made = []
    for line in lines:
        first = max(0, min(count, len(line)))
        made.append(f'<span style="color:{shade}">{markup(line[:first])}</span>{markup(line[first:])}')
        count -= len(line) + 1  # and the blank at which the line was broken
    return made
