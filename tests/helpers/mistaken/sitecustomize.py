"""Lets one function of a worker process fail at one of its calls: ``TWINLOOP_MISTAKE`` is ``file|function|call|mark``.

The file ``mark`` is made where that happens, and after that nothing fails any more.
"""

import os
import sys
import threading
from pathlib import Path

_wanted = os.environ.get("TWINLOOP_MISTAKE")


def _install(ending, function, call, mark):
    left = [int(call)]

    def trace(frame, event, argument):
        code = frame.f_code
        if event != "call" or code.co_qualname != function or not code.co_filename.endswith(ending):
            return
        left[0] -= 1
        if left[0] == 0 and not Path(mark).exists():
            Path(mark).touch()
            raise RuntimeError(f"injected into {function}")
        return

    sys.settrace(trace)
    threading.settrace(trace)


if _wanted:
    _install(*_wanted.split("|"))
