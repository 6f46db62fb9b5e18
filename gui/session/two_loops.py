"""The comparison of the two loops, kept up to date beside the window while a study runs."""

from __future__ import annotations

import time
from functools import partial
from importlib.resources import as_file, files
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

import resources
from engine.analysis.loops import Loops, compare_loops
from engine.analysis.next_minute import NextMinute, next_minute
from engine.errors import UserFault
from engine.objectives.description import AnyObjective, TableObjective
from engine.objectives.guess import Guess
from engine.setup import StudySetup
from engine.store import Reader
from engine.study import has_own_score, strategy_learns
from engine.suggesting import guess_score
from engine.trials import Curves, History
from gui.bridge.background import Background
from gui.session.document import Document

PAUSE_MS = 2000  # between two looks while trials run (pages.md 0.8)
MOST_CURVES = 400  # of the newest trials, beside the best ones: what the comparison looks into


SAMPLE = "digits.study"
"""The study that is compared while none is open."""


class Compared(NamedTuple):
    """Both loops, what to do next, and which study it is told of; ``is_sample`` where that is no study of a person."""

    loops: Loops
    next: NextMinute
    title: str
    is_sample: bool


class TwoLoops(QObject):
    """Follows one document while :attr:`is_watched`. Signal ``changed`` says that ``found`` is another one."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Compared | None = None
        self._guess: Guess | None = None
        self._guessed_for: AnyObjective | None = None
        self._document = document
        self._background = Background(self, is_brief=True)
        self._is_due = True
        self._is_watched = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look)
        document.opened.connect(self._on_changed)
        document.setup_changed.connect(self._on_changed)
        document.trials_changed.connect(self._on_trials_changed)

    def watch(self, is_watched: bool) -> None:
        """Somebody looks, or nobody does."""
        self._is_watched = is_watched
        if is_watched and self._is_due:
            self._look()

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        self._is_due = True
        if self._is_watched:
            self._pause.start(0)

    @Slot(object)
    def _on_trials_changed(self, _events: tuple[object, ...]) -> None:
        self._is_due = True
        if self._is_watched and not self._pause.isActive():
            self._pause.start(PAUSE_MS)

    @Slot()
    def _look(self) -> None:
        history, setup = self._document.history, self._document.setup
        if not self._is_watched:
            return
        self._is_due = False
        if history is None or setup is None:
            self._background.call("loops", _compare_sample, self._on_compared, self._on_no_guess)
            return
        is_another = setup.objective != self._guessed_for
        if is_another:
            self._guessed_for, self._guess = setup.objective, None
        work = partial(_compare, history.copy(), self._curves(history), setup, self._guess)
        self._background.call("loops", work, self._on_compared, self._on_no_guess)
        if is_another:  # behind it: a large table is read for longer than the comparison takes
            self._background.ask("guess", partial(guess_score, setup), self._on_guessed, self._on_no_guess)

    def _curves(self, history: History) -> Curves:
        """The curves that are looked into; each only ever grows, so they may be shared with another thread."""
        wanted = dict.fromkeys(self._document.curves.newest(MOST_CURVES))
        best = history.best_number()
        if best is not None:
            wanted[best] = None
        return Curves({number: self._document.curves.get(number) for number in wanted})

    def _on_guessed(self, guess: Guess | None) -> None:
        self._guess = guess
        self._look()

    def _on_no_guess(self, _fault: UserFault) -> None:
        """The table cannot be read here: the comparison does without the score of guessing."""

    def _on_compared(self, found: Compared) -> None:
        self.found = found
        self.changed.emit()


def _compare_sample() -> Compared:
    """The bundled study, read and compared."""
    with as_file(files(resources).joinpath("gallery", SAMPLE)) as path, Reader(path) as reader:
        setup, history, _ = reader.study()
        curves = Curves(reader.curves())
    return _compare(history, curves, setup, guess_score(setup), is_sample=True)


def _compare(
    history: History, curves: Curves, setup: StudySetup, guess: Guess | None, *, is_sample: bool = False
) -> Compared:
    sampler = setup.strategy.sampler
    loops = compare_loops(history, curves, setup.objective, sampler, guess)
    learns = strategy_learns(sampler)
    objective = setup.objective
    reports = isinstance(objective, TableObjective) and not has_own_score(objective)
    choices = next_minute(history, curves, loops.step_name, learns=learns, reports_score=reports, now=time.time())
    return Compared(loops, choices, setup.title, is_sample)
