"""Worker processes on this computer: started fresh, kept between trials, watched, and replaced when one is lost."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.execution.backend import close_together
from engine.execution.channel import Channel
from engine.execution.messages import FromWorker, Message, Quit, WorkerLost
from engine.execution.starting import STARTER
from engine.execution.startup import THREAD_VARIABLES
from engine.objectives.process_tree import kill_tree, tree_megabytes

log = logging.getLogger(__name__)

LOG_LINES = 200  # of what a process prints are kept
LOST_LINES = 20  # of these are told when it is lost
ATTEMPTS = 3  # to tell of a loss; who is not told waits for ever
TRAINS = "engine.execution.worker"
Receive = Callable[[int, Any], None]


class LocalWorker:
    """One process. ``receive(worker, message)`` is called from this worker's own reader thread, never after close.

    It runs ``module``, which says messages of the type ``incoming``. The process is a fresh interpreter rather than a
    fork or a copy of the main module, so that neither Qt's threads nor a script without a main guard can be dragged
    into it.
    """

    def __init__(
        self, number: int, receive: Receive, module: str = TRAINS, incoming: object = FromWorker, name: str = "worker"
    ) -> None:
        self.number = number
        self._receive = receive
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._closed = False
        environment = dict(os.environ)
        environment.update(dict.fromkeys(THREAD_VARIABLES, "1"))
        root = str(Path(__file__).resolve().parents[2])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
        self._process = STARTER.start(
            lambda: subprocess.Popen(
                # -P: files in the folder where the program was started must not pass for Python's own modules.
                [sys.executable, "-P", "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                **_process_options(),
            )
        )
        try:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._channel: Channel[Any] = Channel(self._process.stdout, self._process.stdin, incoming)
            self._threads = [
                threading.Thread(target=self._listen, name=f"{name}-{number}", daemon=True),
                threading.Thread(target=self._read_log, name=f"{name}-{number}-log", daemon=True),
            ]
            for thread in self._threads:
                thread.start()
        except BaseException:
            self._process.kill()
            raise

    @property
    def computer(self) -> str:
        """This one."""
        return ""

    @property
    def pid(self) -> int:
        """The process's number in the operating system."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def megabytes(self) -> float:
        """How much memory the process and what it started hold now; 0 when it is gone."""
        return tree_megabytes(self._process.pid)

    def send(self, message: Message) -> None:
        """Hand over a message; a process that is gone shows as :class:`WorkerLost` through ``receive``."""
        self._channel.send(message)

    def kill(self) -> None:
        """End the process at once, with everything that it started; ``WorkerLost`` follows."""
        self._kill_all()

    def close(self, grace: float = 1.0) -> None:
        """End the process: asked first, killed after ``grace`` seconds. Nothing is received afterwards."""
        close_together([self], grace)

    def ask_to_end(self) -> None:
        """Let the process end by itself; nothing is received from now on."""
        self._closed = True
        self._channel.send(Quit())

    def end(self, grace: float) -> None:
        """Wait for the process so many seconds, kill it otherwise, and let go of everything that was its."""
        self._closed = True
        try:
            self._process.wait(max(grace, 0.0))
        except subprocess.TimeoutExpired:
            self._kill_all()
            self._process.wait()
        for thread in self._threads:
            thread.join(2.0)
        self._channel.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _kill_all(self) -> None:
        kill_tree(self._process.pid)
        self._process.kill()

    def _listen(self) -> None:
        """Hand over what the process says; however this ends, the process does too, and its loss is heard."""
        try:
            while (message := self._channel.receive()) is not None:
                self._deliver_message(message)
        except Exception:
            log.exception("what worker %s said could not be handed over", self.number)
        self._process.kill()  # a worker that no longer speaks sense is of no use
        code = self._process.wait()
        self._threads[1].join(1.0)
        lines = "\n".join(list(self._log)[-LOST_LINES:])
        for _ in range(ATTEMPTS):
            try:
                self._deliver_message(WorkerLost(code, lines))
            except Exception:
                log.exception("the loss of worker %s could not be told", self.number)
            else:
                return

    def _deliver_message(self, message: Message) -> None:
        if not self._closed:
            self._receive(self.number, message)

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        try:
            for line in iter(lambda: self._process.stderr.readline(4096), b""):  # type: ignore[union-attr]
                self._log.append(line.decode(errors="replace").rstrip())
        except (OSError, ValueError):
            return


def _process_options() -> dict[str, Any]:
    """How the process starts: Ctrl+C in a terminal is for the run to handle, which tells the workers itself.

    On POSIX the process lowers its own priority. It stays in the session of the window because Linux shares out the
    processors among sessions first: in one of its own it would have as much as the window, whatever its priority.
    """
    if sys.platform == "win32":
        alone = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": alone | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"process_group": 0}
