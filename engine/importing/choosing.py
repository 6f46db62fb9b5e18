"""Which of several studies in a storage is meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import UserFault

_SHOWN = 20  # names in a sentence, at most


def choose_study(path: Path, names: Sequence[str], wanted: str) -> int:
    """The place of the study called ``wanted`` among ``names``; the only one where none is named.

    Raises :class:`UserFault`, listing what there is, where the name is unknown or missing.
    """
    listed = ", ".join(repr(name) for name in names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
    if not names:
        raise UserFault(f"{path.name} holds no study.", "Choose another storage.")
    if wanted:
        if wanted not in names:
            raise UserFault(f"{path.name} has no study called {wanted!r}.", f"Choose one of: {listed}.")
        return list(names).index(wanted)
    if len(names) > 1:
        raise UserFault(f"{path.name} holds {len(names):,} studies.", f"Choose one with --study: {listed}.")
    return 0
