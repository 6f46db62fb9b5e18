"""What a study shows while it runs: a bar of the trials so far, where a person looks on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from engine.printing import end_fault_line, renew_fault_line
from engine.trials import FrozenTrial, History

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
    nothing is.
    """
    if wanted is None:
        wanted = _is_watched()
    if not wanted or trials == 0:
        yield None
        return
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped]  # optional
    except ImportError:
        bar: Any = _Line(trials)
    else:
        bar = tqdm(total=trials, unit="trial", mininterval=REFRESH_SECONDS)

    def shown(_: FrozenTrial) -> None:
        number = study.history.best_number()
        if number is not None:
            bar.set_postfix_str(f"best {study.history.scores[number, 0]:.6g} (trial {number})", refresh=False)
        bar.update()

    try:
        yield shown
    finally:
        bar.close()


def _is_watched() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())


class _Line:
    """One line on standard error that is written over, with the calls of tqdm's bar."""

    def __init__(self, total: int | None) -> None:
        self._total, self._done, self._note = total, 0, ""
        self._drawn_at = 0.0
        self._width = 0

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        """Note what stands behind the count."""
        self._note = text

    def update(self) -> None:
        """One more."""
        self._done += 1
        if time.monotonic() - self._drawn_at >= REFRESH_SECONDS or self._done == self._total:
            self._draw_bar()

    def close(self) -> None:
        """End the line."""
        self._draw_bar()
        end_fault_line()

    def _draw_bar(self) -> None:
        self._drawn_at = time.monotonic()
        of = f" of {self._total:,}" if self._total is not None else ""
        text = f"{self._done:,}{of} trials" + (f" · {self._note}" if self._note else "")
        renew_fault_line(text.ljust(self._width))
        self._width = len(text)
