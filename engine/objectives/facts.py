"""What of a table's rows decides whether a study on it can be run, looked at once for the checks of many edits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from engine.data import equal_rows, folds, shared
from engine.errors import UserFault
from engine.objectives import table
from engine.objectives.checking import Facts
from engine.objectives.description import TableObjective

_MOST_FACTS = 4  # tables, or choices of one, whose facts are remembered
_FACTS: dict[str, Facts] = {}
_FACTS_LOCK = threading.Lock()


def facts_of(description: TableObjective) -> Facts:
    """What of the table's rows decides whether the study can be run; raises :class:`UserFault`, each with its field.

    Remembered for the last few tables and choices, as long as the files stay as they are.
    """
    key = shared.key(table.stamp(description.source), table.selection(replace(description, fingerprint="")))
    with _FACTS_LOCK:
        known = _FACTS.get(key)
    if known is None:
        known = _look_at(description)
        with _FACTS_LOCK:
            _FACTS[key] = known
            while len(_FACTS) > _MOST_FACTS:
                del _FACTS[next(iter(_FACTS))]
    if description.fingerprint and description.fingerprint != known.fingerprint:
        raise table.changed()
    return known


def _look_at(description: TableObjective) -> Facts:
    with _placed("source"):
        loaded = table.load(description)
    with _placed("target"):
        loaded.info.column(description.target)
    with _placed("column"):
        encoded = table.arrays_of(loaded, description)
    same = equal_rows.same_rows(encoded.X, encoded.y)
    chance = equal_rows.are_chance(encoded.X, encoded.y, same)
    rows = folds.Rows(encoded.y, encoded.classes, encoded.groups, encoded.times, same)
    return Facts(rows, encoded.time_unit, chance, loaded.fingerprint)


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """A fault from inside that names no field of the definition is about this one."""
    try:
        yield
    except UserFault as fault:
        fault.place = fault.place or place
        raise
