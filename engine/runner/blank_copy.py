"""A study's definition in a file of its own, to try something else with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import store
from engine.objectives.permissions import with_portable_path
from engine.setup import StudySetup, replace


def save_without_trials(setup: StudySetup, path: Path) -> None:
    """Write a study of the same definition that has no trials yet; a study that lies at ``path`` is replaced.

    Raises :class:`UserFault` where something else lies there, where it is open, and where it cannot be written.
    """
    unmarked: dict[str, Any] = {"starred": (), "notes": {}, "view_notes": {}, "excluded": ()}
    setup = replace(setup, objective=with_portable_path(setup.objective, path), **unmarked)
    space = setup.search_space()
    store.create(path, setup.to_json(), space, (setup.direction,), setup.constraints, replace=True).close()
