"""The run's side of a host on another computer: its workers, the files that were sent to it, what it holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from engine.errors import UserFault
from engine.execution.backend import Receive
from engine.execution.channel import encode_message
from engine.execution.messages import FromWorker, MachineLost, Message, Prepare, PrepareFailed, WorkerLost
from engine.execution.remote.files import SentFiles, files_of
from engine.execution.remote.messages import (
    EndWorker,
    FilesHeld,
    FilesRefused,
    FilesWanted,
    FromHost,
    KillWorker,
    MemoryHeld,
    OfferFiles,
    PassOn,
    StartWorker,
    ToHost,
    WorkerEnded,
    WorkerSaid,
)

_DECODER: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)


class RemoteWorker:
    """A worker wherever there is room (:class:`engine.execution.backend.RunningWorker`).

    What is said to it before it has a place waits. Several runs share a connection, on which it has a number of its
    own, its ``key``. ``give_up`` is called with that where it is ended before it had a place.
    """

    def __init__(self, number: int, key: int, receive: Receive, give_up: Callable[[int], None]) -> None:
        self._number = number
        self.key = key
        self._receive = receive
        self._give_up = give_up
        self._lock = threading.RLock()
        self._waiting: list[Message] = []
        self._machine: Machine | None = None
        self._is_ending = False
        self._gone = threading.Event()
        self.held_megabytes = 0.0

    @property
    def number(self) -> int:
        """Which worker it is."""
        return self._number

    @property
    def computer(self) -> str | None:
        """The name of the computer that it is on, once it has a place."""
        return None if self._machine is None else self._machine.title

    def take_place(self, machine: Machine) -> bool:
        """It runs there from now on; whether it is still wanted."""
        with self._lock:
            if self._is_ending or self._machine is not None:
                return False
            self._machine = machine
            machine.workers[self.key] = self
            waiting, self._waiting = self._waiting, []
            for message in waiting:
                machine.pass_on(self.key, message)
        return True

    def send(self, message: Message) -> None:
        """Hand over a message, in order."""
        with self._lock:
            if self._machine is None:
                self._waiting.append(message)
            else:
                self._machine.pass_on(self.key, message)

    def kill(self) -> None:
        """End the process at once."""
        with self._lock:
            if self._machine is not None:
                self._machine.post(KillWorker(self.key))
                return
        self.lose("It was ended before it had a place.")

    def megabytes(self) -> float:
        """As told last, every half a second."""
        return self.held_megabytes

    def ask_to_end(self) -> None:
        """Nothing is received from now on."""
        with self._lock:
            self._is_ending = True
            if self._machine is None:
                self._gone.set()
            else:
                self._machine.post(EndWorker(self.key, 1.0))
        if self._machine is None:
            self._give_up(self.key)

    def end(self, grace: float) -> None:
        """Wait for the end; what is told of later is told to nobody."""
        self._is_ending = True
        self._gone.wait(max(grace, 0.0))
        if self._machine is not None:
            self._machine.workers.pop(self.key, None)
        self._give_up(self.key)

    def mark_gone(self) -> None:
        """The process has ended as it was asked to."""
        self._gone.set()

    def deliver(self, message: FromWorker) -> None:
        """Hand on what the process said."""
        if not self._is_ending:
            self._receive(self.number, message)

    def lose(self, reason: str) -> None:
        """Its computer, or the way there, is gone."""
        self._gone.set()
        self.deliver(MachineLost(reason))

    def fail(self, reason: str) -> None:
        """Its process could not be started where it had its place."""
        self._gone.set()
        self.deliver(WorkerLost(None, reason))


class Machine:
    """One host. :meth:`handle` is called from one thread at a time.

    ``post`` takes a frame, or files whose frames :meth:`frames_of` gives as they are sent; it returns at once.
    """

    def __init__(self, name: str, post: Callable[[ToHost | SentFiles], None]) -> None:
        self.name = self.title = name
        self.post = post
        self.workers: dict[int, RemoteWorker] = {}  # by their keys
        self._lock = threading.RLock()
        self._held: set[str] = set()
        self._offered: dict[str, SentFiles] = {}
        self._waiting: dict[str, list[PassOn]] = {}  # for files, by their digest

    def start_worker(self, worker: RemoteWorker) -> None:
        """Start a process for a worker that has no place yet."""
        self.post(StartWorker(worker.key))
        if not worker.take_place(self):
            self.post(EndWorker(worker.key, 0.0))

    def pass_on(self, key: int, message: Message) -> None:
        """Hand a message to a worker there, files first where it needs any."""
        if not isinstance(message, Prepare):
            self.post(PassOn(key, encode_message(message)))
            return
        try:
            files = known_files(message)
        except UserFault as fault:
            self.workers[key].deliver(PrepareFailed(fault.what, fault.remedy))
            return
        if files is None:
            self.post(PassOn(key, encode_message(message)))
            return
        frame = PassOn(key, encode_message(message), files.digest, files.names[0])
        with self._lock:
            if files.digest in self._held:
                self.post(frame)
                return
            self._waiting.setdefault(files.digest, []).append(frame)
            if files.digest not in self._offered:
                self._offered[files.digest] = files
                self.post(OfferFiles(files.digest, files.names))

    def handle(self, message: FromHost) -> None:
        """Take a frame of the host."""
        if isinstance(message, WorkerSaid):
            worker = self.workers.get(message.number)
            if worker is not None:
                worker.deliver(_DECODER.decode(message.payload))
        elif isinstance(message, MemoryHeld):
            for number, megabytes in message.megabytes.items():
                if number in self.workers:
                    self.workers[number].held_megabytes = megabytes
        elif isinstance(message, WorkerEnded):
            worker = self.workers.pop(message.number, None)
            if worker is not None:
                worker.mark_gone()
        elif isinstance(message, FilesHeld):
            with self._lock:
                self._held.add(message.digest)
                for frame in self._waiting.pop(message.digest, ()):
                    self.post(frame)
        elif isinstance(message, FilesWanted):
            self.post(self._offered[message.digest])
        elif isinstance(message, FilesRefused):
            self._refuse(message.digest, message.what)

    def lose(self, reason: str) -> None:
        """The host is gone, with all its workers."""
        workers, self.workers = list(self.workers.values()), {}
        for worker in workers:
            worker.lose(reason)

    def frames_of(self, item: ToHost | SentFiles) -> Iterator[ToHost]:
        """What is to be sent for something that was posted: files are read only now, a part at a time."""
        if not isinstance(item, SentFiles):
            yield item
            return
        try:
            yield from item.chunks()
        except UserFault as fault:
            self._refuse(item.digest, f"{fault.what} {fault.remedy}")

    def _refuse(self, digest: str, what: str) -> None:
        with self._lock:
            self._offered.pop(digest, None)
            frames = self._waiting.pop(digest, [])
        for frame in frames:
            if frame.number in self.workers:
                self.workers[frame.number].deliver(PrepareFailed(what, "Look at that computer, then run again."))


_known: dict[tuple[object, ...], SentFiles] = {}
_MOST_KNOWN = 8  # of files: a run has one objective; a guess


def known_files(message: Prepare) -> SentFiles | None:
    """The files of an objective; a table that did not change is read once for all machines and workers."""
    source = getattr(message.objective, "source", "")
    key = (message.objective.__class__, source, *_state_of(source)) if source else None
    if key is not None and key in _known and len(_known[key].names) == 1:
        return _known[key]
    files = files_of(message.objective)
    if files is not None and key is not None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = files
    return files


def _state_of(source: str) -> Iterable[int]:
    try:
        status = Path(source).stat()
    except (OSError, ValueError):
        return (time.monotonic_ns(),)
    return status.st_mtime_ns, status.st_size, status.st_ino
