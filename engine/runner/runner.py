"""The thread that drives one study: it alone asks the sampler, commands the workers and writes the file.

Whoever uses it posts intents, which return at once, and listens to batches of events. An event is heard only after
the file holds it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.errors import UserFault
from engine.events import Author, FindingRecorded
from engine.execution.backend import MakeBackend
from engine.execution.messages import FromWorker
from engine.runner.dispatch import carry_out
from engine.runner.intents import (
    CloseStudy,
    CreateStudy,
    EditStudy,
    EnqueueTrial,
    GrantPermission,
    Intent,
    KeepFinding,
    MoveRun,
    OpenStudy,
    PauseRun,
    ResumeRun,
    RetryTrial,
    SaveCopy,
    SessionIntent,
    StartRun,
    StopRun,
    StopTrial,
    WarmUp,
)
from engine.runner.local_backend import LocalBackend
from engine.runner.replies import Closed, Rejected
from engine.runner.session import StudySession
from engine.setup import Budget, StudySetup

log = logging.getLogger(__name__)

MOST_WAITING = 2000  # messages of workers, each of which may hold many steps
MOST_AT_ONCE = 1000  # of these are handled before their events are written
FEW = 3  # attempts at what has to be done
TICK = 0.2  # seconds between looks at deadlines when nothing happens
Listener = Callable[[tuple[object, ...]], None]
Item = Intent | tuple[int, FromWorker]  # messages with the number of their worker


class Runner:
    """One study at a time. Methods may be called from any thread; ``listener`` is called from the runner's thread.

    An intent that cannot be carried out is answered by :class:`Rejected` with the type of the intent.
    """

    def __init__(self, listener: Listener, author: Author = "window", backend: MakeBackend = LocalBackend) -> None:
        """``author`` is by which door changes come in, for the study's history of them.

        ``backend`` makes what the workers of a run are started by; it is called on the runner's thread.
        """
        self._listener = listener
        self._inbox: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._session = StudySession(self._from_worker, author, backend)
        self._room = threading.Semaphore(MOST_WAITING)
        self._closing = False
        self._batch: deque[Item] = deque()  # what has been taken from the inbox and is to be done
        self._doing: Intent | None = None
        self._mistake: Exception | None = None  # that is to be recovered from
        self._last: tuple[object, ...] | None = None  # what closing the study gave to say
        self._mistakes = 0  # turns in a row that ended in one
        self._thread = threading.Thread(target=self._serve, name="runner")
        self._thread.start()

    def open(self, path: str | Path) -> None:
        """Open a study file; answered by ``StudyOpened``."""
        self._inbox.put(OpenStudy(Path(path)))

    def create(self, path: str | Path, setup: StudySetup) -> None:
        """Make a new study file and open it; answered by ``StudyOpened``."""
        self._inbox.put(CreateStudy(Path(path), setup))

    def edit(self, setup: StudySetup) -> None:
        """Change the study's definition; answered by ``SetupSaved``."""
        self._inbox.put(EditStudy(setup))

    def warm(self) -> None:
        """Start the workers and load the data now, so that Run finds them ready."""
        self._inbox.put(WarmUp())

    def start(self, budget: Budget | None = None) -> None:
        """Run, or go on after a pause; ``budget`` replaces the study's own for this run alone.

        Answered by ``PermissionNeeded`` where the study would touch something outside its folder that nobody allowed.
        """
        self._inbox.put(StartRun(budget))

    def resume(self) -> None:
        """Go on after a pause."""
        self._inbox.put(ResumeRun())

    def grant_permission(self) -> None:
        """Agree to what :class:`PermissionNeeded` named; remembered on this computer."""
        self._inbox.put(GrantPermission())

    def move(self, backend: MakeBackend) -> None:
        """Have workers started elsewhere from the next run on; rejected while trials run."""
        self._inbox.put(MoveRun(backend))

    def pause(self) -> None:
        """Pause running trials at their next step and start no more."""
        self._inbox.put(PauseRun())

    def stop(self) -> None:
        """End running trials and the run; the study can be run again."""
        self._inbox.put(StopRun())

    def stop_trial(self, number: int) -> None:
        """End one running trial."""
        self._inbox.put(StopTrial(number))

    def enqueue(self, params: Mapping[str, object]) -> None:
        """Queue a configuration to be run next."""
        self._inbox.put(EnqueueTrial(dict(params)))

    def retry(self, number: int) -> None:
        """Queue a finished trial's configuration once more."""
        self._inbox.put(RetryTrial(number))

    def keep_finding(self, finding: FindingRecorded) -> None:
        """Keep what was found out after the search."""
        self._inbox.put(KeepFinding(finding))

    def save_as(self, path: str | Path) -> None:
        """Write a consistent copy, also while running; answered by ``Saved``."""
        self._inbox.put(SaveCopy(Path(path)))

    def close(self) -> None:
        """End the workers, close the file and the thread; running trials wait for the next opening."""
        self._inbox.put(CloseStudy())

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end after :meth:`close`; whether it came."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- the runner's own thread -------------------------------------------------------------------------------------

    def _from_worker(self, worker: int, message: FromWorker) -> None:
        # A worker that says more than can be written waits here, and its model in turn at the full pipe.
        while not self._room.acquire(timeout=TICK):
            if self._closing:
                return
        self._inbox.put((worker, message))

    def _serve(self) -> None:
        # A mistake of ours, wherever it is, must not take the open study down, nor this thread: whoever waits for
        # Closed would wait for ever. So nothing is called here that is not guarded.
        try:
            while not self._closing:
                try:
                    self._take_turn()
                    self._mistakes = 0
                except Exception as error:
                    log.exception("the runner's thread, with %s", self._doing)
                    self._mistakes += 1
                    self._mistake = error
                    if self._mistakes > FEW and any(isinstance(one, CloseStudy) for one in self._batch):
                        self._closing = True  # what was posted before cannot be carried out either
        finally:
            for step in (self._close_session, self._notify_closed):
                for _ in range(FEW):
                    try:
                        step()
                    except Exception:
                        log.exception("the runner could not end with %s", step)
                    else:
                        break

    def _take_turn(self) -> None:
        self._gather_items()
        if self._mistake is not None:
            self._notify_listener(self._session.recover(self._doing, self._mistake))
            self._mistake = None
        while self._batch and not self._closing:
            item = self._batch.popleft()
            if isinstance(item, CloseStudy):
                self._closing = True
                return
            self._doing = None if isinstance(item, tuple) else item
            self._handle_item(item)
        self._doing = None
        self._session.tick()
        self._obey_others()
        self._notify_listener(self._session.flush())

    def _gather_items(self) -> None:
        """Take up what is to be done, waiting a moment for the first of it."""
        try:
            self._batch.append(self._inbox.get(timeout=TICK))
            while len(self._batch) < MOST_AT_ONCE:
                self._batch.append(self._inbox.get_nowait())
        except queue.Empty:
            return

    def _handle_item(self, item: SessionIntent | tuple[int, FromWorker]) -> None:
        if isinstance(item, tuple):
            self._room.release()
            self._session.receive(*item)
            return
        try:
            carry_out(self._session, item)
        except UserFault as fault:
            self._session.reply(Rejected(type(item), fault.what, fault.remedy))

    def _obey_others(self) -> None:
        """Carry out what other processes ask for; each is told what became of it."""
        door = self._session.door
        if door is None:
            return
        for name, self._doing in door.take_orders():
            fault: UserFault | None = None
            try:
                carry_out(self._session, self._doing)
            except UserFault as refused:
                fault = refused
            door.answer(name, fault)
        self._doing = None

    def _close_session(self) -> None:
        if self._last is None:
            self._last = self._session.close()
        self._notify_listener(self._last)

    def _notify_closed(self) -> None:
        self._notify_listener((Closed(),))

    def _notify_listener(self, batch: tuple[object, ...]) -> None:
        if batch:
            begun = time.perf_counter()
            self._listener(batch)
            if time.perf_counter() - begun > 1.0:
                log.warning("a listener took more than a second for %s events", len(batch))
