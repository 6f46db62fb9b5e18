"""A read-only window on a study file, also while another program writes it."""

from __future__ import annotations

import math
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TypeVar, get_args

from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.errors import UserFault
from engine.events import FindingRecorded, Level, LogLine, RunStateChanged, RunStateName
from engine.setup import StudySetup, replace
from engine.space import SearchSpace
from engine.store import connection as connections
from engine.store import (
    copying,
    definition,
    faults,
    holder,
    json_text,
    loading,
    logs,
    migrations,
    prediction_rows,
    recovering,
    schema,
)
from engine.store.curve_rows import curves_of
from engine.store.lock import WriterLock
from engine.store.schema import DEEPEST
from engine.trials import Curve, Direction, History

T = TypeVar("T")
_TRIES = 5  # at a file that changes while it is read: a guess
_CLOCK_SECONDS = 0.1  # within which a file's time may not tell of a change: a guess; FAT has 2
_LOG = "SELECT text, time, level, trial FROM log {where} ORDER BY id DESC LIMIT ?"


class StudyOnFile(NamedTuple):
    """A study as one consistent state of its file tells it.

    ``put_right`` has a sentence for everything that the file said besides its definition and against it.
    """

    setup: StudySetup
    history: History
    put_right: tuple[str, ...]


class Reader:
    """Looks at one study file; never writes, never creates a file, holds no lock between calls.

    Only what a kill left half done is undone first, as any program does that opens an SQLite file.

    Every call sees one consistent state of the study, the latest committed one. For one thread at a time; cheap
    enough to make another. ``damaged`` names the trials whose curves could not be read, with the reason.
    """

    def __init__(self, path: Path | str) -> None:
        """Raises :class:`UserFault` where the file is missing, no study, newer than this Twinloop, or damaged.

        An older file is read as if it had been brought up to date, and stays as it is.
        """
        with faults.told_as_faults(Path(path)):
            self.path = connections.real(path)
            if not self.path.name:  # the root of a drive
                raise faults.not_a_study(self.path)
        self.damaged: dict[int, str] = {}
        self._seen: tuple[tuple[int, ...], ...] = ()
        self._is_unsure = False
        self._ask_file(lambda connection: None)
        self.changed()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held open between calls; this is here for ``with``."""

    def copy_to(self, target: Path | str) -> None:
        """A consistent copy of the study as one closed file, also while another program writes it.

        Raises :class:`UserFault` where it cannot be written, or something lies there that is no study.
        """
        self._ask_file(lambda connection: copying.copy_to(connection, connections.real(target)))

    def changed(self) -> bool:
        """Whether the study may have changed since the last call (since opening, for the first); costs microseconds.

        Nothing that was committed goes unnoticed; a change may be told twice.
        """
        before, unsure = self._seen, self._is_unsure
        self._seen = connections.signature(self.path)
        # Clocks of files stand still for some milliseconds: another change in the same moment would look like this one.
        self._is_unsure = any(abs(time.time() - at[-1] / 1e9) < _CLOCK_SECONDS for at in self._seen if at)
        return unsure or before != self._seen

    def setup(self) -> str:
        """The text that was given as the study's setup."""
        text = self._ask_file(lambda connection: schema.value_of(connection, "setup"))
        if text is None:
            raise faults.damaged(self.path, "the setup")
        return text

    def directions(self) -> tuple[Direction, ...]:
        """One direction an objective."""
        return self._ask_file(lambda connection: definition.entries(connection, self.path)).directions

    def study(self) -> StudyOnFile:
        """Definition and trials; raises :class:`UserFault` where the setup is no definition."""
        return self._ask_file(self._read_study)

    def space(self) -> SearchSpace:
        """The search space now in force."""
        return self._ask_file(lambda connection: loading.eras_of(connection, self.path))[-1].space

    def history(self) -> History:
        """All trials, as if every event had been applied to an empty history."""
        return self._ask_file(lambda connection: loading.history_of(connection, self.path))

    def curve(self, number: int) -> Curve:
        """The curve of one trial, as far as it is on file; raises :class:`UserFault` where its bytes are damaged."""
        curve = self.curves([number]).get(number) or Curve()
        if number in self.damaged:
            raise faults.damaged(self.path, f"the curve of trial {number}")
        return curve

    def curves(self, numbers: Iterable[int] | None = None) -> dict[int, Curve]:
        """The curves of these trials, or of all, where they reported anything; :attr:`damaged` notes what is left out.

        Raises :class:`UserFault` where they would take more than 2 GB.
        """
        wanted = None if numbers is None else sorted({int(number) for number in numbers if 0 <= number < DEEPEST})
        curves, self.damaged = self._ask_file(lambda connection: curves_of(connection, self.path, wanted))
        return curves

    def log(self, number: int | None = None, *, last: int = 1000) -> list[LogLine]:
        """The last lines of a trial's log, or of the whole study's, oldest first."""
        where, values = ("", (last,)) if number is None else ("WHERE trial = ?", (number, last))
        rows = self._ask_file(lambda connection: connection.execute(_LOG.format(where=where), values).fetchall())
        try:
            return [_log_line(*row) for row in reversed(rows)]
        except ValueError as error:
            raise faults.damaged(self.path, "the log") from error

    @property
    def whys(self) -> dict[int, dict[str, object]]:
        """What the sampler said of its choices, by trial, where it said anything."""
        statement = "SELECT number, why FROM trial WHERE why IS NOT NULL"
        rows = self._ask_file(lambda connection: connection.execute(statement).fetchall())
        try:
            return {int(number): json_text.decode(text) for number, text in rows}
        except ValueError as error:
            raise faults.damaged(self.path, "the reason of a choice") from error

    def run_state(self) -> RunStateChanged | None:
        """The last state of the run that was recorded, if any."""
        statement = "SELECT state, time, reason, failed FROM run_state ORDER BY id DESC LIMIT 1"
        row = self._ask_file(lambda connection: connection.execute(statement).fetchone())
        if row is None:
            return None
        state, at, reason, failed = row
        if state not in get_args(RunStateName) or not isinstance(at, float) or not isinstance(reason, str):
            raise faults.damaged(self.path, "the state of the run")
        return RunStateChanged(state, at, reason, failed=bool(failed))

    def predictions(self, numbers: Iterable[int] | None = None) -> dict[int, tuple[OutOfFoldRows, Predictions]]:
        """The out-of-fold predictions of these trials, or of all that have some, each with its rows.

        Raises :class:`UserFault` where their bytes are damaged, or where all of them would take more than 1 GB.
        """
        wanted = None if numbers is None else sorted(numbers)
        return self._ask_file(lambda connection: prediction_rows.predictions_of(connection, self.path, wanted))

    def predicted_trials(self) -> tuple[int, ...]:
        """The numbers of the trials whose predictions are kept."""
        rows = self._ask_file(lambda one: one.execute("SELECT trial FROM prediction ORDER BY trial").fetchall())
        return tuple(number for (number,) in rows)

    def findings(self) -> list[FindingRecorded]:
        """What was found out or decided after the search, in order."""
        statement = "SELECT kind, time, json, crc32, data FROM finding ORDER BY id"
        rows = self._ask_file(lambda connection: connection.execute(statement).fetchall())
        try:
            return [_finding(*row) for row in rows]
        except ValueError as error:
            raise faults.damaged(self.path, "what was found out after the search") from error

    def is_written(self) -> bool:
        """Whether another process, or another part of this one, has the study open for writing."""
        with faults.told_as_faults(self.path):
            return WriterLock(self.path).is_taken()

    def writer_mark(self) -> int | None:
        """The mark of whoever has the study open for writing, by which letters reach it; *None* where nobody has."""
        return self._ask_file(holder.mark) if self.is_written() else None

    def written_by(self) -> str:
        """Words for who has the study open for writing, after a verb; empty where nobody has."""
        return self._ask_file(holder.words) or " elsewhere" if self.is_written() else ""

    def attempts(self, number: int) -> int:
        """How often a trial was started; more than once where runs were cut off."""
        statement = "SELECT attempts FROM trial WHERE number = ?"
        row = self._ask_file(lambda connection: connection.execute(statement, (number,)).fetchone())
        return row[0] if row and isinstance(row[0], int) else 0

    def checkpoint(self, number: int) -> tuple[int, bytes] | None:
        """Step and data of an unfinished trial's checkpoint; *None* where there is none that is whole."""
        statement = "SELECT step, crc32, data FROM checkpoint WHERE trial = ?"
        row = self._ask_file(lambda connection: connection.execute(statement, (number,)).fetchone())
        if row is None or not isinstance(row[2], bytes) or not isinstance(row[0], int) or zlib.crc32(row[2]) != row[1]:
            return None
        return row[0], row[2]

    def _read_study(self, connection: sqlite3.Connection) -> StudyOnFile:
        text = schema.value_of(connection, "setup")
        if text is None:
            raise faults.damaged(self.path, "the setup")
        setup, history = StudySetup.from_json(text), loading.history_of(connection, self.path)
        if setup.objective is None:  # its space grows with what trials ask for
            setup = replace(setup, space=dict(history.space))
        history.exclude(setup.excluded)
        last = loading.stored_eras(connection, self.path)[-1].space
        said = definition.contradictions(connection, self.path, last)
        return StudyOnFile(setup, history, (*said, *logs.lost_log(self.path)))

    def _ask_file(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer from one consistent state of the file."""
        with faults.told_as_faults(self.path):
            for _ in range(_TRIES):
                closed = logs.is_closed(self.path)
                before = connections.signature(self.path)
                try:
                    answer = self._ask_once(question, closed=closed)
                except BaseException as error:
                    connections.let_go(error)
                    if not isinstance(error, sqlite3.DatabaseError | UserFault):
                        raise
                    if recovering.is_half_done(error) and recovering.undo(self.path):
                        continue
                    if not closed or connections.signature(self.path) == before:
                        raise
                else:
                    if not closed or connections.signature(self.path) == before:
                        return answer
            raise faults.busy(self.path)

    def _ask_once(self, question: Callable[[sqlite3.Connection], T], *, closed: bool) -> T:
        with closing(connections.reading(self.path, closed=closed)) as connection:
            connection.execute("BEGIN")
            version = schema.version_of(connection, self.path)
            if version == schema.VERSION:
                schema.check_tables(connection, self.path)
                return question(connection)
            # An older study is looked at as it will be; only who writes it brings the file itself up to date.
            schema.refuse_strange_objects(connection, self.path)
            with closing(migrations.modern(connection, version, self.path)) as copy:
                schema.check_tables(copy, self.path)
                return question(copy)


def _finding(kind: object, at: object, text: object, crc32: object, data: object) -> FindingRecorded:
    if not isinstance(kind, str) or not isinstance(at, float | None) or not isinstance(data, bytes):
        raise ValueError("not a finding")  # noqa: TRY004 - one kind of error for whatever a hostile file holds
    if zlib.crc32(data) != crc32:
        raise ValueError("checksum")
    return FindingRecorded(kind, math.nan if at is None else at, json_text.decode(text), data)


def _log_line(text: Any, at: Any, level: Any, number: Any) -> LogLine:
    known = isinstance(text, str) and level in get_args(Level) and isinstance(number, int | None)
    if not known or not isinstance(at, float | None):
        raise ValueError("not a line")
    return LogLine(text, math.nan if at is None else at, level, number)
