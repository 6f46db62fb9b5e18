"""Rows that predictions are about: a worker tells the content of each set once, a study keeps it with every trial."""

from __future__ import annotations

import msgspec

from engine.events import PackedPredictions

MOST_ROWS = 4  # sets of rows that are remembered: a study has one, or one a trial


class ToldRows:
    """Sets of rows by their keys, the latest ones."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}

    def complete(self, packed: PackedPredictions | None) -> PackedPredictions | None:
        """Predictions with the content of their rows; *None* where that was never told."""
        if packed is None:
            return None
        if packed.rows_data:
            self._rows[packed.rows_key] = packed.rows_data
            while len(self._rows) > MOST_ROWS:  # each trial has rows of its own then, told with it
                del self._rows[next(iter(self._rows))]
        known = self._rows.get(packed.rows_key)
        return None if known is None else msgspec.structs.replace(packed, rows_data=known)
