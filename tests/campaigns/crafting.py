"""Study files that somebody made to harm: valid SQLite with hostile contents in every field that the schema has.

A file begins as a study that Twinloop wrote, of one kind or another, and is then changed in one to five places by
:data:`EDITS`, which know what a field is for: half of the values are of the kind that belongs there, so that they pass
the first check and reach what lies behind it.
"""

import json
import math
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from engine.store import curve_blobs
from engine.store.schema import PARTS
from engine.trials import Curve
from tests.campaigns.crafting_templates import make_templates
from tests.campaigns.crafting_values import NUMBERS, STRINGS, bind, hostile, put, spoiled


def craft(path: Path, templates: dict[str, bytes], rng: random.Random) -> tuple[str, list[str]]:
    """Write one crafted study to ``path``; which template it began as, and what was done to it."""
    name = rng.choice(list(templates))
    path.write_bytes(templates[name])
    path.with_name("t.csv").write_text("a,b,y\n" + "".join(f"{i % 7},{i % 3},{i % 2}\n" for i in range(40)))
    done = []
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            edit = rng.choices(list(EDITS), list(EDITS.values()))[0]
            try:
                said = edit(connection, rng)
            except (sqlite3.Error, ArithmeticError, ValueError, TypeError, LookupError, RecursionError) as error:
                said = f"{type(error).__name__}"
            done.append(f"{edit.__name__.strip('_')} {said or ''}")
        if connection.in_transaction:
            connection.execute("COMMIT")
    return name, done


def _setup(connection, rng):
    (text,) = connection.execute("SELECT value FROM study WHERE key = 'setup'").fetchone()
    text, where = spoiled(text, rng)
    put(connection, "study", "value", text, "key = 'setup'")
    return where


def _space(connection, rng):
    (text,) = connection.execute("SELECT json FROM space").fetchone()
    text, where = spoiled(text, rng)
    put(connection, "space", "json", text)
    if rng.random() < 0.5:  # the definition says the same, so that the space counts
        setup = json.loads(connection.execute("SELECT value FROM study WHERE key = 'setup'").fetchone()[0])
        space = json.loads(text) if isinstance(text, str) else {}
        put(connection, "study", "value", json.dumps({**setup, "space": space}), "key = 'setup'")
        where += " and the definition"
    return where


def _further_space(connection, rng):
    (text,) = connection.execute("SELECT json FROM space ORDER BY id LIMIT 1").fetchone()
    for _ in range(rng.choice((1, 3, 60))):
        bound, mark = bind(spoiled(text, rng)[0])
        first = rng.choice((0, 1, 5, 8, 9, 10**9, -1, 2**62))
        connection.execute(f"INSERT INTO space (first_trial, time, json) VALUES (?, ?, {mark})", (first, 1.0, bound))


def _entry(connection, rng):
    key = rng.choice(("directions", "constraints", "holder", "setup", "of nobody"))
    row = connection.execute("SELECT value FROM study WHERE key = ?", (key,)).fetchone()
    text = row[0] if row else json.dumps({"process": 1, "program": "a", "host": "b", "since": 1.7e9, "token": "t"})
    bound, mark = bind(spoiled(text, rng)[0])
    connection.execute(f"INSERT OR REPLACE INTO study VALUES (?, {mark})", (key, bound))
    return key


def _cell(connection, rng):
    table = rng.choice(
        (
            "study",
            "space",
            "trial",
            "trial",
            "further_score",
            "constraint_value",
            "curve",
            "checkpoint",
            "log",
            "run_state",
        )
    )
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    column = rng.choice(columns)
    rows = connection.execute(f"SELECT {column} FROM {table}").fetchall()
    row = rng.choice(rows) if rows else None
    value = hostile(rng, row[0] if row else None)
    where = rng.choice(("1", f"{columns[0]} = (SELECT max({columns[0]}) FROM {table})"))
    put(connection, table, column, value, where)
    return f"{table}.{column}"


def _json_cell(connection, rng):
    table, column = rng.choice(
        (("trial", "params"), ("trial", "params"), ("trial", "why"), ("trial", "details"), ("curve", "names"))
    )
    key = "id" if table == "curve" else "number"
    rows = connection.execute(f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
    if not rows:
        return "nothing"
    row = rng.choice(rows)
    text, where = spoiled(row[1], rng)
    put(connection, table, column, text, f"{key} = ?", (row[0],))
    return f"{table}.{column} {where}"


def _score(connection, rng):
    for (number,) in connection.execute("SELECT number FROM trial").fetchall():
        if rng.random() < 0.6:
            score = rng.choice([float(one) for one in NUMBERS if abs(one) < 10**300 or one != one])
            connection.execute("UPDATE trial SET score = ?, state = 'complete' WHERE number = ?", (score, number))


def _times(connection, rng):
    column = rng.choice(("queued", "started", "ended", "seconds"))
    numbers = [float(one) for one in NUMBERS if one != one or abs(one) < 10**300]
    connection.execute(f"UPDATE trial SET {column} = ?", (rng.choice(numbers),))
    return column


def _trials(connection, rng):
    """Many more trials, or one far away."""
    rows = connection.execute("SELECT * FROM trial").fetchall()
    first, count = rng.choice(((8, 5), (8, 40), (8, 3000), (10**6, 1), (2**62, 1), (-5, 2), (12, 4)))
    marks = ", ".join("?" * len(rows[0]))
    made = ((number, *rng.choice(rows)[1:]) for number in range(first, first + count))
    connection.executemany(f"INSERT OR REPLACE INTO trial VALUES ({marks})", made)
    return f"{count} from {first}"


def _state(connection, rng):
    state = rng.choice(("complete", "failed", "pruned", "waiting", "running", "waiting", rng.choice(STRINGS)))
    some = rng.choice(("1", "number % 2", "number = 0", "number > 5"))
    put(connection, "trial", "state", state, some)
    return state[:20]


def _scores_besides(connection, rng):
    for _ in range(rng.choice((1, 20))):
        trial, place = rng.choice((0, 3, 7, 99, -1, 2**62)), rng.choice((0, 1, 2, 63, 64, -1, 2**40))
        value = float(rng.choice([one for one in NUMBERS if one != one or abs(one) < 10**300]))
        table = rng.choice(("further_score (trial, objective, score)", "constraint_value (trial, position, value)"))
        connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", (trial, place, value))


def _curve(connection, rng):
    """A curve whose checksum is right, of whatever."""
    length = rng.choice((0, 1, 3, 200, 20_000))
    steps = np.sort(np.array(rng.choices((0, 1, -1, 5, 2**31, 2**40, -(2**40), 2**62), k=length), dtype=np.int64))
    names = rng.choices(
        [*STRINGS, "train_loss", "val_loss", "val_score", "weights", "step // 2**32"], k=rng.choice((0, 1, 4, 60))
    )
    numbers = [float(one) for one in NUMBERS if one != one or abs(one) < 10**300]
    records = {
        json.dumps(one)[1:-1] if "\ud800" <= max(one, default="") <= "\udfff" else one: np.array(
            rng.choices(numbers, k=length)
        )
        for one in names
    }
    part = curve_blobs.pack(
        Curve.of(steps, np.array(rng.choices((0, 1, 2, 99, -1, 32767), k=length), dtype=np.int16), records)
    )
    claimed = rng.choice((part.length, part.length, part.length, 2**40, 10**8, -1))
    key = rng.choice((0, 1, 5, 7, 8, 10**6, 2**41)) * PARTS + rng.choice((0, 1, PARTS - 1))
    connection.execute("INSERT OR REPLACE INTO curve VALUES (?, ?, ?, ?, ?)", (key, claimed, *part[1:]))
    return f"{length} steps of {len(records)}"


def _log(connection, rng):
    for _ in range(rng.choice((1, 2000))):
        values = (
            rng.choice((1.7e9, math.inf, -1e300, 1e18)),
            rng.choice(("info", "error", "x")),
            rng.choice((None, 0, 99)),
        )
        text, mark = bind(rng.choice(STRINGS))
        connection.execute(f"INSERT INTO log (time, level, trial, text) VALUES (?, ?, ?, {mark})", (*values, text))


def _run_state(connection, rng):
    state, reason = rng.choice(("running", "ended", "idle", "pausing", "x")), rng.choice(STRINGS)
    connection.execute(
        "INSERT INTO run_state (time, state, reason, failed) VALUES (?, ?, CAST(? AS TEXT), ?)",
        (rng.choice((1.7e9, 1e300, -1.0)), state, reason.encode("utf-8", "surrogatepass"), rng.choice((0, 1, 7))),
    )


def _checkpoint(connection, rng):
    import zlib

    data = rng.choice((b"", b"\x80\x04cos\nsystem\n", b"state", bytes(200_000), b"\xc1"))
    row = (rng.choice((6, 7, 0, 99)), rng.choice((0, -1, 2**62)), zlib.crc32(data), data)
    connection.execute("INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?)", row)


def _program(connection, rng):
    """What is no table: triggers, views, computed columns, virtual tables, and names that pass for SQLite's own."""
    name = rng.choice(("x", "sqlite_x", "log_of_trial2", 'a"b', "trial2"))
    quoted = '"' + name.replace('"', '""') + '"'
    statement = rng.choice(
        (
            f"CREATE TRIGGER {quoted} AFTER INSERT ON trial BEGIN DELETE FROM trial; END",
            f"CREATE VIEW {quoted} AS SELECT load_extension('x')",
            f"CREATE TABLE {quoted} (a, b AS (randomblob(1000000000)) STORED)",
            f"CREATE VIRTUAL TABLE {quoted} USING fts5(a)",
            f"CREATE INDEX {quoted} ON trial (abs(number))",
            "DROP TABLE curve",
            "ALTER TABLE trial ADD COLUMN x",
            "ALTER TABLE log RENAME TO log2",
            "DROP INDEX log_of_trial",
            "CREATE TABLE many (" + ", ".join(f"c{n}" for n in range(1900)) + ")",
        )
    )
    connection.execute(statement)
    return statement[:40]


def _schema_text(connection, rng):
    """The very text of the schema, as no statement could make it."""
    connection.execute("PRAGMA writable_schema = ON")
    old, new = rng.choice(
        (
            ("score,", "score CHECK (score > randomblob(1000)),"),
            ("params TEXT NOT NULL", "params TEXT DEFAULT (random())"),
            ("WITHOUT ROWID", ""),
            ("PRIMARY KEY", ""),
            ("CREATE TABLE", "CREATE TABLE"),
            ("TEXT", "BLOB"),
        )
    )
    where = rng.choice(("1", "name = 'trial'", "name = 'study'"))
    connection.execute(f"UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE {where}", (old, new))
    if rng.random() < 0.3:
        page = rng.choice((1, 2, 3, 10**6))
        connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'trial'", (page,))
    if rng.random() < 0.3:
        connection.execute("UPDATE sqlite_schema SET name = 'sqlite_x', tbl_name = 'sqlite_x' WHERE name = 'log'")


def _head(connection, rng):
    connection.execute("COMMIT")
    name, value = rng.choice(
        (
            ("user_version", 0),
            ("user_version", 1),
            ("user_version", 3),
            ("user_version", 2**31 - 1),
            ("user_version", -1),
            ("application_id", 0),
            ("journal_mode", "WAL"),
            ("auto_vacuum", 0),
        )
    )
    connection.execute(f"PRAGMA {name} = {value}")
    if name == "journal_mode" and rng.random() < 0.5:
        connection.execute("PRAGMA page_size = 65536")
    connection.execute("BEGIN")
    if name == "user_version" and value == 1 and rng.random() < 0.7:
        for table in ("constraint_value", "prediction", "prediction_rows", "finding", "change"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM study WHERE key = 'constraints'")
    return f"{name} = {value}"


def _vanish(connection, rng):
    table = rng.choice(("study", "space", "trial", "curve", "log", "run_state", "trial WHERE number = 3"))
    connection.execute(f"DELETE FROM {table}")
    return table


EDITS = {
    _setup: 9,
    _space: 5,
    _further_space: 2,
    _entry: 3,
    _cell: 6,
    _json_cell: 6,
    _score: 3,
    _times: 2,
    _trials: 2,
    _state: 3,
    _scores_besides: 2,
    _curve: 4,
    _log: 1,
    _run_state: 1,
    _checkpoint: 1,
    _program: 1,
    _schema_text: 1,
    _head: 1,
    _vanish: 1,
}


__all__ = ["craft", "make_templates"]
