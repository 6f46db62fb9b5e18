"""Out-of-fold predictions of trials as rows of a study file, and which of them are let go where they grow too large."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path

from engine.data.out_of_fold import OutOfFoldRows, Predictions, unpack_predictions, unpack_rows
from engine.errors import UserFault
from engine.events import PackedPredictions
from engine.store import faults, schema

BUDGET_KEY = "prediction_megabytes"
DEFAULT_MEGABYTES = 16.0
"""Of all predictions of a study: with the rest of it a file of 200 trials stays below 20 MB."""
CHECKED_EVERY = 16  # trials: a guess between a few kilobytes too many and a search that is slowed
_MOST_READ = 1 << 30  # bytes of values in memory at a time; only a file made to harm has more

_PUT = """INSERT OR REPLACE INTO prediction (trial, rows, kind, columns, code, exceptions, crc32, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_PUT_ROWS = "INSERT OR IGNORE INTO prediction_rows (key, crc32, data) VALUES (?, ?, ?)"
_GET = "SELECT trial, rows, kind, columns, code, exceptions, crc32, data FROM prediction ORDER BY trial"
_SIZES = """SELECT p.trial, length(p.data), t.score FROM prediction p LEFT JOIN trial t ON t.number = p.trial
    ORDER BY p.trial"""


def put_predictions(connection: sqlite3.Connection, number: int, packed: PackedPredictions) -> None:
    """Keep the predictions of a trial, inside the caller's transaction; poor old ones go where there are too many."""
    if packed.rows_data:
        connection.execute(_PUT_ROWS, (packed.rows_key, zlib.crc32(packed.rows_data), packed.rows_data))
    row = (number, packed.rows_key, packed.kind, packed.columns, packed.code, packed.exceptions)
    connection.execute(_PUT, (*row, zlib.crc32(packed.data), packed.data))
    most = budget_of(connection) * 1e6
    if number % CHECKED_EVERY and len(packed.data) < most / 64:  # adding them up takes longer the more there are
        return
    (total,) = connection.execute("SELECT total(length(data)) FROM prediction").fetchone()
    (rows,) = connection.execute("SELECT total(length(data)) FROM prediction_rows").fetchone()
    if total + rows > most:
        _thin_out(connection, total + rows - 0.9 * most)  # some room, so that this is not done for every trial


def budget_of(connection: sqlite3.Connection) -> float:
    """Megabytes that the study's predictions may take."""
    text = schema.value_of(connection, BUDGET_KEY)
    try:
        return max(0.0, float(text)) if text is not None else DEFAULT_MEGABYTES
    except ValueError:
        return DEFAULT_MEGABYTES


def _thin_out(connection: sqlite3.Connection, excess: float) -> None:
    """Delete the oldest trials of the worse half, then the oldest of the better, until ``excess`` bytes are gone."""
    sizes = connection.execute(_SIZES).fetchall()
    (direction, *_) = schema.objectives_of(connection, Path("study"))
    sign = -1.0 if direction == "maximize" else 1.0
    ranked = sorted((sign * row[2] if isinstance(row[2], float) else float("inf")) for row in sizes)
    middle = ranked[(len(ranked) - 1) // 2]
    poor = [row for row in sizes if not isinstance(row[2], float) or sign * row[2] > middle]
    good = [row for row in sizes if row not in poor]
    for number, size, _ in (*poor, *good):
        if excess <= 0:
            break
        connection.execute("DELETE FROM prediction WHERE trial = ?", (number,))
        excess -= size
    connection.execute("DELETE FROM prediction_rows WHERE key NOT IN (SELECT rows FROM prediction)")


def predictions_of(
    connection: sqlite3.Connection, path: Path, wanted: Iterable[int] | None = None
) -> dict[int, tuple[OutOfFoldRows, Predictions]]:
    """The predictions of these trials, or of all, with their rows; raises :class:`UserFault` where bytes are damaged.

    Trials of the same folds share one object of rows.
    """
    chosen = None if wanted is None else set(wanted)
    rows: dict[str, OutOfFoldRows] = {}
    found: dict[int, tuple[OutOfFoldRows, Predictions]] = {}
    size = 0
    for number, key, kind, columns, code, exceptions, crc32, data in connection.execute(_GET):
        if chosen is not None and number not in chosen:
            continue
        try:
            if not (
                isinstance(key, str) and isinstance(kind, str) and isinstance(code, str) and isinstance(data, bytes)
            ):
                raise ValueError("types")  # noqa: TRY004, TRY301 - one kind of error for whatever a hostile file holds
            if not (isinstance(columns, int) and isinstance(exceptions, int)) or zlib.crc32(data) != crc32:
                raise ValueError("checksum")  # noqa: TRY301
            if key not in rows:
                rows[key] = _rows_of(connection, key)
            predictions = unpack_predictions(PackedPredictions(kind, columns, code, exceptions, data, key), rows[key])
        except ValueError as error:
            raise faults.damaged(path, f"the predictions of trial {number}") from error
        size += predictions.values.nbytes
        if size > _MOST_READ:
            raise UserFault("The predictions of this study are too large to be read at once.", "Choose fewer trials.")
        found[number] = rows[key], predictions
    return found


def _rows_of(connection: sqlite3.Connection, key: str) -> OutOfFoldRows:
    row = connection.execute("SELECT crc32, data FROM prediction_rows WHERE key = ?", (key,)).fetchone()
    if row is None or not isinstance(row[1], bytes) or zlib.crc32(row[1]) != row[0]:
        raise ValueError("rows")
    return unpack_rows(key, row[1])
