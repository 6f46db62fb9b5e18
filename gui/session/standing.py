"""What the run bar says of a study, as plain sentences: pure functions of the document's state."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis import seconds_per_trial, spread_of_pace
from engine.objectives.description import TableObjective
from engine.setup import Budget, StudySetup
from engine.study import SetupProblem, check_setup
from engine.trials import BY_HAND, History, State
from gui.base.formats import between_text, count_text, duration_text

BAND = 1.2816  # standard deviations on either side: said .80, came .69 to .76 in simulated studies (tests of the pace)


@dataclass(frozen=True, slots=True)
class RunBlocker:
    """Why Run cannot be pressed: a sentence, and the card of the setup page that mends it (or none)."""

    sentence: str
    card: str = ""


LOOKING = "Another process runs this study; it is read-only here."
PASSED_ON = "Pause, Resume and Stop are passed on to it."
CARDS = {"space": "space", "model": "model", "settings": "model", "code": "objective"}
"""The cards of problems that the data card does not mend."""


def run_blocker(
    setup: StudySetup, history: History, writable: bool, holder: str, found: Sequence[SetupProblem] = ()
) -> RunBlocker | None:
    """What keeps the study from running, *None* when nothing does; ``found`` is what the last check found."""
    if not writable:
        return RunBlocker(holder or LOOKING)
    objective = setup.objective
    if isinstance(objective, TableObjective) and not objective.target_confirmed and not len(history):
        return RunBlocker(f"Confirm the target before running: {objective.target} is a guess.", "data")
    problems = check_setup(setup)
    if problems:
        first = problems[0]
        told = not first.name or first.what.lower().startswith(first.name.replace("_", " ").lower())
        named = first.what if told else f"{first.name}: {first.what[0].lower()}{first.what[1:]}"
        return RunBlocker(f"{named.rstrip('.')}. Fix this before running.", "space")
    for problem in found:
        if problem.forbids and problem.place != "space" and (problem.place in {"source", "code"} or not len(history)):
            return RunBlocker(f"{problem.what} {problem.remedy}".strip(), CARDS.get(problem.place, "data"))
    if setup.objective is None:
        return RunBlocker("This study's objective is defined in a script. Run it from there.")
    limit = setup.budget.trials
    finished = int(np.count_nonzero(history.state >= State.COMPLETE))
    if limit is not None and finished >= limit:
        return RunBlocker(f"The budget of {count_text(limit, 'trial')} is used up. Raise it to continue.", "budget")
    return None


def seconds_left(budget: Budget, history: History, elapsed: float, now: float) -> float | None:
    """A forecast of the time that the run still takes; *None* where nothing is known yet or there is no limit.

    ``elapsed`` are the seconds of this run, ``now`` those since 1970.
    """
    guesses = []
    if budget.seconds is not None:
        guesses.append(max(0.0, budget.seconds - elapsed))
    pace = seconds_per_trial(history, now) if budget.trials is not None else None
    if budget.trials is not None and pace is not None:
        over = int(np.count_nonzero(history.state >= State.COMPLETE))
        guesses.append(max(0, budget.trials - over) * pace)
    return min(guesses) if guesses else None


def time_left(budget: Budget, history: History, elapsed: float, now: float) -> tuple[float, float] | None:
    """Between which times the run ends in 3 of 4 cases; as for :func:`seconds_left`, twice the same where it is sure.

    A limit of time is kept whatever the trials take.
    """
    left = seconds_left(budget, history, elapsed, now)
    if left is None or budget.trials is None:
        return None if left is None else (left, left)
    spread = spread_of_pace(history, budget.trials - int(np.count_nonzero(history.state >= State.COMPLETE))) or 0.0
    most = float("inf") if budget.seconds is None else max(0.0, budget.seconds - elapsed)
    factor = math.exp(BAND * spread)
    return left / factor, min(left * factor, most)


def progress_words(counts: Mapping[str, int], limit: int | None) -> tuple[str, str]:
    """The strong number of finished trials and the dim rest: ``("61", "of 200 trials")``."""
    finished = counts["complete"] + counts["pruned"] + counts["failed"]
    rest = f"of {count_text(limit, 'trial')}" if limit is not None else ("trial" if finished == 1 else "trials")
    return f"{finished:,}", rest


def state_words(run_state: str, reason: str, counts: Mapping[str, int], stopped: int = 0) -> str:
    """What became of trials besides being complete, and what the run does; ``stopped`` of the pruned ones by hand."""
    parts = {
        "pausing": "pausing after the current step",
        "paused": "paused",
        "stopping": "stopping",
        "ended": reason.rstrip("."),
    }
    said = [parts.get(run_state, "")]
    told = {"pruned": counts["pruned"] - stopped, BY_HAND: stopped, "failed": counts["failed"]}
    said += [f"{number:,} {name}" for name, number in told.items() if number]
    if run_state != "running" and counts["waiting"]:
        said.append(f"{counts['waiting']:,} waiting")
    return " · ".join(part for part in said if part)


def time_words(budget: Budget, elapsed: float, left: tuple[float, float] | None, is_running: bool) -> str:
    """Elapsed and forecast time and the number of workers."""
    said = []
    if elapsed >= 1:
        said.append(duration_text(elapsed))
    if left is not None and is_running:
        said.append(f"{between_text(*left)} left")
    said.append(count_text(budget.workers, "worker"))
    return " · ".join(said)
