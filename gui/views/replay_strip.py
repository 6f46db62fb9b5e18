"""Goes through the trials of a study: play, a slider under the history of the best score, and where it stands."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.analysis import Progress
from engine.arrays import Array
from engine.trials import State
from gui.base.icons import icon
from gui.base.text import plain
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.views.labels import Words

PLAY_MS = 250  # four trials a second (pages.md 1.6)
MOST_MARKS = 1500  # that the strip draws; of more every so many-th


class ReplayStrip(QWidget):
    """``slider_<name>`` with ``button_play_<name>``. Signal ``moved(int)`` carries how many trials are known.

    Left and Right go by one trial, with Ctrl to the last or next better score; Space plays, End is now.
    """

    moved = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = QToolButton(self)
        self.play.setObjectName(f"button_play_{name}")
        self.play.setProperty("shape", "quiet")
        self.play.setIconSize(QSize(space(16), space(16)))
        self.play.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName(f"slider_{name}")
        self.slider.setAccessibleName("Trials that are known")
        self.slider.setRange(0, 0)
        self.slider.installEventFilter(self)
        self.history = _History(self.slider, self)
        self.place = Words(name=f"label_place_{name}", font=font_strong(), parent=self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Words("Replay", font=font_strong(), parent=self))
        words.addWidget(Words("what the search believed", role="dim", font=font_dim(), parent=self))
        words.addStretch(1)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.history, 1)
        middle.addWidget(self.slider)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addStretch(1)
        right.addWidget(self.place, 0, Qt.AlignmentFlag.AlignRight)
        hint = Words("drag, or use ← and →", role="dim", font=font_dim(), parent=self)
        right.addWidget(hint, 0, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(16), space(4), space(16), space(4))
        row.setSpacing(space(12))
        row.addWidget(self.play)
        row.addLayout(words)
        row.addLayout(middle, 1)
        row.addLayout(right)
        self.setFixedHeight(space(66))
        self._better: Array = np.zeros(0, dtype=int)
        self._timer = QTimer(self, interval=PLAY_MS)
        self._timer.timeout.connect(self._on_frame)
        self.play.clicked.connect(self.toggle)
        self.slider.valueChanged.connect(self._on_value)
        self.slider.sliderPressed.connect(self.pause)
        self._apply_icons()
        self._say()

    @property
    def value(self) -> int:
        """How many trials are known at the moment that is shown."""
        return self.slider.value()

    @property
    def is_playing(self) -> bool:
        """Whether it goes by itself."""
        return self._timer.isActive()

    def show_trials(self, progress: Progress, *, minimize: bool, spread: int) -> None:
        """Score against trial, and how many trials were spread evenly. Who stood at the end stands at the new end."""
        at_end = self.slider.value() == self.slider.maximum()
        self._better = progress.leaders + 1  # so many trials were known when each of them had its score
        self.history.show_progress(progress, spread, minimize=minimize)
        self.slider.setMaximum(len(progress.scores))
        if at_end and not self.is_playing:
            self.slider.setValue(len(progress.scores))
        self._say()

    def go_to(self, known: int) -> None:
        """Show the moment at which so many trials were known."""
        self.pause()
        self.slider.setValue(known)

    @Slot()
    def toggle(self) -> None:
        """Play, from the start where the end was reached; or pause."""
        if self.is_playing:
            self.pause()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self._timer.start()
        self._apply_icons()

    @Slot()
    def pause(self) -> None:
        """Stay where it is."""
        self._timer.stop()
        self._apply_icons()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Space plays; Ctrl with an arrow goes to the next better score."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
            return True
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in steps:
            self._go_better(steps[Qt.Key(event.key())])
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_icons()
            self.history.update()

    def hideEvent(self, event: QEvent) -> None:
        """Nothing plays for nobody."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self.pause()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _go_better(self, step: int) -> None:
        here = self.slider.value()
        ahead = self._better[self._better > here] if step > 0 else self._better[self._better < here][::-1]
        self.go_to(int(ahead[0]) if len(ahead) else self.slider.maximum() if step > 0 else 0)

    def _apply_icons(self) -> None:
        words = "Pause" if self.is_playing else "Play"
        self.play.setIcon(icon("pause" if self.is_playing else "play", "text"))
        self.play.setToolTip(plain(words))
        self.play.setAccessibleName(words)

    def _say(self) -> None:
        known, count = self.slider.value(), self.slider.maximum()
        self.place.setText(
            f"after {'all ' if known == count else ''}{known:,}{'' if known == count else f' of {count:,}'} trials"
        )

    @Slot()
    def _on_frame(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() == self.slider.maximum():
            self.pause()

    @Slot(int)
    def _on_value(self, value: int) -> None:
        self._say()
        self.history.update()
        self.moved.emit(value)


class _History(QWidget):
    """The best score so far as a step line, trials as dots, failed ones as crosses, above the slider's groove."""

    def __init__(self, slider: QSlider, parent: QWidget) -> None:
        super().__init__(parent)
        self._slider = slider
        self._scores: Array = np.zeros(0)
        self._best: Array = np.zeros(0)
        self._failed: Array = np.zeros(0, dtype=bool)
        self._spread = 0
        self._range = (0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_progress(self, progress: Progress, spread: int, *, minimize: bool) -> None:
        """Show other trials."""
        self._scores, self._spread = progress.scores, spread
        self._failed = progress.states == State.FAILED
        lines = np.concatenate([[np.nan], progress.records])
        self._best = lines[np.searchsorted(progress.leaders, np.arange(len(progress.scores)), side="right")]
        known = progress.scores[np.isfinite(progress.scores)]
        if len(known):
            poor = float(np.quantile(known, 0.75 if minimize else 0.25))
            good = float(known.min() if minimize else known.max())
            room = 0.6 * (poor - good)  # a few bad ones must not squeeze the rest: a guess
            self._range = (good, poor + room if poor != good else good + 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """All of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, count = tokens(), len(self._scores)
        top, bottom = float(space(3)), float(self.height() - space(15))
        good, poor = self._range
        step = 1 + count // MOST_MARKS
        painter.setFont(font_dim())
        line = QPen(QColor(colours.outer), 1.6)
        before: QPointF | None = None
        for at in range(0, count, step):
            x = self._across(at + 1)
            if np.isfinite(self._best[at]):
                y = top + min(max((float(self._best[at]) - good) / (poor - good), 0.0), 1.0) * (bottom - top)
                painter.setPen(line)
                if before is not None:
                    painter.drawLine(before, QPointF(x, before.y()))
                    painter.drawLine(QPointF(x, before.y()), QPointF(x, y))
                before = QPointF(x, y)
            if self._failed[at]:
                painter.setPen(QPen(QColor(colours.bad), 1.2))
                for sign in (-1.0, 1.0):
                    painter.drawLine(QPointF(x - 2.5, bottom - sign * 2.5), QPointF(x + 2.5, bottom + sign * 2.5))
            elif np.isfinite(self._scores[at]):
                y = top + min(max((float(self._scores[at]) - good) / (poor - good), 0.0), 1.0) * (bottom - top)
                shade = QColor(colours.outer)
                shade.setAlphaF(0.5)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(shade)
                painter.drawEllipse(QPointF(x, y), 2.0, 2.0)
        if self._spread and count:
            x = self._across(self._spread)
            painter.setPen(QPen(QColor(colours.dim), 1))
            painter.drawLine(QPointF(x, bottom - space(4)), QPointF(x, float(self.height())))
            words = "spread evenly before"
            width = painter.fontMetrics().horizontalAdvance(words)
            if x - width - space(6) > 0:
                painter.drawText(QPointF(x - width - space(6), float(self.height()) - 1.0), words)
        x = self._across(self._slider.value())
        painter.setPen(QPen(QColor(colours.text), 1.4))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, float(self.height())))
        painter.end()

    def _across(self, value: int) -> float:
        """Where the slider's handle stands for a value, in this widget's pixels."""
        option = QStyleOptionSlider()
        self._slider.initStyleOption(option)
        style, handle = self._slider.style(), QStyle.SubControl.SC_SliderHandle
        width = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, handle, self._slider).width()
        last = max(self._slider.maximum(), 1)
        return self._slider.x() - self.x() + width / 2 + value / last * (self._slider.width() - width)
