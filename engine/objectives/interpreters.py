"""Python interpreters that a script may be meant for, found by where they lie; none is run to find out."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDERS = (".venv", "venv", "env", ".env")
VARIABLES = ("VIRTUAL_ENV", "CONDA_PREFIX")


def find_pythons(folder: str | Path) -> tuple[str, ...]:
    """Paths of interpreters: of environments beside a script or above it, of the active one, and of the path."""
    found = dict.fromkeys(str(path) for path in _candidates(Path(folder).absolute()) if _is_program(path))
    return tuple(path for path in found if Path(path) != Path(sys.executable))


def _candidates(folder: Path) -> Iterator[Path]:
    for place in (folder, *list(folder.parents)[:3]):
        for name in FOLDERS:
            yield _python_of(place / name)
    for variable in VARIABLES:
        if os.environ.get(variable):
            yield _python_of(Path(os.environ[variable]))
    for name in ("python3", "python"):
        there = shutil.which(name)
        if there:
            yield Path(there)


def _python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _is_program(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.X_OK)
    except OSError:
        return False
