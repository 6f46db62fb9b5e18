"""Looks at a table: quick ones judge its first rows alone, and a look that was made is not made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data import reading
from engine.data.reading import inspect

ROWS = 30_000


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    lines = [f"{row % 11},{'word' if row == ROWS - 1 else row % 3}" for row in range(ROWS)]
    path.write_text("\n".join(["a,b", *lines]))
    return path


def test_a_quick_look_judges_the_first_rows_also_of_a_table_that_is_in_memory(table: Path):
    whole = inspect(table).info
    again = inspect(table, target="a", quick=True).info
    assert (whole.sampled, again.sampled) == (False, True)
    assert (whole.rows, again.rows) == (ROWS, ROWS)
    assert whole.cautions
    assert not again.cautions


def test_the_same_look_judges_once(table: Path, monkeypatch: pytest.MonkeyPatch):
    judged = []
    judge = reading.judging.judge
    monkeypatch.setattr(reading.judging, "judge", lambda *args: judged.append(args) or judge(*args))
    first = inspect(table, target="a")
    assert inspect(table, target="a", quick=True) is first
    assert len(judged) == 1
    assert inspect(table, target="b") is not first
    assert inspect(table, kinds={"a": "category"}, target="a").info.column("a").kind == "category"
    assert len(judged) == 3


def test_a_table_that_changed_is_looked_at_again(table: Path):
    before = inspect(table).info
    table.write_text(table.read_text().replace("word", "1"))
    after = inspect(table).info
    assert before.cautions
    assert not after.cautions
    assert before.fingerprint != after.fingerprint
