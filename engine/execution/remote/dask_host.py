"""What Twinloop runs inside a Dask worker: a plugin that holds a host, and the task that occupies a place.

Loaded by the Dask worker, which has Twinloop installed; nothing but names of this module travels as a pickle. Each
Dask worker is given its plugin by itself, never by way of the scheduler, which would give it to workers of other
people as well: those have no Twinloop, and could not start any more.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

import msgspec
from distributed import Worker, WorkerPlugin, get_worker

from engine.execution.remote.frames import SentFrames, TakenFrames
from engine.execution.remote.host import Host, host_facts
from engine.execution.remote.messages import FromHost, MemoryHeld, StartWorker, ToHost, WorkerSaid

BATCH_SECONDS = 0.1  # between two answers that only report steps
LEASE_SECONDS = 60.0  # without a word the run is gone, and so are its processes: a guess
MOST_WAITING = 32 << 20  # bytes that may wait to be collected; then the processes wait
POLL_SECONDS = 0.2  # between looks at whether a place is still occupied


async def install_host(session: str, instead_of: str, dask_worker: Worker) -> bytes:
    """Listen to a run as ``session``, and no longer as another one; what this computer has, encoded.

    Called by the Dask worker on its loop.
    """
    for old in (instead_of, session):
        if old in dask_worker.plugins:
            await dask_worker.plugin_remove(name=old)
    await dask_worker.plugin_add(HostPlugin(session), name=session, catch_errors=False)
    return msgspec.msgpack.encode(host_facts())


async def remove_host(session: str, dask_worker: Worker) -> None:
    """Let go of the run that is called ``session``."""
    if session in dask_worker.plugins:
        await dask_worker.plugin_remove(name=session)


class HostPlugin(WorkerPlugin):
    """One run's host in one Dask worker. :meth:`exchange` is called on the worker's loop, the rest from any thread."""

    def __init__(self, session: str) -> None:
        self.name = session
        self._host: Host | None = None

    def setup(self, worker: Worker) -> None:
        """Listen to the run."""
        self._loop = asyncio.get_running_loop()
        self._room = Condition()
        self._mail = SentFrames()
        self._taken = TakenFrames()
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
        self, comm: object = None, first: int = 0, frames: tuple[bytes, ...] = (), got: int = 0, wait: float = 0.0
    ) -> dict[str, object]:
        """Take frames, the first of which has the number ``first``; give those after ``got``, waiting for some."""
        self._heard = time.monotonic()
        if frames:
            await self._loop.run_in_executor(self._hands, self._take, first, frames)
            return {"taken": self._taken.last}
        with self._room:
            self._mail.drop(got)
            self._room.notify_all()
        await self._wait_for_mail(wait)
        with self._room:
            number, packed, is_all = self._mail.pack()
        if not is_all:
            self._urgent.set()
        return {"first": number, "frames": packed}

    def occupy(self, number: int) -> None:
        """Run one worker process until it has ended, or the run is gone. Called by a thread of the Dask worker's."""
        self._hands.submit(self._start, number).result()
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

    def _start(self, number: int) -> None:
        if self._host is None or not self._host.runs(number):  # by a task that Dask was to forget meanwhile
            self._handle(StartWorker(number))

    def _take(self, first: int, frames: tuple[bytes, ...]) -> None:
        for frame in self._taken.unpack(first, frames):
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
            while self._mail.waiting_bytes > MOST_WAITING and not self._is_closed:
                self._room.wait(1.0)
            self._mail.add(frame)
        may_wait = isinstance(message, MemoryHeld) or (isinstance(message, WorkerSaid) and message.may_wait)
        if not may_wait and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._urgent.set)

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


def occupy_place(session: str, number: int) -> None:
    """The task that Dask sees: a place is taken while a worker process of the run has it."""
    plugin = get_worker().plugins[session]
    assert isinstance(plugin, HostPlugin)
    plugin.occupy(number)
