"""The tables of a study file, and the check that a file has these and nothing else.

``resources/help/study_file.md`` explains every table and column; change both together, with a migration.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import cast, get_args

from engine.errors import UserFault
from engine.store import faults, json_text
from engine.trials import Direction

APPLICATION_ID = 0x54774C70  # "TwLp" in ASCII
VERSION = 3  # of the file's format, see study_file.md
PARTS = 1 << 20  # parts of one curve, at most
MOST_OBJECTIVES = 64  # only a file made to harm has more
MOST_CONSTRAINTS = 1024  # only a file made to harm has more
DEEPEST = 1 << 42  # trial numbers stay below, so that PARTS times a number fits in SQLite's integers

TABLES = {
    "study": "CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "space": """CREATE TABLE space (
        id INTEGER PRIMARY KEY, first_trial INTEGER NOT NULL, time REAL, json TEXT NOT NULL)""",
    # "score" has no type, so that SQLite keeps the sign of -0.0, which a REAL column loses.
    "trial": """CREATE TABLE trial (
        number INTEGER PRIMARY KEY, state TEXT NOT NULL, params TEXT NOT NULL, score,
        source TEXT NOT NULL, retry_of INTEGER, worker INTEGER, attempts INTEGER NOT NULL,
        queued REAL, started REAL, ended REAL, seconds REAL,
        reason TEXT, why TEXT, details TEXT)""",
    "further_score": """CREATE TABLE further_score (
        trial INTEGER NOT NULL, objective INTEGER NOT NULL, score, PRIMARY KEY (trial, objective)) WITHOUT ROWID""",
    "constraint_value": """CREATE TABLE constraint_value (
        trial INTEGER NOT NULL, position INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (trial, position))
        WITHOUT ROWID""",
    # The key of a part is trial * PARTS + part: one tree serves both "all of a trial" and "in order", without an index.
    "curve": """CREATE TABLE curve (
        id INTEGER PRIMARY KEY, length INTEGER NOT NULL, names TEXT NOT NULL, crc32 INTEGER NOT NULL,
        data BLOB NOT NULL)""",
    "checkpoint": """CREATE TABLE checkpoint (
        trial INTEGER PRIMARY KEY, step INTEGER NOT NULL, crc32 INTEGER NOT NULL, data BLOB NOT NULL)""",
    "log": """CREATE TABLE log (
        id INTEGER PRIMARY KEY, time REAL, level TEXT NOT NULL, trial INTEGER, text TEXT NOT NULL)""",
    "log_of_trial": "CREATE INDEX log_of_trial ON log (trial)",
    "change": """CREATE TABLE change (
        id INTEGER PRIMARY KEY, first_trial INTEGER NOT NULL, time REAL, author TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL)""",
    "run_state": """CREATE TABLE run_state (
        id INTEGER PRIMARY KEY, time REAL, state TEXT NOT NULL, reason TEXT NOT NULL, failed INTEGER NOT NULL)""",
    # What the models of trials said of rows that they had not seen; the rows themselves are there once.
    "prediction": """CREATE TABLE prediction (
        trial INTEGER PRIMARY KEY, rows TEXT NOT NULL, kind TEXT NOT NULL, columns INTEGER NOT NULL,
        code TEXT NOT NULL, exceptions INTEGER NOT NULL, crc32 INTEGER NOT NULL, data BLOB NOT NULL)""",
    "prediction_rows": """CREATE TABLE prediction_rows (
        key TEXT PRIMARY KEY, crc32 INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID""",
    "finding": """CREATE TABLE finding (
        id INTEGER PRIMARY KEY, time REAL, kind TEXT NOT NULL, json TEXT NOT NULL, crc32 INTEGER NOT NULL,
        data BLOB NOT NULL)""",
}


def create(connection: sqlite3.Connection) -> None:
    """Lay out an empty study file, inside the caller's transaction."""
    for statement in TABLES.values():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The file's version; raises :class:`UserFault` where it is no study or newer than this Twinloop."""
    (identity,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if identity != APPLICATION_ID or version < 1:
        raise faults.not_a_study(path)
    if version > VERSION:
        raise UserFault(
            f"{path.name} was made by a newer Twinloop (its format is {version}, this one knows up to {VERSION}).",
            "Update Twinloop, then open it again.",
        )
    return int(version)


def refuse_strange_objects(connection: sqlite3.Connection, path: Path) -> None:
    """Views and triggers are programs: a study has none, of whatever version it is."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') LIMIT 1").fetchall()
    if rows:
        raise _strange(path, rows[0][0])


def check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Raises :class:`UserFault` unless the file has exactly the tables and indexes of this version."""
    refuse_strange_objects(connection, path)  # also those whose names pass for SQLite's own
    rows = connection.execute("SELECT name, sql FROM sqlite_schema LIMIT 1000").fetchall()
    found = {str(name): _plain_sql(sql) for name, sql in rows if not str(name).startswith("sqlite_")}
    for name, sql in found.items():
        if name not in TABLES or sql != _plain_sql(TABLES[name]):
            raise _strange(path, name)
    if len(found) != len(TABLES):
        raise faults.damaged(path, f"table {next(name for name in TABLES if name not in found)}")


def _strange(path: Path, name: str) -> UserFault:
    return UserFault(
        f"{path.name} holds something that no study has ({str(name)[:60]!r}), so it is left alone.",
        "Open a backup copy, or remove that with the program that put it there.",
    )


def _plain_sql(sql: object) -> str:
    return " ".join(str(sql).replace('"', "").split())


def objectives_of(connection: sqlite3.Connection, path: Path) -> list[Direction]:
    """The study's directions; raises :class:`UserFault` where they are none."""
    try:
        directions = json_text.decode_texts(value_of(connection, "directions"))
    except ValueError:
        directions = []
    if not 0 < len(directions) <= MOST_OBJECTIVES or not set(directions) <= set(get_args(Direction)):
        raise faults.damaged(path, "the direction of the search")
    return cast("list[Direction]", directions)


def constraints_of(connection: sqlite3.Connection, path: Path) -> list[str]:
    """The names of the study's constraints; raises :class:`UserFault` where they are none."""
    text = value_of(connection, "constraints")
    try:
        names = json_text.decode_texts("[]" if text is None else text)
    except ValueError as error:
        raise faults.damaged(path, "the names of the constraints") from error
    if len(names) > MOST_CONSTRAINTS or len(set(names)) < len(names):
        raise faults.damaged(path, "the names of the constraints")
    return names


def value_of(connection: sqlite3.Connection, key: str) -> str | None:
    """One entry of the table ``study``, if it is there and is a text."""
    row = connection.execute("SELECT value FROM study WHERE key = ?", (key,)).fetchone()
    return row[0] if row and isinstance(row[0], str) else None


def set_value(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Set one entry of the table ``study``."""
    connection.execute("INSERT OR REPLACE INTO study (key, value) VALUES (?, ?)", (key, value))


def forget_holder(connection: sqlite3.Connection) -> None:
    """Nobody writes to this file any more."""
    connection.execute("DELETE FROM study WHERE key = 'holder'")
