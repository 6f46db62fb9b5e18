"""Candidates evaluated by scikit-learn: a batch at a time, fold by fold with a pruner, or one after the other."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from sklearn import get_config
from sklearn.base import clone
from sklearn.model_selection._validation import (
    _fit_and_score,
    _insert_error_scores,
    _warn_or_raise_about_fit_failures,
)
from sklearn.utils.parallel import delayed

from engine.search_cv.fold_fits import FitCall
from engine.search_cv.fold_plan import FoldPlan
from engine.search_cv.ledger import Ledger, Row, last_line
from engine.search_cv.stream import CandidateStream


class _Owner(Protocol):
    """The estimator that searches."""

    estimator: Any
    scoring: Any
    error_score: Any
    return_train_score: bool
    verbose: int

    def _get_scorers(self) -> tuple[Any, Any]: ...


class Evaluation:
    """Hands batches of rows to ``evaluate`` (scikit-learn's ``evaluate_candidates``) and notes their fits.

    Every candidate is scored on the same folds, also where the splitter draws others each time it is asked.
    """

    def __init__(self, owner: _Owner, plan: FoldPlan, evaluate: Callable[..., Any], ledger: Ledger, task: Any) -> None:
        """``task`` is what scikit-learn's own callbacks follow the search by; versions without them give *None*."""
        self._owner = owner
        self._plan = plan
        self._splits = _KeptSplits(plan.splitter)
        self._evaluate = evaluate
        self._ledger = ledger
        self._task = task
        self.failure: ValueError | None = None  # the last batch in which every fit failed

    def run(self, rows: Sequence[Row]) -> None:
        """Evaluate the rows on all folds."""
        self._ledger.expect(rows, range(self._plan.count))
        self._call_evaluate(rows, self._splits)

    def by_folds(self, rows: Sequence[Row], is_hopeless: Callable[[Row, int], bool]) -> None:
        """Evaluate the rows fold after fold; those that are hopeless after a fold, or failed, miss the rest."""
        alive = list(rows)
        for fold in range(self._plan.count):
            self._ledger.expect(alive, [fold])
            with self._plan.one_fold():
                self._call_evaluate(alive, _OneSplit(self._splits, fold))
            alive = [row for row in alive if not row.error]
            if fold + 1 < self._plan.count:
                for row in alive:
                    row.is_pruned = is_hopeless(row, fold)
                alive = [row for row in alive if not row.is_pruned]
            if not alive:
                return

    def stream(self, workers: int, routed: Any) -> CandidateStream:
        """For the candidates that follow a batch, fitted as those were; ``routed`` are scikit-learn's arguments."""
        owner, splits = self._owner, self._splits
        further = {
            "scorer": owner._get_scorers()[0],  # noqa: SLF001 - scikit-learn's own searches ask for them so
            "fit_params": routed.estimator.fit,
            "score_params": routed.scorer.score,
            "return_train_score": owner.return_train_score,
            "return_n_test_samples": True,
            "return_times": True,
            "return_parameters": False,
            "error_score": owner.error_score,
            "verbose": owner.verbose,
        }
        fit = _configured(delayed(_fit_and_score)()[0])
        return CandidateStream(FitCall(fit, clone(owner.estimator), *splits.data, splits.kept, further), workers)

    def take(self, stream: CandidateStream) -> Row:
        """The row that the stream began first, once it is evaluated; failures are told as scikit-learn tells them."""
        row, fits = stream.take()
        try:
            _warn_or_raise_about_fit_failures(fits, self._owner.error_score)
        except ValueError as error:
            self.failure = error
            row.error = last_line(str(error))
            row.seconds = float(np.mean([fit["fit_time"] for fit in fits]))
            return row
        if callable(self._owner.scoring):
            _insert_error_scores(fits, self._owner.error_score)
        row.fits.update(enumerate(fits))
        return row

    def _call_evaluate(self, rows: Sequence[Row], splits: Any) -> None:
        fits = len(rows) * self._plan.count
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
    """A splitter whose first answer is its only one: ``kept``, of ``data``, which are X and y."""

    def __init__(self, splitter: Any) -> None:
        self._splitter = splitter
        self.kept: list[Any] = []
        self.data: tuple[Any, Any] = (None, None)

    def split(self, X: Any, y: Any = None, **params: Any) -> list[Any]:
        """The folds, each a pair of row numbers for training and test."""
        if not self.kept:
            self.kept, self.data = list(self._splitter.split(X, y, **params)), (X, y)
        return self.kept


class _OneSplit:
    """One of a splitter's folds alone."""

    def __init__(self, splits: _KeptSplits, fold: int) -> None:
        self._splits = splits
        self._fold = fold

    def split(self, X: Any, y: Any = None, **params: Any) -> list[Any]:
        """That fold, in a list."""
        return self._splits.split(X, y, **params)[self._fold : self._fold + 1]


def _configured(function: Any) -> Any:
    """A function of scikit-learn's that a worker calls with the configuration and the warning filters of here."""
    if hasattr(function, "with_config_and_warning_filters"):
        return function.with_config_and_warning_filters(get_config(), list(warnings.filters))
    # WORKAROUND scikit-learn 1.6: its workers have filters of their own; drop when 1.7 is the lowest version.
    return function.with_config(get_config())


@contextmanager
def _callback_subtask(task: Any, owner: Any, fits: int) -> Iterator[dict[str, Any]]:
    if task is None:
        yield {}
        return
    inner = task.subcontext(task_name="batch", max_subtasks=fits, sequential_subtasks=False)
    inner = inner.call_on_fit_task_begin(estimator=owner)
    yield {"callback_ctx": inner}
    inner.call_on_fit_task_end(estimator=owner)
