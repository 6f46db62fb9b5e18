"""What every file of a table must be before anything reads it: a file, readable, and not larger than memory."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import TwinloopError, UserFault
from engine.texts import make_encodable

_KINDS = {".parquet": "Parquet", ".pq": "Parquet", ".xlsx": "Excel", ".xlsm": "Excel"}

_DAMAGED = (
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
)

MOST_COLUMNS = 50_000
"""Of a table: about the genes of a person; each takes some milliseconds to judge. A guess."""

COPIES = 3.0
"""Memory that reading a table takes, in times its size."""


def check_readable(path: Path) -> None:
    """Raises :class:`UserFault` for folders, devices, pipes, and files that do not exist or may not be read.

    Nothing is opened but plain files, so that no pipe keeps the reader waiting. A study keeps the name of its table as
    a text, so it has to be one.
    """
    require_text(path)
    try:
        status = path.stat()
    except PermissionError as error:
        raise UserFault(f"{path.name} may not be read.", "Ask for permission to read it, or copy it.") from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise UserFault(
            f"{path} does not exist.", "Choose the file again; it may have been moved or renamed."
        ) from error
    if stat.S_ISDIR(status.st_mode):
        raise UserFault(f"{path.name} is a folder.", "Choose the file of a table.")
    if not stat.S_ISREG(status.st_mode):
        raise UserFault(f"{path.name} is not a file but a pipe or a device.", "Save the table in a file first.")
    if not status.st_size:  # also a file of the system (/proc), which may be waited for, or have no end
        raise empty(path)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserFault(f"{path.name} may not be read.", "Ask for permission to read it, or copy it.") from error


def empty(path: Path) -> UserFault:
    """There is nothing in the file."""
    return UserFault(f"{path.name} is empty.", "Choose a file with a header line and rows.")


def require_text(path: Path) -> None:
    """Raises :class:`UserFault` where a path is no text, as a name from another system may be."""
    text = make_encodable(str(path))
    if text != str(path):
        raise UserFault(f"The path {text} is not written in UTF-8.", "Rename the file, or the folder it is in.")


def check_columns(path: Path, count: int) -> None:
    """Raises :class:`UserFault` for a table of more columns than can be judged in a minute or two."""
    if count > MOST_COLUMNS:
        raise UserFault(
            f"{path.name} has {count:,} columns; Twinloop reads {MOST_COLUMNS:,} at most.",
            "Choose a table with fewer columns.",
        )


def check_memory(path: Path, size: float, copies: float | None = None) -> None:
    """Raises :class:`UserFault` where a table of ``size`` bytes, read into memory, does not fit into what is free."""
    # In here because it is needed for whole tables only.
    import psutil

    needed, free = size * (COPIES if copies is None else copies), psutil.virtual_memory().available
    if needed > free:
        raise UserFault(
            f"{path.name} needs about {needed / 2**30:,.0f} GB of memory and {free / 2**30:,.0f} GB are free.",
            "Close other programs, or tune on a sample of the rows.",
        )


@contextmanager
def told_as_faults(path: Path, *own: type[BaseException]) -> Iterator[None]:
    """Turns what libraries raise for unreadable files into one sentence; ``own`` are errors that only one of them has.

    :class:`UserFault` and :class:`Cancelled` pass, and so does what only a mistake in the program raises.
    """
    try:
        yield
    except TwinloopError:
        raise
    except PermissionError as error:
        raise UserFault(f"{path.name} may not be read.", "Ask for permission to read it, or copy it.") from error
    except MemoryError as error:
        raise UserFault(f"{path.name} does not fit into memory.", "Tune on a sample of the rows.") from error
    except BaseException as error:
        # The name is that of how libraries in Rust end where they are at their end.
        if not isinstance(error, (*_DAMAGED, *own)) and type(error).__name__ != "PanicException":
            raise
        if "crypt" in str(error).replace(str(path), "").lower():
            raise UserFault(f"{path.name} is encrypted.", "Save it without encryption.") from error
        kind = _KINDS.get(path.suffix.lower(), "CSV")
        raise UserFault(f"{path.name} cannot be read as {kind}.", "It may be damaged; save it again.") from error
