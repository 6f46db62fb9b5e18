"""One search of a race, from its first trial or from where it was cut off, to the end of its budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from engine import pruners, samplers, seeds
from engine.errors import UserFault
from engine.events import AnyEvent, StepReported, TrialEnded, TrialStarted
from engine.execution.reporting import sentence
from engine.objectives.base import Evaluator, Report
from engine.objectives.table import PreparedTable
from engine.racing.messages import Chosen, Ended, Row, Search
from engine.racing.model_problem import ModelEvaluator
from engine.samplers import SpaceExhausted
from engine.space import SearchSpace
from engine.trials import Curves, Direction, History
from engine.tuning import TrialPruned, Tuner

Say = Callable[[Chosen | Row | Ended], object]
SAMPLERS_READ = ("estimated_score", "hypergradient")  # of the details of earlier trials
NO_SCORE = "No trial has a score."


class Arena(Protocol):
    """Where a search takes place."""

    def score(self, tuner: Tuner, number: int, params: Mapping[str, object]) -> tuple[float | None, float | None]:
        """The score of a running trial, and its value without noise where that is known; raises what fails it."""

    def judge(self, params: Mapping[str, object], seed: int) -> float | None:
        """What a configuration scores on rows that no trial saw, *None* where there are none."""


class ModelArena:
    """The model of a study's trials."""

    def __init__(self, evaluator: ModelEvaluator) -> None:
        self._evaluator = evaluator

    def score(self, tuner: Tuner, number: int, params: Mapping[str, object]) -> tuple[float | None, float | None]:
        """Predicted with noise, and without."""
        found = self._evaluator.evaluate(params, tuner.seed)
        if found is None:
            raise UserFault("Trials like this one failed in the study.")
        return found

    def judge(self, params: Mapping[str, object], seed: int) -> float | None:
        """Every trial is judged at once."""
        return None


class ObjectiveArena:
    """The study's own objective, trained."""

    def __init__(self, evaluator: Evaluator, *, holdout: bool) -> None:
        self._evaluator, self._holdout = evaluator, holdout

    def score(self, tuner: Tuner, number: int, params: Mapping[str, object]) -> tuple[float | None, float | None]:
        """The score of a training; the pruner may end it."""
        seed = seeds.model_seed(tuner.seed, number)
        return self._evaluator.evaluate(params, seed, _reporting(tuner, number)).score, None

    def judge(self, params: Mapping[str, object], seed: int) -> float | None:
        """Trained on all rows of the race's search, judged on the rows that were set aside for the race."""
        if not self._holdout or not isinstance(self._evaluator, PreparedTable):
            return None
        return self._evaluator.holdout_score(params, seeds.integer(seed, "race", "holdout", "model"))


def _reporting(tuner: Tuner, number: int) -> Report:
    def report(step: int, records: Mapping[str, float]) -> None:
        values = dict(records)
        tuner.report(number, step, values, int(values.pop("fold", 0)))
        reason = tuner.should_prune(number)
        if reason:
            raise TrialPruned(reason)

    return report


def search_once(arena: Arena, space: SearchSpace, direction: Direction, task: Search, trials: int, say: Say) -> None:
    """Carry out ``task``; every trial is told to ``say`` as it begins and as it ends, then the end."""
    entrant = task.entrant
    tuner = Tuner(
        History(space, (direction,)),
        Curves(),
        samplers.make(entrant.sampler, entrant.options),
        pruners.make(entrant.pruner, entrant.pruner_options),
        task.seed,
        trials,
    )
    for row in task.known:
        _replay(tuner, row, is_first=row.number < len(entrant.first))
    reason = ""
    for number in range(len(tuner.history), trials):
        begun = time.perf_counter()
        if number < len(entrant.first):
            tuner.enqueue(entrant.first[number], float(number))
        try:
            params = tuner.ask(float(number)).params
        except SpaceExhausted as fault:
            reason = fault.what
            break
        taken = time.perf_counter() - begun
        say(Chosen(task.place, task.repeat, number, params, taken))
        say(_trial(arena, tuner, task, number, taken))
    say(_judged(arena, tuner, task, reason))


def _trial(arena: Arena, tuner: Tuner, task: Search, number: int, taken: float) -> Row:
    params, state, reason, score, judged = tuner.history.params(number), "complete", "", None, None
    begun = time.perf_counter()
    try:
        score, judged = arena.score(tuner, number, params)
    except TrialPruned as stop:
        state, reason = "pruned", str(stop)
    except Exception as error:  # noqa: BLE001 - a model may raise anything; it fails its trial only
        state, reason = "failed", error.what if isinstance(error, UserFault) else sentence(error)
    seconds = time.perf_counter() - begun
    scores = () if score is None else (score,)
    told = tuner.tell(number, scores, float(number), state, reason, seconds=0.0)  # type: ignore[arg-type]
    curve = tuner.curves.get(number) if number in tuner.curves else None
    folds = 1 if curve is None else max(1, len(set(curve.folds.tolist())))
    kept = _curve(tuner, number) if task.entrant.pruner != "none" else []
    details = {name: told.details[name] for name in SAMPLERS_READ if name in told.details}
    return Row(
        task.place,
        task.repeat,
        number,
        params,
        told.state,
        told.scores[0] if told.scores else None,
        judged if told.state == "complete" else None,
        told.reason,
        details,
        kept,
        folds,
        taken,
        seconds,
    )


def _curve(tuner: Tuner, number: int) -> list[tuple[int, int, dict[str, float]]]:
    if number not in tuner.curves:
        return []
    curve = tuner.curves.get(number)
    found: dict[tuple[int, int], dict[str, float]] = {}
    for fold in sorted(set(curve.folds.tolist())):
        for name in curve.names:
            for step, value in zip(*(part.tolist() for part in curve.fold(fold, name)), strict=True):
                found.setdefault((int(step), int(fold)), {})[name] = float(value)
    return [(step, fold, records) for (step, fold), records in found.items()]


def _replay(tuner: Tuner, row: Row, *, is_first: bool) -> None:
    events: tuple[AnyEvent, ...] = (
        TrialStarted(row.number, row.params, float(row.number), "queue" if is_first else "sampler"),
        *(StepReported(row.number, step, records, fold) for step, fold, records in row.curve),
        TrialEnded(
            row.number,
            row.state,  # type: ignore[arg-type]
            float(row.number),
            0.0,
            () if row.score is None else (row.score,),
            row.reason,
            row.details,
        ),
    )
    for event in events:
        tuner.history.apply(event)
        tuner.curves.apply(event)


def _judged(arena: Arena, tuner: Tuner, task: Search, reason: str) -> Ended:
    best = tuner.history.best_number()
    if best is None:
        return Ended(task.place, task.repeat, None, reason or NO_SCORE)
    try:
        judged = arena.judge(tuner.history.params(best), task.seed)
    except Exception as error:  # noqa: BLE001 - the search stands all the same
        return Ended(task.place, task.repeat, None, error.what if isinstance(error, UserFault) else sentence(error))
    return Ended(task.place, task.repeat, judged, reason)
