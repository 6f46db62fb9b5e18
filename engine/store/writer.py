"""The one door through which a study file changes."""

from __future__ import annotations

import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from engine.errors import Bug, UserFault
from engine.events import (
    AnyEvent,
    LogLine,
    ParamsAdded,
    SpaceChanged,
    StepReported,
    StudyChanged,
    TrialEnded,
    TrialInterrupted,
    TrialStarted,
)
from engine.store import connection as connections
from engine.store import copying, definition, faults, logs, schema
from engine.store.holder import Holder
from engine.store.lock import WriterLock
from engine.store.own_files import OwnFiles
from engine.store.recording import Transaction

FLUSH_SECONDS = 1.0  # at most between a step and its place on the disk: what a kill may cost, a guess
LONGEST_SETUP = 16 << 20  # bytes of a definition; none comes near it

Clock = Callable[[], float]
_Waiting = dict[int, tuple[list[StepReported], int]]
"""By trial, the list of its steps that wait, and how many they were."""


class Writer:
    """The single writer of one study file, made by :func:`engine.store.create` and :func:`engine.store.open_writer`.

    Every method may be called from any thread, one at a time goes in. ``recovered`` holds the events by which trials
    that a crash cut off were put back to waiting when the file was opened, ``put_right`` a sentence for everything in
    it that contradicted the study's definition.
    """

    recovered: tuple[TrialInterrupted, ...] = ()
    put_right: tuple[str, ...] = ()

    def __init__(
        self, path: Path, connection: sqlite3.Connection, lock: WriterLock, holder: Holder, clock: Clock
    ) -> None:
        """Takes over ``connection``, ``lock`` and ``holder``; the file has been checked."""
        self.path = path
        self._connection = connection
        self._lock = lock
        self._holder = holder
        self._clock = clock
        self._turn = threading.RLock()
        self._is_open = True
        self._process = os.getpid()
        self._reports: dict[int, list[StepReported]] = {}
        self._passing: list[AnyEvent] = []
        self._written_at = clock()
        entries = definition.entries(connection, path)
        self._objectives, self._constraints = len(entries.directions), entries.constraints
        (last,) = connection.execute("SELECT max(number) FROM trial").fetchone()
        self._count = 0 if last is None else last + 1
        self._files = OwnFiles(path, holder.mark)

    @property
    def mark(self) -> int:
        """By which letters reach this writer (:mod:`engine.store.letters`)."""
        return self._holder.mark

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def count(self) -> int:
        """How many trials are on file."""
        return self._count

    @property
    def is_in_place(self) -> bool:
        """Whether the file that this writes to still lies where it was opened, and is the same study."""
        return self._is_open and self._files.is_in_place

    @property
    def has_log(self) -> bool:
        """Whether file and log can still be read as this left them."""
        return self._files.has_log

    def record(self, events: Sequence[AnyEvent]) -> None:
        """Write a batch in one transaction and return once the disk has it.

        Steps, plain log lines and added hyperparameters alone wait for company: they go with the next event that
        matters to more than their trial, or a second after the last writing at the latest (then this call, or
        :meth:`flush`, writes them). Raises :class:`UserFault` when the disk refuses; nothing of the batch is taken
        then, and the same batch can be recorded again later. :class:`Bug` where an event cannot follow the others.
        """
        with self._turn, faults.told_as_faults(self.path):
            self._require_open()
            before: _Waiting = {}
            try:
                others = self._take_in(events, before)
                due = self._clock() - self._written_at >= FLUSH_SECONDS
                if due or not all(map(_is_passing, others)):
                    self._write_events([*self._passing, *others], everything=due)
                    self._passing.clear()
                else:
                    self._passing += others
            except BaseException:
                for number, (reports, length) in before.items():
                    del reports[length:]
                    self._reports[number] = reports
                raise

    def flush(self) -> None:
        """Write the steps and log lines that wait; does nothing where none do."""
        with self._turn, faults.told_as_faults(self.path):
            self._require_open()
            if self._passing or any(self._reports.values()):
                self._write_events(self._passing, everything=True)
                self._passing.clear()

    def set_setup(self, text: str, *events: SpaceChanged | StudyChanged) -> None:
        """Replace the study's setup and whatever in the file follows from it, at once and durably.

        ``events`` tell of its new search space, where that changes, and of the edit. Raises :class:`UserFault` where
        trials have told values of constraints that it does not have, or scores of directions that it does not have.
        """
        if len(text) > LONGEST_SETUP:
            raise UserFault(f"The setup of {self.path.name} is too long to store.", "Shorten its texts.")

        def carry_out(connection: sqlite3.Connection) -> None:
            before = definition.entries(connection, self.path)
            found = definition.following(definition.read(text), before)
            if _is_settled(connection, before, found):
                raise UserFault(
                    "The constraints and the number of scores stay as they are once trials have told them.",
                    "Save the study under another name, or make a new one.",
                )
            definition.write(connection, text, found)
            transaction = Transaction(connection, self._count, len(found.directions), found.constraints)
            for event in events:
                transaction.apply(event)
            self._objectives, self._constraints = len(found.directions), found.constraints

        with self._turn:
            known = self._objectives, self._constraints
            try:
                self._run_transaction(carry_out)
            except BaseException:
                self._objectives, self._constraints = known
                raise

    def put_checkpoint(self, number: int, step: int, data: bytes) -> None:
        """Keep ``data`` as the latest state of an unfinished trial, in place of the one before, durably."""
        row = (number, step, zlib.crc32(data), data)
        statement = "INSERT OR REPLACE INTO checkpoint (trial, step, crc32, data) VALUES (?, ?, ?, ?)"
        self._run_transaction(lambda connection: connection.execute(statement, row))

    def save_as(self, path: Path | str, unwritten: Sequence[AnyEvent] = (), setup: str | None = None) -> None:
        """A consistent copy at ``path``, one closed file, put there at once; the study itself stays open here.

        Recording goes on meanwhile. Where the study's own file has gone, what was recorded so far is still at hand:
        it can be copied anywhere, and saving it under its own name puts it back. A copy elsewhere also holds what the
        disk did not take: what waits here, and ``unwritten``, which the caller will record later. ``setup`` is the
        study's definition as it is at that other place.
        """
        target = connections.real(path)
        with self._turn:
            self._require_open()
            is_there = self.is_in_place
            if is_there and self._files.lies_at(target):
                raise UserFault(f"{target.name} is the study itself.", "Choose another name.")
            with suppress(UserFault):  # a full or vanished disk is why people save elsewhere
                self.flush()
            is_behind = unwritten or self._passing or any(self._reports.values())
            if target == self.path:
                self._put_back()
                return
            if is_behind or not is_there:
                copying.copy_to(self._connection, target, lambda copy: self._complete_copy(copy, unwritten, setup))
                return
        with faults.told_as_faults(self.path):
            source = connections.reading(self.path, closed=False)
        try:
            copying.copy_to(source, target, lambda copy: _put_setup(copy, setup))
        finally:
            source.close()

    def close(self) -> None:
        """Write what waits, fold everything into one plain file and let go of it, whatever happens.

        Raises :class:`UserFault` where the last second of unfinished curves could not be written, or where the log
        could not be folded in (the study is complete then, in two files that belong together).
        """
        with self._turn:
            if not self._is_open:
                self._end_writing()
                return
            try:
                with faults.told_as_faults(self.path):
                    self.flush()
                    self._holder.require(self._connection, self.path)
                    # execute() would take one step, which frees one page; a script runs to its end.
                    self._connection.executescript("PRAGMA incremental_vacuum")
                    self._fold_log()
            finally:
                self._end_writing()

    def abandon(self, *, is_saved: bool = False) -> None:
        """Let go of the file without another word, for whoever no longer knows what it took.

        ``is_saved`` says that all of the study is elsewhere: where its file is gone, its log goes, too.
        """
        with self._turn:
            self._end_writing(removes_log=is_saved and not self._files.is_in_place)

    def _end_writing(self, *, removes_log: bool = False) -> None:
        """Let go of everything; once more does no harm, and does what an interrupt kept from being done."""
        self._is_open = self._holder.is_open = False
        if self._is_forked:  # lock and log are those of the process that this one is a copy of
            return
        try:
            with self._files.kept_apart():
                self._connection.close()
            if removes_log:
                self._files.remove_log()
        finally:
            self._lock.release()

    def _take_in(self, events: Iterable[AnyEvent], before: _Waiting) -> list[AnyEvent]:
        """Put steps where they wait, noting in ``before`` what waited there; returns the other events."""
        others: list[AnyEvent] = []
        latest: int | None = None  # the trial that the last step was of: steps come in runs
        reports: list[StepReported] = []
        for event in events:
            if isinstance(event, StepReported):
                if event.number != latest:
                    latest, reports = event.number, self._waiting_of(event.number, before)
                reports.append(event)
                continue
            others.append(event)
            if isinstance(event, TrialStarted):  # its curve begins anew
                self._waiting_of(event.number, before)
                self._reports[event.number] = []
                latest = None
        return others

    def _waiting_of(self, number: int, before: _Waiting) -> list[StepReported]:
        if not 0 <= number < schema.DEEPEST:
            raise Bug(f"there is no trial {number}")
        reports = self._reports.setdefault(number, [])
        before.setdefault(number, (reports, len(reports)))
        return reports

    def _write_events(self, events: Sequence[AnyEvent], *, everything: bool) -> None:
        """One transaction with ``events`` and the curves of trials that end or are cut off in them (or of all)."""
        over = {event.number for event in events if isinstance(event, TrialEnded)}
        cut = {event.number for event in events if isinstance(event, TrialInterrupted)} - over
        due = {number for number, reports in self._reports.items() if reports and (everything or number in cut)} - over
        count = self._count

        def carry_out(connection: sqlite3.Connection) -> None:
            nonlocal count
            transaction = Transaction(connection, count, self._objectives, self._constraints)
            for event in events:
                transaction.apply(event)
            for number in sorted(over):
                transaction.finish_steps(number, self._reports.get(number, ()))
            for number in sorted(due):
                transaction.append_steps(number, self._reports[number])
            count = transaction.count

        self._run_transaction(carry_out)
        self._count = count
        for number in over | due:
            self._reports.pop(number, None)
        if everything:
            self._written_at = self._clock()

    def _run_transaction(self, change: Callable[[sqlite3.Connection], object]) -> None:
        with self._turn, faults.told_as_faults(self.path):
            self._require_open()
            self._require_place()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._holder.require(self._connection, self.path)
                change(self._connection)
                self._connection.execute("COMMIT")
                self._files.note()
            except BaseException:
                if self._connection.in_transaction:  # SQLite has already rolled back where the disk was at fault
                    self._connection.execute("ROLLBACK")
                raise

    @property
    def _is_forked(self) -> bool:
        return os.getpid() != self._process

    def _require_open(self) -> None:
        if self._is_forked:
            raise faults.forked(self.path)
        if not self._is_open:
            raise Bug(f"{self.path.name} has been closed")

    def _require_place(self) -> None:
        self._files.require()
        if not self._files.is_log_in_place:
            self._begin_new_log()

    def _begin_new_log(self) -> None:
        """Somebody removed the log beside the study; we still hold it, so that nothing in it is lost."""
        self._holder.require(self._connection, self.path)
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._reopen_connection()

    def _complete_copy(self, copy: sqlite3.Connection, unwritten: Sequence[AnyEvent], setup: str | None) -> None:
        """Bring what the file does not hold into a copy of it."""
        _put_setup(copy, setup)
        transaction = Transaction(copy, self._count, self._objectives, self._constraints)
        transaction.apply_all([*self._passing, *unwritten], self._reports)

    def _put_back(self) -> None:
        with faults.told_as_faults(self.path):
            copying.write_in_place(self._connection, self.path, own_log=True)
            self._reopen_connection()

    def _reopen_connection(self) -> None:
        self._connection.close()  # first: the last to close removes the log by its name
        self._connection = logs.begin(self.path, self._lock, self._holder)
        self._files.note_all()

    def _fold_log(self) -> None:
        self._files.require()
        try:
            # A fold that breaks off may have taken the name out of the file: the log is this file's all the same.
            self._lock.mark(0)
            self._holder.leave(self._connection)
            logs.fold(self._connection)
            self._files.note()
        except sqlite3.OperationalError as error:
            raise UserFault(
                f"{self.path.name} is complete, but its last part still lies in {self.path.name}-wal beside it.",
                "Keep the two files together; opening the study once more makes them one.",
            ) from error


def _put_setup(copy: sqlite3.Connection, setup: str | None) -> None:
    if setup is not None:
        schema.set_value(copy, "setup", setup)


def _is_settled(connection: sqlite3.Connection, before: definition.Entries, after: definition.Entries) -> bool:
    """Whether trials have told what a new definition has no place for."""
    tables = []
    if before.constraints != after.constraints:
        tables.append("constraint_value")
    if len(after.directions) < len(before.directions):
        tables.append("further_score")
    return any(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)


def _is_passing(event: AnyEvent) -> bool:
    """Whether an event may wait a second for others: losing it with the power loses no result."""
    return isinstance(event, ParamsAdded) or (isinstance(event, LogLine) and event.level == "info")
