"""Study files made and opened for writing: the lock, the checks, the upgrade, and what a crash left behind."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from engine.errors import UserFault
from engine.events import AnyEvent, LogLine, SpaceChanged, TrialInterrupted
from engine.space import SearchSpace
from engine.store import connection as connections
from engine.store import copying, definition, faults, holder, loading, logs, migrations, schema
from engine.store.definition import Entries
from engine.store.lock import WriterLock, can_lock
from engine.store.recording import PUT_CONSTRAINT, Transaction
from engine.store.writer import LONGEST_SETUP, Clock, Writer
from engine.trials import Direction, State

CHECKED_BYTES = 8 << 20  # a whole file of up to this size is checked page by page, which takes some 50 ms
_LOOK_ON = "Close it there, or look on here while that one writes."
_CUT_OFF = "The program ended while this trial ran."


def create(
    path: Path | str,
    setup: str,
    space: SearchSpace,
    directions: Iterable[Direction] = ("minimize",),
    constraints: Iterable[str] = (),
    *,
    events: Iterable[AnyEvent] = (),
    replace: bool = False,
    clock: Clock = time.monotonic,
) -> Writer:
    """A new study file, open for writing. ``setup`` is any text.

    Where it is a study's definition, the constraints and the first direction follow from it.

    ``events`` have happened in it already; trials that run go on. Raises :class:`UserFault` where a file of that name
    exists (with ``replace``, one that is no study) or the place cannot be written, :class:`LockedByOther` where it is
    open elsewhere. The file appears at once and complete, and until then the old one is there, complete.
    """
    target = connections.real(path)
    try:
        lock = _take_lock(target)
    except faults.Unlockable:
        raise
    except faults.LockedByOther as fault:
        raise faults.LockedByOther(fault.what, "Close it there, or choose another name.") from fault
    try:
        with faults.told_as_faults(target):
            if not replace:
                _require_no_file(target)
            said = logs.set_aside(target)
            with copying.replacing(target) as fresh:
                _lay_out(fresh, setup, space, Entries(tuple(directions), tuple(constraints)), events)
            return _opened(target, lock, clock, said, recovers=False)
    except BaseException:
        lock.release()
        raise


def open_writer(path: Path | str, *, clock: Clock = time.monotonic) -> Writer:
    """An existing study file, open for writing; trials that ran when it was last cut off wait again.

    An older version is brought up to date after a backup copy beside it. Raises :class:`UserFault` where the file is
    missing, no study, damaged, newer, or not writable; :class:`LockedByOther`, saying by whom, where it is
    open elsewhere.
    """
    with faults.told_as_faults(Path(path)):
        target = connections.real(path)
        if not target.is_file() or not connections.size(target):
            raise faults.not_a_study(target) if target.exists() else faults.missing(target)
    if target.stat().st_nlink > 1:  # each name would have a log of its own
        raise faults.linked(target)
    lock = _take_lock(target)
    try:
        with faults.told_as_faults(target):
            copying.sweep(target.parent)
            said = (*logs.set_aside(target), *logs.bring_back(target, lock))
            return _opened(target, lock, clock, said)
    except BaseException:
        lock.release()
        raise


def _require_no_file(target: Path) -> None:
    if os.path.lexists(target):
        raise UserFault(f"{target.name} exists already.", "Choose another name, or replace it.")


def _take_lock(path: Path) -> WriterLock:
    if not path.parent.is_dir():
        raise UserFault(f"There is no folder {path.parent}.", "Make it, or choose another.")
    lock = WriterLock(path)
    try:
        with faults.told_as_faults(path):
            taken = _try_lock(lock, path)
    except BaseException:
        lock.release()
        raise
    if not taken:
        with faults.told_as_faults(path):
            if not can_lock(path.parent):
                lock.remove()
                raise faults.Unlockable(path)
        raise faults.LockedByOther(f"{path.name} is open already{_by_whom(path) or ' elsewhere'}.", _LOOK_ON)
    return lock


def _try_lock(lock: WriterLock, path: Path) -> bool:
    try:
        return lock.take()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN:
            raise faults.read_only(path) from error
        raise


def _by_whom(path: Path) -> str:
    """Words for who writes to the file, which may be no study."""
    try:
        with closing(connections.reading(path, closed=logs.is_closed(path))) as connection:
            return holder.words(connection)
    except (sqlite3.Error, UserFault, OSError):
        return " elsewhere"


def _lay_out(fresh: Path, setup: str, space: SearchSpace, given: Entries, events: Iterable[AnyEvent]) -> None:
    if len(setup) > LONGEST_SETUP:
        raise UserFault("The setup of the study is too long to store.", "Shorten its texts.")
    with closing(connections.plain_writing(fresh, create=True)) as connection:
        connection.execute(f"PRAGMA page_size = {connections.PAGE_SIZE}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # so that closing can give back what checkpoints took
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("BEGIN")
        schema.create(connection)
        entries = definition.following(definition.read(setup), given)
        definition.write(connection, setup, entries)
        connection.execute(
            "INSERT INTO space (first_trial, time, json) VALUES (0, ?, ?)", (time.time(), space.to_json())
        )
        Transaction(connection, 0, len(entries.directions), entries.constraints).apply_all(events)
        connection.execute("COMMIT")


def _opened(path: Path, lock: WriterLock, clock: Clock, said: tuple[str, ...] = (), *, recovers: bool = True) -> Writer:
    """``said`` is what befell the file before, for its log."""
    with closing(connections.reading(path, closed=True)) as alone:  # who opened it under another name has its log there
        _require_free(alone, path)
    with closing(connections.plain_writing(path)) as connection:
        _check_file(connection, path)
        _require_free(connection, path)
        migrations.upgrade(connection, path, schema.version_of(connection, path))
        schema.check_tables(connection, path)
        running = _running(connection, path) if recovers else []
        put_right = (*said, *_put_right(connection, path))
    name = holder.Holder()
    try:
        connection = logs.begin(path, lock, name)
    except BaseException:
        name.is_open = False
        raise
    try:
        writer = Writer(path, connection, lock, name, clock)
        writer.put_right = put_right
        writer.recovered = tuple(TrialInterrupted(number, time.time(), _CUT_OFF) for number in running)
        if running:
            writer.record(writer.recovered)
    except BaseException:
        name.is_open = False
        connection.close()
        raise
    return writer


def _require_free(connection: sqlite3.Connection, path: Path) -> None:
    """Raises :class:`LockedByOther` where its writer has the file open, whose lock is gone or beside another name."""
    with suppress(sqlite3.DatabaseError):  # told by whoever reads it next
        if holder.is_held(connection, path):
            raise faults.LockedByOther(f"{path.name} is open already{holder.words(connection)}.", _LOOK_ON)


def _put_right(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """Have the file say what its definition says; a sentence for everything that was otherwise, also for its log."""
    last = loading.stored_eras(connection, path)[-1].space
    said = definition.contradictions(connection, path, last)
    if not said:
        return ()
    text = schema.value_of(connection, "setup")
    setup = definition.read(text)
    assert setup is not None, "a text that is no definition contradicts nothing"
    stored, found = definition.stored_entries(connection, path), definition.entries(connection, path)
    rows = connection.execute("SELECT trial, position, value FROM constraint_value").fetchall()
    targets = definition.places(found, stored, path, is_told=bool(rows))
    (count,) = connection.execute("SELECT count(*) FROM trial").fetchone()
    writing = Transaction(connection, count, len(found.directions), found.constraints)
    connection.execute("BEGIN IMMEDIATE")
    try:
        definition.write(connection, setup.to_json(), found)
        if rows and found.constraints != stored.constraints:
            connection.execute("DELETE FROM constraint_value")
            connection.executemany(PUT_CONSTRAINT, definition.moved(rows, targets, path))
        pending = definition.pending_space(setup, last)
        if pending is not None:
            writing.apply(SpaceChanged(pending.to_json(), time.time()))
        for sentence in said:
            writing.apply(LogLine(sentence, time.time(), "warning"))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return said


def _check_file(connection: sqlite3.Connection, path: Path) -> None:
    schema.version_of(connection, path)
    schema.refuse_strange_objects(connection, path)
    if path.stat().st_size <= CHECKED_BYTES:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise faults.damaged(path)


def _running(connection: sqlite3.Connection, path: Path) -> list[int]:
    """Trials that were running when the file was last left, ascending."""
    running = []
    for expected, (number, state) in enumerate(connection.execute("SELECT number, state FROM trial ORDER BY number")):
        if number != expected:  # also ends the walk through a file whose pages lead in circles
            raise faults.damaged(path, f"trial {expected}")
        if state == State.RUNNING.label:
            running.append(number)
    return running
