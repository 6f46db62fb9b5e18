"""Plays through steps: back to the start, play or pause, to the end, and a slider between."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from gui.base.choice_box import ChoiceBox
from gui.base.icons import icon
from gui.base.text import plain
from gui.base.theme import space
from gui.views.labels import Words

FRAME_MS = 16  # sixty pictures a second
STEPS_PER_SECOND = 30.0  # at speed 1: a race of 120 steps takes four seconds
SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0)  # each twice the one before


class Player(QWidget):
    """``slider_<name>`` with ``button_play_<name>``. Signal ``moved(int)`` carries the step that is to be shown.

    Space plays or pauses while the slider has the focus, the arrow keys go step by step.
    """

    moved = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = self._button(f"button_first_step_{name}", "Back to the start")
        self.play = self._button(f"button_play_{name}", "Play")
        self.last = self._button(f"button_last_step_{name}", "To the end")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName(f"slider_{name}")
        self.slider.setAccessibleName("Step")
        self.slider.setRange(0, 0)
        self.place = Words(name=f"label_step_{name}", role="dim", parent=self)
        self.speed = ChoiceBox(self)
        self.speed.setObjectName(f"combo_speed_{name}")
        self.speed.setAccessibleName("Speed")
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}x", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(4))
        for part in (self.first, self.play, self.last):
            row.addWidget(part)
        row.addWidget(self.slider, 1)
        row.addWidget(self.place)
        row.addWidget(self.speed)
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock = QElapsedTimer()
        self._begun_at = 0
        self._timer.timeout.connect(self._on_frame)
        self.first.clicked.connect(self._go_first)
        self.last.clicked.connect(self._go_last)
        self.play.clicked.connect(self.toggle)
        self.slider.valueChanged.connect(self._on_value)
        self.slider.sliderPressed.connect(self.pause)
        self.slider.installEventFilter(self)
        self._apply_icons()
        self._say()

    @property
    def is_playing(self) -> bool:
        """Whether steps go by themselves."""
        return self._timer.isActive()

    def show_steps(self, last: int) -> None:
        """There are steps 0 to ``last`` now; whoever stood at the end stands at the new end."""
        at_end = self.slider.value() == self.slider.maximum()
        self.slider.setMaximum(last)
        if at_end and not self.is_playing:
            self.slider.setValue(last)
        self.moved.emit(self.slider.value())
        self._say()
        # Of the widest step: the slider takes all room that is left, and the last words would be cut.
        widest = self.place.fontMetrics().horizontalAdvance(f"step {last} of {last}")
        self.place.setMinimumWidth(widest + space(8))

    @Slot()
    def toggle(self) -> None:
        """Play, from the start where the end was reached; or pause."""
        if self.is_playing:
            self.pause()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self._begun_at = self.slider.value()
        self._clock.start()
        self._timer.start()
        self._apply_icons()

    @Slot()
    def pause(self) -> None:
        """Stay where it is."""
        self._timer.stop()
        self._apply_icons()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Space on the slider plays."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:  # type: ignore[attr-defined]
            self.toggle()
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_icons()

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(plain(words))
        button.setProperty("shape", "quiet")
        button.setIconSize(QSize(space(16), space(16)))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _apply_icons(self) -> None:
        self.first.setIcon(icon("skip-back", "text"))
        self.last.setIcon(icon("skip-forward", "text"))
        self.play.setIcon(icon("pause" if self.is_playing else "play", "text"))
        words = "Pause" if self.is_playing else "Play"
        self.play.setToolTip(plain(words))
        self.play.setAccessibleName(words)

    def _say(self) -> None:
        self.place.setText(f"step {self.slider.value()} of {self.slider.maximum()}")

    @Slot()
    def _on_frame(self) -> None:
        gone = self._clock.elapsed() / 1000.0 * STEPS_PER_SECOND * float(self.speed.currentData())
        step = min(self._begun_at + int(gone), self.slider.maximum())
        self.slider.setValue(step)
        if step == self.slider.maximum():
            self.pause()

    @Slot(int)
    def _on_value(self, step: int) -> None:
        self._say()
        self.moved.emit(step)

    @Slot()
    def _go_first(self) -> None:
        self.pause()
        self.slider.setValue(0)

    @Slot()
    def _go_last(self) -> None:
        self.pause()
        self.slider.setValue(self.slider.maximum())
