"""The bar across the top that never moves: run, pause, stop, how far, how good, how long."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.analysis import score_error
from engine.events import StepReported
from engine.study import metrics
from gui.base.formats import score_text
from gui.base.help_button import TOPIC
from gui.base.text import plain
from gui.base.theme import font_big, font_strong, space
from gui.session import standing
from gui.session.document import Document
from gui.views.labels import ShortWords, Words
from gui.views.segmented_progress import Counts, SegmentedProgress
from gui.views.surfaces import Toolbar

LONG_TITLE, SHORT_NAME = 20, 5  # letters
NARROW = 1000  # width of the bar in the design's pixels


class RunBar(Toolbar):
    """Shows one document; owned by the window, whose actions its buttons trigger.

    Signal ``blocker_clicked`` carries the card that mends what keeps Run disabled.
    """

    blocker_clicked = Signal(str)

    def __init__(self, document: Document, actions: tuple[QAction, QAction, QAction], parent: QWidget) -> None:
        super().__init__(Qt.Edge.BottomEdge, parent)
        self.setObjectName("run_bar")
        self.setAccessibleName("Run bar")
        self.setProperty(TOPIC, "window:run_bar")
        self._document = document
        self._actions = actions
        self._blocker: standing.RunBlocker | None = None
        self._build_ui()
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._show_time)
        document.opened.connect(self.refresh)
        document.setup_changed.connect(self.refresh)
        document.problems_changed.connect(self.refresh)
        document.trials_changed.connect(self._on_trials_changed)
        document.run_state_changed.connect(self.refresh)
        self.refresh()

    def _build_ui(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(space(16), space(8), space(16), space(8))
        row.setSpacing(space(8))
        run, pause, stop = self._actions
        self._buttons = [
            self._button(run, "button_run", True),
            self._button(pause, "button_pause"),
            self._button(stop, "button_stop"),
        ]
        for button in self._buttons:
            row.addWidget(button)
        row.addSpacing(space(12))
        self._done = Words(name="label_done", font=font_strong(), parent=self)
        self._of = Words(name="label_budget", role="dim", parent=self)
        row.addWidget(self._done)
        row.addSpacing(-space(4))
        row.addWidget(self._of)
        row.addSpacing(space(4))
        self._progress = SegmentedProgress(self)
        self._progress.setMaximumWidth(space(270))
        row.addWidget(self._progress, 2)
        row.addSpacing(space(4))
        self._state = ShortWords(name="label_run_state", role="dim", parent=self)
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._state, 5)
        self._why = WhyButton(self)
        self._why.clicked.connect(self._on_why_clicked)
        row.addWidget(self._why, 5)
        self._time = Words(name="label_time", role="dim", parent=self)
        row.addWidget(self._time)
        row.addSpacing(space(4))
        self._best = Words(name="label_best", role="outer", font=font_big(), parent=self)
        self._best.setAccessibleName("Best score")
        row.addWidget(self._best)
        row.addSpacing(space(4))
        self._metric = Words(name="label_metric", role="dim", parent=self)
        row.addWidget(self._metric)

    def _button(self, action: QAction, name: str, main: bool = False) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setProperty("main", main)
        button.setAutoDefault(False)
        button.setIconSize(QSize(space(14), space(14)))
        button.setMinimumWidth(space(78))
        button.clicked.connect(action.trigger)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for what matters most."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a narrow window the reason why Run is disabled takes the place of time and metric."""
        shown = self._blocker is None or self.width() >= space(NARROW)
        if self._time.isHidden() == shown:
            self._time.setVisible(shown)
            self._metric.setVisible(shown)
            layout = self.layout()
            assert layout is not None
            layout.activate()  # at once: on a slow machine they are painted before, in the corner over each other

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of the new theme from the actions."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_actions()

    def _follow_actions(self) -> None:
        """Buttons are as their actions; the focus goes on from one that cannot be pressed any more."""
        focused = next((button for button in self._buttons if button.hasFocus()), None)
        for button, action in zip(self._buttons, self._actions, strict=True):
            verb = action.text().replace("&", "")
            button.setText(f" {verb}")  # the space keeps the word off the icon
            button.setAccessibleName(verb)
            button.setEnabled(action.isEnabled())
            button.setIcon(action.icon())
            button.setToolTip(plain(f"{action.toolTip()} ({action.shortcut().toString()})"))
        if focused is not None and not focused.isEnabled():
            run, pause, stop = self._buttons
            for other in (pause, stop) if focused is run else (run, stop, pause):
                if other.isEnabled():
                    other.setFocus()
                    break

    @property
    def run_blocker(self) -> standing.RunBlocker | None:
        """What keeps the study from running, *None* when nothing does or it runs."""
        return self._blocker

    @Slot(object)
    def _on_trials_changed(self, events: tuple[object, ...]) -> None:
        if not all(isinstance(event, StepReported) for event in events):  # which change nothing of what is shown
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say how the document stands now."""
        document = self._document
        if document.setup is None or document.history is None:
            return
        counts, limit = document.history.counts(), document.setup.budget.trials
        done, rest = standing.progress_words(counts, limit)
        self._done.setText(done)
        self._of.setText(rest)
        stopped = document.history.stopped_by_hand
        self._progress.show_counts(Counts(**counts, budget=limit, stopped=stopped, is_paused=document.is_paused))
        self._show_state(counts)
        self._show_best()
        self._show_time()
        if document.is_running != self._clock.isActive():
            (self._clock.start if document.is_running else self._clock.stop)()

    def _show_state(self, counts: dict[str, int]) -> None:
        document = self._document
        assert document.setup is not None
        assert document.history is not None
        running = document.is_running
        blocker = (
            None
            if running or (document.is_paused and not document.writable)  # Resume is passed on to whoever runs it
            else standing.run_blocker(
                document.setup, document.history, document.writable, document.holder, document.problems
            )
        )
        self._blocker = blocker
        run, pause, stop = self._actions
        run.setEnabled(not running and blocker is None)
        run.setText("&Resume" if document.run_state == "paused" else "&Run")
        pause.setEnabled(document.run_state == "running")
        stop.setEnabled(document.run_state in {"running", "pausing", "paused"})
        words = standing.state_words(document.run_state, document.run_reason, counts, document.history.stopped_by_hand)
        words = "Starting …" if document.is_starting else words
        ended = document.run_state == "ended" and blocker is not None and blocker.card == "budget"
        shows_why = blocker is not None and not (ended and document.run_reason)
        self._why.setVisible(shows_why)
        self._state.setVisible(not shows_why)
        self._why.set_sentence(blocker.sentence if blocker else "")
        self._state.setText(words)
        run.setToolTip(plain(blocker.sentence if blocker else "Run or resume the study"))
        self._follow_actions()
        self._make_room()

    def _show_best(self) -> None:
        setup, history = self._document.setup, self._document.history
        assert setup is not None
        assert history is not None
        number = history.best_number()
        if number is None:
            self._best.setText("–")
            self._best.setToolTip(plain(str(history.no_best("Press Run."))))
        else:
            score = float(history.score[number])
            self._best.setText(score_text(score, score_error(history, number)))
            error = score_error(history, number)
            band = f" ± {error:.2g} (standard error over its folds)" if error else ""
            self._best.setToolTip(plain(f"Trial {number}: {score!r}{band}"))
        waits = number is None and bool(history.constraint_names) and history.counts()["complete"] > 0
        self._metric.setText("no feasible trial yet" if waits else f"best {metric_title(setup)}")

    @Slot()
    def _show_time(self) -> None:
        document = self._document
        if document.setup is None or document.history is None:
            return
        left = standing.time_left(document.setup.budget, document.history, document.elapsed_this_run, time.time())
        self._time.setText(
            standing.time_words(document.setup.budget, document.elapsed, left, document.run_state == "running")
        )

    @Slot()
    def _on_why_clicked(self) -> None:
        if self._blocker is not None:
            self.blocker_clicked.emit(self._blocker.card)


class WhyButton(QPushButton):
    """A sentence that says why Run is disabled; pressing it leads to what mends it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("button_why")
        self.setProperty("shape", "sentence")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._sentence = ""

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return self._sentence

    def set_sentence(self, sentence: str) -> None:
        """Show a sentence, shortened to the room there is."""
        self._sentence = sentence
        self.setAccessibleName(f"Why Run is disabled: {sentence}")
        self.setToolTip(plain(sentence))
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.width() - space(12)
        self.setText(self.fontMetrics().elidedText(self._sentence, Qt.TextElideMode.ElideRight, max(0, room)))


def metric_title(setup: object) -> str:
    """What the score is called, for a sentence: ``accuracy``, ``RMSE``, or ``score`` where nothing says more."""
    objective = getattr(setup, "objective", None)
    metric, task = getattr(objective, "metric", None), getattr(objective, "task", None)
    if metric is None or task is None:
        return "score"
    title = next((entry.title for entry in metrics(task) if entry.name == metric), metric)
    if len(title) > LONG_TITLE and len(metric) <= SHORT_NAME:
        return str(metric).upper()  # root mean squared error is RMSE to everybody
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
