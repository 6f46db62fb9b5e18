"""Setup pages on tables of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.study import suggest_setup
from tests.gui.pages.bench import Bench


@pytest.fixture
def opened(qtbot, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Opens a setup page as a window does for a table that was dropped: ``opened(text)``."""
    benches: list[Bench] = []

    def make(text: str, name: str = "table.csv", **choices: str) -> Bench:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        bench = Bench(qtbot)
        benches.append(bench)
        bench.open(suggest_setup(path, **choices))
        bench.read_table()
        qtbot.waitUntil(lambda: not bench.background.is_busy, timeout=30_000)
        return bench

    yield make
    for bench in benches:
        bench.end()
