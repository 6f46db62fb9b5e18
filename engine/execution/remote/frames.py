"""Frames with numbers, packed for a way on which an answer may be lost: none is lost with it, and none taken twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

LARGEST_PACK = 16 << 20  # bytes of frames that are sent at a time, about: a guess


class SentFrames:
    """Those of one side, from the first one on, which has the number 1, until the other side has them.

    Not thread-safe.
    """

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._first = 1  # the number of the first of them
        self.waiting_bytes = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, frame: bytes) -> None:
        """Send this after the others."""
        self._waiting.append(frame)
        self.waiting_bytes += len(frame)

    def drop(self, taken: int) -> None:
        """The other side has all up to this number."""
        while self._waiting and self._first <= taken:
            self.waiting_bytes -= len(self._waiting.popleft())
            self._first += 1

    def pack(self) -> tuple[int, list[bytes], bool]:
        """The number of the first frame that waits, as many as go at a time, and whether these are all."""
        packed: list[bytes] = []
        size = 0
        for frame in self._waiting:
            if packed and size + len(frame) > LARGEST_PACK:
                return self._first, packed, False
            packed.append(frame)
            size += len(frame)
        return self._first, packed, True


class TakenFrames:
    """Which frames of the other side were taken: up to ``last``, without a gap."""

    def __init__(self) -> None:
        self.last = 0

    def unpack(self, first: int, frames: Sequence[bytes]) -> Iterator[bytes]:
        """Those that are new, each taken as it is given; ``first`` is the number of the first that was sent."""
        for number, frame in enumerate(frames, first):
            if number == self.last + 1:
                self.last = number
                yield frame
