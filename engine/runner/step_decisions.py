"""What a worker reports step by step: each step is noted and decided on before the next."""

from __future__ import annotations

import time

from engine.execution.messages import Steps
from engine.runner.worker_pool import WorkerPool
from engine.tuning import Tuner


def take_steps(tuner: Tuner, workers: WorkerPool, worker: int, message: Steps, *, prunes: bool) -> None:
    """Note the steps of a worker's trials and, where it ``prunes``, end those that the pruner gives up.

    Decisions do not depend on how steps are batched: what a trial went on to do before its worker heard of its end is
    no part of it.
    """
    for step in message.steps:
        trial = workers.find_trial(worker, step.number)
        if trial is None or trial.is_told:
            continue
        tuner.report(step.number, step.step, step.records, step.fold)
        reason = tuner.should_prune(step.number) if prunes and not trial.state else ""
        if reason:
            seconds = workers.batches[worker].seconds_each(time.monotonic())
            workers.end_trial(worker, step.number, "pruned", reason)
            trial.is_told = True
            tuner.tell(step.number, (), time.time(), "pruned", reason, {}, seconds)
