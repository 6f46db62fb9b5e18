"""A benchmark that misses what it promises fails."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (ROOT / "tests" / "benchmarks").glob("[!_]*.py"))


@pytest.mark.parametrize(("value", "status"), [(1.0, 0), (1.01, 1)])
def test_the_exit_status_tells_a_missed_limit(value, status):
    lines = (
        "from tests.benchmarks._limits import judge, run_all",
        f"raise SystemExit(run_all({{'one': lambda: print('ratio', judge('ratio', {value}, 1.0))}}))",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == status
    assert ("MISSED ratio: 1.01, at most 1" in done.stdout) is bool(status)


def test_a_figure_that_must_be_large_is_missed_below():
    limits = importlib.reload(importlib.import_module("tests.benchmarks._limits"))
    assert limits.judge("gain", 2.5, least=2.5) == " (at least 2.5)"
    assert "MISSED" in limits.judge("gain", 2.4, least=2.5)


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_named(name):
    text = (ROOT / "tests" / "benchmarks" / f"{name}.py").read_text("utf-8")
    assert "def main(" in text
