"""Events as rows: one function a kind of event, each inside the writer's transaction."""

from __future__ import annotations

import math
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine.errors import Bug
from engine.events import (
    AnyEvent,
    FindingRecorded,
    LogLine,
    ParamsAdded,
    RunStateChanged,
    SpaceChanged,
    StepReported,
    StudyChanged,
    TrialEnded,
    TrialInterrupted,
    TrialQueued,
    TrialStarted,
)
from engine.store import curve_blobs, json_text, prediction_rows
from engine.store.curve_blobs import CurveChunk
from engine.store.schema import DEEPEST, PARTS
from engine.trials import State
from engine.trials.trial import MAY_FOLLOW

LONGEST_LINE = 1 << 16  # characters of one log line or reason; a program that prints more is cut
_MERGED_ROWS = 1 << 16  # a finished curve of up to so many rows becomes one part

_QUEUE = """INSERT INTO trial (number, state, params, source, retry_of, attempts, queued, why)
    VALUES (?, 'waiting', ?, ?, ?, 0, ?, ?)"""
_START = """INSERT INTO trial (number, state, params, source, worker, attempts, started, why)
    VALUES (?, 'running', ?, ?, ?, 1, ?, ?)"""
_START_WAITING = """UPDATE trial SET state = 'running', worker = ?, attempts = attempts + 1, started = ?,
    why = coalesce(?, why) WHERE number = ? AND state = 'waiting'"""
_END = {
    state.label: f"""UPDATE trial SET state = '{state.label}', score = ?, ended = ?, seconds = ?, reason = ?,
    details = ? WHERE number = ? AND state IN ({", ".join(f"'{s.label}'" for s in State if state in MAY_FOLLOW[s])})"""
    for state in State
    if state.is_finished()
}
_PARAMS_OF = "SELECT params FROM trial WHERE number = ?"
_SET_PARAMS = "UPDATE trial SET params = ? WHERE number = ? AND state = 'running'"
_INTERRUPT = "UPDATE trial SET state = 'waiting', started = NULL WHERE number = ? AND state = 'running'"
_FURTHER_SCORE = "INSERT INTO further_score (trial, objective, score) VALUES (?, ?, ?)"
PUT_CONSTRAINT = "INSERT INTO constraint_value (trial, position, value) VALUES (?, ?, ?)"
_LOG = "INSERT INTO log (time, level, trial, text) VALUES (?, ?, ?, ?)"
_RUN_STATE = "INSERT INTO run_state (time, state, reason, failed) VALUES (?, ?, ?, ?)"
_SPACE = "INSERT INTO space (first_trial, time, json) VALUES (?, ?, ?)"
_FINDING = "INSERT INTO finding (time, kind, json, crc32, data) VALUES (?, ?, ?, ?, ?)"
_CHANGE = "INSERT INTO change (first_trial, time, author, before, after) VALUES (?, ?, ?, ?, ?)"
_LAST_PART = "SELECT max(id) FROM curve WHERE id >= ? AND id < ?"
_PUT_PART = "INSERT INTO curve (id, length, names, crc32, data) VALUES (?, ?, ?, ?, ?)"
_OF_TRIAL = ("further_score", "constraint_value", "checkpoint", "prediction")
_CURVE_OF = "SELECT id, length, names, crc32, data FROM curve WHERE id >= ? AND id < ? ORDER BY id"


class Transaction:
    """What one batch of events does to the file; ``count`` is the number of trials, before and then after it."""

    def __init__(self, connection: sqlite3.Connection, count: int, objectives: int, constraints: Sequence[str]) -> None:
        self.count = count
        self._connection = connection
        self._objectives = objectives
        self._constraints = constraints
        self._carry_out: dict[type, Callable[[Any], None]] = {
            TrialQueued: self._insert_queued,
            TrialStarted: self._insert_started,
            TrialEnded: self._store_end,
            TrialInterrupted: self._store_interruption,
            ParamsAdded: self._params_added,
            LogLine: self._log_line,
            RunStateChanged: self._run_state_changed,
            SpaceChanged: self._space_changed,
            FindingRecorded: self._finding_recorded,
            StudyChanged: self._study_changed,
        }

    def apply(self, event: AnyEvent) -> None:
        """Carry out one event other than a reported step; :class:`Bug` where it cannot follow what is on file."""
        self._carry_out[type(event)](event)

    def apply_all(self, events: Iterable[AnyEvent], steps: Mapping[int, Sequence[StepReported]] | None = None) -> None:
        """Carry out events of every kind; ``steps`` were reported before, by trial, and are not on file yet."""
        waiting = {number: list(reports) for number, reports in (steps or {}).items()}
        for event in events:
            if isinstance(event, StepReported):
                waiting.setdefault(event.number, []).append(event)
                continue
            self.apply(event)
            if isinstance(event, TrialStarted):  # its curve begins anew
                waiting.pop(event.number, None)
            elif isinstance(event, TrialEnded):
                self.finish_steps(event.number, waiting.pop(event.number, ()))
        for number, reports in waiting.items():
            self.append_steps(number, reports)

    def append_steps(self, number: int, reports: Sequence[StepReported]) -> None:
        """Write what an unfinished trial reported since the last time, as one more part of its curve."""
        first, end = _key_range(number)
        (last,) = self._connection.execute(_LAST_PART, (first, end)).fetchone()
        self._put_chunks(number, curve_blobs.chunks_of(reports), first if last is None else last + 1)

    def finish_steps(self, number: int, reports: Sequence[StepReported]) -> None:
        """Write the last reports of a trial; what it had on file before becomes one part with them."""
        first, end = _key_range(number)
        new = curve_blobs.chunks_of(reports)
        rows = self._connection.execute(_CURVE_OF, (first, end)).fetchall()
        if not rows:
            self._put_chunks(number, new, first)
            return
        try:
            pieces = [curve_blobs.unpack(part) for part in (*(CurveChunk(*row[1:]) for row in rows), *new)]
        except ValueError:  # a damaged piece stays as it is; the others must not suffer
            pieces = []
        if pieces and sum(map(len, pieces)) <= _MERGED_ROWS:
            self._connection.execute("DELETE FROM curve WHERE id >= ? AND id < ?", (first, end))
            self._put_chunks(number, [curve_blobs.pack(curve_blobs.joined(pieces))], first)
        else:
            self._put_chunks(number, new, rows[-1][0] + 1)

    def _put_chunks(self, number: int, parts: Sequence[CurveChunk], key: int) -> None:
        if key + len(parts) > _key_range(number)[1]:
            raise Bug(f"the curve of trial {number} has too many parts")
        for part in parts:
            self._connection.execute(_PUT_PART, (key, *part))
            key += 1

    def _insert_queued(self, event: TrialQueued) -> None:
        self._take_number(event.number)
        params, why = json_text.encode(event.params), json_text.encode(event.why) if event.why else None
        self._connection.execute(_QUEUE, (event.number, params, event.source, event.retry_of, event.time, why))

    def _insert_started(self, event: TrialStarted) -> None:
        why = json_text.encode(event.why) if event.why else None
        if event.number < self.count:
            self._change_row(_START_WAITING, (event.worker, event.time, why, event.number), event)
            self._connection.execute("DELETE FROM curve WHERE id >= ? AND id < ?", _key_range(event.number))
            return
        self._take_number(event.number)
        params = json_text.encode(event.params)
        self._connection.execute(_START, (event.number, params, event.source, event.worker, event.time, why))

    def _store_end(self, event: TrialEnded) -> None:
        if event.state not in _END or len(event.scores) not in (0, self._objectives):
            raise Bug(f"trial {event.number} ended as {event.state} with {len(event.scores)} scores")
        if event.asked is not None:
            self._keep_params(event.number, event.asked)
        score = event.scores[0] if event.scores else None
        reason = json_text.to_utf8(event.reason[:LONGEST_LINE]) or None
        details = json_text.encode(event.details) if event.details else None
        self._change_row(_END[event.state], (score, event.time, event.seconds, reason, details, event.number), event)
        for objective, further in enumerate(event.scores[1:], start=1):
            if not math.isnan(further):
                self._connection.execute(_FURTHER_SCORE, (event.number, objective, further))
        for position, name in enumerate(self._constraints):
            value = event.constraints.get(name, math.nan)
            if not math.isnan(value):
                self._connection.execute(PUT_CONSTRAINT, (event.number, position, value))
        self._connection.execute("DELETE FROM checkpoint WHERE trial = ?", (event.number,))
        if event.predictions is not None:
            prediction_rows.put_predictions(self._connection, event.number, event.predictions)

    def _store_interruption(self, event: TrialInterrupted) -> None:
        self._change_row(_INTERRUPT, (event.number,), event)
        if event.reason:
            self._log_line(LogLine(event.reason, event.time, "warning", event.number))

    def _params_added(self, event: ParamsAdded) -> None:
        row = self._connection.execute(_PARAMS_OF, (event.number,)).fetchone()
        before = json_text.decode(row[0]) if row else {}
        self._change_row(_SET_PARAMS, (json_text.encode({**before, **event.params}), event.number), event)

    def _keep_params(self, number: int, names: Iterable[str]) -> None:
        row = self._connection.execute(_PARAMS_OF, (number,)).fetchone()
        kept = {name: value for name, value in json_text.decode(row[0]).items() if name in set(names)} if row else {}
        self._connection.execute(_SET_PARAMS, (json_text.encode(kept), number))

    def _log_line(self, event: LogLine) -> None:
        text = json_text.to_utf8(event.text[:LONGEST_LINE])
        self._connection.execute(_LOG, (event.time, event.level, event.number, text))

    def _run_state_changed(self, event: RunStateChanged) -> None:
        reason = json_text.to_utf8(event.reason[:LONGEST_LINE])
        self._connection.execute(_RUN_STATE, (event.time, event.state, reason, event.failed))

    def _space_changed(self, event: SpaceChanged) -> None:
        self._connection.execute(_SPACE, (self.count, event.time, event.space))

    def _finding_recorded(self, event: FindingRecorded) -> None:
        row = (event.time, event.kind, json_text.encode(event.values), zlib.crc32(event.data), event.data)
        self._connection.execute(_FINDING, row)

    def _study_changed(self, event: StudyChanged) -> None:
        sides = json_text.encode(event.before), json_text.encode(event.after)
        self._connection.execute(_CHANGE, (event.first_trial, event.time, event.author, *sides))

    def _take_number(self, number: int) -> None:
        if number != self.count:
            raise Bug(f"trial {number} comes after {self.count} trials")
        for table in _OF_TRIAL:  # only a stranger's file says anything of a trial that is not there yet
            self._connection.execute(f"DELETE FROM {table} WHERE trial = ?", (number,))
        self._connection.execute("DELETE FROM curve WHERE id >= ? AND id < ?", _key_range(number))
        self.count += 1

    def _change_row(self, statement: str, values: tuple[object, ...], event: AnyEvent) -> None:
        if self._connection.execute(statement, values).rowcount != 1:
            raise Bug(f"the state on file does not allow {event!r}")


def _key_range(number: int) -> tuple[int, int]:
    """Keys of the parts of one trial's curve: from the first, up to before the second."""
    if not 0 <= number < DEEPEST:
        raise Bug(f"there is no trial {number}")
    return number * PARTS, (number + 1) * PARTS
