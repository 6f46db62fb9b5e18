"""One writer a study: a lock that ends with its process, on every system, and leaves nothing behind.

It is the lock of an empty SQLite file beside the study (``x.study-lock``): the operating system frees it when the
process ends, however it ends, so that no lock is ever stale; a leftover empty file is simply taken over.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from engine.store import connection as connections

_ATTEMPTS = 20  # at a file that another process is removing: a guess


class WriterLock:
    """Held from :meth:`take` to :meth:`release`. Also keeps out a second taker within the same process."""

    def __init__(self, path: Path) -> None:
        self._file = connections.beside(path, "-lock")
        self._connection: sqlite3.Connection | None = None

    def is_taken(self) -> bool:
        """Whether somebody holds the lock at this moment; touches nothing where nobody does."""
        return self._file.exists() and self._is_still_the_file()

    def take(self) -> bool:
        """Whether the lock is ours now; raises what sqlite3 raises where no file can be made."""
        for _ in range(_ATTEMPTS):
            connection = connections.plain_writing(self._file, create=True)
            try:
                connection.execute("PRAGMA busy_timeout = 0")
                connection.execute("PRAGMA journal_mode = MEMORY")  # no journal file beside the lock's
                connection.execute("BEGIN EXCLUSIVE")
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

    def release(self) -> None:
        """Free the lock and remove its file."""
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        try:
            self._file.unlink(missing_ok=True)  # while we hold it: who comes later makes a new one
        except OSError:
            connection.close()  # Windows removes no open file
            with suppress(OSError):  # somebody has opened it meanwhile, and will remove it
                self._file.unlink()
        else:
            connection.close()

    def _is_still_the_file(self) -> bool:
        """Whether a newcomer would meet our lock: a fresh connection to the same name must find it busy."""
        try:
            with closing(connections.plain_writing(self._file)) as newcomer:
                newcomer.execute("PRAGMA busy_timeout = 0")
                newcomer.execute("SELECT 1 FROM sqlite_schema").fetchall()
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        return False
