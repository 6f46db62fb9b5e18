"""What a running trial prints, kept within bounds: its beginning as it comes, and its end."""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_BEGINNING = 16_000  # characters passed on as they come; a guess, some hundred lines
MOST_END = 4_000  # characters of the end of what is longer
PASS_SECONDS = 0.2  # between two parts that are passed on

Pass = Callable[[str], None]


class OutputLog:
    """One trial's output. ``pass_on`` takes its parts."""

    def __init__(self, pass_on: Pass) -> None:
        self._pass_on = pass_on
        self._waiting = ""
        self._passed, self._left_out, self._at = 0, 0, 0.0
        self._end = ""
        self.last_line = ""

    def add(self, text: str) -> None:
        """More was printed."""
        lines = [line for line in text.splitlines() if line.strip()]
        if lines:
            self.last_line = lines[-1].strip()[:300]
        room = MOST_BEGINNING - self._passed
        part, rest = text[:room], text[room:]
        self._passed += len(part)
        self._waiting += part
        if rest:
            self._left_out += len(rest)
            self._end = (self._end + rest)[-MOST_END:]
        if time.monotonic() - self._at >= PASS_SECONDS:
            whole, _, begun = self._waiting.rpartition("\n")  # lines stay whole
            if whole:
                self._waiting = begun
                self._pass(whole)

    def finish(self) -> None:
        """The trial is over: the end of its output follows."""
        if self._left_out > len(self._end):
            self._waiting += f"\n… {self._left_out - len(self._end):,} characters left out …\n"
        text, self._waiting, self._end = self._waiting + self._end, "", ""
        self._pass(text)

    def _pass(self, text: str) -> None:
        self._at = time.monotonic()
        if text.strip():
            self._pass_on(text.strip("\n"))
