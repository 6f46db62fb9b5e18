"""Twinloop as other programs find it: on the path of a process of its own."""

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def package_folder() -> str:
    """A folder with the package ``twinloop``, as it is in this checkout."""
    folder = Path(tempfile.mkdtemp(prefix="twinloop-path-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "twinloop").symlink_to(ROOT / "engine" / "public", target_is_directory=True)
    return str(folder)


def python_path() -> str:
    """A ``PYTHONPATH`` on which ``twinloop`` can be imported, and the code by its own name."""
    return os.pathsep.join([package_folder(), str(ROOT)])
