"""Older study files brought up to date, each after a backup copy beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from engine.errors import Bug
from engine.store import copying, faults, schema

Step = Callable[[sqlite3.Connection], None]
STEPS: dict[int, Step] = {}


def migration(*, to: int) -> Callable[[Step], Step]:
    """Decorator of the function that turns version ``to - 1`` into ``to``. It ends with the very text of schema.py."""

    def register(step: Step) -> Step:
        STEPS[to] = step
        return step

    return register


@migration(to=2)
def _add_constraints(connection: sqlite3.Connection) -> None:
    """Version 1 knew scores alone."""
    connection.execute(schema.TABLES["constraint_value"])


@migration(to=3)
def _add_what_trials_leave(connection: sqlite3.Connection) -> None:
    """Version 2 kept no predictions, nothing that was found out after a search, and not who changed what."""
    for name in ("prediction", "prediction_rows", "finding", "change"):
        connection.execute(schema.TABLES[name])


def upgrade(connection: sqlite3.Connection, path: Path, version: int) -> Path | None:
    """Bring the open file from ``version`` to the present one; returns the backup's path, *None* if it is up to date.

    All steps are one transaction: the file is either the old or the new one.
    """
    if version == schema.VERSION:
        return None
    _require_steps(version)
    backup = backup_path(path, version)
    copying.copy_to(connection, backup)
    connection.execute("BEGIN IMMEDIATE")
    try:
        _take_steps(connection, version, path)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        backup.unlink(missing_ok=True)  # of a file that stays as it was
        raise
    return backup


def modern(connection: sqlite3.Connection, version: int, path: Path) -> sqlite3.Connection:
    """A copy in memory of the open file of ``version``, brought up to date; the file stays as it is."""
    _require_steps(version)
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.backup(copy)
        _take_steps(copy, version, path)
    except BaseException:
        copy.close()
        raise
    return copy


def _require_steps(version: int) -> None:
    missing = [number for number in range(version + 1, schema.VERSION + 1) if number not in STEPS]
    if missing:
        raise Bug(f"there is no migration to version {missing[0]}")


def _take_steps(connection: sqlite3.Connection, version: int, path: Path) -> None:
    """Raises :class:`UserFault` where the file is no study of its version."""
    for number in range(version + 1, schema.VERSION + 1):
        try:
            STEPS[number](connection)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:  # of the disk
                raise
            raise faults.damaged(path) from error
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")


def backup_path(path: Path, version: int) -> Path:
    """A free name beside ``path`` for the copy as it was in ``version``."""
    names = (f"{path.stem}.version-{version}{'' if n == 1 else f'-{n}'}{path.suffix}" for n in range(1, 10**6))
    return next(candidate for name in names if not (candidate := path.with_name(name)).exists())
