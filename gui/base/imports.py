"""Imports as Python makes them: PySide6 puts a dearer function in their place."""

from __future__ import annotations

import builtins
import linecache


def import_plainly() -> None:
    """Import as if PySide6 were not there; called again, it changes nothing.

    To serve ``from __feature__ import``, which nothing here uses, PySide6 searches the source of every module that is
    imported, and ``linecache`` keeps what was read: 1,250 files, 35 MB, a fifth of the time until a window is there.
    """
    # WORKAROUND PySide6 6.11: it reads the source of what is imported; drop when it does not.
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None and builtins.__import__ is not plain:
        builtins.__import__ = plain
        linecache.clearcache()
