"""Candidates evaluated by scikit-learn, a batch at a time, all folds at once or fold by fold with a pruner."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from engine.search_cv.ledger import Ledger, Row, last_line


class _Owner(Protocol):
    """The estimator that searches."""

    n_splits_: int
    _checked_cv_orig: Any


class Evaluation:
    """Hands batches of rows to ``evaluate`` (scikit-learn's ``evaluate_candidates``) and notes their fits.

    Every candidate is scored on the same folds, also where the splitter draws others each time it is asked.
    """

    def __init__(self, owner: _Owner, splitter: Any, evaluate: Callable[..., Any], ledger: Ledger, task: Any) -> None:
        """``task`` is what scikit-learn's own callbacks follow the search by; versions without them give *None*."""
        self._owner = owner
        self._splits = _KeptSplits(splitter)
        self._evaluate = evaluate
        self._ledger = ledger
        self._task = task
        self.failure: ValueError | None = None  # the last batch in which every fit failed

    def run(self, rows: Sequence[Row]) -> None:
        """Evaluate the rows on all folds."""
        self._ledger.expect(rows, range(self._owner.n_splits_))
        self._call_evaluate(rows, self._splits)

    def by_folds(self, rows: Sequence[Row], is_hopeless: Callable[[Row, int], bool]) -> None:
        """Evaluate the rows fold after fold; those that are hopeless after a fold, or failed, miss the rest."""
        alive = list(rows)
        for fold in range(self._owner.n_splits_):
            self._ledger.expect(alive, [fold])
            with _one_split(self._owner):
                self._call_evaluate(alive, _OneSplit(self._splits, fold))
            alive = [row for row in alive if not row.error]
            if fold + 1 < self._owner.n_splits_:
                for row in alive:
                    row.is_pruned = is_hopeless(row, fold)
                alive = [row for row in alive if not row.is_pruned]
            if not alive:
                return

    def _call_evaluate(self, rows: Sequence[Row], splits: Any) -> None:
        fits = len(rows) * self._owner.n_splits_
        with _callback_subtask(self._task, self._owner, fits) as context:
            begun = time.perf_counter()
            try:
                self._evaluate([row.params for row in rows], cv=splits, **context)
            except ValueError as error:
                # This is how scikit-learn tells that no fit of this call succeeded, as it would of a whole search.
                if not str(error).lstrip().startswith("All the "):
                    raise
                self.failure = error
                for row in rows:
                    row.error = last_line(str(error))
                    row.seconds = (time.perf_counter() - begun) / fits


class _KeptSplits:
    """A splitter whose first answer is its only one."""

    def __init__(self, splitter: Any) -> None:
        self._splitter = splitter
        self._kept: list[Any] | None = None

    def split(self, X: Any, y: Any = None, **params: Any) -> list[Any]:
        """The folds, each a pair of row numbers for training and test."""
        if self._kept is None:
            self._kept = list(self._splitter.split(X, y, **params))
        return self._kept


class _OneSplit:
    """One of a splitter's folds alone."""

    def __init__(self, splits: _KeptSplits, fold: int) -> None:
        self._splits = splits
        self._fold = fold

    def split(self, X: Any, y: Any = None, **params: Any) -> list[Any]:
        """That fold, in a list."""
        return self._splits.split(X, y, **params)[self._fold : self._fold + 1]


@contextmanager
def _one_split(owner: _Owner) -> Iterator[None]:
    """While it lasts, scikit-learn expects one fold of every candidate."""
    # WORKAROUND scikit-learn 1.9: it evaluates candidates on all folds or none; drop when it takes a part of them.
    count, owner.n_splits_ = owner.n_splits_, 1
    try:
        yield
    finally:
        owner.n_splits_ = count


@contextmanager
def _callback_subtask(task: Any, owner: Any, fits: int) -> Iterator[dict[str, Any]]:
    if task is None:
        yield {}
        return
    inner = task.subcontext(task_name="batch", max_subtasks=fits, sequential_subtasks=False)
    inner = inner.call_on_fit_task_begin(estimator=owner)
    yield {"callback_ctx": inner}
    inner.call_on_fit_task_end(estimator=owner)
