"""What a process touches besides the study it looks at, and a worker that never trains."""

import os
import re
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[2]
SHARED = str(Path(tempfile.gettempdir()) / "twinloop-shared-")  # what workers share of a table
_READ_ONLY = (str(ROOT), sys.prefix, sys.base_prefix, "/proc", "/sys", "/usr", "/lib", "/etc/mime.types", "/dev/null")
_COMPILED = sys.pycache_prefix or sys.prefix  # where Python looks for compiled code
_OURS = (_COMPILED, "/dev/urandom", "/etc/localtime", "/etc/ld.so.cache", "/etc/fonts", "/var/cache/fontconfig")
_NEVER = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "subprocess.Popen",
    "ftplib.connect",
    "urllib.Request",
    "webbrowser.open",
)
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree")


class Watch:
    """An audit hook of this process; ``reached`` lists what was touched outside ``folder`` while it is on."""

    def __init__(self):
        self.folder, self.is_on, self.reached = "", False, []
        sys.addaudithook(self._hear)

    @contextmanager
    def over(self, folder):
        self.folder, self.is_on, self.reached = str(folder), True, []
        was_written, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # nor does Python write any
        try:
            yield self
        finally:
            self.is_on = False
            sys.dont_write_bytecode = was_written

    def _hear(self, event, arguments):
        if not self.is_on:
            return
        if event == "subprocess.Popen" and {"engine.execution.worker", "engine.asking.child"} & set(arguments[1]):
            return  # the window warms a worker, and what reads tables
        if event == "subprocess.Popen" and arguments[1] == ["/sbin/ldconfig", "-p"]:
            return  # how Python looks for libraries of the system
        if event == "subprocess.Popen" and self._is_exported_script(arguments[1]):
            return  # an export runs what it wrote; in a jail such scripts are run again
        if event in _NEVER:
            self.reached.append(f"{event} {str(arguments)[:200]}")
        elif event == "ctypes.dlopen":
            self._touch(event, arguments[0], False)
        elif event == "open":
            path, mode, flags = arguments
            writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)) or set(mode or "") & set(
                "wax+"
            )
            self._touch(event, path, writes)
        elif event in _CHANGES:
            is_relative = any(isinstance(one, int) and one >= 0 for one in arguments[1:])  # to a folder that is open
            for path in () if is_relative else arguments[:2]:
                self._touch(event, path, True)
        elif event == "sqlite3.connect":
            self._touch(event, re.sub(r"^file://|\?.*$", "", str(arguments[0])), False)

    def _is_exported_script(self, command):
        return [*command[:2]] == [sys.executable, "-P"] and command[2].startswith(self.folder) and len(command) == 3

    def _touch(self, event, path, writes):
        if isinstance(path, int) or path is None or path == -1 or path == ":memory:":
            return
        path = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - Path's asks the disk, and the hook again
        if path.startswith((self.folder, SHARED)) or path == "/dev/null":
            return
        if not writes and path.startswith((*_READ_ONLY, *_OURS)):
            return
        self.reached.append(f"{event} {'for writing ' if writes else ''}{path[:200]}")


class Standin:
    """In the place of a worker's process: takes messages as they would travel, prepares as it does, never trains."""

    def __init__(self, number, receive):
        import msgspec

        from engine.execution.messages import Ready

        self.number, self._receive, self._encode = number, receive, msgspec.msgpack.encode
        self._is_closed = False
        self.computer = ""
        self._say(Ready(0))

    def send(self, message):
        from engine.errors import UserFault
        from engine.execution.messages import (
            Control,
            Prepare,
            Prepared,
            PrepareFailed,
            Quit,
            RunTrial,
            TrialFailed,
            TrialScored,
        )
        from engine.objectives.preparing import prepare

        self._encode(message)
        if isinstance(message, Prepare):
            try:
                prepare(message.objective, message.cache)
            except UserFault as fault:
                self._say(PrepareFailed(fault.what, fault.remedy))
            except Exception as error:  # noqa: BLE001 - as the worker does
                self._say(PrepareFailed(f"The data could not be prepared: {error}", "See the log."))
                self.mistakes.append(traceback.format_exc())
            else:
                self._say(Prepared())
        elif isinstance(message, Control | Quit):
            return
        else:
            for trial in (message,) if isinstance(message, RunTrial) else message.trials:
                self._say(
                    TrialScored(trial.number, 0.5, 0.01) if trial.number % 3 else TrialFailed(trial.number, "no", 0.01)
                )

    mistakes: ClassVar[list[str]] = []

    def _say(self, message):
        if not self._is_closed:
            self._receive(self.number, message)

    def megabytes(self):
        return 1.0

    def kill(self):
        from engine.execution.messages import WorkerLost

        self._say(WorkerLost(-9))
        self._is_closed = True

    def ask_to_end(self):
        self._is_closed = True

    def end(self, grace):
        self._is_closed = True

    def close(self, grace=1.0):
        self._is_closed = True
