"""``view_workers``: under the facts of a trial, what every worker of the run does, and which ones were lost."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.worker_words import Line, lost_words, worker_lines
from gui.base.text import MarkupLabel, markup, plain
from gui.base.theme import font_dim, space, tokens
from gui.pages.live import study_words
from gui.pages.live.strip import Strip
from gui.session.document import Document
from gui.views.labels import Words

LOOK_MS = 1000  # between two looks at the seconds that it tells


class WorkerStrip(Strip):
    """Hidden while there are no workers. Signal ``picked`` carries the trial whose name was pressed."""

    picked = Signal(object)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("view_workers", "Workers", parent)
        self._document = document
        self.lines = MarkupLabel(self)
        self.lines.setObjectName("label_workers")
        self.lines.setFont(font_dim())
        self.lines.setWordWrap(True)
        self.lines.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.lines.linkActivated.connect(self._on_link)
        self.lost = Words(name="label_workers_lost", role="dim", font=font_dim(), wrap=True, parent=self)
        rows = QVBoxLayout(self.body)
        rows.setContentsMargins(space(16), space(8), space(16), space(8))
        rows.setSpacing(space(2))
        rows.addWidget(self.lines)
        rows.addWidget(self.lost)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.write)
        document.workers_changed.connect(self.write)
        document.run_state_changed.connect(self._on_run_state)
        document.opened.connect(self.write)
        self.write()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._on_run_state()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody does."""
        super().hideEvent(event)
        self._look.stop()

    @Slot()
    def write(self) -> None:
        """One line a worker, and the lost ones."""
        document = self._document
        step = study_words.step_name(document.setup)
        lines = worker_lines(document.workers, document.curves, step, time.time())
        if document.run_state in {"idle", "ended"}:
            lines = ()
        lost = lost_words(document.workers)
        self.body.setVisible(bool(lines) or bool(lost))
        if self.is_low:
            lines, lost = lines[:1], ""
        self.lines.setText("<br>".join(map(_marked, lines)))
        self.lines.setVisible(bool(lines))
        self.lines.setAccessibleName("; ".join("".join(part.text for part in line) for line in lines))
        self.lost.setText(lost)
        self.lost.setToolTip(plain(lost))
        self.lost.setVisible(bool(lost))

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_run_state(self) -> None:
        if self.isVisible() and self._document.run_state == "running":
            self._look.start()
        else:
            self._look.stop()
        self.write()

    @Slot(str)
    def _on_link(self, target: str) -> None:
        self.picked.emit(int(target))


def _marked(line: Line) -> str:
    return "".join(
        markup(part.text)
        if part.trial is None
        else f'<a href="{part.trial}" style="color:{tokens().inner}; text-decoration:none">{markup(part.text)}</a>'
        for part in line
    )
