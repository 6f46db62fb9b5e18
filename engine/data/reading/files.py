"""What every reader of files shares: what libraries raise becomes a sentence, and memory is looked at beforehand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import UserFault

_COPIES = 3.0  # memory that reading a table takes, in times its size
_KINDS = {".parquet": "Parquet", ".pq": "Parquet", ".xlsx": "Excel", ".xlsm": "Excel"}


@contextmanager
def told_as_faults(path: Path) -> Iterator[None]:
    """Turns what libraries raise for unreadable files into one sentence."""
    # In here because pyarrow is slow to load.
    import pyarrow

    try:
        yield
    except PermissionError as error:
        raise UserFault(f"{path.name} may not be read.", "Ask for the right to read it, or copy it.") from error
    except MemoryError as error:
        raise UserFault(f"{path.name} does not fit into memory.", "Tune on a sample of the rows.") from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, pyarrow.ArrowException) as error:
        kind = _KINDS.get(path.suffix.lower(), "CSV")
        raise UserFault(f"{path.name} cannot be read as {kind}.", "It may be damaged; save it again.") from error


def check_memory(path: Path, size: int) -> None:
    """Raise :class:`UserFault` where a table of ``size`` bytes in memory does not fit into what is free."""
    # In here because it is needed for large tables only.
    import psutil

    needed, free = size * _COPIES, psutil.virtual_memory().available
    if needed > free:
        raise UserFault(
            f"{path.name} needs about {needed / 2**30:.0f} GB of memory and {free / 2**30:.0f} GB are free.",
            "Close other programs, or tune on a sample of the rows.",
        )
