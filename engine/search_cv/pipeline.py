"""Candidates evaluated one after the other without a pause between them: the next is chosen while others are fitted."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from joblib.parallel import get_active_backend
from sklearn.base import clone
from sklearn.model_selection._validation import _fit_and_score
from sklearn.utils.parallel import Parallel, delayed

from engine.search_cv.ledger import Fit, Row


@dataclass(frozen=True)
class FitCall:
    """What scikit-learn was called with, and makes of it, for the fits of one search."""

    X: Any
    y: Any
    splits: list[Any]  # a pair of row numbers for training and test each
    further: dict[str, Any]  # named arguments of every fit beside these


class _Owner(Protocol):
    """The estimator that searches."""

    estimator: Any
    n_jobs: int | None


class Pipeline:
    """Keeps workers busy with the fits of a few candidates at once, and hands these back in the order they came.

    What is known when a candidate is chosen follows from their order alone, never from how long the fits took: all
    candidates before it, but for the last ``ahead`` ones.
    """

    def __init__(self, owner: _Owner, call: FitCall, workers: int) -> None:
        self._owner = owner
        self._call = call
        folds = len(call.splits)
        # While one candidate is waited for, twice as many fits as there are workers lie ready behind it: as many as
        # scikit-learn's searches send ahead.
        self.ahead = math.ceil(2 * workers / folds)
        # A worker takes its share of a candidate's folds at once: they are sent with less to do, and never are more on
        # their way than joblib's queue holds, which it may only be interrupted with. All lanes share their workers:
        # joblib has one set of them for a program.
        together = math.ceil(folds / workers)
        self._lanes = [
            Parallel(n_jobs=owner.n_jobs, return_as="generator", pre_dispatch="all", batch_size=together)
            for _ in range(self.ahead + 1)
        ]
        self._begun = 0
        self._pending: deque[tuple[Row, Iterator[Fit]]] = deque()
        self._opened = ExitStack()

    @staticmethod
    def serves(owner: Any, workers: int) -> bool:
        """Whether what joblib would use here takes several calls at once: its usual processes do.

        Not where scikit-learn's callbacks follow the search: what they keep may not change while a fit is sent off.
        """
        return workers > 1 and not getattr(owner, "_skl_callbacks", ()) and type(get_active_backend()[0]).__name__ == "LokyBackend"

    def __enter__(self) -> Pipeline:
        for lane in self._lanes:
            self._opened.enter_context(lane)
        return self

    def __exit__(self, *_: object) -> None:
        while self._pending:
            self._pending.pop()[1].close()  # type: ignore[attr-defined]
        self._opened.close()

    def __len__(self) -> int:
        """How many candidates are being fitted."""
        return len(self._pending)

    @property
    def is_full(self) -> bool:
        """Whether one is to be taken before another begins."""
        return len(self) > self.ahead

    def begin(self, row: Row, place: tuple[int, int]) -> None:
        """Send the fits of a row off, whose ``place`` among all candidates is told where the search is verbose."""
        lane = self._lanes[self._begun % len(self._lanes)]
        folds = len(self._call.splits)
        model = clone(self._owner.estimator)
        tasks = [
            delayed(_fit_and_score)(
                clone(model),
                self._call.X,
                self._call.y,
                train=train,
                test=test,
                parameters=row.params,
                split_progress=(fold, folds),
                candidate_progress=place,
                **self._call.further,
            )
            for fold, (train, test) in enumerate(self._call.splits)
        ]
        self._begun += 1
        self._pending.append((row, lane(tasks)))

    def take(self) -> tuple[Row, list[Fit]]:
        """Wait for the row that began first: it and its fits by fold."""
        row, fits = self._pending.popleft()
        return row, list(itertools.islice(fits, len(self._call.splits)))
