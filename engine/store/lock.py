"""One writer a study: a lock that ends with its process, on every system, and leaves nothing behind.

It is the lock of a small SQLite file beside the study (``x.study-lock``): the operating system frees it when the
process ends, however it ends, so that no lock is ever stale; a leftover file is simply taken over. It also holds the
mark of its last writer, and stays where that one left a log (:mod:`engine.store.logs`).
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from engine.errors import UserFault
from engine.store import connection as connections

_ATTEMPTS = 20  # at a file that another process is removing: a guess
_SETTINGS = (
    "PRAGMA busy_timeout = 0",
    "PRAGMA page_size = 512",
    "PRAGMA journal_mode = MEMORY",  # no journal file beside the lock's
    "PRAGMA synchronous = OFF",  # after a power cut nobody holds it
    "PRAGMA locking_mode = EXCLUSIVE",  # held until the connection is closed, also while nothing is written
)


def mark_of(path: Path) -> int | None:
    """The mark of the last writer of ``path``; 0 before it has set one, *None* where there is no lock to tell."""
    file = connections.beside(path, "-lock")
    if not connections.size(file):
        return 0 if file.exists() else None
    try:
        with closing(connections.reading(file, closed=True)) as connection:
            (mark,) = connection.execute("PRAGMA user_version").fetchone()
            return int(mark)
    except (sqlite3.Error, UserFault, OSError):
        return None


def can_lock(folder: Path) -> bool:
    """Whether files in ``folder`` can be locked at all, tried with one that nobody knows.

    SQLite takes the refusal of a drive for a lock that somebody else holds.
    """
    lock = WriterLock(folder / f".{secrets.token_hex(8)}.twinloop")
    try:
        return lock.take()
    finally:
        lock.release()
        lock.remove()


class WriterLock:
    """Held from :meth:`take` to :meth:`release`. Also keeps out a second taker within the same process."""

    def __init__(self, path: Path) -> None:
        self._file = connections.beside(path, "-lock")
        self._log = connections.beside(path, "-wal")
        self._connection: sqlite3.Connection | None = None

    def is_taken(self) -> bool:
        """Whether somebody holds the lock at this moment; touches nothing where nobody does."""
        return self._file.exists() and self._is_still_the_file()

    def take(self) -> bool:
        """Whether the lock is ours now; raises what sqlite3 raises where no file can be made."""
        for _ in range(_ATTEMPTS):
            connection = connections.plain_writing(self._file, create=True)
            try:
                for statement in _SETTINGS:
                    connection.execute(statement).fetchall()
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("COMMIT")
                if self._is_still_the_file():
                    self._connection = connection
                    return True
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                    return False
                raise
            finally:  # also when its last holder removed the file between our opening and our locking it
                if self._connection is not connection:
                    connection.close()
        return False

    def mark(self, mark: int) -> None:
        """Say whose log lies beside the study from now on: the writer's with this mark. Raises as sqlite3 does."""
        assert self._connection is not None, "a lock that is not held"
        self._connection.execute(f"PRAGMA user_version = {mark}")

    def release(self) -> None:
        """Free the lock and remove its file, unless a log is left, whose mark it keeps."""
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        if connections.size(self._log):
            connection.close()
            return
        try:
            self._file.unlink(missing_ok=True)  # while we hold it: who comes later makes a new one
        except OSError:
            connection.close()  # Windows removes no open file
            with suppress(OSError):  # somebody has opened it meanwhile, and will remove it
                self._file.unlink()
        else:
            connection.close()

    def remove(self) -> None:
        """Remove the file of a lock that nobody can hold."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _is_still_the_file(self) -> bool:
        """Whether a newcomer would meet our lock: a fresh connection to the same name must find it busy."""
        try:
            with closing(connections.plain_writing(self._file)) as newcomer:
                newcomer.execute("PRAGMA busy_timeout = 0")
                newcomer.execute("SELECT 1 FROM sqlite_schema").fetchall()
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        return False
