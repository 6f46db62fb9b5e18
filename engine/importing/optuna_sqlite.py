"""Optuna's SQLite storages, read by SQL alone: any version since 2.4, also one that a killed program left behind."""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import UserFault
from engine.importing import registry
from engine.importing.choosing import choose_study
from engine.importing.optuna_building import RawTrial, build_study
from engine.importing.records import ForeignStudy, Wishes
from engine.importing.sources import Source

_WAIT_SECONDS = 3.0  # for a program that writes at this moment: a guess
_NEEDED = {
    "studies": ("study_id", "study_name"),
    "study_directions": ("study_id", "direction", "objective"),
    "trials": ("trial_id", "number", "study_id", "state", "datetime_start", "datetime_complete"),
    "trial_params": ("trial_id", "param_name", "param_value", "distribution_json"),
    "trial_values": ("trial_id", "objective", "value"),
    "trial_intermediate_values": ("trial_id", "step", "intermediate_value"),
    "trial_user_attributes": ("trial_id", "key", "value_json"),
    "trial_system_attributes": ("trial_id", "key", "value_json"),
    "study_user_attributes": ("study_id", "key", "value_json"),
    "study_system_attributes": ("study_id", "key", "value_json"),
}
_STATES = {"RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"}
_UNUSUAL = {"INF_POS": math.inf, "INF_NEG": -math.inf, "NAN": math.nan}
_NOT_FINITE = math.nan  # a value that is missing where nothing says why
_IN_UTC = 5  # the first version of Optuna that writes times in UTC; earlier ones wrote local time


@registry.register
class OptunaSqlite(Source):
    """A storage that Optuna wrote with SQLite."""

    title = "Optuna storage (SQLite)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Any SQLite file."""
        return head.startswith(b"SQLite format 3\0")

    def study_names(self, path: Path) -> tuple[str, ...]:
        """The studies in it."""
        with _opened(path) as connection:
            return tuple(name for _, name in _studies(connection))

    def read(self, path: Path, wishes: Wishes) -> ForeignStudy:
        """One study, with every field of its trials."""
        with _opened(path) as connection:
            studies = _studies(connection)
            key, name = studies[choose_study(path, [name for _, name in studies], wishes.study)]
            return _read_study(connection, key, name)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The storage, read only, inside one transaction; raises :class:`UserFault` in sentences for whatever keeps it."""
    try:
        try:
            with _read_only(path) as connection:
                yield connection
        except sqlite3.OperationalError as error:
            if not _is_left_behind(error):
                raise
            with tempfile.TemporaryDirectory(prefix="twinloop-import-") as folder:  # what a kill left is undone there
                copy = Path(folder) / "storage.db"
                for ending in ("", "-journal", "-wal"):
                    if (beside := path.with_name(path.name + ending)).exists():
                        shutil.copyfile(beside, copy.with_name(copy.name + ending))
                with _read_only(copy, mode="rw") as connection:
                    yield connection
    except sqlite3.DatabaseError as error:
        raise _fault_of(path, error) from error


@contextmanager
def _read_only(path: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("BEGIN")
        _require_tables(connection, path)
        yield connection


def _is_left_behind(error: sqlite3.OperationalError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def _fault_of(path: Path, error: sqlite3.DatabaseError) -> UserFault:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return UserFault(f"{path.name} is being written by another program.", "Wait for it, or import a copy.")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return UserFault(f"{path.name} is damaged, or only half of it was copied.", "Import another copy of it.")
    return UserFault(f"{path.name} cannot be read: {error}.", "Import another copy of it.")


def _require_tables(connection: sqlite3.Connection, path: Path) -> None:
    rows = connection.execute("SELECT name, type FROM sqlite_schema LIMIT 1000").fetchall()
    tables = {name for name, kind in rows if kind == "table"}
    if "study" in tables and "run_state" in tables:
        raise UserFault(f"{path.name} is a study of Twinloop.", "Open it; there is nothing to import.")
    if not {"studies", "trials"} <= tables:
        raise UserFault(f"{path.name} is not an Optuna storage.", "Choose the file that Optuna's storage names.")
    for table, needed in _NEEDED.items():
        found = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")} if table in tables else set()
        if not set(needed) <= found:
            version = _library_version(connection) if "version_info" in tables else "another Optuna"
            raise UserFault(
                f"{path.name} was written by {version}, whose tables differ ({table}).",
                "Bring it up to date with: optuna storage upgrade --storage sqlite:///FILE.",
            )


def _library_version(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT library_version FROM version_info LIMIT 1").fetchone()
    return f"Optuna {row[0]}" if row and row[0] else "another Optuna"


def _studies(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    rows = connection.execute("SELECT study_id, study_name FROM studies ORDER BY study_id").fetchall()
    return [(key, str(name)) for key, name in rows]


def _read_study(connection: sqlite3.Connection, key: int, name: str) -> ForeignStudy:
    query = "SELECT objective, direction FROM study_directions WHERE study_id = ? ORDER BY objective"
    directions = [direction for _, direction in connection.execute(query, (key,))]
    trials, said = _trials(connection, key, in_utc=_writes_utc(connection))
    of_study = "FROM {} WHERE study_id = ?"
    attributes = [
        {
            one: _json(text)
            for one, text in connection.execute(f"SELECT key, value_json {of_study.format(table)}", (key,))
        }
        for table in ("study_user_attributes", "study_system_attributes")
    ]
    return build_study(name, directions, trials.values(), attributes[0], attributes[1], said)


def _writes_utc(connection: sqlite3.Connection) -> bool:
    major = _library_version(connection).removeprefix("Optuna ").partition(".")[0]
    return major.isdecimal() and int(major) >= _IN_UTC


def _trials(connection: sqlite3.Connection, key: int, *, in_utc: bool) -> tuple[dict[int, RawTrial], list[str]]:
    query = "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials WHERE study_id = ?"
    trials: dict[int, RawTrial] = {}
    unknown = 0
    for trial, number, state, started, ended in connection.execute(query + " ORDER BY number, trial_id", (key,)):
        if state not in _STATES:
            unknown += 1
            continue
        trials[trial] = RawTrial(
            int(number or 0), state, _seconds(started, in_utc=in_utc), _seconds(ended, in_utc=in_utc)
        )
    said = [f"{unknown:,} trials are in a state that this Twinloop does not know; they are left out."] * (unknown > 0)
    of_study = "JOIN trials USING (trial_id) WHERE trials.study_id = ?"
    for trial, name, value, text in connection.execute(
        f"SELECT trial_id, param_name, param_value, distribution_json FROM trial_params {of_study} ORDER BY param_id",
        (key,),
    ):
        if trial in trials:
            trials[trial].params[name] = (value, text)
    for table, value, place, field in (
        ("trial_values", "value", "objective", "scores"),
        ("trial_intermediate_values", "intermediate_value", "step", "reported"),
    ):
        kind = _kind_column(connection, table, value)
        query = f"SELECT trial_id, {place}, {value}, {kind} FROM {table} {of_study} ORDER BY {place}"
        for trial, at, number, said_kind in connection.execute(query, (key,)):
            if trial in trials:
                getattr(trials[trial], field)[int(at)] = _number(number, said_kind)
    for table, field in (("trial_user_attributes", "user_attrs"), ("trial_system_attributes", "system_attrs")):
        for trial, name, text in connection.execute(
            f"SELECT trial_id, key, value_json FROM {table} {of_study}", (key,)
        ):
            if trial in trials:
                getattr(trials[trial], field)[name] = _json(text)
    return trials, said


def _kind_column(connection: sqlite3.Connection, table: str, value: str) -> str:
    """The column that says whether a value is finite, which Optuna has since 3.0."""
    name = f"{value}_type"
    known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    return name if name in known else "NULL"


def _number(value: float | None, kind: str | None) -> float:
    return float(value) if value is not None else _UNUSUAL.get(kind or "", _NOT_FINITE)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return str(text)


def _seconds(text: str | None, *, in_utc: bool) -> float:
    """Seconds since 1970 of a time as SQLite holds it; NaN where there is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment.replace(tzinfo=UTC) if in_utc and moment.tzinfo is None else moment).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return math.nan
