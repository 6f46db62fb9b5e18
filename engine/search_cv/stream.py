"""Candidates evaluated in worker processes one after the other, without a pause while the next is chosen."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, wait
from typing import Any, Self

from joblib.parallel import BatchedCalls, get_active_backend
from sklearn.utils.parallel import Parallel

from engine.objectives.process_tree import kill_tree
from engine.search_cv.fold_fits import FitCall, fit_folds
from engine.search_cv.ledger import Fit, Row

_POLL = 0.1  # seconds after which a wait looks whether somebody interrupts it, which some systems tell only then


class CandidateStream:
    """Keeps workers busy with the fits of a few candidates at once, and hands these back in the order they came.

    What is known when a candidate is chosen follows from that order, never from how long fits take: all candidates
    before it, but for the last ``ahead`` ones.
    """

    def __init__(self, call: FitCall, workers: int) -> None:
        folds = len(call.splits)
        # While one candidate is waited for, twice as many fits as there are workers lie ready behind it: as many as
        # scikit-learn's searches send ahead.
        self.ahead = math.ceil(2 * workers / folds)
        share = math.ceil(folds / workers)
        self._shares = [range(begin, min(begin + share, folds)) for begin in range(0, folds, share)]
        self._call = call
        self._parallel = Parallel(n_jobs=workers)
        self._pending: deque[tuple[Row, list[Future[list[list[Fit]]]]]] = deque()

    @staticmethod
    def serves(workers: int) -> bool:
        """Whether joblib would use its usual processes here, and they can be asked for one fit after the other."""
        backend = get_active_backend()[0]
        return workers > 1 and type(backend).__name__ == "LokyBackend" and hasattr(backend, "submit")

    def __enter__(self) -> Self:
        self._parallel.__enter__()
        # WORKAROUND joblib 1.6: a call of Parallel takes all its tasks at once; drop when it takes further ones.
        self._backend = self._parallel._backend  # noqa: SLF001
        return self

    def __exit__(self, *_: object) -> None:
        futures = [future for _, futures in self._pending for future in futures]
        if not all(future.done() for future in futures):
            # WORKAROUND joblib 1.6: loky's thread dies of what still waits for a worker in a pool that is told to end,
            # cancelled or not. Where all workers are lost it fails what waits; drop when abort_everything does so.
            for process in list(self._backend._workers._processes.values()):  # noqa: SLF001
                kill_tree(process.pid)
            wait(futures)
        self._parallel.__exit__(None, None, None)

    def __len__(self) -> int:
        """How many candidates are being fitted."""
        return len(self._pending)

    @property
    def is_full(self) -> bool:
        """Whether one is to be taken before another begins."""
        return len(self) > self.ahead

    def begin(self, row: Row, place: tuple[int, int]) -> None:
        """Send the fits of a row off, whose ``place`` among all candidates is told where the search is verbose."""
        futures = []
        for folds in self._shares:
            task: tuple[Any, ...] = fit_folds, (self._call, row.params, folds, place), {}
            futures.append(self._backend.submit(BatchedCalls([task], self._backend.get_nested_backend())))
        self._pending.append((row, futures))

    def take(self) -> tuple[Row, Sequence[Fit]]:
        """Wait for the row that began first: it, and its fits by fold. What a fit raised is raised here."""
        row, futures = self._pending[0]
        while wait(futures, timeout=_POLL).not_done:
            pass
        fits = [fit for future in futures for fit in future.result()[0]]
        self._pending.popleft()
        return row, fits
