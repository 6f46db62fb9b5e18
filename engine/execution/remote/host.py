"""The host: starts and watches the worker processes of one computer for a run that is driven from another one."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import tempfile
import threading
from collections.abc import Callable

import msgspec
import psutil

from engine.applying.environment import environment
from engine.errors import UserFault
from engine.execution.backend import close_together
from engine.execution.local import LocalWorker
from engine.execution.messages import Message, Prepare, PrepareFailed, Steps, ToWorker
from engine.execution.remote.files import KeptFiles, with_source_in
from engine.execution.remote.messages import (
    EndWorker,
    FileChunk,
    FilesHeld,
    FilesRefused,
    FilesWanted,
    FromHost,
    HostReady,
    KillWorker,
    MemoryHeld,
    OfferFiles,
    PassOn,
    ShutDown,
    StartWorker,
    ToHost,
    WorkerEnded,
    WorkerSaid,
    WorkerStarted,
)

log = logging.getLogger(__name__)

MEMORY_SECONDS = 0.5  # between two looks at what the processes hold
_DECODER: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)


def host_facts() -> HostReady:
    """What this computer has."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return HostReady(environment(), usable, psutil.virtual_memory().available, platform.node() or "a computer")


class Host:
    """``say`` takes frames for the run from any thread. ``handle`` is called from one thread at a time."""

    def __init__(self, say: Callable[[FromHost], None], files: KeptFiles | None = None) -> None:
        self._say = say
        self._files = files or KeptFiles()
        self._cache = tempfile.mkdtemp(prefix="twinloop-host-")
        self._workers: dict[int, LocalWorker] = {}
        self._closing = threading.Event()
        self._watch = threading.Thread(target=self._watch_memory, name="host-memory", daemon=True)
        self._watch.start()

    def handle(self, message: ToHost) -> None:
        """Carry out what the run says."""
        if isinstance(message, StartWorker):
            self._workers[message.number] = LocalWorker(message.number, self._hear)
            self._say(WorkerStarted(message.number))
        elif isinstance(message, PassOn):
            self._pass_on(message)
        elif isinstance(message, KillWorker):
            if message.number in self._workers:
                self._workers[message.number].kill()
        elif isinstance(message, EndWorker):
            self._end_worker(message)
        elif isinstance(message, OfferFiles | FileChunk):
            self._take_files(message)
        elif isinstance(message, ShutDown):
            self.close()

    def runs(self, number: int) -> bool:
        """Whether a process is there."""
        worker = self._workers.get(number)
        return worker is not None and worker.is_alive

    def close(self) -> None:
        """End every process and remove what they shared."""
        self._closing.set()
        workers, self._workers = list(self._workers.values()), {}
        try:
            close_together(workers, grace=0.0)
        finally:
            self._files.close()
            shutil.rmtree(self._cache, ignore_errors=True)

    def _hear(self, number: int, message: Message) -> None:
        self._say(WorkerSaid(number, msgspec.msgpack.encode(message), isinstance(message, Steps)))

    def _pass_on(self, message: PassOn) -> None:
        worker = self._workers.get(message.number)
        if worker is None:
            return
        said = _DECODER.decode(message.payload)
        if isinstance(said, Prepare):
            objective = said.objective
            if message.digest:
                folder = self._files.find(message.digest)
                if folder is None:
                    self._hear(message.number, PrepareFailed("The data are no longer on that computer.", "Run again."))
                    return
                objective = with_source_in(objective, folder, message.name)
            said = Prepare(objective, self._cache)
        worker.send(said)

    def _end_worker(self, message: EndWorker) -> None:
        worker = self._workers.pop(message.number, None)
        if worker is not None:  # aside, so that the others are not kept waiting
            ending = threading.Thread(target=self._close_worker, args=(worker, message.grace), daemon=True)
            ending.start()

    def _close_worker(self, worker: LocalWorker, grace: float) -> None:
        worker.close(grace)
        self._say(WorkerEnded(worker.number))

    def _take_files(self, message: OfferFiles | FileChunk) -> None:
        digest = message.digest
        try:
            if isinstance(message, FileChunk):
                if self._files.add(message) is not None:
                    self._say(FilesHeld(digest))
            elif self._files.find(digest) is not None:
                self._say(FilesHeld(digest))
            else:
                self._files.expect(digest, message.names)
                self._say(FilesWanted(digest))
        except KeyError:  # what follows a chunk that could not be kept
            return
        except (UserFault, OSError) as error:
            self._files.forget(digest)
            what = error.what if isinstance(error, UserFault) else f"{error.strerror or error}."
            self._say(FilesRefused(digest, f"The data cannot be kept on {platform.node()}: {what}"))

    def _watch_memory(self) -> None:
        while not self._closing.wait(MEMORY_SECONDS):
            try:
                held = {number: worker.megabytes() for number, worker in list(self._workers.items())}
                if held:
                    self._say(MemoryHeld(held))
            except Exception:
                log.exception("the memory of workers could not be read")
