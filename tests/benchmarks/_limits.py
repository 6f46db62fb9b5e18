"""What a figure may be at most or at least: each benchmark says it in its line, and fails where one is missed."""

from __future__ import annotations

import sys
from collections.abc import Callable

_missed: list[str] = []


def judge(what: str, value: float, most: float | None = None, least: float | None = None) -> str:
    """The limit of a figure as the end of its line; a miss is kept for :func:`run_all`."""
    limit = f"at most {most:g}" if most is not None else f"at least {least:g}"
    is_kept = (most is None or value <= most) and (least is None or value >= least)
    if is_kept:
        return f" ({limit})"
    _missed.append(f"{what}: {value:.4g}, {limit}")
    return f" ({limit}: MISSED)"


def run_all(benchmarks: dict[str, Callable[[], object]]) -> int:
    """One benchmark after another; the exit status: 1 where a figure missed its limit."""
    for name, benchmark in benchmarks.items():
        if len(benchmarks) > 1:
            sys.stdout.write(f"== {name}\n")
            sys.stdout.flush()
        benchmark()
    for line in _missed:
        sys.stdout.write(f"MISSED {line}\n")
    return bool(_missed)
