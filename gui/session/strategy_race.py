"""A race of strategies as the window knows it: carried out in processes, its results shown as they come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import UserFault
from engine.racing.entrants import Entrant
from engine.racing.model_problem import model_problem
from engine.racing.on_objective import race_on_objective
from engine.racing.pricing import choosing_seconds
from engine.racing.race import race, race_seeds
from engine.racing.record import Race
from gui.bridge.inbox import Inbox
from gui.session.document import Document
from gui.session.study_background import StudyBackground

TOPIC = "strategies"


class StrategyRace(QObject):
    """Lives in the window's thread; nothing runs before :meth:`start`. ``race`` is the last one, as far as it came.

    ``choosing`` says of strategies how long each takes to choose a trial, once :meth:`ask_price` was answered.
    Signals: ``changed``, ``priced``, ``failed(UserFault)``.
    """

    changed = Signal()
    priced = Signal()
    failed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = StudyBackground(document, self)
        self._timing = StudyBackground(document, self)
        self._inbox = Inbox(self)
        self._inbox.frame.connect(self._on_heard)
        self.race: Race | None = None
        self.is_running = False
        self.is_real = False
        self.choosing: dict[str, float] = {}
        self._timed_for: object = None
        self._being_timed: list[str] = []
        document.left.connect(self.forget)
        self._number = 0  # of the race that is shown: what an older one still says is not heard

    def start(self, entrants: tuple[Entrant, ...], repeats: int, trials: int, *, is_real: bool) -> None:
        """Race on the model of the trials so far, or on the study's objective."""
        document = self._document
        if document.setup is None or document.history is None or document.path is None:
            return
        self.stop()
        self._number += 1
        self.race, self.is_running, self.is_real = None, True, is_real
        heard = partial(self._post, self._number)
        history, setup = document.history.copy(), document.setup

        def work(cancelled: Callable[[], bool]) -> Race:
            if is_real:
                return race_on_objective(
                    path, setup, history.space, entrants, repeats, trials, cancelled=cancelled, heard=heard
                )
            problem = model_problem(history.without_excluded())
            seeds = race_seeds(setup.strategy.seed, repeats)
            return race(problem, entrants, seeds, trials, cancelled=cancelled, heard=heard)

        path = document.path
        self._background.call_cancellable(TOPIC, work, self._on_done, self._on_failed)
        self.changed.emit()

    def ask_price(self, entrants: tuple[Entrant, ...], trials: int) -> None:
        """Have the choices of these strategies timed in this study's space, beside the window."""
        history = self._document.history
        if history is None or self.is_running:
            return
        names, space = [one.name for one in entrants], history.space.to_json()
        about = space, trials
        if about != self._timed_for:
            self._timed_for, self.choosing, self._being_timed = about, {}, []
        missing = [name for name in names if name not in self.choosing]
        if missing and missing != self._being_timed:
            self._being_timed = missing
            question = partial(choosing_seconds, missing, space, history.directions[0], trials)
            self._timing.ask("price", question, self._on_timed, self._on_not_timed)

    def stop(self) -> None:
        """End the race; what is known stays."""
        self._background.drop(TOPIC)
        if self.is_running:
            self.is_running = False
            self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """Nothing of a study that was left stays."""
        self._timed_for, self.choosing, self._being_timed = None, {}, []
        self.stop()
        self._number += 1
        self.race = None
        self.changed.emit()

    def _post(self, number: int, so_far: Race) -> None:
        self._inbox.post(((number, so_far),))

    @Slot(object)
    def _on_heard(self, batch: tuple[tuple[int, Race], ...]) -> None:
        number, so_far = batch[-1]
        if number == self._number and self.is_running:
            self.race = so_far
            self.changed.emit()

    def _on_timed(self, found: dict[str, float]) -> None:
        self.choosing |= found
        self._being_timed = []
        self.priced.emit()

    def _on_not_timed(self, _fault: UserFault) -> None:
        """The race itself says what is wrong; its price stays unknown."""

    def _on_done(self, found: Race) -> None:
        self.race, self.is_running = found, False
        self.changed.emit()

    def _on_failed(self, fault: UserFault) -> None:
        self.is_running = False
        self.changed.emit()
        self.failed.emit(fault)
