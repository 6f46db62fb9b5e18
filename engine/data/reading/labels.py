"""The labels of a column by their levels, so that what is said of a label is said once, not once a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Levels:
    """The cells of a column: ``codes`` (rows,) are positions in ``labels``, -1 where a cell is empty.

    ``raw`` are the different cells as the file has them, ``labels`` what each of them is read as, *None* for missing,
    and ``rows`` how many cells there are of each.
    """

    cells: pd.Series
    codes: np.ndarray
    raw: tuple[str, ...]
    labels: tuple[str | None, ...]
    rows: np.ndarray

    @classmethod
    def of(cls, cells: pd.Series, *, exact: bool = False) -> Levels:
        """The levels of a column of texts, without the blanks at their edges unless these are to tell them apart."""
        # In here because pandas is slow to load.
        import pandas as pd

        from engine.data.reading.label_parsing import label_text

        codes, found = pd.factorize(cells)
        raw = tuple(map(str, found))
        labels = tuple((text if exact and text.strip() else label_text(text)) or None for text in raw)
        return cls(cells, codes, raw, labels, np.bincount(codes + 1, minlength=len(raw) + 1)[1:])

    def counts(self) -> dict[str, int]:
        """How many cells have each label, in the order in which the file first has them."""
        found: dict[str, int] = {}
        for label, rows in zip(self.labels, self.rows.tolist(), strict=True):
            if label is not None:
                found[label] = found.get(label, 0) + rows
        return found

    def without(self, missing: tuple[str, ...]) -> Levels:
        """The same, some labels being missing values."""
        gone = set(missing)
        return replace(self, labels=tuple(None if label in gone else label for label in self.labels)) if gone else self

    def merged(self) -> Levels:
        """The same, labels that differ in case only being one, in the spelling that most cells have."""
        # In here because it loads pandas.
        from engine.data.reading.label_parsing import usual_spellings

        spellings = usual_spellings(self.counts())
        return replace(
            self, labels=tuple(None if label is None else spellings[label.casefold()] for label in self.labels)
        )

    def differ_in_blanks(self) -> bool:
        """Whether some cells are one label only without the blanks at their edges or the unbreakable ones."""
        known = [label for label in self.labels if label is not None]
        return len(set(known)) < len(known)

    def series(self, index: pd.Index) -> pd.Series:
        """The labels of all rows."""
        # In here because pandas is slow to load.
        import pandas as pd

        if self.labels == self.raw and str(self.cells.dtype) == "str":
            return self.cells
        return pd.Series(np.array([*self.labels, None], dtype=object)[self.codes], index=index, dtype="str")
