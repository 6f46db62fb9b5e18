"""What Twinloop runs inside a Dask worker: a plugin that holds a host, and the task that occupies a place.

Loaded by the Dask worker, which has Twinloop installed; nothing but names of this module travels as a pickle. Frames
go both ways with numbers and are kept until the other side has them: an answer may be lost on the way.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import Any

import msgspec
from distributed import Worker, WorkerPlugin, get_worker

from engine.execution.remote.host import Host, host_facts
from engine.execution.remote.messages import FromHost, MemoryHeld, StartWorker, ToHost, WorkerSaid

BATCH_SECONDS = 0.1  # between two answers that only report steps
LEASE_SECONDS = 60.0  # without a word the run is gone, and so are its processes: a guess
MOST_WAITING = 32 << 20  # bytes that may wait to be collected; then the processes wait
LARGEST_ANSWER = 16 << 20  # bytes of one answer, about
POLL_SECONDS = 0.2  # between looks at whether a place is still occupied
PREFIX = "twinloop-"


class HostPlugin(WorkerPlugin):
    """One run's host in one Dask worker. :meth:`exchange` is called on the worker's loop, the rest from any thread."""

    idempotent = True

    def __init__(self, session: str) -> None:
        self.name = session
        self._host: Host | None = None

    def setup(self, worker: Worker) -> None:
        """Listen to the run."""
        self._loop = asyncio.get_running_loop()
        self._room = Condition()
        self._mail: deque[tuple[int, bytes]] = deque()
        self._mail_bytes = 0
        self._sent = self._taken = 0  # numbers of the last frames, out and in
        self._urgent = asyncio.Event()
        self._heard = time.monotonic()
        self._is_closed = False
        self._decoder: msgspec.msgpack.Decoder[ToHost] = msgspec.msgpack.Decoder(ToHost)
        self._hands = ThreadPoolExecutor(1, thread_name_prefix=self.name)
        worker.handlers[self.name] = self.exchange

    async def teardown(self, worker: Worker) -> None:
        """End everything."""
        worker.handlers.pop(self.name, None)
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    async def exchange(
        self, comm: Any = None, first: int = 0, frames: tuple[bytes, ...] = (), got: int = 0, wait: float = 0.0
    ) -> dict[str, Any]:
        """Take frames, the first of which has the number ``first``; give those after ``got``, waiting for some.

        Without anything asked it gives what this computer has.
        """
        self._heard = time.monotonic()
        if frames:
            await self._loop.run_in_executor(self._hands, self._take, first, frames)
        if wait:
            self._drop(got)
            await self._wait_for_mail(wait)
            return self._answer(got)
        return {"taken": self._taken, "facts": b"" if frames else msgspec.msgpack.encode(host_facts())}

    def occupy(self, number: int) -> None:
        """Run one worker process until it has ended, or the run is gone. Called by a thread of the Dask worker's."""
        self._hands.submit(self._handle, StartWorker(number)).result()
        while not self._is_closed and self._host is not None and self._host.runs(number):
            if time.monotonic() - self._heard > LEASE_SECONDS:
                self.close()
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        """End the processes."""
        with self._room:
            self._is_closed = True
            self._room.notify_all()
        host, self._host = self._host, None
        if host is not None:
            host.close()

    def _take(self, first: int, frames: tuple[bytes, ...]) -> None:
        for number, frame in enumerate(frames, first):
            if number == self._taken + 1:  # others came before, or will come again
                self._taken = number
                self._handle(self._decoder.decode(frame))

    def _handle(self, message: ToHost) -> None:
        if self._is_closed:
            return
        if self._host is None:
            self._host = Host(self._say)
        self._host.handle(message)

    def _say(self, message: FromHost) -> None:
        frame = msgspec.msgpack.encode(message)
        with self._room:
            while self._mail_bytes > MOST_WAITING and not self._is_closed:
                self._room.wait(1.0)
            self._sent += 1
            self._mail.append((self._sent, frame))
            self._mail_bytes += len(frame)
        may_wait = isinstance(message, MemoryHeld) or (isinstance(message, WorkerSaid) and message.may_wait)
        if not may_wait and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._urgent.set)

    def _drop(self, got: int) -> None:
        with self._room:
            while self._mail and self._mail[0][0] <= got:
                self._mail_bytes -= len(self._mail.popleft()[1])
            self._room.notify_all()

    async def _wait_for_mail(self, wait: float) -> None:
        end = time.monotonic() + wait
        while time.monotonic() < end:
            try:
                await asyncio.wait_for(self._urgent.wait(), BATCH_SECONDS)
            except TimeoutError:
                if self._mail:
                    return
            else:
                self._urgent.clear()
                return

    def _answer(self, got: int) -> dict[str, Any]:
        frames: list[bytes] = []
        size = 0
        with self._room:
            first = self._mail[0][0] if self._mail else got + 1
            for _, frame in self._mail:
                if frames and size + len(frame) > LARGEST_ANSWER:
                    self._urgent.set()
                    break
                frames.append(frame)
                size += len(frame)
        return {"first": first, "frames": frames}


def occupy_place(session: str, number: int) -> None:
    """The task that Dask sees: a place is taken while a worker process of the run has it."""
    plugin = get_worker().plugins[session]
    assert isinstance(plugin, HostPlugin)
    plugin.occupy(number)
