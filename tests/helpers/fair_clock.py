"""Seconds that a process and its children had to work with: a busy computer, which lets them wait, adds none."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0


class FairClock:
    """Look at it often. Where somebody wants the processor only what they got of it counts, else all the time.

    So a hang that sleeps and one that computes both come to an end, and waiting for other programs does not count.
    Without Linux's ``/proc`` it is a plain clock.
    """

    def __init__(self):
        self.seconds = 0.0
        self._wall, self._used = time.monotonic(), self._look()[0]

    def now(self):
        """Seconds since it was made."""
        wall = time.monotonic()
        used, wants = self._look()
        passed = wall - self._wall
        self.seconds += min(passed, max(0.0, used - self._used)) if wants else passed
        self._wall, self._used = wall, used
        return self.seconds

    @staticmethod
    def _look():
        """Seconds of the processor so far, of all that run now, and whether one of their threads wants more of it."""
        used, wants, own = 0.0, False, os.getpid()
        here = Path("/proc/self/task")
        if not here.exists():
            return 0.0, False
        for one in [own, *(child.pid for child in psutil.Process().children(recursive=True))]:
            for task in [*Path(f"/proc/{one}/task").glob("*/stat")]:
                with suppress(OSError, IndexError):  # a thread that is gone by now
                    fields = task.read_text().rpartition(")")[2].split()
                    used += (int(fields[11]) + int(fields[12])) / TICK  # utime and stime of proc(5)
                    me = one == own and task.parent.name == str(threading.get_native_id())
                    wants = wants or (fields[0] in "RD" and not me)
        return used, wants
