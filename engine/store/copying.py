"""Whole copies of a study file, put in place at once: either the old file is there or the complete new one."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from engine.errors import UserFault
from engine.store import connection as connections
from engine.store import faults, schema
from engine.store.lock import WriterLock

LOOK_SECONDS = 0.5  # how long closing waits for somebody who only glances at the file


def copy_to(source: sqlite3.Connection, target: Path) -> None:
    """A consistent copy of what ``source`` sees, as one closed study file at ``target``, replacing what was there.

    Another connection may write meanwhile. Raises :class:`UserFault`; the old ``target`` is whole then.
    """
    with faults.told_as_faults(target):
        lock = WriterLock(target)
        if not lock.take():
            raise UserFault(f"{target.name} is open elsewhere.", "Close it there, or choose another name.")
        try:
            write_in_place(source, target)
        finally:
            lock.release()


def write_in_place(source: sqlite3.Connection, target: Path) -> None:
    """The same for a caller that holds the writer's lock of ``target``. Raises what sqlite3 and the disk raise."""
    fresh = unfinished(target)
    try:
        _fill(source, fresh)
        put_in_place(fresh, target)
    finally:
        discard(fresh)


def unfinished(target: Path) -> Path:
    """Where a new file for ``target`` is made, in the same folder, so that it can be moved at once."""
    return target.with_name(f".{target.name}.{os.getpid()}.new")


def put_in_place(fresh: Path, target: Path) -> None:
    """Move a complete closed file to ``target``. The caller holds the writer's lock of ``target``."""
    for ending in ("-wal", "-shm", "-journal"):  # left by a crash, they belong to the file that goes
        connections.beside(target, ending).unlink(missing_ok=True)
    fresh.replace(target)
    _sync_folder(target.parent)


def discard(fresh: Path) -> None:
    """Remove what is left of a file that was not put in place."""
    for item in (fresh, *(connections.beside(fresh, ending) for ending in ("-wal", "-shm", "-journal"))):
        with suppress(OSError):
            item.unlink()


def fold(connection: sqlite3.Connection) -> None:
    """Bring everything from the log into the file, and do away with the log. Raises what sqlite3 raises.

    A look that takes a moment, such as that of a start page, is waited for. Where another program goes on looking, an
    empty log stays until it leaves; the file is complete without it.
    """
    (was_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if was_busy:
        raise sqlite3.OperationalError("the log is still in use")
    patience = time.monotonic() + LOOK_SECONDS
    while True:
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            return
        if time.monotonic() > patience:
            return
        time.sleep(LOOK_SECONDS / 20)


def _fill(source: sqlite3.Connection, fresh: Path) -> None:
    discard(fresh)
    with closing(connections.plain_writing(fresh, create=True)) as copy:
        copy.execute("PRAGMA synchronous = FULL")
        copy.execute("PRAGMA fullfsync = ON")
        source.backup(copy)
        fold(copy)
        schema.forget_holder(copy)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows does so by itself and opens no folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
