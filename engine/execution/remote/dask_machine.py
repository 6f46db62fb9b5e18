"""One Dask worker as the run sees it: frames with numbers, so that none is lost or taken twice where an answer is."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from engine.execution.remote.files import SentFiles
from engine.execution.remote.frames import LARGEST_PACK, SentFrames, TakenFrames
from engine.execution.remote.machine import Machine
from engine.execution.remote.messages import FromHost, HostReady, ToHost, WorkerStarted

WAIT_SECONDS = 2.0  # that a host waits for something to say
LOST_SECONDS = 45.0  # without an answer a computer is given up; hosts give the run up later
RETRY_SECONDS = 1.0  # between attempts


class HostLost(Exception):
    """A Dask worker does not answer any more."""


class DaskMachine(Machine):
    """Made on the loop of the client. ``seat`` is told which process was started here."""

    def __init__(
        self, address: str, session: str, client: Any, ready: HostReady, seat: Callable[[int, Machine], None]
    ) -> None:
        super().__init__(address, self._put)
        self.ready, self.title = ready, ready.name
        self._session = session
        self._seat = seat
        self._client = client
        self._outbox: deque[ToHost | SentFiles] = deque()
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def handle(self, message: FromHost) -> None:
        """Take a frame of the host."""
        if isinstance(message, WorkerStarted):
            self._seat(message.number, self)
        else:
            super().handle(message)

    def forget(self) -> None:
        """Nobody is told of the end."""
        for worker in list(self.workers.values()):
            worker.mark_gone()

    def _put(self, item: ToHost | SentFiles) -> None:
        self._outbox.append(item)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def deliver(self) -> None:
        """Send what was posted, in order."""
        frames = SentFrames()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox:
                for frame in self.frames_of(self._outbox.popleft()):
                    frames.add(msgspec.msgpack.encode(frame))
                    if frames.waiting_bytes > LARGEST_PACK:
                        await self._send_frames(frames)
            await self._send_frames(frames)

    async def _send_frames(self, frames: SentFrames) -> None:
        while frames:
            first, packed, _ = frames.pack()
            await self._exchange(first=first, frames=packed)
            frames.drop(first + len(packed) - 1)

    async def collect(self, hands: ThreadPoolExecutor) -> None:
        """Take what the host says; where that cannot be handled as fast, the host waits."""
        decoder: msgspec.msgpack.Decoder[FromHost] = msgspec.msgpack.Decoder(FromHost)
        taken = TakenFrames()
        while True:
            answer = await self._exchange(got=taken.last, wait=WAIT_SECONDS)
            for frame in taken.unpack(answer["first"], answer["frames"]):
                await self._loop.run_in_executor(hands, self.handle, decoder.decode(bytes(frame)))

    async def _exchange(self, **message: Any) -> dict[str, Any]:
        """One answer of the Dask worker, asked again for a while where the connection is away."""
        since = time.monotonic()
        while True:
            try:
                asked = {"op": self._session, **message}
                answer: dict[str, Any] = await self._client.scheduler.proxy(worker=self.name, msg=asked)
            except Exception as error:  # noqa: BLE001 - of the network, the scheduler or the worker
                reason: object = error
            else:
                if isinstance(answer, dict) and ("frames" in answer or "taken" in answer):
                    return answer
                reason = answer
            if time.monotonic() - since > LOST_SECONDS:
                raise HostLost(f"{self.name} does not answer ({str(reason)[:200]})")
            await asyncio.sleep(RETRY_SECONDS)
