"""What of a table's rows decides whether a study on it can be run, looked at once for the checks of many edits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from engine.data import equal_rows, folds, shared
from engine.data.encoding import Encoded
from engine.errors import UserFault
from engine.objectives import cache_key, handover, table
from engine.objectives.checking import Facts
from engine.objectives.description import AnyObjective, TableObjective

_MOST_FACTS = 4  # tables, or choices of one, whose facts are remembered
_MOST_BYTES = 1 << 29  # of rows that wait in memory for a run; a guess
_FACTS: dict[str, Facts] = {}
_FACTS_LOCK = threading.Lock()


def facts_of(description: TableObjective) -> Facts:
    """What of the table's rows decides whether the study can be run; raises :class:`UserFault`, each with its field.

    Remembered for the last few tables and choices, as long as the files stay as they are.
    """
    key = _key(replace(description, fingerprint=""))
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
    with _with_place("source"):
        loaded = table.load(description)
    with _with_place("target"):
        loaded.info.column(description.target)
    with _with_place("column"):
        encoded = table.arrays_of(loaded, description)
    _hand_over(description, encoded, loaded.fingerprint)
    same = equal_rows.same_rows(encoded.X, encoded.y)
    chance = equal_rows.are_chance(encoded.X, encoded.y, same)
    rows = folds.Rows(encoded.y, encoded.classes, encoded.groups, encoded.times, same)
    return Facts(rows, encoded.time_unit, chance, loaded.fingerprint)


def _hand_over(description: TableObjective, encoded: Encoded, fingerprint: str) -> None:
    """Keep the rows for the workers of a run on them, if they are not too many to be kept in memory."""
    if encoded.X.nbytes > _MOST_BYTES:
        return
    key = _key(replace(description, fingerprint=fingerprint))

    def write(objective: AnyObjective, cache: str) -> bool:
        if not isinstance(objective, TableObjective) or _key(objective) != key:
            return False
        shared.SharedArrays(Path(cache), *_content_key(objective)).encoded(lambda: encoded)
        return True

    handover.keep(write)


def _content_key(description: TableObjective) -> tuple[object, ...]:
    return cache_key.stamp(description.source), cache_key.selection(description)


def _key(description: TableObjective) -> str:
    return shared.key(*_content_key(description))


@contextmanager
def _with_place(place: str) -> Iterator[None]:
    """A fault from inside that names no field of the definition is about this one."""
    try:
        yield
    except UserFault as fault:
        fault.place = fault.place or place
        raise
