"""Connections to a study file: how it is opened for writing and for reading, and with which settings.

No code may ``open()`` a study file or its companions: on POSIX, closing such a handle drops the locks that SQLite
holds for the whole process, and two writers could then meet.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import traceback
from pathlib import Path
from urllib.parse import quote

from engine.store import faults

PAGE_SIZE = 4096  # bytes: SQLite's default, and the page of most disks
LONGEST = 64 << 20  # bytes of one text or blob; no study comes near it, and a hostile file cannot ask for more
BUSY_SECONDS = 5.0  # SQLite waits for a lock: its Python module's default

_SAFE = (
    "PRAGMA trusted_schema = OFF",  # nothing that a file's own schema names is run
    "PRAGMA cell_size_check = ON",  # damaged pages are noticed before they are used
    "PRAGMA mmap_size = 0",  # a file cut short while it is mapped would end the process
)
_WRITING = (
    "PRAGMA journal_mode = WAL",  # readers follow along while one program writes
    "PRAGMA synchronous = FULL",  # a commit returns after the disk has it; NORMAL may lose the last ones with the power
    "PRAGMA fullfsync = ON",  # macOS: plain fsync leaves the data in the drive's cache
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA wal_autocheckpoint = 1000",
    f"PRAGMA journal_size_limit = {16 << 20}",  # after a burst the log shrinks again
    "PRAGMA foreign_keys = OFF",  # the tables have none
)


def real(path: Path | str) -> Path:
    """Where the file itself lies, also where ``path`` is a link to it: its log and its lock lie beside it."""
    path = Path(path).absolute()
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def beside(path: Path, ending: str) -> Path:
    """A companion of the study file: ``-wal``, ``-shm``, ``-journal`` or ``-lock``."""
    return path.with_name(path.name + ending)


def writing(path: Path) -> sqlite3.Connection:
    """A connection that may write to an existing file, in WAL mode. Raises what sqlite3 raises."""
    connection = plain_writing(path)
    try:
        for statement in _WRITING:
            connection.execute(statement).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def plain_writing(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection that may write, in whatever journal mode the file has. The caller keeps threads apart."""
    return _connect_to(path, "mode=rwc" if create else "mode=rw", check_same_thread=False)


def reading(path: Path, *, closed: bool) -> sqlite3.Connection:
    """A connection that can only read, and creates nothing. Raises what sqlite3 raises, or a fault where none is.

    A file that is ``closed`` is read as an unchanging one, without locks: SQLite would otherwise create the log's
    files for a mere reader. The caller makes sure afterwards that it did not change meanwhile.
    """
    if not path.is_file():
        raise faults.missing(path) if not path.exists() else faults.not_a_study(path)
    if not size(path):  # also a file of the system (/proc), which whoever reads it may wait for
        raise faults.not_a_study(path)
    connection = _connect_to(path, "mode=ro&immutable=1" if closed else "mode=ro")
    connection.execute("PRAGMA query_only = ON")
    return connection


def let_go(error: BaseException | None) -> None:
    """Forget the cursors that the calls behind ``error`` held: as long as one lives, the file cannot be closed.

    A notebook, or whoever waits for the file in the handling of the error, keeps it for long.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def signature(path: Path) -> tuple[tuple[int, ...], ...]:
    """Changes when the file or its log changes: device, index, size and time of each; empty where there is none."""
    return tuple(_stat_key(item) for item in (path, beside(path, "-wal")))


def identity(path: Path) -> tuple[int, ...]:
    """Which file lies at ``path``: device and index; empty where there is none."""
    return _stat_key(path)[:2]


def size(path: Path) -> int:
    """Bytes of the file; 0 where there is none."""
    found = _stat_key(path)
    return found[2] if found else 0


def _stat_key(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _require_plain_files(path: Path) -> None:
    """Whoever opens a pipe waits for its other end, for ever; of folders SQLite complains by itself."""
    for one in (path, *(beside(path, ending) for ending in ("-wal", "-shm", "-journal"))):
        try:
            mode = one.stat().st_mode
        except OSError:
            continue
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise faults.not_plain(one)


def _connect_to(path: Path, mode: str, *, check_same_thread: bool = True) -> sqlite3.Connection:
    _require_plain_files(path)
    connection = sqlite3.connect(
        _uri_of(path, mode), uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=check_same_thread
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)
        for statement in _SAFE:
            connection.execute(statement).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _uri_of(path: Path, mode: str) -> str:
    name = path.absolute().as_posix()
    return f"file://{'' if name.startswith('/') else '/'}{quote(os.fsencode(name))}?{mode}"
