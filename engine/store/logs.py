"""Whose log lies beside a study file.

SQLite pairs a file and its log (``x.study-wal``) by name alone: what lies under the name when a program was killed, or
while it still runs, would be read together with another file's last changes. So whoever writes a file puts its mark
into the file itself, before its log begins, and the same mark into the lock beside it, which stays as long as the log.
"""

from __future__ import annotations

import gc
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

from engine.errors import UserFault
from engine.store import connection as connections
from engine.store import holder
from engine.store.lock import WriterLock, mark_of

log = logging.getLogger(__name__)

_MOST_NAMES = 1000  # of logs set aside in one folder that are tried: a guess
_MOST_LOOKED = 1000  # files beside one whose log is missing that may tell of it: a guess
_TRIES = 3  # while a writer is just setting its mark: a guess
_NO_STUDY = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}  # something else, or without the table of studies
LOOK_SECONDS = 0.5  # how long closing waits for somebody who only glances at the file: a guess


def is_closed(path: Path) -> bool:
    """Whether the file alone is the study: nobody writes it, or was cut off while writing, or the log is another's."""
    if connections.beside(path, "-journal").exists():
        return False
    return not connections.beside(path, "-wal").exists() or is_foreign(path)


def is_foreign(path: Path) -> bool:
    """Whether the log beside ``path`` holds something, and belongs to another file than the one that lies there."""
    if not has_log(path):
        return False
    if not path.exists():
        return True
    for _ in range(_TRIES):
        before = mark_of(path)
        try:
            own = _own_mark(path)
        except (sqlite3.Error, UserFault, OSError):
            return False  # whatever is wrong with the file will be told where it is read
        if mark_of(path) == before:
            # Without a lock, the file's own word is all there is; with one that says nothing, its writer just begins.
            return own is None if before is None else before not in (0, own)
    return False


def has_log(path: Path) -> bool:
    """Whether a log with something in it lies beside ``path``."""
    return connections.size(connections.beside(path, "-wal")) > 0


def begin(path: Path, lock: WriterLock, name: holder.Holder) -> sqlite3.Connection:
    """Open a file for writing as ``name``, whose mark file and lock bear before there is a log. Raises as sqlite3 does.

    Where somebody reads on, a log that a kill left cannot be folded in; it is taken for this file's without a mark.
    """
    lock.mark(0)
    with closing(connections.plain_writing(path)) as connection:
        with suppress(sqlite3.OperationalError):
            fold(connection)
        name.enter(connection, apart=True)
    is_marked = _own_mark(path) == name.mark
    connection = connections.writing(path)
    try:
        if is_marked:
            lock.mark(name.mark)
        name.enter(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def set_aside(path: Path) -> tuple[str, ...]:
    """Rename a log beside ``path`` that is another file's, for the caller who holds the lock; a sentence that says so.

    Raises what the disk raises.
    """
    if not is_foreign(path):
        return ()
    ours = connections.beside(path, "-wal")
    kept = _free_name(path, mark_of(path) or 0)
    ours.rename(kept)
    connections.beside(path, "-shm").unlink(missing_ok=True)
    log.warning("%s was the log of another file and is %s now", ours.name, kept.name)
    what = f"Beside {path.name} lay the last trials of a study that had this name before."
    return (f"{what} They are kept in {kept.name}, and come back when that study is opened in this folder.",)


def bring_back(path: Path, lock: WriterLock) -> tuple[str, ...]:
    """Give a file its log back that was left under another name, for the caller who holds its ``lock``.

    A sentence that says so, or that the log is missing. Raises what the disk raises.
    """
    if connections.beside(path, "-wal").exists():
        return ()
    for found in _logs_of(path):
        name = found.with_name(found.name.removesuffix("-wal"))
        other = WriterLock(name)
        if not other.take():
            continue
        try:
            lock.mark(0)
            found.rename(connections.beside(path, "-wal"))
            connections.beside(name, "-shm").unlink(missing_ok=True)
        finally:
            other.release()
        return (f"The last trials of {path.name} lay in {found.name}; they are in {path.name} again.",)
    return lost_log(path)


def lost_log(path: Path) -> tuple[str, ...]:
    """A sentence where the file was left without its log, which may hold its last trials."""
    if connections.beside(path, "-wal").exists() and not is_foreign(path):
        return ()
    found = next(_logs_of(path), None)
    if found is not None:
        return (f"The last trials of {path.name} lie in {found.name}; running it brings them back.",)
    try:
        with closing(connections.reading(path, closed=True)) as connection:
            if not holder.is_apart(connection) or holder.is_held(connection, path):
                return ()
    except (sqlite3.Error, UserFault, OSError):
        return ()
    where = f"beside the place where it lay before, in a file whose name ends in {path.suffix}-wal"
    return (f"{path.name} was left without its log: its last trials may lie {where}.",)


def fold(connection: sqlite3.Connection) -> None:
    """Bring everything from the log into the file, and do away with the log. Raises what sqlite3 raises.

    A look that takes a moment, such as that of a start page, is waited for. Where another program goes on looking, an
    empty log stays until it leaves; the file is complete without it.

    Where the collector is switched off, nothing is collected: a window's garbage, freed in this thread, is a crash.
    """
    (was_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if was_busy and gc.isenabled():
        gc.collect()  # a reading of our own that an interrupt cut off may lie in a circle of frames, with its lock
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


def is_marked(path: Path, mark: int) -> bool:
    """Whether the file alone bears this mark, or cannot say."""
    try:
        return _own_mark(path) == mark
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NO_STUDY
    except (UserFault, OSError):
        return True


def _own_mark(path: Path) -> int | None:
    with closing(connections.reading(path, closed=True)) as connection:
        return holder.mark(connection)


def _logs_of(path: Path) -> Iterator[Path]:
    """Logs in the folder of ``path`` that bear its mark, beside no file of theirs."""
    own = None
    with suppress(sqlite3.Error, UserFault, OSError):
        own = _own_mark(path)
    if own is None:
        return
    yield from (one for one in kept(path, own) if connections.size(one))
    for lock in _files_beside(path, "*-lock"):
        other = lock.with_name(lock.name.removesuffix("-lock"))
        if other != path and mark_of(other) == own and is_foreign(other):
            yield connections.beside(other, "-wal")


def kept(path: Path, mark: int) -> list[Path]:
    """Logs with this mark that were set aside in the folder of ``path``."""
    return _files_beside(path, f"*({_mark_word(mark)})*-wal")


def _files_beside(path: Path, pattern: str) -> list[Path]:
    try:
        return sorted(islice(path.parent.glob(pattern), _MOST_LOOKED))
    except OSError:
        return []


def _mark_word(mark: int) -> str:
    return f"kept {mark & 0xFFFFFFFF:08x}"


def _free_name(path: Path, mark: int) -> Path:
    for count in range(1, _MOST_NAMES):
        name = path.with_name(f"{path.stem} ({_mark_word(mark)}){f' {count}' if count > 1 else ''}{path.suffix}")
        if not any(connections.beside(name, ending).exists() for ending in ("", "-wal", "-lock")):
            break
    return connections.beside(name, "-wal")
