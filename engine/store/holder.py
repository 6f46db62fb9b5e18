"""Who writes a study, as its file itself tells, beside the lock: a lock can be deleted, and some drives have none.

Whoever opens the file to write puts its name there, and looks in every transaction whether it still stands there. The
name has a mark, by which a log is known to be this file's (:mod:`engine.store.logs`).
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import sqlite3
import sys
import time
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psutil

from engine.store import faults, json_text, schema


class Holder:
    """One writer's name in its file, from :meth:`enter` to :meth:`leave`.

    ``is_open`` is whether this writer still has the file; a call that marks its end could fail.
    """

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)
        self.is_open = True

    @property
    def mark(self) -> int:
        """Never 0, in 32 bits."""
        return _mark_of(self.token)

    def enter(self, connection: sqlite3.Connection, *, apart: bool = False) -> None:
        """Say in the file that this one writes; ``apart`` where what it writes will lie in a log beside the file."""
        told: dict[str, Any] = {"process": os.getpid(), "program": Path(sys.argv[0]).name, "host": platform.node()}
        if apart:
            told["apart"] = True
        text = json_text.encode({**told, "since": time.time(), "token": self.token})
        schema.set_value(connection, "holder", text)
        _OURS.add(self)

    def require(self, connection: sqlite3.Connection, path: Path) -> None:
        """Raises :class:`engine.store.LockedByOther` where another writer has put its name there, or has left."""
        found = _read(connection)
        token = found.get("token") if found else ""
        if isinstance(token, str) and token != self.token:  # what has none, no writer wrote
            raise faults.LockedByOther(
                f"{path.name} was taken over by another program{_holder_words(found)}.",
                "Close it there, and save this study under another name.",
            )

    def leave(self, connection: sqlite3.Connection) -> None:
        """Say in the file that nobody writes."""
        schema.forget_holder(connection)


_OURS: WeakSet[Holder] = WeakSet()
"""The writers of this process, among them all that are open."""


def mark(connection: sqlite3.Connection) -> int | None:
    """The mark of the writer that the file names; *None* where it names none."""
    token = _read(connection).get("token")
    return _mark_of(token) if isinstance(token, str) else None


def is_apart(connection: sqlite3.Connection) -> bool:
    """Whether the last changes of its writer lie beside the file, which alone is seen here."""
    return bool(_read(connection).get("apart"))


def _mark_of(token: str) -> int:
    return zlib.crc32(token.encode(errors="replace")) - (1 << 31) or 1


def words(connection: sqlite3.Connection) -> str:
    """Words for who writes to the file, after a verb; empty where it does not tell."""
    return _holder_words(_read(connection))


def is_held(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the writer that the file names still has it open, as far as this computer can tell."""
    found = _read(connection)
    return bool(found) and found.get("host") == platform.node() and is_alive(found, path)


def is_alive(found: dict[str, object], path: Path) -> bool:
    """Whether a process with the number that the file tells has the file open."""
    number = found.get("process")
    if number == os.getpid():
        return any(one.is_open and one.token == found.get("token") for one in _OURS)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 1 << 31:
        return False
    try:
        return any(_is_same(one.path, path) for one in psutil.Process(number).open_files())
    except (psutil.Error, OSError, ValueError):
        return False


def _is_same(name: str, path: Path) -> bool:
    try:
        return path.samefile(name)
    except OSError:
        return False


def _read(connection: sqlite3.Connection) -> dict[str, object]:
    try:
        found = json.loads(schema.value_of(connection, "holder") or "{}")
    except (ValueError, RecursionError):
        return {"unknown": True}
    return found if isinstance(found, dict) else {"unknown": True}


def _holder_words(found: dict[str, Any]) -> str:
    try:
        since = datetime.fromtimestamp(found["since"]).strftime("%H:%M on %d %B")
        return f" in {found['program']} (process {found['process']} on {found['host']}, since {since})"
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return ""
