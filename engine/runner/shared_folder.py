"""A folder for the arrays that a run's workers share: made when it is needed, removed with the run.

A program that is killed leaves its folder behind. The next one sees by its lock, which ends with its process, that
nobody uses it any more, and removes it.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from engine.store.lock import WriterLock

PREFIX = "twinloop-shared-"
YOUNG = 600.0  # seconds; a folder as new as this may not have its lock yet


class SharedFolder:
    """Used by one thread."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._lock: WriterLock | None = None

    def path(self) -> str:
        """The folder, which exists from now on until :meth:`remove`."""
        if self._path is None:
            _remove_abandoned()
            self._path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = WriterLock(self._path / "used")
            with suppress(sqlite3.Error, OSError):  # a place where nothing can be locked
                self._lock.take()
        return str(self._path)

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        if self._path is None or self._lock is None:
            return
        self._lock.release()
        shutil.rmtree(self._path, ignore_errors=True)
        self._path = self._lock = None


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(sqlite3.Error, OSError):  # somebody else's, or gone meanwhile
            if time.time() - folder.stat().st_mtime < YOUNG:
                continue
            lock = WriterLock(folder / "used")
            if lock.take():
                lock.release()
                shutil.rmtree(folder, ignore_errors=True)
