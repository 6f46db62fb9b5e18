"""The folds of a table, each prepared as configurations ask for it, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.data import folds, preprocessing, shared
from engine.data.encoding import Encoded
from engine.data.preprocessing import Preparation, Prepared
from engine.objectives.description import TableObjective

MOST_KEPT = 24  # prepared folds in memory: a guess, of several preparations of ten folds


@dataclass(eq=False)
class PreparedFolds:
    """Rows of a split as models see them. Those of the usual preparation are shared with other processes.

    ``draw`` gives the rows of the trial with a seed, where every trial has a split of its own.
    """

    encoded: Encoded
    description: TableObjective
    usual: Preparation
    arrays: shared.SharedArrays | None
    draw: Callable[[int], folds.Fold]

    def __post_init__(self) -> None:
        self._kept: dict[tuple[int, Preparation], Prepared] = {}
        self._drawn: tuple[int, Preparation, Prepared] | None = None

    def forget(self) -> None:
        """The split is another one now, and belongs to this process alone."""
        self.arrays = self._drawn = None
        self._kept.clear()

    def fold(self, number: int, rows: folds.Fold, how: Preparation) -> Prepared:
        """One fold, prepared on its training rows; raises :class:`engine.errors.UserFault` where that cannot be."""
        if (number, how) not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[number, how] = self._prepare(number, rows, how)
        return self._kept[number, how]

    def drawn(self, seed: int, how: Preparation) -> Prepared:
        """The one split of the trial with this seed."""
        if self._drawn is None or self._drawn[:2] != (seed, how):
            self._drawn = seed, how, preprocessing.prepare(self.encoded, self.draw(seed), how)
        return self._drawn[2]

    def _prepare(self, number: int, rows: folds.Fold, how: Preparation) -> Prepared:
        if self.arrays is None or how != self.usual:
            return preprocessing.prepare(self.encoded, rows, how)
        validation = self.description.validation
        # The folds of one table differ between studies by what splits them, and by how columns are scaled.
        name = shared.key("fold", number, validation, self.description.seed, how.scaling)
        return Prepared(**self.arrays.arrays(name, lambda: vars(preprocessing.prepare(self.encoded, rows, how))))
