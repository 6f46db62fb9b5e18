"""What is said between the run and a host on another computer: frames around the messages of its workers."""

from __future__ import annotations

from engine.execution.messages import Message


class HostMessage(Message, frozen=True):
    """Root of all frames."""


class OfferFiles(HostMessage, frozen=True, tag="offer"):
    """Files whose content has this digest are wanted by workers; answered by what the host has of them."""

    digest: str
    names: tuple[str, ...]


class FileChunk(HostMessage, frozen=True, tag="chunk"):
    """The next bytes of one of the files that were offered; ``last`` ends the whole offer."""

    digest: str
    name: str
    data: bytes
    last: bool = False


class StartWorker(HostMessage, frozen=True, tag="start"):
    """Start a process."""

    number: int


class PassOn(HostMessage, frozen=True, tag="pass"):
    """An encoded message for a worker.

    Where it names a file by a path of the sender's computer, ``digest`` and ``name`` say which of the files sent it is.
    """

    number: int
    payload: bytes
    digest: str = ""
    name: str = ""


class EndWorker(HostMessage, frozen=True, tag="end"):
    """Ask a process to end, and end it after so many seconds."""

    number: int
    grace: float


class KillWorker(HostMessage, frozen=True, tag="kill"):
    """End a process at once; its loss is heard as that of any other."""

    number: int


class Beat(HostMessage, frozen=True, tag="beat"):
    """The run is still there."""


class ShutDown(HostMessage, frozen=True, tag="shut_down"):
    """End all processes and the host."""


class HostReady(HostMessage, frozen=True, tag="host_ready"):
    """The host is up: what is installed there, how many processes can compute at a time, how much memory is free."""

    environment: dict[str, str]
    cores: int
    free_bytes: int
    name: str


class FilesHeld(HostMessage, frozen=True, tag="held"):
    """The files of this digest are there."""

    digest: str


class FilesWanted(HostMessage, frozen=True, tag="wanted"):
    """The files of this digest are not there: send them."""

    digest: str


class FilesRefused(HostMessage, frozen=True, tag="refused"):
    """The files of this digest cannot be kept there: a sentence."""

    digest: str
    what: str


class WorkerStarted(HostMessage, frozen=True, tag="started"):
    """A process was started."""

    number: int


class WorkerSaid(HostMessage, frozen=True, tag="said"):
    """An encoded message of a worker; reports of steps ``may_wait`` for others."""

    number: int
    payload: bytes
    may_wait: bool = False


class WorkerEnded(HostMessage, frozen=True, tag="worker_ended"):
    """A process that was to end has ended."""

    number: int


class MemoryHeld(HostMessage, frozen=True, tag="memory"):
    """How many megabytes each process holds."""

    megabytes: dict[int, float]


ToHost = OfferFiles | FileChunk | StartWorker | PassOn | EndWorker | KillWorker | Beat | ShutDown
FromHost = HostReady | FilesHeld | FilesWanted | FilesRefused | WorkerStarted | WorkerSaid | WorkerEnded | MemoryHeld
