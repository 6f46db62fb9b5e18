"""The trials of a study file as a history, many rows at a time, believing nothing that the file says."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.errors import UserFault
from engine.space import SearchSpace
from engine.store import definition, faults, json_text, schema
from engine.store.change_rows import changes_of
from engine.store.params_matrix import params_matrix
from engine.trials import SOURCES, History, State
from engine.trials.notes import KINDS, Notes

_CHUNK = 8192  # rows that are fetched at a time: a guess
_MOST_CELLS = 200_000_000  # trials times hyperparameters; their two columns of floats then take 3.2 GB
_TRIALS = """SELECT number, state, source, score, started, seconds, params, reason, why, details
    FROM trial WHERE number >= ? AND number < ? ORDER BY number"""
_STATES = {state.label: int(state) for state in State}
_SOURCES = {source: index for index, source in enumerate(SOURCES)}


class Era(NamedTuple):
    """From trial ``first`` on (until the next era), trials were drawn from ``space``."""

    first: int
    space: SearchSpace


def history_of(connection: sqlite3.Connection, path: Path) -> History:
    """All trials; raises :class:`UserFault`, naming the trial, where a row is not one."""
    found = definition.entries(connection, path)
    directions, names = found.directions, found.constraints
    eras = eras_of(connection, path)
    count = _count_trials(connection, path, len(eras[-1].space))
    columns = _Columns(count, len(directions), len(eras[-1].space))
    with _without_collecting():
        for index, era in enumerate(eras):
            end = min(eras[index + 1].first, count) if index + 1 < len(eras) else count
            spaces = [later.space for later in eras[index:]]
            for rows in _read_chunks(connection, path, era.first, end):
                columns.take(rows, spaces, path)
    for trial, objective, score in connection.execute("SELECT trial, objective, score FROM further_score"):
        if not (_is_index(trial, count) and _is_index(objective, len(directions)) and isinstance(score, float)):
            raise faults.damaged(path, "a score")
        columns.scores[trial, objective] = score
    history = History.of_columns(
        eras[-1].space,
        directions,
        constraint_names=names,
        constraints=_constraints_of(connection, path, count, found),
        state=columns.state,
        source=columns.source,
        scores=columns.scores,
        numbers=columns.numbers,
        started=columns.started,
        seconds=columns.seconds,
        strange=columns.strange,
        notes=columns.notes,
        earlier_spaces=tuple((later.first, era.space) for era, later in pairwise(eras)),
    )
    history.changes = changes_of(connection, path)
    return history


def _constraints_of(connection: sqlite3.Connection, path: Path, count: int, found: definition.Entries) -> np.ndarray:
    """Values of the constraints (n, k), NaN where there is none."""
    values = np.full((count, len(found.constraints)), np.nan)
    rows = connection.execute("SELECT trial, position, value FROM constraint_value").fetchall()
    targets = definition.places(found, definition.stored_entries(connection, path), path, is_told=bool(rows))
    for trial, position, value in rows:
        if not (_is_index(trial, count) and _is_index(position, len(targets)) and isinstance(value, float)):
            raise faults.damaged(path, "a constraint")
        values[trial, targets[position]] = value
    return values


def eras_of(connection: sqlite3.Connection, path: Path) -> list[Era]:
    """Every space the study had, in order, first trials ascending from 0; the last one is its definition's."""
    eras = stored_eras(connection, path)
    pending = definition.pending_space(definition.read(schema.value_of(connection, "setup")), eras[-1].space)
    if pending is not None:
        (last,) = connection.execute("SELECT max(number) FROM trial").fetchone()
        eras.append(Era(0 if last is None else max(last + 1, eras[-1].first), pending))
    return eras


def stored_eras(connection: sqlite3.Connection, path: Path) -> list[Era]:
    """Every space as it stands in the file."""
    eras: list[Era] = []
    for first, text in connection.execute("SELECT first_trial, json FROM space ORDER BY id"):
        if not isinstance(first, int) or (first < eras[-1].first if eras else first != 0):
            raise faults.damaged(path, "the search space")
        try:
            eras.append(Era(first, SearchSpace.from_json(text)))
        except (UserFault, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
            raise faults.damaged(path, "the search space") from error
    if not eras:
        raise faults.damaged(path, "the search space")
    return eras


class _Columns:
    """Columns that fill up from the first row to the last."""

    def __init__(self, count: int, objectives: int, width: int) -> None:
        self.filled = 0
        self.state = np.zeros(count, dtype=np.int8)
        self.source = np.zeros(count, dtype=np.int8)
        self.scores = np.full((count, objectives), np.nan)
        self.numbers = np.full((count, width), np.nan)
        self.started = np.full(count, np.nan)
        self.seconds = np.full(count, np.nan)
        self.strange: dict[int, dict[str, Any]] = {}
        self.notes = Notes()

    def take(self, rows: Sequence[tuple[object, ...]], spaces: Sequence[SearchSpace], path: Path) -> None:
        """Append rows of ``_TRIALS``."""
        numbers, states, sources, scores, started, seconds, params, *notes = zip(*rows, strict=True)
        start, self.filled = self.filled, self.filled + len(rows)
        if numbers != tuple(range(start, self.filled)):
            raise faults.damaged(path, f"the order of trials after {start}")
        part = slice(start, self.filled)
        try:
            self.state[part] = [_STATES[state] for state in states]
            self.source[part] = [_SOURCES[source] for source in sources]
            self.scores[part, 0] = _as_floats(scores)
            self.started[part] = _as_floats(started)
            self.seconds[part] = _as_floats(seconds)
            configurations = json_text.decode_configurations(params)
            self.numbers[part], strange = params_matrix(configurations, spaces)
            self._take_notes(start, notes)
        except (KeyError, TypeError, ValueError) as error:
            raise faults.damaged(path, f"a trial from {start} to {self.filled - 1}") from error
        self.strange.update({start + row: values for row, values in strange.items()})

    def _take_notes(self, start: int, columns: Sequence[tuple[object, ...]]) -> None:
        for name, texts in zip(KINDS, columns, strict=True):
            there = [row for row, text in enumerate(texts) if text is not None]
            noted: Sequence[Any] = [texts[row] for row in there]
            if name != "reason":
                json_text.decode_objects(noted)
            elif not all(isinstance(text, str) for text in noted):
                raise ValueError("not a reason")
            self.notes.put_texts(name, [start + row for row in there], noted)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Some hundred thousand new dictionaries, none of them garbage, would wake the collector again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_chunks(
    connection: sqlite3.Connection, path: Path, first: int, end: int
) -> Iterator[list[tuple[object, ...]]]:
    cursor = connection.execute(_TRIALS, (first, end))
    left = end - first
    while left > 0:
        rows = cursor.fetchmany(min(_CHUNK, left))
        if not rows:
            raise faults.damaged(path, f"trial {end - left}")
        left -= len(rows)
        yield rows


def _count_trials(connection: sqlite3.Connection, path: Path, width: int) -> int:
    """The number of trials, whose rows are read one by one later; so it need not be true."""
    (last,) = connection.execute("SELECT max(number) FROM trial").fetchone()
    count = 0 if last is None else last + 1
    if count < 0 or count > path.stat().st_size or count * max(1, width) > _MOST_CELLS:
        raise faults.damaged(path, "the number of trials")
    return int(count)


def _as_floats(values: Sequence[object]) -> np.ndarray:
    if not set(map(type, values)) <= {float, type(None)}:
        raise ValueError("not numbers")
    return np.array(values, dtype=float)


def _is_index(value: object, end: int) -> bool:
    return isinstance(value, int) and 0 <= value < end
