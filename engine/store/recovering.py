"""A file that a kill caught between two states of one change: it goes back to the first, whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from engine.store import connection as connections
from engine.store.lock import WriterLock


def is_half_done(error: BaseException) -> bool:
    """Whether a mere reader was refused because a change of the file has to be undone first."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_READONLY


def undo(path: Path) -> bool:
    """Undo what was left half done; whether that was possible. Nothing happens while somebody writes to the file."""
    lock = WriterLock(path)
    try:
        if not lock.take():
            return False
        with closing(connections.plain_writing(path)) as connection:
            connection.execute("SELECT 1 FROM sqlite_schema").fetchall()
    except sqlite3.Error:
        return False
    finally:
        lock.release()
    return True
