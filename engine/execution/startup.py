"""How a process of ours begins: behind what people look at, ended with its parent, with streams for messages alone."""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar

from engine.execution.channel import Channel
from engine.objectives.process_tree import adopt_orphans

M = TypeVar("M")

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Of linear algebra: whoever starts a process sets them to 1, since libraries read them as they are loaded."""

NICENESS = 10  # of 19: about a tenth of the weight of a program at 0, when both want a processor (sched(7))
AWAITED_NICENESS = 5  # of 19: a third of that weight, and three times that of a worker: a person waits
PR_SET_PDEATHSIG = 1  # linux/prctl.h
ALONE = 3  # exit code where the parent is gone: nobody would read what this process still computes
DEAF = 5  # exit code where what the parent says can no longer be taken


def open_channel(incoming: object, niceness: int = NICENESS) -> Channel[Any]:
    """Become a process that works for its parent, which it hears messages of the type ``incoming`` from."""
    end_with_parent()
    adopt_orphans()
    give_way(niceness)
    source, target = own_streams()
    return Channel(source, target, incoming)


def hear_tasks(channel: Channel[M], is_done: Callable[[M], bool] = lambda _: False) -> queue.SimpleQueue[M]:
    """What the parent says, in order, as a thread hears it; a message that ``is_done`` at once is none of it.

    When the parent dies its stream ends, and so does this process, at once.
    """
    tasks: queue.SimpleQueue[M] = queue.SimpleQueue()

    def listen() -> None:
        code = DEAF
        try:
            while (message := channel.receive()) is not None:
                if not is_done(message):
                    tasks.put(message)
            code = ALONE
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            raise
        finally:
            os._exit(code)

    threading.Thread(target=listen, name="control", daemon=True).start()
    return tasks


def end_with_parent() -> None:
    """Have Linux end this process with the thread that started it, also while it is stopped and hears nothing."""
    if sys.platform == "linux":
        # In here because no other system has it.
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def give_way(niceness: int) -> None:
    """Leave the processors to whatever people look at: the window, and the programs beside it."""
    if sys.platform != "win32":  # where the parent has said so
        with suppress(OSError):
            os.nice(niceness)
    if sys.platform == "linux":
        with suppress(OSError):  # what comes awake need not wait for the end of our slice of time
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Private copies of standard input and output; what libraries read is empty, what they print goes to the log."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, not a path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, target
