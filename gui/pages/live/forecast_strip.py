"""``label_forecast``: under the table of trials, whether the study is worth going on with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis.worth import worth_words
from gui.base.formats import about_text
from gui.base.text import MarkupLabel, markup, plain
from gui.base.theme import font_dim, space, tokens
from gui.session.document import Document
from gui.session.worth import WorthGoingOn
from gui.views.labels import Words

LOW = 700  # pixels of the window below which the strip is one line (design: additions to Live)


class ForecastStrip(QWidget):
    """Hidden while there is nothing to say. ``button_stop_here`` ends a run that is not worth going on with."""

    stop_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip_forecast")
        self.setAccessibleName("Worth going on?")
        self._document = document
        self.source = WorthGoingOn(document, self)
        self.answer = MarkupLabel(self)
        self.answer.setObjectName("label_forecast")
        self.answer.setWordWrap(True)
        self.remark = Words(name="label_forecast_remark", role="dim", font=font_dim(), wrap=True, parent=self)
        self.stop = QPushButton("Stop here", self)
        self.stop.setObjectName("button_stop_here")
        self.stop.setAccessibleName("Stop here")
        self.stop.clicked.connect(self.stop_wanted)
        words = QVBoxLayout()
        words.setSpacing(space(2))
        words.addWidget(self.answer)
        words.addWidget(self.remark)
        self._body = QWidget(self)  # hidden alone: who is hidden cannot look
        row = QHBoxLayout(self._body)
        row.setContentsMargins(space(16), space(8), space(16), space(8))
        row.addLayout(words, 1)
        row.addWidget(self.stop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._body)
        self.source.changed.connect(self._write)
        document.run_state_changed.connect(self._write)
        self._write()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.source.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody does."""
        super().hideEvent(event)
        self.source.watch(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line in a low window."""
        super().resizeEvent(event)
        self._show_remark()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange):
            self._write()

    def minimumSizeHint(self) -> QSize:
        """It gives way to the table at the sides."""
        return QSize(0, super().minimumSizeHint().height())

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _write(self) -> None:
        found = self.source.found
        self._body.setVisible(found is not None)
        if found is None:
            return
        worth, finished = found
        seconds = worth.ahead.seconds
        answer, sentence, remark = worth_words(worth, finished, "" if seconds is None else about_text(seconds))
        head = f"Worth going on? {answer}{':' if sentence else ''}"
        self.answer.setText(f'<b><span style="color:{tokens().outer}">{markup(head)}</span></b> {markup(sentence)}')
        self.answer.setToolTip(plain(f"{head} {sentence}"))
        self.answer.setAccessibleName(f"{head} {sentence}".strip())
        self.remark.setText(remark)
        self.stop.setVisible(worth.verdict == "no" and self._document.run_state == "running")
        self._show_remark()

    def _show_remark(self) -> None:
        window = self.window()
        self.remark.setVisible(bool(self.remark.text()) and (window is None or window.height() >= space(LOW)))
