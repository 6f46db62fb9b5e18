"""Whole files put in place at once: at every moment either the old one is there, complete, or the new one.

A file is made beside its place, by whoever holds the writer's lock of that place, and then takes the name.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from engine.errors import UserFault
from engine.store import connection as connections
from engine.store import faults, logs, recovering, schema
from engine.store.lock import WriterLock

Change = Callable[[sqlite3.Connection], object]
_COMPANIONS = ("-wal", "-shm", "-journal")
_DRAFT = re.compile(r"(\..+\.[0-9a-f]{8}\.twinloop)(-wal|-shm|-journal|-lock)?", re.DOTALL)
_YOUNG_SECONDS = 60.0  # a guess, far above what taking a lock takes
_KEPT = 50  # characters of a name that the names of its drafts repeat; with all of them they could be too long


def copy_to(source: sqlite3.Connection, target: Path, complete: Change = lambda copy: None) -> None:
    """A consistent copy of what ``source`` sees, as one closed study file at ``target``, replacing what was there.

    ``complete`` may add to it. Another connection may write meanwhile. Raises :class:`UserFault`, also where ``target``
    is anything but a study; the old ``target`` is whole then.
    """
    target = connections.real(target)
    with faults.told_as_faults(target):
        lock = WriterLock(target)
        if not lock.take():
            raise _open_elsewhere(target)
        try:
            write_in_place(source, target, complete)
        finally:
            lock.release()


def write_in_place(
    source: sqlite3.Connection, target: Path, complete: Change = lambda copy: None, *, own_log: bool = False
) -> None:
    """:func:`copy_to` for a caller that holds the writer's lock. Raises what sqlite3 and the disk raise, too.

    ``own_log`` says that a log beside ``target`` is that of ``source``.
    """
    with replacing(target, own_log=own_log) as fresh:
        _fill_copy(source, fresh, complete)


@contextmanager
def replacing(target: Path, *, own_log: bool = False) -> Iterator[Path]:
    """Where to make a new study for ``target``; it takes that place when the block ends well, as one closed file.

    The caller holds the writer's lock of ``target``. Raises :class:`UserFault` where something else lies there.
    """
    require_study(target)
    with draft(target) as fresh:
        yield fresh
        if not own_log:
            logs.set_aside(target)
        _make_plain_file(target)
        fresh.replace(target)
        _sync_folder(target.parent)


def require_study(target: Path) -> None:
    """Raises :class:`UserFault` where something lies at ``target`` that is no study of a known version."""
    if not os.path.lexists(target):
        return
    if not target.is_file():
        raise faults.not_a_study(target)
    try:
        _require_version(target)
    except sqlite3.OperationalError as error:
        if not recovering.is_half_done(error):
            raise
        with closing(connections.plain_writing(target)) as connection:  # which undoes what a kill left half done
            schema.version_of(connection, target)


def _require_version(target: Path) -> None:
    with closing(connections.reading(target, closed=logs.is_closed(target))) as connection:
        schema.version_of(connection, target)


@contextmanager
def draft(target: Path) -> Iterator[Path]:
    """A name beside ``target`` for a file, or a folder, that is to take its place; what is left there goes at the end.

    Where the program is killed, the next one that writes in this folder removes it: the lock of its name is free then.
    """
    sweep(target.parent)
    while True:
        fresh = target.with_name(f".{target.name[:_KEPT]}.{secrets.token_hex(4)}.twinloop")
        lock = WriterLock(fresh)
        if lock.take():  # else somebody swept it away before it was locked
            break
    try:
        yield fresh
    finally:
        discard(fresh)
        lock.release()


def sweep(folder: Path) -> None:
    """Remove what programs that were killed left unfinished in ``folder``, and their locks of studies."""
    try:
        items = list(folder.iterdir())
        drafts = {match[1] for item in items if (match := _DRAFT.fullmatch(item.name))}
        locks = {item.name.removesuffix("-lock") for item in items if _is_old_lock(item)}
    except OSError:
        return  # a folder that cannot be listed, or changes this very moment
    for name in drafts | locks:
        lock = WriterLock(folder / name)
        with suppress(OSError, sqlite3.Error):
            if lock.take() and name in drafts:
                discard(folder / name)
        lock.release()


def _is_old_lock(item: Path) -> bool:
    """Whether this may be a dead program's lock; a young one may be about to be taken, and that is not disturbed.

    Where that program left a log, its lock tells whose it is, and stays.
    """
    return item.name.endswith(".study-lock") and time.time() - item.lstat().st_mtime > _YOUNG_SECONDS


def discard(fresh: Path) -> None:
    """Remove what is left of a file, or of a folder, that was not put in place."""
    if fresh.is_dir() and not fresh.is_symlink():
        shutil.rmtree(fresh, ignore_errors=True)
        return
    for item in (fresh, *(connections.beside(fresh, ending) for ending in _COMPANIONS)):
        with suppress(OSError):
            item.unlink()


def _open_elsewhere(target: Path) -> UserFault:
    return UserFault(f"{target.name} is open elsewhere.", "Close it there, or choose another name.")


def _make_plain_file(target: Path) -> None:
    """Make one plain file of an old study that goes, so that its name can change hands in one step.

    Its log holds trials that are acknowledged: removed before the move, they would be lost to a kill in between; left
    until after it, they would be taken for the new file's.
    """
    if target.exists():
        with closing(connections.plain_writing(target)) as old:
            try:
                logs.fold(old)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                raise _open_elsewhere(target) from error
    for ending in _COMPANIONS:  # beside a folded file they are empty; without their file, nobody can read them
        connections.beside(target, ending).unlink(missing_ok=True)


def _fill_copy(source: sqlite3.Connection, fresh: Path, complete: Change) -> None:
    discard(fresh)
    with closing(connections.plain_writing(fresh, create=True)) as copy:
        copy.execute("PRAGMA synchronous = FULL")
        copy.execute("PRAGMA fullfsync = ON")
        source.backup(copy)
        logs.fold(copy)
        copy.execute("BEGIN")
        schema.forget_holder(copy)
        complete(copy)
        copy.execute("COMMIT")


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows does so by itself and opens no folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
