"""How many worker processes a run gets: what its definition says, as far as the computer and the trials left go.

A file may say anything; what opening and running it costs is what the machine has.
"""

from __future__ import annotations

import os

import psutil

FEWEST_CORES = 2  # to count on: a trial that waits for its disk lets another one compute
WORKER_BYTES = 250e6  # of a process with its libraries (about 125 MB) and a small table; a guess


def cores() -> int:
    """How many processes can compute at a time here."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(FEWEST_CORES, usable)


def most_workers(wanted: int, needed: int | None, present: int) -> int:
    """How many of the ``wanted`` workers to have, where ``present`` ones are there already.

    ``needed`` trials run or are still to be started (*None*: no end is known); no worker more than that is of use.
    """
    count = max(1, min(wanted, cores()))
    room = present + int(psutil.virtual_memory().available / WORKER_BYTES)
    count = min(count, max(1, room))
    return count if needed is None else min(count, max(0, needed))
