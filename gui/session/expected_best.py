"""Which trial of a window's study is expected to be best, worked out beside the window and the run."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from threadpoolctl import threadpool_limits

from engine.analysis import Expected, expected_best
from engine.errors import UserFault
from engine.events import SpaceChanged, TrialEnded
from engine.trials import History
from gui.base.formats import number_text, score_text
from gui.session.document import Document
from gui.session.study_background import StudyBackground

RUNNING_PAUSE_MS = 10_000  # between two looks at a study that runs: each takes a processor from trials and window
RESTING_PAUSE_MS = 300  # after the last change of a study that rests: a guess
IDLE_SHARE = 10  # a look that takes long is followed by a pause so many times as long
MOST = 3000  # of more trials the copy alone would be felt, and luck has been averaged out


class ExpectedBestTracker(QObject):
    """Lives in the window's thread, owned by the window; follows one document.

    ``found`` is the expected best trial where scores are noisy, else *None*. Signal ``changed`` says that it is another
    one. The model is fitted to a copy of the history in a thread that ends with it.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Expected | None = None
        self._document = document
        self._background = StudyBackground(document, self, is_brief=False)
        self._is_due = False
        self._excluded: frozenset[int] = frozenset()
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.refresh)
        document.opened.connect(self._on_opened)
        document.trials_changed.connect(self._on_trials_changed)
        document.setup_changed.connect(self._on_setup_changed)
        document.run_state_changed.connect(self._on_run_state_changed)
        if document.is_open:
            self._on_opened()

    @property
    def is_busy(self) -> bool:
        """Whether a look is under way or about to begin."""
        return self._background.is_busy or self._pause.isActive()

    def cancel(self) -> None:
        """Look no more."""
        self._pause.stop()
        self._background.cancel_all()

    @Slot()
    def refresh(self) -> None:
        """Look at the study as it stands."""
        history = self._document.history
        self._is_due = False
        if history is None or not len(history) or len(history) > MOST:
            self._put(None)
            return
        # One thread of linear algebra for good, and from this thread: what the model and the search limit for a moment,
        # each in a thread of its own, belongs to the whole process, and they would undo each other's limit.
        threadpool_limits(limits=1, user_api="blas")
        work = partial(_timed, history.copy())
        self._background.call("expected", work, partial(self._take, history), self._fail)
        self._background.release_thread()  # its thread is not needed until the next look

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_opened(self) -> None:
        self._put(None)
        history = self._document.history
        self._excluded = frozenset() if history is None else history.excluded_numbers
        self._pause.start(0)

    @Slot(object)
    def _on_trials_changed(self, events: tuple[object, ...]) -> None:
        if not any(isinstance(event, TrialEnded | SpaceChanged) for event in events):
            return
        self._is_due = True
        if not self.is_busy:
            self._pause.start(self._least_pause)

    @Slot()
    def _on_setup_changed(self) -> None:
        """Look again when other trials are excluded; what was found may be one of them."""
        history = self._document.history
        excluded = frozenset() if history is None else history.excluded_numbers
        if excluded != self._excluded:
            self._excluded = excluded
            self._is_due = True
            self._pause.start(RESTING_PAUSE_MS)

    @Slot()
    def _on_run_state_changed(self) -> None:
        if self._is_due and not self._document.is_running and not self._background.is_busy:
            self._pause.start(RESTING_PAUSE_MS)

    @property
    def _least_pause(self) -> int:
        return RUNNING_PAUSE_MS if self._document.is_running else RESTING_PAUSE_MS

    def _take(self, history: History, answer: tuple[Expected | None, float]) -> None:
        found, seconds = answer
        if history is self._document.history:
            self._put(found if found is not None and found.is_noisy else None)
        if self._is_due:
            self._pause.start(max(self._least_pause, round(1000 * IDLE_SHARE * seconds)))

    def _fail(self, _fault: UserFault) -> None:
        self._put(None)

    def _put(self, found: Expected | None) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit()


def prediction_text(predicted: float, std: float) -> str:
    """A prediction ± its standard deviation, to the same decimals where something is left of it: ``0.941 ± 0.004``."""
    text = score_text(predicted, std)
    if std <= 0.0:
        return text
    decimals = len(text.partition(".")[2]) if "e" not in text else 0
    aligned = f"{std:.{decimals}f}"
    return f"{text} ± {aligned if decimals and float(aligned) > 0.0 else number_text(std, 2)}"


def expected_words(found: Expected) -> str:
    """The expected best in a line."""
    predicted = prediction_text(found.predicted, found.spread)
    if found.number == found.observed:
        return f"Expected best: the same, predicted {predicted}"
    return f"Expected best: trial {found.number}, predicted {predicted}"


def winner_curse_text(found: Expected) -> str:
    """Why the expected best may be another trial than the best one."""
    std = found.observed_spread
    score = score_text(found.observed_score, std)
    text = "Scores are noisy here, and the best of many noisy scores is partly luck (winner's curse). "
    if found.number == found.observed:
        seen = prediction_text(found.predicted, found.spread)
        return f"{text}Trial {found.number} scored {score}; the model predicts the best score there too, {seen}."
    own, other = (
        prediction_text(found.predicted, found.spread),
        prediction_text(found.observed_predicted, found.observed_spread),
    )
    return (
        f"{text}Trial {found.observed} scored {score}, but the model predicts {other} there, "
        f"and {own} of trial {found.number}: the safer choice."
    )


def _timed(history: History) -> tuple[Expected | None, float]:
    begun = time.perf_counter()
    return expected_best(history), time.perf_counter() - begun
