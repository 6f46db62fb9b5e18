"""What is kept in memory of the tables that were read last."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from engine.data.fingerprint import fingerprint
from engine.data.reading import judging
from engine.data.reading.raw import RawTable
from engine.data.table import Inspection, Kind

_KEPT_LOOKS = 8  # ways to read one table that a person goes back and forth between: a guess
_KEPT_BYTES = 1 << 29  # a larger table is read anew rather than kept in memory
Look = tuple[object, Mapping[str, Kind], str]
"""A state of a table read in one way, the kinds that a person chose, and the target."""


class Kept:
    """The table that was read last, so that another target, or another kind of a column, needs no second reading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: object = None
        self._raw: RawTable | None = None
        self._fingerprint = ""
        self._look: Look | None = None
        self._judged: judging.Judged | None = None

    def get(self, stamp: object) -> RawTable | None:
        """The table under ``stamp``, if that is the one that is kept."""
        with self._lock:
            return self._raw if stamp == self._stamp else None

    def keep(self, stamp: object, raw: RawTable) -> None:
        """Keep a table that is not too large, in place of the one before."""
        small = raw.frame.memory_usage(deep=False).sum() <= _KEPT_BYTES
        with self._lock:
            self._stamp, self._raw, self._fingerprint = (stamp, raw, "") if small else (None, None, "")
            self._look = self._judged = None

    def judged(self, look: Look) -> judging.Judged | None:
        """The kept table as it was judged for a look, or for one without a target where that is all the same."""
        with self._lock:
            if self._judged is None or self._look is None:
                return None
            stamp, kinds, target = look
            if look == self._look:
                return self._judged
            same_table = (stamp, kinds, "") == self._look
            return self._judged if same_table and judging.is_same_as_target(self._judged, target) else None

    def keep_judged(self, raw: RawTable, look: Look, judged: judging.Judged) -> None:
        """Keep how the kept table was judged last."""
        with self._lock:
            if raw is self._raw:
                self._look, self._judged = look, judged

    def fingerprint(self, raw: RawTable, judged: judging.Judged) -> str:
        """The fingerprint of a table, found once while it is kept."""
        with self._lock:
            if raw is self._raw and self._fingerprint:
                return self._fingerprint
        found = fingerprint(judged.cells, judged.natural, judged.equal)
        with self._lock:
            if raw is self._raw:
                self._fingerprint = found
        return found


class Looks:
    """What was found of the last tables that were looked at whole, so that asking again costs nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: list[tuple[object, Inspection]] = []

    def get(self, look: object) -> Inspection | None:
        """What the same look found, if it is among the last ones."""
        with self._lock:
            return next((found for known, found in self._looks if known == look), None)

    def keep(self, look: object, found: Inspection) -> None:
        """Keep it in place of the oldest one."""
        with self._lock:
            self._looks = [(look, found), *self._looks[: _KEPT_LOOKS - 1]]
