"""The thread that drives one study: it alone asks the sampler, commands the workers and writes the file.

Whoever uses it posts intents, which return at once, and listens to batches of events. An event is heard only after
the file holds it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import UserFault
from engine.execution.job import FromWorker
from engine.runner.desk import Desk
from engine.runner.notices import Closed, Refused
from engine.setup import Budget, StudySetup

log = logging.getLogger(__name__)

MOST_WAITING = 2000  # messages of workers, each of which may hold many steps
TICK = 0.2  # seconds between looks at deadlines when nothing happens
Listener = Callable[[tuple[object, ...]], None]
Intent = tuple[str, tuple[Any, ...]]


class Runner:
    """One study at a time. Methods may be called from any thread; ``listener`` is called from the runner's thread.

    An intent that cannot be carried out is answered by :class:`Refused` with the name of the method.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._inbox: queue.SimpleQueue[Intent | tuple[int, FromWorker]] = queue.SimpleQueue()
        self._desk = Desk(self._from_worker)
        self._room = threading.Semaphore(MOST_WAITING)
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="runner")
        self._thread.start()

    def open(self, path: str | Path) -> None:
        """Open a study file; answered by ``StudyOpened``."""
        self._post("open", Path(path))

    def create(self, path: str | Path, setup: StudySetup) -> None:
        """Make a new study file and open it; answered by ``StudyOpened``."""
        self._post("create", Path(path), setup)

    def edit(self, setup: StudySetup) -> None:
        """Change the study's definition; answered by ``SetupSaved``."""
        self._post("edit", setup)

    def warm(self) -> None:
        """Start the workers and load the data now, so that Run finds them ready."""
        self._post("warm")

    def start(self, budget: Budget | None = None) -> None:
        """Run, or go on after a pause; ``budget`` replaces the study's own for this run alone.

        Answered by ``ConsentNeeded`` where the study would touch something outside its folder that nobody allowed.
        """
        self._post("start", budget)

    def resume(self) -> None:
        """Go on after a pause."""
        self._post("start")

    def allow(self) -> None:
        """Agree to what :class:`ConsentNeeded` named; remembered on this computer."""
        self._post("allow")

    def pause(self) -> None:
        """Hold running trials at their next step and start no more."""
        self._post("pause")

    def stop(self) -> None:
        """End running trials and the run; the study can be run again."""
        self._post("stop")

    def stop_trial(self, number: int) -> None:
        """End one running trial."""
        self._post("stop_trial", number)

    def enqueue(self, params: Mapping[str, Any]) -> None:
        """Queue a configuration to be run next."""
        self._post("enqueue", dict(params))

    def retry(self, number: int) -> None:
        """Queue a finished trial's configuration once more."""
        self._post("retry", number)

    def save_as(self, path: str | Path) -> None:
        """Write a consistent copy, also while running; answered by ``Saved``."""
        self._post("save_as", Path(path))

    def close(self) -> None:
        """End the workers, close the file and the thread; running trials wait for the next opening."""
        self._post("close")

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end after :meth:`close`; whether it came."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- the runner's own thread -------------------------------------------------------------------------------------

    def _post(self, name: str, *arguments: Any) -> None:
        self._inbox.put((name, arguments))

    def _from_worker(self, worker: int, message: FromWorker) -> None:
        # A worker that says more than can be written waits here, and its model in turn at the full pipe.
        while not self._room.acquire(timeout=TICK):
            if self._closing:
                return
        self._inbox.put((worker, message))

    def _serve(self) -> None:
        try:
            while not self._closing:
                for item in self._next_batch():
                    try:
                        self._handle(item)
                    except Exception as error:  # noqa: BLE001 - a mistake of ours must not take the open study down
                        self._own_mistake(item, error)
                self._desk.look()
                self._say(self._desk.commit())
        finally:
            self._say(self._desk.close())
            self._say((Closed(),))

    def _next_batch(self) -> list[Any]:
        batch: list[Any] = []
        try:
            batch.append(self._inbox.get(timeout=TICK))
            while len(batch) < 1000:
                batch.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return batch

    def _handle(self, item: Any) -> None:
        name, rest = item
        if isinstance(name, int):
            self._room.release()
            self._desk.receive(name, rest)
        elif name == "close":
            self._closing = True
        else:
            try:
                getattr(self._desk, name)(*rest)
            except UserFault as fault:
                self._desk.say(Refused(name, fault.what, fault.remedy))

    def _own_mistake(self, item: Any, error: Exception) -> None:
        log.error("the runner could not handle %r", item[0], exc_info=error)
        name = item[0] if isinstance(item[0], str) else "run"
        what = f"Twinloop made a mistake here ({type(error).__name__}: {error})."
        self._desk.say(Refused(name, what, "The trials so far are safe; Run tries again."))
        self._desk.pause()

    def _say(self, batch: tuple[object, ...]) -> None:
        if batch:
            begun = time.perf_counter()
            self._listener(batch)
            if time.perf_counter() - begun > 1.0:
                log.warning("a listener took more than a second for %s events", len(batch))
