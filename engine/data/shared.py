"""Encoded tables as files that worker processes map into memory: the rows are there once, not once a process."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from engine.data.encoding import Encoded

log = logging.getLogger(__name__)
_VERSION = 2  # of what is in the folders; raise it when encoding or preprocessing changes
_SMALL = 1 << 16  # bytes below which a file is read rather than mapped


class _Names(msgspec.Struct, frozen=True):
    names: tuple[str, ...]
    categorical: tuple[bool, ...]
    classes: tuple[str, ...]
    time_unit: float = 1.0


def key(*content: object) -> str:
    """A name for plain data: 32 hexadecimal digits."""
    return hashlib.blake2b(msgspec.json.encode(content), digest_size=16).hexdigest()


class SharedArrays:
    """One folder of arrays. Any number of processes may use it at once: what is there is complete, and never changes.

    Two processes that find an array missing both compute it, and the second one's equal copy replaces or yields to the
    first: no lock can be left behind by a process that is killed.
    """

    def __init__(self, cache: Path, *content: object) -> None:
        """``content`` is plain data that tells tables apart; it names the folder inside ``cache``."""
        self._folder = cache / key(_VERSION, *content)
        self._folder.mkdir(parents=True, exist_ok=True)

    def arrays(self, name: str, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        """The arrays called ``name``, mapped read-only; made and written first where they are missing."""
        listing = self._folder / f"{name}.json"
        if not listing.exists():
            made = make()
            try:
                for part, array in made.items():
                    self._write(f"{name}.{part}.npy", array)
                self._write(listing.name, msgspec.json.encode(sorted(made)))
            except OSError:  # a full disk costs sharing, not the study
                log.warning("Arrays are not shared between processes: %s cannot be written.", self._folder)
                return made
        parts = msgspec.json.decode(listing.read_bytes(), type=list[str])
        return {part: _mapped(self._folder / f"{name}.{part}.npy") for part in parts}

    def encoded(self, make: Callable[[], Encoded]) -> Encoded:
        """The encoded table, mapped; made and written first where it is missing."""

        def split() -> dict[str, np.ndarray]:
            table = make()
            names = _Names(table.names, table.categorical, table.classes, table.time_unit)
            parts = {"X": table.X, "y": table.y, "names": np.frombuffer(msgspec.json.encode(names), dtype=np.uint8)}
            optional = {"groups": table.groups, "times": table.times}
            return parts | {name: array for name, array in optional.items() if array is not None}

        parts = self.arrays("table", split)
        names = msgspec.json.decode(parts["names"].tobytes(), type=_Names)
        return Encoded(
            parts["X"],
            parts["y"],
            names.names,
            names.categorical,
            names.classes,
            parts.get("groups"),
            parts.get("times"),
            names.time_unit,
        )

    def _write(self, name: str, content: np.ndarray | bytes) -> None:
        """Write beside, then move into place: a reader sees the whole file or none."""
        handle, draft = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    np.save(file, content, allow_pickle=False)
            with contextlib.suppress(PermissionError):  # Windows: another process has the equal file open
                Path(draft).replace(self._folder / name)
        finally:
            with contextlib.suppress(OSError):
                Path(draft).unlink(missing_ok=True)


def _mapped(path: Path) -> np.ndarray:
    """A plain array over the file's pages (a ``memmap`` object would slow every slice)."""
    mode: Literal["r"] | None = "r" if path.stat().st_size > _SMALL else None
    array = np.load(path, mmap_mode=mode, allow_pickle=False)
    return np.asarray(array)
