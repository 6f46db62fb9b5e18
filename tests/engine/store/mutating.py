"""Study files that were damaged, or made to harm; each must open, or be refused in a sentence, in no time."""

from __future__ import annotations

import random
import sqlite3
import time
import traceback
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np

from engine import store
from engine.errors import UserFault
from tests.engine.store.studies import make, trial

PAGE = 4096
HOSTILE = (
    None, "", "x", b"", b"\x00\xff", 0, -1, 1, 2**31, 2**40, 2**63 - 1, -(2**63), 0.5, -0.0, 1e308, float("inf"),
    "NaN", "[]", "{}", "[" * 50_000, '{"a":' * 20_000, '{"lr": [1]}', '{"lr": 1e999}', '{"lr": "1e-3"}', '{"lr": NaN}',
    '{"lr": ' + "9" * 5000 + "}", '{"lr": 1, "lr": 2}', '["minimize", "minimize"]', '["sideways"]', '{"lr": true}',
    "\ud7ff\x00\u202e", "complete", "running", "waiting", "=cmd|' /C calc'!A0", "../../../etc/passwd", "A" * 2_000_000,
    '{"lr": {"kind": "float", "low": 1, "high": 1e999}}',
    '{"lr": {"kind": "int", "low": 0, "high": ' + "9" * 400 + "}}",
    '{"lr": {"kind": "int", "low": 0, "high": 5, "step": ' + "9" * 400 + "}}", '{"lr": {"kind": "exec", "low": 0}}',
    '{"lr": {"kind": "categorical", "choices": [[1]]}}', '{"lr": {"kind": "float", "low": "a", "high": 2}}',
    '{"a": {"kind": "int", "low": 0, "high": 1, "when": {"a": [1]}}}',
)  # fmt: skip


def mutate(path: Path, original: bytes, rng: random.Random) -> str:
    """Write one mutation of the study ``original`` to ``path``; returns what kind it is."""
    kind = rng.choice(list(_MUTATIONS))
    _MUTATIONS[kind](path, original, rng)
    return kind


def _flip_bits(path: Path, original: bytes, rng: random.Random) -> None:
    content = bytearray(original)
    for _ in range(rng.choice((1, 1, 3, 30, 300))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def _flip_structure(path: Path, original: bytes, rng: random.Random) -> None:
    """Bits in the heads of pages, where the tree hangs together."""
    content = bytearray(original)
    for _ in range(rng.choice((1, 2, 8))):
        page = rng.randrange(len(content) // PAGE)
        content[page * PAGE + rng.randrange(100 if page == 0 else 64)] = rng.randrange(256)
    path.write_bytes(content)


def _cut(path: Path, original: bytes, rng: random.Random) -> None:
    path.write_bytes(original[: rng.randrange(len(original))])


def _exchange_pages(path: Path, original: bytes, rng: random.Random) -> None:
    pages = [original[start : start + PAGE] for start in range(0, len(original), PAGE)]
    first, second = rng.randrange(len(pages)), rng.randrange(len(pages))
    if rng.random() < 0.5:
        pages[first], pages[second] = pages[second], pages[first]
    else:
        pages[first] = pages[second]
    path.write_bytes(b"".join(pages))


def _blank(path: Path, original: bytes, rng: random.Random) -> None:
    start = rng.randrange(len(original))
    length = rng.choice((16, 512, PAGE, 3 * PAGE))
    filler = rng.choice((b"\x00", b"\xff", b"\x20"))
    path.write_bytes((original[:start] + filler * length + original[start + length :])[: len(original)])


def _add_tail(path: Path, original: bytes, rng: random.Random) -> None:
    path.write_bytes(original + rng.randbytes(rng.randrange(1, 3 * PAGE)))


def _add_log(path: Path, original: bytes, rng: random.Random) -> None:
    """A log and an index of it that belong to no file, or to another."""
    path.write_bytes(original)
    head = bytes.fromhex("377f0682002de21800001000") if rng.random() < 0.7 else rng.randbytes(12)
    path.with_name(path.name + "-wal").write_bytes(head + rng.randbytes(rng.randrange(20, 3 * PAGE)))
    if rng.random() < 0.5:
        path.with_name(path.name + "-shm").write_bytes(rng.randbytes(rng.choice((0, 100, 32768))))


def _set_hostile_values(path: Path, original: bytes, rng: random.Random) -> None:
    """Well-formed SQLite with values that no Twinloop wrote."""
    path.write_bytes(original)
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for _ in range(rng.choice((1, 1, 4))):
            table = rng.choice(tables)
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            column = rng.choice(columns)
            where = rng.choice(("", f"WHERE {columns[0]} = (SELECT max({columns[0]}) FROM {table})"))
            try:
                connection.execute(f"UPDATE OR REPLACE {table} SET {column} = ? {where}", (rng.choice(HOSTILE),))
            except sqlite3.Error:
                continue
        connection.commit()


_MUTATIONS = {
    "flip bits": _flip_bits,
    "flip structure": _flip_structure,
    "cut": _cut,
    "exchange pages": _exchange_pages,
    "blank": _blank,
    "add tail": _add_tail,
    "add log": _add_log,
    "set hostile values": _set_hostile_values,
}


def look_and_write(path: Path) -> str:
    """All that a window does with a file; returns ``"opened"`` or ``"refused"``, and lets any other outcome through."""
    outcome = "opened"
    try:
        reader = store.Reader(path)
        for question in (
            reader.setup, reader.space, reader.directions, reader.history, reader.curves, reader.log,
            lambda: reader.log(3), lambda: reader.whys, reader.run_state, lambda: reader.curve(3),
            lambda: reader.attempts(3), lambda: reader.checkpoint(31), reader.changed,
        ):  # fmt: skip
            try:
                question()
            except UserFault as fault:
                _require_sentence(fault)
                outcome = "refused"
        history = reader.history()
        for number in range(len(history)):
            history.trial(number)
    except UserFault as fault:
        _require_sentence(fault)
        outcome = "refused"
    try:
        with store.open_writer(path) as writer:
            objectives = len(store.Reader(path).directions())
            writer.record(list(trial(writer.count, np.random.default_rng(0), objectives=objectives)))
    except UserFault as fault:
        _require_sentence(fault)
        outcome = "refused"
    return outcome


def _require_sentence(fault: UserFault) -> None:
    assert fault.what.endswith(".")
    assert fault.remedy.endswith(".")
    assert "\n" not in str(fault)
    assert len(str(fault)) < 600


def campaign(folder: Path, mutations: int, seed: int) -> tuple[Counter, float, list[str]]:
    """Outcomes by kind, the longest time in seconds, and what went wrong, over ``mutations`` mutated files."""
    original = make(folder / "original.study").read_bytes()
    outcomes: Counter = Counter()
    longest, wrong = 0.0, []
    for index in range(mutations):
        rng = random.Random(f"{seed}-{index}")
        place = folder / f"m{index}"
        place.mkdir()
        kind = mutate(place / "a.study", original, rng)
        start = time.perf_counter()
        try:
            outcomes[kind, look_and_write(place / "a.study")] += 1
        except Exception:  # noqa: BLE001 - anything but a fault is what we look for
            wrong.append(f"{kind}, seed {seed}, file {index}:\n{traceback.format_exc()}")
        longest = max(longest, time.perf_counter() - start)
        for item in place.iterdir():
            item.unlink()
        place.rmdir()
    return outcomes, longest, wrong
