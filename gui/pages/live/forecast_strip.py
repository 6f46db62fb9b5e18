"""``label_forecast``: under the table of trials, whether the study is worth going on with."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis.worth import worth_words
from gui.base.formats import about_text
from gui.base.text import MarkupLabel, markup, plain
from gui.base.theme import font_dim, space, tokens
from gui.pages.live.strip import Strip
from gui.session.document import Document
from gui.session.worth import WorthGoingOn
from gui.views.labels import Words


class ForecastStrip(Strip):
    """Hidden while there is nothing to say. ``button_stop_here`` ends a run that is not worth going on with."""

    stop_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("strip_forecast", "Worth going on?", parent)
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
        row = QHBoxLayout(self.body)
        row.setContentsMargins(space(16), space(8), space(16), space(8))
        row.addLayout(words, 1)
        row.addWidget(self.stop)
        self.source.changed.connect(self.write)
        document.run_state_changed.connect(self.write)
        self.write()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.source.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody does."""
        super().hideEvent(event)
        self.source.watch(False)

    @Slot()
    def write(self) -> None:
        """The answer, a sentence and a remark."""
        found = self.source.found
        self.body.setVisible(found is not None)
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
        self.remark.setVisible(bool(remark) and not self.is_low)
