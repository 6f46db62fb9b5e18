"""Ending a process with everything that it started, and making sure that nothing of it can get away."""

from __future__ import annotations

import sys
from contextlib import suppress

import psutil

ROUNDS = 20  # looks for children that came up meanwhile, where a program forks without end; a guess
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Have Linux make grandchildren whose parent ends children of this process, so that they are found."""
    if sys.platform == "linux":
        # In here because no other system has it.
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_tree(pid: int) -> None:
    """End the process ``pid`` and all that it started, at once."""
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        root.suspend()  # so that it starts nothing while the others are ended
        for _ in range(ROUNDS):
            children = [one for one in root.children(recursive=True) if _is_alive(one)]
            if not children:
                break
            for act in (psutil.Process.suspend, psutil.Process.kill):
                for child in children:
                    with suppress(psutil.Error):
                        act(child)
        root.kill()


def _is_alive(process: psutil.Process) -> bool:
    """Whether a process could still do something: one that nobody has waited for could not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def tree_megabytes(pid: int) -> float:
    """How much memory a process and all that it started hold."""
    total = 0.0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for one in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                total += float(one.memory_info().rss) / 1e6
    return total
