"""How a process of ours begins: behind what people look at, ended with its parent, with streams for messages alone."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import BinaryIO

from engine.objectives.process_tree import adopt_orphans

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

NICENESS = 10  # of 19: about a tenth of the weight of a program at 0, when both want a processor (sched(7))
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent() -> None:
    """Have Linux end this process with the thread that started it, also while it is stopped and hears nothing."""
    if sys.platform == "linux":
        # In here because no other system has it.
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def give_way() -> None:
    """Leave the processors to whatever people look at: the window, and the programs beside it."""
    if sys.platform != "win32":  # where the parent has said so
        with suppress(OSError):
            os.nice(NICENESS)
    if sys.platform == "linux":
        with suppress(OSError):  # what comes awake need not wait for the end of our slice of time
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def become_worker() -> tuple[BinaryIO, BinaryIO]:
    """End with the parent, give way, leave linear algebra one thread; the streams for messages."""
    end_with_parent()
    adopt_orphans()
    give_way()
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
    return own_streams()


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Private copies of standard input and output; what libraries read is empty, what they print goes to the log."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, not a path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, target
