"""A writer's own file and log, as its last change left them: strangers move, replace, fill and cut them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from engine.errors import UserFault
from engine.store import connection as connections
from engine.store import faults, logs


class OwnFiles:
    """Made, and :meth:`note_all`, when the files have been opened; :meth:`note` after every change."""

    def __init__(self, path: Path, mark: int) -> None:
        """``mark`` is that of the writer (:mod:`engine.store.logs`)."""
        self._path = path
        self._log = connections.beside(path, "-wal")
        self._mark = mark
        self.note_all()

    def note_all(self) -> None:
        """These are the writer's files now."""
        self._place = connections.identity(self._path)
        self._log_place = connections.identity(self._log)
        self._is_overwritten = False
        self.note()

    def note(self) -> None:
        """This is how the writer left them."""
        self._seen = connections.signature(self._path)[0]
        self._log_size = connections.size(self._log)

    @property
    def is_in_place(self) -> bool:
        """Whether the file still lies where it was opened, and is the same study."""
        return self.lies_at(self._path) and self._is_itself()

    def lies_at(self, path: Path) -> bool:
        """Whether the file is at ``path``, whatever it holds now."""
        return connections.identity(path) == self._place

    @property
    def has_log(self) -> bool:
        """Whether file and log can still be read as they were left: only we make the log shorter, or fill the file."""
        if not self._is_itself():
            return False
        # A log that was removed is whole, as long as it is open.
        return not self.is_log_in_place or connections.size(self._log) >= self._log_size

    @property
    def is_log_in_place(self) -> bool:
        """Whether the log still lies beside the file."""
        return connections.identity(self._log) == self._log_place

    def require(self) -> None:
        """Raises :class:`UserFault` where what is written now would be lost; no system complains of that."""
        if not self.is_in_place:
            raise faults.gone(self._path)
        if not self.has_log:
            raise faults.cut(self._path)

    @contextmanager
    def kept_apart(self) -> Iterator[None]:
        """Keep SQLite from folding our log into another study that was copied over ours, which closing would do.

        It does not while anybody reads, and a mere reader folds nothing.
        """
        with ExitStack() as stack:
            if not self._is_itself():
                with suppress(sqlite3.Error, UserFault, OSError):
                    reader = stack.enter_context(closing(connections.reading(self._path, closed=False)))
                    reader.execute("SELECT 1 FROM sqlite_schema").fetchall()
            yield

    def remove_log(self) -> None:
        """Remove the log of a file that is gone, when all of the study is elsewhere; also where it was set aside."""
        for one in (self._log, *logs.kept(self._path, self._mark)):
            if connections.identity(one) == self._log_place:
                with suppress(OSError):
                    one.unlink(missing_ok=True)
                    if one == self._log:
                        connections.beside(self._path, "-shm").unlink(missing_ok=True)

    def _is_itself(self) -> bool:
        """Whether the file, where it lies at its place, holds this study: another one may have been copied over it."""
        if not self._is_overwritten and self.lies_at(self._path):
            seen = connections.signature(self._path)[0]
            if seen != self._seen:
                self._is_overwritten = not logs.is_marked(self._path, self._mark)
                self._seen = seen
        return not self._is_overwritten
