"""A progress bar in segments: complete, pruned, failed, and what runs now."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.trials import BY_HAND
from gui.base.text import plain
from gui.base.theme import blend, space, tokens


@dataclass(frozen=True, slots=True)
class Counts:
    """Trials by state, and how many there are to be (*None*: no limit); ``stopped`` of the pruned ones by hand."""

    complete: int = 0
    pruned: int = 0
    failed: int = 0
    running: int = 0
    waiting: int = 0
    budget: int | None = None
    stopped: int = 0
    is_paused: bool = False

    @property
    def finished(self) -> int:
        """Trials that are over."""
        return self.complete + self.pruned + self.failed


class SegmentedProgress(QWidget):
    """Shows :class:`Counts`. The numbers stand beside it and in its accessible description: colour is not alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress_study")
        self.setAccessibleName("Progress of the study")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._counts = Counts()
        self.show_counts(self._counts)

    @property
    def counts(self) -> Counts:
        """What is shown."""
        return self._counts

    def show_counts(self, counts: Counts) -> None:
        """Show other counts."""
        self._counts = counts
        of = f" of {counts.budget:,}" if counts.budget is not None else ""
        done = [(counts.complete, "complete"), (counts.pruned - counts.stopped, "pruned")]
        done += [(counts.stopped, BY_HAND), (counts.failed, "failed")]
        now = [(counts.running, "paused" if counts.is_paused else "running"), (counts.waiting, "waiting")]
        said = f"{counts.finished:,}{of} trials done"
        said += f": {_listed(done)}" if counts.finished else ""
        said += f"; {_listed(now)}" if counts.running or counts.waiting else ""
        self.setAccessibleDescription(said)
        self.setToolTip(plain(said))
        self.update()

    def sizeHint(self) -> QSize:
        """A line that can grow."""
        return QSize(space(260), space(16))

    def minimumSizeHint(self) -> QSize:
        """Still readable as a bar."""
        return QSize(space(60), space(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track and its segments from the left."""
        colours, counts = tokens(), self._counts
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = space(7)
        track = QRectF(0, (self.height() - thick) / 2, self.width(), thick)
        shape = QPainterPath()
        shape.addRoundedRect(track, thick / 2, thick / 2)
        painter.setClipPath(shape)
        painter.fillRect(track, QColor(colours.line))
        whole = max(counts.budget or 0, counts.finished + counts.running + counts.waiting, 1)
        left = 0.0
        for number, colour in (
            (counts.complete, colours.outer),
            (counts.pruned, blend(colours.outer, colours.line, 0.5)),
            (counts.failed, colours.bad),
            (counts.running, blend(colours.outer, colours.line, 0.25)),
        ):
            # A single failure among thousands still shows as a hair of at least two pixels.
            width = max(2.0, track.width() * number / whole) if number else 0.0
            painter.fillRect(QRectF(left, track.top(), width, thick), QColor(colour))
            left += width
        painter.setPen(Qt.PenStyle.NoPen)
        painter.end()


def _listed(tally: list[tuple[int, str]]) -> str:
    return ", ".join(f"{number:,} {word}" for number, word in tally if number)
