"""What follows from a study's definition and stands in its file besides, for programs that read SQL.

``directions``, ``constraints`` and the last search space are written together with the definition. Where they say
something else, because an older Twinloop or somebody's hand left them behind, the definition counts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.data import metrics
from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.space import SearchSpace
from engine.store import faults, schema
from engine.trials import Direction

_SCORED = "SELECT 1 FROM trial WHERE state = 'complete' LIMIT 1"
_CONSTRAINED = "SELECT 1 FROM constraint_value LIMIT 1"


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries ``directions`` and ``constraints`` of the table ``study``."""

    directions: tuple[Direction, ...]
    constraints: tuple[str, ...]


def read(text: str | None) -> StudySetup | None:
    """The definition in the entry ``setup``; *None* where that is any other text."""
    if text is None:
        return None
    try:
        return StudySetup.from_json(text)
    except UserFault:
        return None  # whoever needs a definition says so


def following(setup: StudySetup | None, stored: Entries) -> Entries:
    """The entries that follow from a definition; as stored where there is none.

    The file alone knows the directions of the second score and after.
    """
    return stored if setup is None else Entries(setup.directions(stored.directions), setup.constraints)


def stored_entries(connection: sqlite3.Connection, path: Path) -> Entries:
    """The entries as they stand in the file; raises :class:`UserFault` where they are none."""
    return Entries(tuple(schema.objectives_of(connection, path)), tuple(schema.constraints_of(connection, path)))


def entries(connection: sqlite3.Connection, path: Path) -> Entries:
    """The entries that count; raises :class:`UserFault` where those of the file are none."""
    stored = stored_entries(connection, path)
    found = following(read(schema.value_of(connection, "setup")), stored)
    if found.constraints != stored.constraints:
        places(found, stored, path, is_told=bool(connection.execute(_CONSTRAINED).fetchone()))
    return found


def places(found: Entries, stored: Entries, path: Path, *, is_told: bool) -> list[int]:
    """By position in the file, the position of each constraint among those that count.

    Raises :class:`UserFault` where trials told values of constraints that the definition does not have.
    """
    names = found.constraints
    strange = is_told and not set(stored.constraints) <= set(names)
    if strange or len(set(names)) < len(names) or len(names) > schema.MOST_CONSTRAINTS:
        raise faults.damaged(path, "the names of the constraints")
    return [names.index(name) if name in names else -1 for name in stored.constraints]


def write(connection: sqlite3.Connection, text: str, found: Entries) -> None:
    """Put the definition and what follows from it into the file, inside the caller's transaction."""
    schema.set_value(connection, "setup", text)
    schema.set_value(connection, "directions", json.dumps(found.directions))
    schema.set_value(connection, "constraints", json.dumps(found.constraints))


def pending_space(setup: StudySetup | None, last: SearchSpace) -> SearchSpace | None:
    """The rows of a definition where they are a space that the file has not taken over; *None* where it has.

    A study without an objective of its own learns of its space from the trials: there the file's is the space.
    """
    if setup is None or setup.objective is None:
        return None
    try:
        space = setup.search_space()
    except UserFault:
        return None  # a half-finished row is kept; trials are drawn from the space before it
    return space if space != last else None


def contradictions(connection: sqlite3.Connection, path: Path, last: SearchSpace) -> tuple[str, ...]:
    """A sentence for everything in the file that contradicts the definition; empty where nothing does."""
    text = schema.value_of(connection, "setup")
    setup = read(text)
    if text is None or setup is None:
        return ()
    stored, found = stored_entries(connection, path), entries(connection, path)
    said = []
    wrong = stored.directions[0] != setup.direction or said_direction(text) != setup.direction
    if wrong:
        said.append(_direction_sentence(setup, has_scores=bool(connection.execute(_SCORED).fetchone())))
    if stored.directions[1:] != found.directions[1:]:
        said.append("The file gave this study several directions; a table has one score, so it has one direction.")
    if stored.constraints != found.constraints:
        said.append("The file named other constraints than the study's definition, which counts.")
    if pending_space(setup, last) is not None:
        said.append("The search space as it was set last had not taken effect; it holds from here on.")
    return tuple(said)


def said_direction(text: str) -> str:
    """The direction that stands in a definition's text, whatever its metric says."""
    return msgspec.json.decode(text, type=_Said).direction


def moved(rows: Iterable[tuple[int, int, float]], targets: Sequence[int], path: Path) -> list[tuple[int, int, float]]:
    """Values of constraints (trial, position, value) at the positions that count; raises :class:`UserFault`."""
    rows = list(rows)
    if not all(isinstance(position, int) and 0 <= position < len(targets) for _, position, _ in rows):
        raise faults.damaged(path, "a constraint")
    return [(trial, targets[position], value) for trial, position, value in rows]


class _Said(msgspec.Struct):
    direction: str = "minimize"


def _direction_sentence(setup: StudySetup, *, has_scores: bool) -> str:
    worst, better = ("smallest", "larger") if setup.direction == "maximize" else ("largest", "smaller")
    title = "score"
    if isinstance(setup.objective, TableObjective):
        title = metrics.get(setup.objective.metric).title
        title = title[:1].lower() + title[1:] if title[1:2].islower() else title  # R² and F1 stay as they are
    text = f"This study looked for the {worst} {title}, but {better} is better. That is put right"
    if not has_scores:
        return f"{text}."
    return f"{text}, so the best trial is another one now. Run more trials: those so far were chosen for the wrong end."
