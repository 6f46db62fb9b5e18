"""The comparison of the two loops, kept up to date beside the window while a study runs."""

from __future__ import annotations

import time
from functools import partial
from importlib.resources import as_file, files
from typing import NamedTuple

from PySide6.QtCore import QObject

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
from gui.session.document import Document
from gui.session.paced_look import PacedLook

SAMPLE = "digits.study"
"""The study that is compared while none is open."""


class Compared(NamedTuple):
    """Both loops, what to do next, and which study it is told of; ``is_sample`` where that is no study of a person."""

    loops: Loops
    next: NextMinute
    title: str
    is_sample: bool


class TwoLoops(PacedLook):
    """A :class:`PacedLook`; ``found`` is the last comparison, of a sample where no study is open."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.found: Compared | None = None
        self._guess: Guess | None = None
        self._guessed_for: AnyObjective | None = None

    def opened(self) -> None:
        """Nothing is known of another study."""
        self.found = self._guess = self._guessed_for = None
        super().opened()

    def look(self) -> None:
        """Have the loops compared."""
        history, setup = self._document.history, self._document.setup
        if history is None or setup is None:
            self._background.call("loops", _compare_sample, self._on_compared, self._on_no_guess)
            return
        is_another = setup.objective != self._guessed_for
        if is_another:
            self._guessed_for, self._guess = setup.objective, None
        # Curves only ever grow, so they may be shared with another thread.
        work = partial(_compare, history.copy(), self._document.curves.copy(), setup, self._guess)
        self._background.call("loops", work, self._on_compared, self._on_no_guess)
        if is_another:  # behind it: a large table is read for longer than the comparison takes
            self._background.ask("guess", partial(guess_score, setup), self._on_guessed, self._on_no_guess)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _on_guessed(self, guess: Guess | None) -> None:
        self._guess = guess
        self.look_now()

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
