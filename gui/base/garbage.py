"""Python's cyclic garbage, collected in the window's thread alone.

Python collects in whichever thread happens to allocate. When that is the engine's thread and the garbage holds widgets
(a closed window's plots, say), Qt destroys them in the wrong thread and the process crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QThread

LIBRARY = 30_000  # so many new objects at once are a library that was loaded, and no garbage


class Garbage:
    """Switches automatic collection off; :meth:`collect_young` is called in the window's thread instead."""

    def __init__(self) -> None:
        gc.disable()

    def collect_young(self) -> None:
        """Collect what is young, where enough has gathered. Takes a few milliseconds at most."""
        young, middle, _ = gc.get_count()
        most_young, most_middle, _ = gc.get_threshold()
        if young > LIBRARY:
            gc.freeze()
        elif young > most_young:
            gc.collect(1 if middle > most_middle else 0)

    def freeze(self) -> None:
        """Exempt what exists now from later collections: libraries alone are half a million objects."""
        gc.freeze()

    def collect_all(self) -> None:
        """Collect everything, when a window has closed: it may take a tenth of a second."""
        assert QThread.isMainThread()
        gc.unfreeze()
        gc.collect()
        gc.freeze()
