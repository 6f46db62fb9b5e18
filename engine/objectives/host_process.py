"""The process in which a person's Python file is loaded: its messages, its output, and its end with all it started."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import UserFault
from engine.objectives.output_log import OutputLog
from engine.objectives.process_tree import kill_tree

SERVE = Path(__file__).resolve().parent / "script_host" / "serve.py"
MARK = re.compile(rb"\x00\x1e(\d+)\x1e\x00")
LAST_SECONDS = 1.0  # that the end of the output of a process that is gone may take to come; a guess
MOST_LINE = 16 << 20  # bytes of one message; only a broken process says more


class HostProcess:
    """One process; used by one thread, besides its own that reads what is printed."""

    def __init__(self, python: str, environment: Mapping[str, str]) -> None:
        """``python`` is the interpreter, empty for our own. Raises :class:`UserFault` where it cannot be started."""
        interpreter = python or sys.executable
        try:
            self._process = subprocess.Popen(
                [interpreter, str(SERVE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment_of(environment),
            )
        except (OSError, ValueError) as error:
            what = f"The Python {interpreter} cannot be started ({getattr(error, 'strerror', None) or error})."
            raise UserFault(what, "Choose another Python for this script in Setup.", "python") from error
        self._lock = threading.Lock()
        self._idle = OutputLog(lambda _: None)  # of what is printed between trials
        self._logs: deque[tuple[int, OutputLog]] = deque()  # of trials whose output has not come to its end
        self._reader = threading.Thread(target=self._read_output, name="output", daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def send(self, message: Mapping[str, object]) -> None:
        """Say something; a process that is gone shows at :meth:`receive`."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self) -> dict[str, Any] | None:
        """The next message, waiting for it; *None* once the process is gone or no longer makes sense."""
        assert self._process.stdout is not None
        try:
            line = self._process.stdout.readline(MOST_LINE)
            found = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) and "is" in found else None

    def begin_output(self, number: int, pass_on: Callable[[str], None]) -> None:
        """What is printed from now on is that of another trial."""
        with self._lock:
            self._logs.append((number, OutputLog(pass_on)))

    def last_output(self) -> str:
        """The last line that was printed."""
        return self._present.last_line

    @property
    def _present(self) -> OutputLog:
        return self._logs[0][1] if self._logs else self._idle

    def _finish_logs(self, last: float) -> None:
        """The output of trials up to ``last`` has come to its end."""
        with self._lock:
            while self._logs and self._logs[0][0] <= last:
                self._logs.popleft()[1].finish()

    def kill(self) -> None:
        """End the process with everything that it started."""
        kill_tree(self._process.pid)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_SECONDS)
        self._reader.join(LAST_SECONDS)
        self._finish_logs(math.inf)
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    @property
    def ended_well(self) -> bool:
        """Whether a process that is gone came to the end of its file."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_SECONDS)
        return self._process.poll() == 0

    def how_it_ended(self) -> str:
        """A sentence of a process that is gone."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_SECONDS)
        code = self._process.poll()
        self._reader.join(LAST_SECONDS)
        line = self.last_output()
        last = f" Its last line was: {line}" if line else ""
        if code is not None and code < 0:
            return f"Its process was ended by signal {-code}.{last}"
        return f"Its process ended by itself (exit code {code}).{last}"

    def _read_output(self) -> None:
        assert self._process.stderr is not None
        descriptor, held = self._process.stderr.fileno(), b""
        with suppress(OSError, ValueError):
            while part := os.read(descriptor, 1 << 16):
                held = self._take(held + part)
            self._print(held)
            self._process.stderr.close()

    def _take(self, data: bytes) -> bytes:
        """Pass on what is whole; what may be the beginning of a mark, or of a character, is kept back."""
        while found := MARK.search(data):
            self._print(data[: found.start()])
            self._finish_logs(int(found[1]))
            data = data[found.end() :]
        start = data.rfind(b"\x00", max(0, len(data) - 32))
        whole = data if start < 0 else data[:start]
        kept = b"" if start < 0 else data[start:]
        self._print(whole)
        return kept

    def _print(self, data: bytes) -> None:
        if data:
            with self._lock:
                self._present.add(data.decode("utf-8", "replace"))


def environment_of(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a person's own program: ours without what leads to Twinloop's own modules."""
    environment = dict(os.environ)
    root = str(Path(__file__).resolve().parents[2])
    paths = environment.get("PYTHONPATH", "").split(os.pathsep)
    if paths and paths[0] == root:  # a worker has it put there
        paths = paths[1:]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    if not environment["PYTHONPATH"]:
        del environment["PYTHONPATH"]
    environment |= {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1", **more}
    return environment
