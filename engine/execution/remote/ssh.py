"""Workers on other computers over SSH: each has Twinloop installed, and is reached with the person's own ``ssh``.

Nothing listens anywhere: what is said travels inside the connection that ``ssh`` has made, encrypted and authenticated
as the person set it up (keys, agent, ``~/.ssh/config``). A connection that breaks is made again.
"""

from __future__ import annotations

import logging
import queue
import re
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from engine.errors import UserFault
from engine.execution.channel import Channel
from engine.execution.remote.files import SentFiles
from engine.execution.remote.machine import Machine
from engine.execution.remote.messages import Beat, FromHost, HostReady, ShutDown, ToHost
from engine.execution.remote.placing import Placing
from engine.execution.remote.remote_backend import RemoteBackend
from engine.execution.remote.versions import version_problem

log = logging.getLogger(__name__)

HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.@-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:]+\]")
"""A name or an address, with a person before an @: never an option, never anything that a shell reads."""
READY_SECONDS = 40.0  # for a computer to answer and for Python to start there: a guess
BEAT_SECONDS = 15.0  # between two signs of life: six in the time after which a host ends, a guess
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)  # seconds before the next attempts to connect again; the last one from then on
CLOSE_SECONDS = 3.0  # for a host to end by itself
SSH = (
    "ssh",
    "-T",
    "-o",
    "BatchMode=yes",  # asks for nothing: nobody could answer
    "-o",
    "ConnectTimeout=10",
    "-o",
    "ServerAliveInterval=5",
    "-o",
    "ServerAliveCountMax=3",
)  # fmt: skip - an option and its value stand together
START = "exec twinloop host"  # by a login shell, which knows where people's own programs are


@dataclass(frozen=True, slots=True)
class SshHost:
    """A computer by the name that ``ssh`` knows it by, and how many workers it is to have (*None*: one a core)."""

    name: str
    workers: int | None = None


def parse_hosts(text: str) -> tuple[SshHost, ...]:
    """``anna@big-pc,lab2=4``: computers, with numbers of workers; raises :class:`UserFault`."""
    found = []
    for part in text.split(","):
        name, equals, count = part.strip().partition("=")
        if not HOST.fullmatch(name):
            raise UserFault(
                f"“{name}” is not the name of a computer.", "Write ssh:NAME or ssh:USER@NAME=WORKERS.", "cluster"
            )
        if equals and not (count.isascii() and count.isdigit() and 0 < int(count) < 10_000):
            raise UserFault(f"“{count}” is not a number of workers.", "Write ssh:NAME=4, for instance.", "cluster")
        found.append(SshHost(name, int(count) if equals else None))
    if len({host.name for host in found}) < len(found):
        raise UserFault("A computer is named twice.", "Name each once, with its number of workers.", "cluster")
    return tuple(found)


class SshCluster:
    """Computers that are connected to until :meth:`close`."""

    def __init__(self, hosts: Sequence[SshHost], ssh: Sequence[str] = SSH, start: str = START) -> None:
        self._placing = Placing()
        self._connections = [_Connection(host, self._placing, (*ssh, host.name, f"sh -lc '{start}'")) for host in hosts]
        self.start_worker, self.capacity = self._placing.start_worker, self._placing.capacity

    def connect(self) -> None:
        """Wait for the computers; raises :class:`UserFault` where none can be used."""
        for connection in self._connections:
            connection.thread.start()
        for connection in self._connections:
            connection.tried.wait(READY_SECONDS + 5.0)
        if not any(connection.ready for connection in self._connections):
            self.close()
            raise UserFault(" ".join(self.problems()), "Try the same with ssh by hand, then again.", "cluster")

    def problems(self) -> list[str]:
        """Why computers cannot be used, a sentence each."""
        return [connection.why for connection in self._connections if not connection.ready and connection.why]

    def machines(self) -> list[HostReady]:
        """What the computers have that are there."""
        return [connection.ready for connection in self._connections if connection.ready is not None]

    def make_backend(self) -> RemoteBackend:
        """For one run."""
        return RemoteBackend(self._placing)

    def close(self) -> None:
        """End everything that was started on the computers."""
        for connection in self._connections:
            connection.ask_to_end()
        for connection in self._connections:
            connection.join()


class _Connection:
    """The connection to one computer, made anew whenever it breaks."""

    def __init__(self, host: SshHost, placing: Placing, command: Sequence[str]) -> None:
        self._host = host
        self._placing = placing
        self._command = list(command)
        self._closing = threading.Event()
        self._outbox: queue.SimpleQueue[ToHost | SentFiles | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: deque[str] = deque(maxlen=20)
        self.ready: HostReady | None = None
        self.why = ""
        self.tried = threading.Event()
        self.thread = threading.Thread(target=self._keep_connected, name=f"ssh-{host.name}", daemon=True)

    def ask_to_end(self) -> None:
        """Have the host end."""
        self._closing.set()
        self._outbox.put(ShutDown())
        self._outbox.put(None)

    def join(self) -> None:
        """Wait for the end, or enforce it."""
        if not self.thread.is_alive():
            return
        self.thread.join(CLOSE_SECONDS)
        process = self._process
        if process is not None:
            process.kill()
        self.thread.join(CLOSE_SECONDS)

    def _keep_connected(self) -> None:
        attempt = 0
        while not self._closing.is_set():
            was_ready = False
            try:
                was_ready = self._serve_once()
            except Exception as error:
                log.exception("the connection to %s", self._host.name)
                self.why = f"{self._host.name}: {error}"
            self.tried.set()
            attempt = 0 if was_ready else attempt + 1
            if self._closing.wait(PAUSES[min(attempt, len(PAUSES) - 1)]):
                return

    def _serve_once(self) -> bool:
        """Connect, and pass on what is said until the connection ends; whether it was of use."""
        self._errors.clear()
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl+C is for the run to handle
            )  # fmt: skip - two lines
        except OSError as error:
            self.why = f"{self._command[0]} cannot be started ({error.strerror or error})."
            return False
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        channel: Channel[FromHost] = Channel(process.stdout, process.stdin, FromHost)
        threads = [threading.Thread(target=self._read_errors, args=(process,), daemon=True)]
        threads[0].start()
        watchdog = threading.Timer(READY_SECONDS, process.kill)
        watchdog.start()
        machine: Machine | None = None
        try:
            first = channel.receive()
            watchdog.cancel()
            if not isinstance(first, HostReady):
                process.kill()
                process.wait()
                threads[0].join(1.0)
                self.why = self._why_not()
                return False
            problem = version_problem(first)
            if problem:
                self.why = problem
                return False
            machine = Machine(self._host.name, self._outbox.put)
            threads.append(threading.Thread(target=self._write, args=(channel, machine), daemon=True))
            threads[1].start()
            again, self.ready = self.ready is not None, replace(first, name=self._host.name)
            self.tried.set()
            self._placing.add(machine, self._host.workers or first.cores)
            if again:
                self._placing.note(f"{self._host.name} is there again.")
            while (message := channel.receive()) is not None:
                machine.handle(message)
            return True
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
            self._outbox.put(None)
            for thread in threads:
                thread.join(2.0)
            channel.close()
            self._outbox = queue.SimpleQueue()
            if machine is not None:
                self._lose(machine)

    def _lose(self, machine: Machine) -> None:
        if self._closing.is_set():
            machine.workers.clear()
            return
        self._placing.note(f"The connection to {self._host.name} is lost. It is made again.", is_warning=True)
        self._placing.remove(machine, f"The connection to {self._host.name} was lost.")

    def _write(self, channel: Channel[FromHost], machine: Machine) -> None:
        outbox = self._outbox
        while True:
            try:
                item = outbox.get(timeout=BEAT_SECONDS)
            except queue.Empty:
                item = Beat()
            if item is None:
                return
            for frame in machine.frames_of(item):
                if not channel.send(frame):
                    return

    def _read_errors(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        with process.stderr as stream:
            for line in iter(lambda: stream.readline(4096), b""):
                self._errors.append(line.decode(errors="replace").strip())

    def _why_not(self) -> str:
        """In a sentence, why a computer cannot be used."""
        said = " ".join(line for line in list(self._errors)[-3:] if line)
        if "not found" in said and "twinloop" in said:
            return f"{self._host.name} has no twinloop command: install Twinloop there."
        return f"{self._host.name} cannot be reached ({said or 'it did not answer'})."
