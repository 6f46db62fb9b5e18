"""The history of changes of a study file, believing nothing that the file says."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path
from typing import get_args

from engine.events import Author, StudyChanged
from engine.store import faults, json_text

_CHANGES = "SELECT first_trial, time, author, before, after FROM change ORDER BY id"


def changes_of(connection: sqlite3.Connection, path: Path) -> tuple[StudyChanged, ...]:
    """Every change in order; raises :class:`engine.errors.UserFault` where a row is none."""
    changes = []
    for first, time, author, before, after in connection.execute(_CHANGES):
        try:
            sides = json_text.decode(before), json_text.decode(after)
        except ValueError as error:
            raise faults.damaged(path, "the history of changes") from error
        known = isinstance(first, int) and isinstance(time, float | None) and author in get_args(Author)
        if not known or first < 0 or sides[0].keys() != sides[1].keys():
            raise faults.damaged(path, "the history of changes")
        changes.append(StudyChanged(first, math.nan if time is None else time, author, *sides))
    return tuple(changes)
