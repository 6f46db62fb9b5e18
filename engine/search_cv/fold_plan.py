"""What draws the folds of a search of scikit-learn, and how many there are, while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class FoldPlan:
    """``splitter`` draws ``count`` folds; scikit-learn expects fits of all of them for every candidate.

    ``evaluate`` is what scikit-learn gives the search ``owner`` to evaluate candidates with.
    """

    def __init__(self, owner: Any, evaluate: Callable[..., Any]) -> None:
        self._owner = owner
        self._cell: Any = None
        if "_checked_cv_orig" in vars(owner):
            self.splitter, self.count = owner._checked_cv_orig, int(owner.n_splits_)  # noqa: SLF001 - of searches
        else:
            # WORKAROUND scikit-learn 1.8: it keeps both from searches, within this function; drop when 1.9 is the
            # lowest version.
            names = evaluate.__code__.co_freevars
            cells: dict[str, Any] = dict(zip(names, evaluate.__closure__ or (), strict=True))
            self._cell = cells["n_splits"]
            self.splitter, self.count = cells["cv_orig"].cell_contents, int(self._cell.cell_contents)

    @contextmanager
    def one_fold(self) -> Iterator[None]:
        """While it lasts, scikit-learn expects a fit of one fold for every candidate."""
        # WORKAROUND scikit-learn 1.9: it evaluates candidates on all folds or none; drop when it takes a part of them.
        self._expect(1)
        try:
            yield
        finally:
            self._expect(self.count)

    def _expect(self, count: int) -> None:
        if self._cell is None:
            self._owner.n_splits_ = count
        else:
            self._cell.cell_contents = count
