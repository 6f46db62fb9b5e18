"""The race file beside a study, ``NAME.race``: one SQLite database that holds races and every trial of theirs.

A trial is in the file before it is shown, so that a kill at any moment loses none, and an interrupted race goes on
where it was. One program at a time writes; the same race gives the same content, apart from times.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType

import msgspec

from engine.errors import UserFault
from engine.racing.entrants import Entrant
from engine.racing.messages import Ended, ObjectiveProblem, Row
from engine.space import SearchSpace
from engine.store import connection as connections
from engine.store import faults, logs
from engine.store.lock import WriterLock

APPLICATION_ID = 0x54775263  # "TwRc" in ASCII
VERSION = 1  # of the tables below; grows with each change to them
TABLES = (
    "CREATE TABLE race (id INTEGER PRIMARY KEY, definition TEXT NOT NULL UNIQUE)",
    """CREATE TABLE trial (
        race INTEGER NOT NULL, strategy INTEGER NOT NULL, repeat INTEGER NOT NULL, number INTEGER NOT NULL,
        state TEXT NOT NULL, params TEXT NOT NULL, score REAL, judged REAL, reason TEXT NOT NULL, details TEXT NOT NULL,
        curve TEXT NOT NULL, fits INTEGER NOT NULL, search_seconds REAL NOT NULL, seconds REAL NOT NULL,
        PRIMARY KEY (race, strategy, repeat, number)) WITHOUT ROWID""",
    """CREATE TABLE search (
        race INTEGER NOT NULL, strategy INTEGER NOT NULL, repeat INTEGER NOT NULL, judged REAL, reason TEXT NOT NULL,
        PRIMARY KEY (race, strategy, repeat)) WITHOUT ROWID""",
)


class RaceDefinition(msgspec.Struct, frozen=True):
    """What makes two races the same one."""

    problem: ObjectiveProblem
    entrants: tuple[Entrant, ...]
    seeds: tuple[int, ...]
    trials: int
    trial_seconds: float | None = None


def race_path(study: Path | str) -> Path:
    """Where the races of a study are kept."""
    return connections.real(study).with_suffix(".race")


class RaceFile:
    """Held open for writing from the beginning to :meth:`close`; used by one thread."""

    def __init__(self, path: Path, definition: RaceDefinition) -> None:
        """Opens or makes the file; raises :class:`UserFault` where another program writes it, or it is no race file."""
        self.path = path
        self._definition = definition
        self._lock = WriterLock(path)
        with faults.told_as_faults(path):
            if not self._lock.take():
                raise UserFault(f"Another program races into {path.name}.", "Wait for it, or end it there.")
            try:
                self._connection = self._opened()
                self._id = self._entered(msgspec.json.encode(definition).decode())
            except BaseException:
                self._lock.release()
                raise

    def __enter__(self) -> RaceFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def known(self) -> list[Row | Ended]:
        """What is kept of this race, trials in their order, then the searches that are over."""
        with faults.told_as_faults(self.path):
            rows = self._connection.execute(
                "SELECT strategy, repeat, number, params, state, score, judged, reason, details, curve, fits, "
                "search_seconds, seconds FROM trial WHERE race = ? ORDER BY repeat, strategy, number",
                (self._id,),
            ).fetchall()
            ends = self._connection.execute(
                "SELECT strategy, repeat, judged, reason FROM search WHERE race = ?", (self._id,)
            ).fetchall()
        try:
            found: list[Row | Ended] = [*map(_row, rows), *(msgspec.convert(Ended(*end), Ended) for end in ends)]
            self._require_places(found)
        except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
            raise faults.damaged(self.path, "a trial of the race") from error
        return found

    def keep(self, one: Row | Ended) -> None:
        """Write one result; it is on the disk when this returns."""
        with faults.told_as_faults(self.path):
            if isinstance(one, Ended):
                values: Sequence[object] = (self._id, one.place, one.repeat, one.judged, one.reason)
                self._connection.execute("INSERT OR REPLACE INTO search VALUES (?, ?, ?, ?, ?)", values)
                return
            texts = [msgspec.json.encode(part).decode() for part in (one.params, one.details, one.curve)]
            values = (
                *(self._id, one.place, one.repeat, one.number, one.state, texts[0], one.score, one.judged, one.reason),
                *(texts[1], texts[2], one.fits, one.search_seconds, one.seconds),
            )
            marks = ", ".join("?" * len(values))
            self._connection.execute(f"INSERT OR REPLACE INTO trial VALUES ({marks})", values)

    def close(self) -> None:
        """One plain file is left, and nobody writes it."""
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        self._connection.close()
        self._lock.release()

    def _require_places(self, found: Sequence[Row | Ended]) -> None:
        """Raises ``ValueError`` for what lies outside the race, or follows on no trial: a stranger wrote it."""
        names = set(SearchSpace.from_json(self._definition.problem.space).names)
        counts: Counter[tuple[int, int]] = Counter()
        for one in found:
            at = one.place, one.repeat
            if not (0 <= one.place < len(self._definition.entrants) and 0 <= one.repeat < len(self._definition.seeds)):
                raise ValueError(at)
            if isinstance(one, Row):
                is_next = one.number == counts[at] and one.number < self._definition.trials
                if not is_next or not names.issuperset(one.params):
                    raise ValueError(one.number)
                counts[at] += 1

    def _opened(self) -> sqlite3.Connection:
        is_new = not self.path.exists()
        if is_new:
            connections.plain_writing(self.path, create=True).close()
        else:  # looked at before anything is set, so that a file that is refused stays as it is
            with closing(connections.reading(self.path, closed=logs.is_closed(self.path))) as looked_at:
                _require_race(looked_at, self.path)
        connection = connections.writing(self.path)
        try:
            _lay_out(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _entered(self, definition: str) -> int:
        self._connection.execute("INSERT OR IGNORE INTO race (definition) VALUES (?)", (definition,))
        (number,) = self._connection.execute("SELECT id FROM race WHERE definition = ?", (definition,)).fetchone()
        return int(number)


def _require_race(connection: sqlite3.Connection, path: Path) -> None:
    """Raises :class:`UserFault` for what is neither empty nor a race file of a version that is known."""
    try:
        (identity,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_NOTADB:
            raise
        identity, version, tables = 0, 0, 1
    if identity == 0 and version == 0 and tables == 0:
        return
    if identity != APPLICATION_ID or version < 1:
        raise UserFault(f"{path.name} is not a race file.", "Move it away, and race again.")
    if version > VERSION:
        what = f"{path.name} was made by a newer Twinloop (its format is {version}, this one knows up to {VERSION})."
        raise UserFault(what, "Update Twinloop, or move the file away.")
    schema = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    if schema != set(TABLES):  # views, triggers and computed columns are programs: a race file has none
        raise UserFault(f"{path.name} holds more than a race.", "Move it away, and race again.")


def _lay_out(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none."""
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _row(values: tuple[object, ...]) -> Row:
    place, repeat, number, params, state, score, judged, reason, details, curve, *rest = values
    told = [msgspec.json.decode(str(part)) for part in (params, details, curve)]
    return msgspec.convert(
        {
            "kind": "row",
            **dict(
                zip(
                    Row.__struct_fields__,
                    (place, repeat, number, told[0], state, score, judged, reason, told[1], told[2], *rest),
                    strict=True,
                )
            ),
        },
        Row,
    )
