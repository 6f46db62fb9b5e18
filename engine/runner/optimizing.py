"""An objective in Python, run trial after trial in the threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from engine import samplers, store
from engine.errors import UserFault
from engine.events import StateName
from engine.tuning import Trial, TrialPruned

Objective = Callable[[Any], float | Iterable[float]]


class _Study(Protocol):
    """The study whose trials are run."""

    def ask(self) -> Trial: ...

    def tell(
        self,
        trial: Trial | int,
        score: float | Iterable[float] | None = None,
        *,
        state: StateName = "complete",
        reason: str = "",
    ) -> object: ...

    def put_back(self, number: int) -> None: ...


def optimize(study: _Study, objective: Objective, trials: int, workers: int) -> None:
    """Run ``trials`` trials, or fewer where the space has no more, ``workers`` at a time.

    What ends one worker (a refused write, an interrupt) ends the others after their trials, and is raised.
    """
    left = iter(range(trials))
    taking, ending = threading.Lock(), threading.Event()

    def work() -> None:
        try:
            while True:
                with taking:
                    if ending.is_set() or next(left, None) is None:
                        return
                _run_one(study, objective, study.ask())
        except samplers.SpaceExhausted:
            return
        except BaseException:
            ending.set()
            raise

    if workers <= 1:
        work()
        return
    with ThreadPoolExecutor(workers) as pool:
        for running in [pool.submit(work) for _ in range(workers)]:
            running.result()


def _run_one(study: _Study, objective: Objective, trial: Trial) -> None:
    """Run one trial; where that is interrupted before it told anything, it waits to be run again."""
    try:
        _tell_of(study, objective, trial)
    except BaseException:
        study.put_back(trial.number)
        raise


def _tell_of(study: _Study, objective: Objective, trial: Trial) -> None:
    try:
        score = objective(trial)
    except store.Unwritten:
        raise  # it changed its study, whose file cannot be written; that is no fault of the trial
    except Exception as error:  # noqa: BLE001 - an objective may raise anything; that is a failed trial
        if isinstance(error, TrialPruned) or type(error).__name__ == "TrialPruned":
            study.tell(trial, state="pruned", reason=str(error))
        else:
            study.tell(trial, state="failed", reason=f"{type(error).__name__}: {error}")
        return
    try:
        study.tell(trial, score)
    except store.Unwritten:
        raise
    except (UserFault, TypeError, ValueError) as error:
        study.tell(trial, state="failed", reason=f"The objective returned {score!r}: {error}")
