"""What is known of the winner of a window's study: the honest score, its confirmation, the looks at the holdout."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from threadpoolctl import threadpool_limits

from engine.confirming.confirm import confirm_winner
from engine.confirming.rounds import ConfirmOptions
from engine.confirming.standing import (
    WinnerStanding,
    confirming_seconds,
    read_standing,
    read_worth,
    standing_of,
    why_not_confirm,
)
from engine.errors import UserFault
from engine.events import FindingRecorded
from engine.judging.confirmation import Confirmation
from engine.judging.corrected import CorrectedScore
from engine.judging.taken import taken_finding
from gui.bridge.inbox import Inbox
from gui.session.document import Document
from gui.session.paced_look import PacedLook
from gui.session.study_background import StudyBackground

IDLE_SHARE = 10  # while trials run, a look that takes long is followed by a pause so many times as long


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look found: ``refusal`` says why there is no ``worth``, ``why_not`` why nothing can be confirmed."""

    standing: WinnerStanding
    worth: CorrectedScore | None
    refusal: str
    why_not: str
    seconds: float
    took: float


class HonestWinner(PacedLook):
    """Lives in the window's thread. Nothing is trained before :meth:`confirm` or :meth:`open_holdout`.

    ``worth`` is the corrected score, ``worth_refusal`` why there is none; ``standing`` what the file knows,
    ``confirmation`` the same with what is being found out now. Signal ``failed(UserFault)`` tells why training ended.
    """

    failed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.worth: CorrectedScore | None = None
        self.worth_refusal = ""
        self.standing = WinnerStanding()
        self.is_training = False
        self.is_opening = False  # the holdout, now or in the last training
        self.has_looked = False
        self.seconds = 0.0  # about what a confirmation takes; 0 where that is not known
        self._reason = ""
        self._live: Confirmation | None = None
        self._trainer = StudyBackground(document, self)
        self._inbox = Inbox(self)
        self._inbox.frame.connect(self._on_heard)
        self._cancelled = threading.Event()
        self._number = 0  # of the training that is shown
        self._looked = 0.0
        self._took = 0.0
        document.left.connect(self.forget)
        document.run_state_changed.connect(self._on_run_state_changed)

    # -- what is known -----------------------------------------------------------------------------------------------

    @property
    def confirmation(self) -> Confirmation | None:
        """The last one, as far as it came."""
        return self.standing.confirmation if self._live is None else self._live

    @property
    def is_current(self) -> bool:
        """Whether it is of the trials that lead now."""
        return self._live is not None or self.standing.is_current

    @property
    def why_not(self) -> str:
        """Why nothing can be confirmed now; empty where it can."""
        document = self._document
        if not document.writable:
            return "The study is open elsewhere and read-only here."
        if document.is_running:
            return "Trials are running. Pause them first."
        return self._reason

    @property
    def taken(self) -> int | None:
        """The trial that a person took in place of the search's best."""
        return self.standing.taken

    # -- what a person asks for --------------------------------------------------------------------------------------

    def confirm(self, *, more: bool = False) -> None:
        """Train the winner, its rivals and the baselines on fresh folds; ``more`` goes on although the answer stands.

        What was found out before is taken up.
        """
        self.is_opening = False
        self._train(ConfirmOptions(more=more, by="the window"))

    def open_holdout(self, trial: int | None = None) -> None:
        """Judge the winner, or another trial of the confirmation, on the rows set aside; this is recorded."""
        options = ConfirmOptions(fits=0, opens_holdout=True, by="the window", holdout_of=trial, workers=1)
        self.is_opening = True
        self._train(options)

    def take(self, trial: int) -> None:
        """Have the cards, exports and predictions speak of another trial than the search's best, or of that one."""
        document = self._document
        if document.setup is None or document.history is None or self.taken == trial:
            return
        finding = taken_finding(trial, document.history, "the window")
        document.finding_keeper()(finding)
        self.standing = standing_of((*self.standing.findings, finding), document.setup, document.history)
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Train no further; what is known stays."""
        self._cancelled.set()

    @Slot()
    def forget(self) -> None:
        """Another study is open, or none."""
        self._cancelled.set()
        self._number += 1
        self.is_training = self.is_opening = self.has_looked = False
        self.seconds, self._reason = 0.0, ""
        self._live, self.worth, self.standing, self.worth_refusal = None, None, WinnerStanding(), ""
        self.changed.emit()

    def shutdown(self) -> None:
        """End what trains and wait for it: for the very end."""
        self._cancelled.set()
        self._trainer.shutdown()
        self._background.shutdown()

    # -- looks -------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Read what the file knows, and work out what the best score is worth."""
        document = self._document
        if document.setup is None or document.history is None or document.path is None:
            return
        if document.is_running and time.monotonic() - self._looked < IDLE_SHARE * self._took:
            self.look_later()
            return
        if self.is_training:
            self._is_due = True  # its end brings the standing along
            return
        # See ExpectedBestTracker: limits of linear algebra belong to the whole process.
        threadpool_limits(limits=1, user_api="blas")
        history, setup, path = document.history.copy(), document.setup, document.path
        self._looked = time.monotonic()

        def work(cancelled: Callable[[], bool]) -> _Look:
            begun = time.monotonic()
            standing = read_standing(path, setup, history)
            worth, refusal = None, ""
            try:
                worth = read_worth(path, setup, history, cancelled)
            except UserFault as fault:
                refusal = str(fault)
            why_not = why_not_confirm(setup, history, path)
            seconds = confirming_seconds(setup, history)
            return _Look(standing, worth, refusal, why_not, seconds, time.monotonic() - begun)

        self._background.call_cancellable("winner", work, self._on_looked, self._on_refused)

    def _on_looked(self, found: _Look) -> None:
        standing, self.worth, self.worth_refusal, self._took = found.standing, found.worth, found.refusal, found.took
        self._reason, self.seconds, self.has_looked = found.why_not, found.seconds, True
        if not self.is_training and len(standing.findings) >= len(self.standing.findings):
            self.standing, self._live = standing, None  # what was just found out may not be on the disk yet
        self.changed.emit()

    def _on_refused(self, fault: UserFault) -> None:
        self.worth_refusal, self.has_looked = str(fault), True
        self.changed.emit()

    @Slot()
    def _on_run_state_changed(self) -> None:
        self.look_soon()

    # -- training ----------------------------------------------------------------------------------------------------

    def _train(self, options: ConfirmOptions) -> None:
        document = self._document
        if self.is_training or document.setup is None or document.history is None or document.path is None:
            return
        self._number += 1
        self._cancelled = cancelled = threading.Event()
        self.is_training = True
        history, setup, path = document.history.copy(), document.setup, document.path
        keep, known = document.finding_keeper(), self.standing.findings
        heard = partial(self._post, self._number)

        def work() -> WinnerStanding:
            on_disk = read_standing(path, setup, history).findings
            # What was found out a moment ago may not be on the disk yet.
            findings = list(known if len(known) > len(on_disk) else on_disk)
            before = list(findings)

            def keep_both(finding: FindingRecorded) -> None:
                findings.append(finding)
                keep(finding)

            confirm_winner(path, setup, history, before, keep_both, options, cancelled.is_set, heard)
            return standing_of(findings, setup, history)

        self._trainer.call("confirm", work, self._on_done, self._on_failed)
        self.changed.emit()

    def _post(self, number: int, so_far: Confirmation) -> None:
        self._inbox.post(((number, so_far),))

    @Slot(object)
    def _on_heard(self, batch: tuple[tuple[int, Confirmation], ...]) -> None:
        number, so_far = batch[-1]
        if number == self._number and self.is_training:
            self._live = so_far
            self.changed.emit()

    def _on_done(self, standing: WinnerStanding) -> None:
        self.standing, self._live = standing, None
        self.is_training = False
        self.changed.emit()
        if self._is_due:
            self.look_soon()

    def _on_failed(self, fault: UserFault) -> None:
        self.is_training = False
        self.changed.emit()
        self.failed.emit(fault)
        self.look_soon()
