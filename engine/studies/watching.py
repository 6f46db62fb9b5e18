"""What a study shows while it runs: a bar of the trials so far, where a person looks on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from engine.printing import end_fault_line, renew_fault_line
from engine.trials import FrozenTrial, History
from engine.wording import counted

REFRESH_SECONDS = 0.2  # a guess: often enough to look alive, seldom enough to cost nothing


class _Study(Protocol):
    @property
    def history(self) -> History: ...


@contextmanager
def progress(
    study: _Study, trials: int | None, seconds: float | None, wanted: bool | None
) -> Iterator[Callable[[FrozenTrial], object] | None]:
    """What is called with every trial that ended to draw the bar: tqdm's where that is installed, else a line.

    Without a word from the caller (``wanted`` is *None*) it is drawn in a notebook and on a terminal; *None* where
    nothing is. Where there is a time limit alone, the time fills the bar.
    """
    if wanted is None:
        wanted = _is_watched()
    if not wanted or trials == 0:
        yield None
        return
    limit = seconds if trials is None else None
    begun = time.monotonic()
    bar = _make_bar(trials, limit)
    ended = 0

    def shown(_: FrozenTrial) -> None:
        nonlocal ended
        ended += 1
        number = study.history.best_number()
        best = "" if number is None else f"best {study.history.scores[number, 0]:.6g} (trial {number})"
        if limit is None:
            bar.set_postfix_str(best, refresh=False)
            bar.update(1)
        else:
            bar.set_postfix_str(f"{counted(ended, 'trial')}{', ' if best else ''}{best}", refresh=False)
            bar.update(min(time.monotonic() - begun, limit) - bar.n)

    try:
        yield shown
    finally:
        bar.close()


def _make_bar(trials: int | None, limit: float | None) -> Any:
    """A bar of so many trials, or of ``limit`` seconds."""
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped]  # optional
    except ImportError:
        return _Line(trials, limit)
    if limit is None:
        return tqdm(total=trials, unit="trial", mininterval=REFRESH_SECONDS)
    layout = "{percentage:3.0f}%|{bar}| {elapsed} of " + tqdm.format_interval(limit) + "{postfix}"
    return tqdm(total=limit, bar_format=layout, mininterval=REFRESH_SECONDS)


def _is_watched() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())


class _Line:
    """One line on standard error that is written over, with the calls of tqdm's bar."""

    def __init__(self, trials: int | None, limit: float | None) -> None:
        self._total = trials if limit is None else limit
        self._is_timed = limit is not None
        self.n = 0.0
        self._note = ""
        self._drawn_at = 0.0
        self._width = 0

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        """Note what stands behind the count."""
        self._note = text

    def update(self, more: float) -> None:
        """So many trials, or seconds, more."""
        self.n += more
        if time.monotonic() - self._drawn_at >= REFRESH_SECONDS or self.n == self._total:
            self._draw_bar()

    def close(self) -> None:
        """End the line."""
        self._draw_bar()
        end_fault_line()

    def _draw_bar(self) -> None:
        self._drawn_at = time.monotonic()
        of = "" if self._total is None else f" of {self._total:,.0f}"
        text = f"{self.n:,.0f}{of} {'s' if self._is_timed else 'trials'}" + (f" · {self._note}" if self._note else "")
        renew_fault_line(text.ljust(self._width))
        self._width = len(text)
