"""``twinloop race STUDY.study --strategies A,B``: search strategies on one study's problem."""

from __future__ import annotations

import argparse
import math
import sys
import time
from typing import Any

import numpy as np

from engine import store
from engine.analysis import Verdict, coverage_words, verdict_words
from engine.objectives.permissions import grant_permission
from engine.printing import print_json, print_line, renew_line
from engine.racing.entrants import USUAL, entrants_of
from engine.racing.model_problem import model_problem
from engine.racing.on_objective import objective_problem, race_on_objective
from engine.racing.race import race, race_seeds
from engine.racing.reading import judged, race_coverage
from engine.racing.record import Race
from engine.racing.starts import RACE, with_first_trials
from engine.space import SearchSpace
from engine.wording import counted

FAST_REPEATS, REAL_REPEATS = 12, 5  # a guess: 12 tell apart what wins 10 times, 5 what always wins; more cost hours
USUAL_TRIALS = 60  # where the study has no budget of trials, as a study's cost is drawn beside 60


def race_strategies(arguments: argparse.Namespace) -> int:
    """Race, and print the verdict; the exit status."""
    with store.Reader(arguments.study) as reader:
        setup, history, _ = reader.study()
        path = reader.path
    entrants = entrants_of(RACE if arguments.starts else (arguments.strategies or ",".join(USUAL)).split(","))
    entrants = with_first_trials(entrants, setup, history.space)
    trials = arguments.trials or setup.budget.trials or USUAL_TRIALS
    repeats = arguments.repeats or (FAST_REPEATS if arguments.fast else REAL_REPEATS)
    progress = _Progress(len(entrants) * repeats * trials, is_live=not arguments.json and sys.stdout.isatty())
    if arguments.fast:
        problem = model_problem(history.without_excluded())
        seeds = race_seeds(setup.strategy.seed, repeats)
        found = race(problem, entrants, seeds, trials, workers=arguments.workers, heard=progress.show)
    else:
        objective_problem(setup, history.space)  # says at once what cannot be raced
        if arguments.allow:
            grant_permission(setup.objective, path)
        found = race_on_objective(
            path, setup, history.space, entrants, repeats, trials, workers=arguments.workers, heard=progress.show
        )
    progress.end()
    reached = judged(found)
    if arguments.json:
        print_json(as_json(found, reached))
    else:
        _print(found, reached, history.space)
    return 0


class _Progress:
    """One line that is renewed where a person looks on."""

    def __init__(self, trials: int, *, is_live: bool) -> None:
        self._trials, self._is_live, self._begun = trials, is_live, time.monotonic()

    def show(self, so_far: Race) -> None:
        if self._is_live:
            seconds = time.monotonic() - self._begun
            renew_line(f"{so_far.finished_trials:,} of {counted(self._trials, 'trial')}, {seconds:.0f} s")

    def end(self) -> None:
        if self._is_live:
            renew_line()


def as_json(found: Race, told: Verdict | None) -> dict[str, Any]:
    """The race as one JSON object; what is not known is null."""
    titles = found.titles
    words = None if told is None else verdict_words(told, titles, is_held_out=found.is_held_out)
    pairs = () if told is None else told.pairs
    names = found.names
    return {
        "strategies": names,
        "trials": found.trials,
        "repeats": found.repeats,
        "best_so_far": {name: _plain(found.best_so_far[place]) for place, name in enumerate(names)},
        "superiority": [
            {
                "better": names[one.better],
                "than": names[one.than],
                "probability": one.probability,
                "low": one.low,
                "high": one.high,
                "told_apart": one.is_told_apart,
            }
            for one in pairs
            if one.probability > 0.5 or (one.probability == 0.5 and one.better < one.than)
        ],
        "verdict": NO_VERDICT if words is None else words.sentence,
        "remark": "" if words is None else words.remark,
        "winner": names[told.leaders[0]] if told is not None and told.has_winner else None,
        "leaders": [] if told is None or not told.is_trusted else [names[place] for place in told.leaders],
        "final": {name: _plain(found.final[place]) for place, name in enumerate(names)},
        "held_out": found.is_held_out,
        "quality": found.quality,
        "target": None if told is None else _finite(told.target),
        "trials_to_target": {} if told is None else dict(zip(names, _plain(told.trials_to_target), strict=True)),
        "seconds_to_choose": {} if told is None else dict(zip(names, _plain(told.choosing), strict=True)),
        "remarks": found.remarks,
    }


NO_VERDICT = "No trial of this race has a score."


def _plain(values: np.ndarray) -> Any:
    if values.ndim > 1:
        return [_plain(one) for one in values]
    return [_finite(float(value)) for value in values]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _print(found: Race, told: Verdict | None, space: SearchSpace) -> None:
    where = "the real objective" if found.quality is None else f"the model of {counted(found.modelled, 'trial')}"
    print_line(
        f"{counted(len(found.names), 'strategy', 'strategies')}, {counted(found.repeats, 'repeat')}, "
        f"{counted(found.trials, 'trial')} each, on {where}"
    )
    if told is None:
        print_line(NO_VERDICT)
        return
    words = verdict_words(told, found.titles, is_held_out=found.is_held_out)
    print_line(words.sentence)
    print_line(words.remark)
    width = max(len(title) for title in found.titles)
    head = f"{'':<{width}}  {'median':>10}  {'beats others':>12}  {f'to {told.target:.4g}':>20}  {'to choose':>10}"
    print_line(head)
    for place in told.order:
        print_line(_line(found, told, place, width))
    for sentence in found.remarks:
        print_line(sentence)
    for sentence in _coverage(found, told, space):
        print_line(sentence)
    if found.quality is not None:
        quality = f"{found.quality:.2f}".replace("-", "−")
        print_line(f"On the model, noise included: quick, and only as true as the model (quality {quality}).")


def _line(found: Race, told: Verdict, place: int, width: int) -> str:
    beats = told.wins[place][~np.isnan(told.wins[place])]
    share = f"{beats.mean():.0%}".replace("%", " %") if len(beats) else ""
    count = told.trials_to_target[place]
    reached = "never" if math.isnan(count) else counted(int(count), "trial")
    if 0 < told.reached[place] < told.repeats:
        reached += f", in {told.reached[place]} of {told.repeats}"
    choosing = f"{told.choosing[place] * 1e3:.1f} ms"
    median = f"{told.medians[place]:.6g}" if math.isfinite(told.medians[place]) else "none"
    return f"{found.titles[place]:<{width}}  {median:>10}  {share:>12}  {reached:>20}  {choosing:>10}"


def _coverage(found: Race, told: Verdict, space: SearchSpace) -> list[str]:
    seen = race_coverage(found, space, told.order[0])
    pairs = zip(seen, found.titles, strict=False)
    return [f"{coverage_words(one, title, one.names[0])}." for one, title in pairs]
