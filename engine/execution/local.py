"""Worker processes on this computer: started fresh, kept between trials, watched, and replaced when one is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import psutil

from engine.execution.channel import Channel
from engine.execution.child import THREAD_VARIABLES
from engine.execution.job import FromWorker, Lost, Message, Quit, ToWorker

LOG_LINES = 200
Receive = Callable[[int, FromWorker], None]


class LocalWorker:
    """One process. ``receive(worker, message)`` is called from this worker's own reader thread, never after close.

    The process is a fresh interpreter rather than a fork or a copy of the main module, so that neither Qt's threads
    nor a script without a main guard can be dragged into it.
    """

    def __init__(self, number: int, receive: Receive) -> None:
        self.number = number
        self._receive = receive
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._closed = False
        environment = dict(os.environ)
        environment.update(dict.fromkeys(THREAD_VARIABLES, "1"))
        root = str(Path(__file__).resolve().parents[2])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        self._process = subprocess.Popen(
            # -P: files in the folder where the program was started must not pass for Python's own modules.
            [sys.executable, "-P", "-m", "engine.execution.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            creationflags=flags,
            # Ctrl+C in a terminal is for the run to handle; it tells the workers itself.
            start_new_session=os.name == "posix",
        )
        self._watched = psutil.Process(self._process.pid)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._channel: Channel[FromWorker] = Channel(self._process.stdout, self._process.stdin, FromWorker)
        self._threads = [
            threading.Thread(target=self._listen, name=f"worker-{number}", daemon=True),
            threading.Thread(target=self._read_log, name=f"worker-{number}-log", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process's number in the operating system."""
        return self._process.pid

    def megabytes(self) -> float:
        """How much memory the process holds now; 0 when it is gone."""
        try:
            return float(self._watched.memory_info().rss) / 1e6
        except psutil.Error:
            return 0.0

    def log_tail(self, lines: int = 20) -> str:
        """The last lines that the process printed."""
        return "\n".join(list(self._log)[-lines:])

    def send(self, message: ToWorker) -> None:
        """Hand over a message; a process that is gone shows as :class:`Lost` through ``receive``."""
        self._channel.send(message)

    def kill(self) -> None:
        """End the process at once; ``Lost`` follows."""
        self._process.kill()

    def close(self, grace: float = 1.0) -> None:
        """End the process: asked first, killed after ``grace`` seconds. Nothing is received afterwards."""
        self._closed = True
        self._channel.send(Quit())
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(2.0)
        self._channel.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _listen(self) -> None:
        while True:
            message = self._channel.receive()
            if message is None:
                break
            self._deliver(message)
        self._process.kill()  # a worker that no longer speaks sense is of no use
        code = self._process.wait()
        self._threads[1].join(1.0)
        self._deliver(Lost(code, self.log_tail()))

    def _deliver(self, message: Message) -> None:
        if not self._closed:
            self._receive(self.number, message)  # type: ignore[arg-type]

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        try:
            for line in iter(lambda: self._process.stderr.readline(4096), b""):  # type: ignore[union-attr]
                self._log.append(line.decode(errors="replace").rstrip())
        except (OSError, ValueError):
            return
