"""The study that a window shows: a mirror of what the engine says, and the one place that sends it intents."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoStack

from engine.analysis.workers import WorkersSeen
from engine.events import Event, FindingRecorded, LogLine, RunStateChanged, RunStateName, SpaceChanged
from engine.setup import StudySetup
from engine.study import (
    Closed,
    CreateStudy,
    EditStudy,
    Hints,
    MakeBackend,
    OpenStudy,
    PermissionGranted,
    PermissionNeeded,
    Rejected,
    Runner,
    Saved,
    SetupGrown,
    SetupProblem,
    SetupSaved,
    StartRun,
    StudyOpened,
    keep_found,
)
from engine.trials import Curves, History
from gui.bridge.run_control import MakeRunner, RunControl

EDIT_PAUSE_MS = 150  # edits that follow each other faster are sent as one
MOST_LOG_LINES = 5000  # that a person may scroll through: a guess


class Document(QObject):
    """Lives in the window's thread, owned by the window. One study; empty until :meth:`open` or :meth:`create`.

    ``history`` and ``curves`` are this document's own copies: every event of a frame is applied to them before
    ``trials_changed`` carries the tuple of events on. ``setup`` changes through commands on ``undo_stack``, which call
    :meth:`put_setup`. ``problems``, ``classes`` and ``hints`` are what the last check of it found
    (:class:`SetupCheck`). Signals: ``opened``, ``setup_changed``, ``problems_changed``, ``hints_changed``,
    ``trials_changed(tuple)``, ``run_state_changed``, ``rejected(Rejected)``, ``permission_needed(str)``,
    ``permission_granted`` (the table may be read from now on), ``saved(Saved)``, ``saved_changed`` (is everything on
    disk), ``edit_settled(bool)`` (an edit worked out beside the window came, or did not), ``taken_over`` (who looked on
    may write now), ``workers_changed``, ``closed``, and ``left`` before ``opened`` and ``closed``.
    """

    left = Signal()
    opened = Signal()
    setup_changed = Signal()
    problems_changed = Signal()
    hints_changed = Signal()
    trials_changed = Signal(object)
    run_state_changed = Signal()
    rejected = Signal(object)
    permission_needed = Signal(str)
    permission_granted = Signal()
    saved = Signal(object)
    saved_changed = Signal()
    edit_settled = Signal(bool)
    taken_over = Signal()
    workers_changed = Signal()
    closed = Signal()

    def __init__(self, make_runner: MakeRunner = Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_runner = make_runner
        self._control: RunControl | None = None
        self._abandoned: list[RunControl] = []
        self.undo_stack = QUndoStack(self)
        self.path: Path | None = None
        self.setup: StudySetup | None = None
        self.history: History | None = None
        self.curves = Curves()
        self.log: list[LogLine] = []
        self.workers, self.writable = WorkersSeen(), True
        self.problems: tuple[SetupProblem, ...] = ()
        self.classes: tuple[str, ...] = ()
        self.hints: Hints | None = None
        self.run_state: RunStateName = "idle"
        self.run_reason = self.holder = ""
        self.is_starting = self.awaits_edit = False
        self.put_right: tuple[str, ...] = ()
        self._saved_setup: StudySetup | None = None
        self._ran = self._before = 0.0
        self._since: float | None = None
        self._sender = QTimer(self, singleShot=True, interval=EDIT_PAUSE_MS)
        self._sender.timeout.connect(self.flush)

    # -- what is known -----------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether a study is here."""
        return self.setup is not None

    @property
    def is_empty(self) -> bool:
        """Whether no study is here nor on its way."""
        return self._control is None

    @property
    def is_running(self) -> bool:
        """Whether trials run, or are being held or ended."""
        return self.run_state in {"running", "pausing", "stopping"}

    @property
    def is_paused(self) -> bool:
        """Whether running trials are held until the run goes on."""
        return self.run_state == "paused"

    @property
    def has_trials(self) -> bool:
        """Whether any trial exists; data, model and metric are settled then."""
        return self.history is not None and len(self.history) > 0

    @property
    def is_saved(self) -> bool:
        """Whether the file holds the definition as it is shown."""
        return self.setup == self._saved_setup

    @property
    def elapsed(self) -> float:
        """Seconds that runs took since the study was opened."""
        return self._ran + (time.monotonic() - self._since if self._since is not None else 0.0)

    @property
    def elapsed_this_run(self) -> float:
        """Seconds since Run was last pressed, which the budget's time counts."""
        return self.elapsed - self._before

    # -- intents -----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a study file; answered by ``opened`` or ``rejected``."""
        self._runner().open(path)

    def create(self, path: Path, setup: StudySetup) -> None:
        """Make a study file and open it; answered by ``opened`` or ``rejected``."""
        self._runner().create(path, setup)

    def put_setup(self, setup: StudySetup) -> None:
        """Show another definition and have it saved soon. Only commands call this."""
        if self.setup is not None:
            setup = keep_found(setup, self.setup)  # an edit that is undone was made before a script named them
        if setup == self.setup:
            return
        was_saved = self.is_saved
        self.setup = setup
        self._sender.start()
        self.setup_changed.emit()
        if was_saved != self.is_saved:
            self.saved_changed.emit()

    def put_problems(self, problems: tuple[SetupProblem, ...], classes: tuple[str, ...]) -> None:
        """Show what a check of the definition found, and the classes of its target."""
        if (problems, classes) != (self.problems, self.classes):
            self.problems, self.classes = problems, classes
            self.problems_changed.emit()

    def put_hints(self, hints: Hints | None) -> None:
        """Show what there is to know of the table before a run."""
        if hints != self.hints:
            self.hints = hints
            self.hints_changed.emit()

    def await_edit(self) -> None:
        """An edit is being worked out beside the window; :meth:`settle_edit` says when it is over."""
        self.awaits_edit = True

    def settle_edit(self, came: bool) -> None:
        """The edit that was awaited is in ``setup`` now, or did not come."""
        if self.awaits_edit:
            self.awaits_edit = False
            self.edit_settled.emit(came)

    @Slot()
    def flush(self) -> None:
        """Send an edit that still waits."""
        self._sender.stop()
        if self.setup is not None and not self.is_saved and self.writable:
            self._runner().edit(self.setup)

    @Slot()
    def run(self) -> None:
        """Run, or go on; what is starting already is left alone."""
        if self.is_open and not self.is_starting:
            self.flush()
            self.is_starting = True  # seen at once, while the engine gets ready
            self.run_state_changed.emit()
            self._runner().start()

    def grant_and_run(self) -> None:
        """Agree to what ``permission_needed`` named, and run."""
        self._runner().grant_permission()
        self.run()

    @Slot()
    def pause(self) -> None:
        """Hold running trials at their next step."""
        if self.is_open:
            self._runner().pause()

    @Slot()
    def stop(self) -> None:
        """End running trials and the run."""
        if self.is_open:
            self._runner().stop()

    def warm(self) -> None:
        """Let workers load the data before Run is pressed."""
        if self.is_open and self.writable:
            self._runner().warm()

    def move_run(self, backend: MakeBackend) -> None:
        """Have trials run elsewhere from the next run on; ``rejected`` while they run."""
        self._runner().move(backend)

    def stop_trial(self, number: int) -> None:
        """End one running trial."""
        self._runner().stop_trial(number)

    def enqueue(self, params: Mapping[str, object]) -> None:
        """Queue a configuration to be run next."""
        self._runner().enqueue(params)

    def retry(self, number: int) -> None:
        """Queue a finished trial's configuration once more."""
        self._runner().retry(number)

    def finding_keeper(self) -> Callable[[FindingRecorded], None]:
        """What keeps a finding in the study that is open now; it may be called from any thread."""
        return self._runner().keep_finding  # type: ignore[no-any-return]

    def save_as(self, path: Path) -> None:
        """Write a copy; answered by ``saved`` or ``rejected``."""
        self.flush()
        self._runner().save_as(path)

    def close(self) -> None:
        """End the engine's thread; running trials wait for the next opening. Answered by ``closed``."""
        if self._control is None or self._control.is_closed:
            self._tell(self._leave(self.closed))
        else:
            self.flush()
            self._control.close()

    def end(self) -> bool:
        """Close and wait for the engine's threads: for the very end of the application."""
        controls = [*self._abandoned, *filter(None, [self._control])]
        return False not in [control.end() for control in controls]  # each one, also after one that did not

    # -- what the engine says ----------------------------------------------------------------------------------------

    def _runner(self) -> Any:
        if self._control is None:
            self._control = RunControl(self._make_runner, self)
            self._control.heard.connect(self._on_heard)
        return self._control.runner

    @Slot(object)
    def _on_heard(self, batch: tuple[object, ...]) -> None:
        """Take the whole batch over, then tell of it: a view that fails must not cost an event."""
        events: list[Event] = []
        told: dict[Any, tuple[object, ...]] = {}
        for item in batch:
            if isinstance(item, RunStateChanged):
                self._take_run_state(item)
                told[self.run_state_changed] = ()
            elif isinstance(item, Event):
                self._apply(item)
                events.append(item)
                if isinstance(item, SpaceChanged):  # the history has other columns now: views begin anew at once
                    told[self.setup_changed] = ()
                told.setdefault(self.trials_changed, ())
            else:
                told |= self._take_notice(item)
        if events:
            told[self.trials_changed] = (tuple(events),)
        self._tell(told)

    @staticmethod
    def _tell(told: dict[Any, tuple[object, ...]]) -> None:
        failure: Exception | None = None
        for signal, arguments in told.items():
            try:
                signal.emit(*arguments)
            except Exception as error:  # noqa: BLE001 - the others must hear it all the same; raised below
                failure = failure or error
        if failure is not None:
            raise failure

    def _apply(self, event: Event) -> None:
        if isinstance(event, LogLine):
            self.log.append(event)
            del self.log[:-MOST_LOG_LINES]
        elif self.history is not None:
            had_trials = len(self.history) > 0
            self.curves.apply(event)  # type: ignore[arg-type]
            self.history.apply(event)  # type: ignore[arg-type]
            if len(self.history) > 0 and not had_trials:
                self.undo_stack.clear()  # what the trials were made with can no longer be undone

    def _take_run_state(self, event: RunStateChanged) -> None:
        now = time.monotonic()
        if self._since is not None:
            self._ran += now - self._since
        elif event.state == "running":
            self._before = self._ran
        self.is_starting = False
        self._since = now if event.state in {"running", "pausing", "stopping"} else None
        self.run_state, self.run_reason = event.state, event.reason

    def _take_notice(self, notice: object) -> dict[object, tuple[object, ...]]:
        """Take a notice over; the signals that tell of it, with their arguments."""
        if isinstance(notice, StudyOpened):
            return self._take_study(notice)
        if isinstance(notice, SetupSaved):
            return self._take_saved_setup(notice.setup)
        if isinstance(notice, SetupGrown):
            return self._take_grown_setup(notice.setup)
        if isinstance(notice, WorkersSeen):
            self.workers = notice
            return {self.workers_changed: ()}
        if isinstance(notice, Saved):
            return {self.saved: (notice,)}
        if isinstance(notice, Rejected):
            return self._take_rejection(notice)
        if isinstance(notice, PermissionNeeded):
            self.is_starting = False
            return {self.run_state_changed: (), self.permission_needed: (notice.what,)}
        if isinstance(notice, PermissionGranted):
            return {self.permission_granted: ()}
        return self._leave(self.closed) if isinstance(notice, Closed) else {}

    def _leave(self, then: object) -> dict[object, tuple[object, ...]]:
        """The study that was open is here no more."""
        self.awaits_edit = False
        return {self.left: (), then: ()}

    def _take_saved_setup(self, setup: StudySetup) -> dict[object, tuple[object, ...]]:
        """The file holds another definition: trials are judged by it, and who only looks on is shown it."""
        self._saved_setup = setup
        told: dict[Any, tuple[object, ...]] = {self.saved_changed: ()}
        if not self.writable and setup != self.setup:
            self.setup, told[self.setup_changed] = setup, ()
        history = self.history
        if history is not None and (
            history.judge_by(setup.directions(history.directions), setup.constraints) | history.exclude(setup.excluded)
        ):
            told[self.setup_changed] = ()  # views begin anew
        return told

    def _take_grown_setup(self, setup: StudySetup) -> dict[object, tuple[object, ...]]:
        """Trials of a script brought something to light; what a person has edited meanwhile stays."""
        is_saved, before = self.is_saved, self.setup
        told = self._take_saved_setup(setup) | {self.setup_changed: ()}
        self.setup = setup if is_saved or before is None else keep_found(before, setup)
        return told

    def _take_study(self, study: StudyOpened) -> dict[object, tuple[object, ...]]:
        is_known = self.is_open and self.path == study.path  # after a mistake in the engine it is told once more
        takes_over = is_known and study.writable and not self.writable
        self.path = study.path
        if not is_known or self.is_saved:
            self.setup = study.setup
        self.history, self.curves, self.log = study.history, study.curves, list(study.log)
        self.writable, self.holder, self.put_right = study.writable, study.holder, study.put_right
        self._saved_setup, self.workers = study.setup, WorkersSeen()
        if is_known:  # views begin anew
            told: dict[Any, tuple[object, ...]] = {self.setup_changed: (), self.saved_changed: ()}
            return told | {self.taken_over: ()} if takes_over else told
        self.undo_stack.clear()
        return self._leave(self.opened)

    def _take_rejection(self, rejection: Rejected) -> dict[object, tuple[object, ...]]:
        if rejection.intent in {OpenStudy, CreateStudy} and not self.is_open and self._control is not None:
            self._abandon(self._control)
        elif rejection.intent is StartRun:
            self.is_starting = False
            return {self.run_state_changed: (), self.rejected: (rejection,)}
        elif rejection.intent is EditStudy and self._saved_setup is not None:
            self.undo_stack.clear()
            self.setup = self._saved_setup
            return {self.setup_changed: (), self.saved_changed: (), self.rejected: (rejection,)}
        return {self.rejected: (rejection,)}

    def _abandon(self, control: RunControl) -> None:
        """Let a runner that opened nothing end by itself, so that another file can be tried."""
        control.heard.disconnect(self._on_heard)
        control.close()
        self._abandoned.append(control)
        self._control = None
