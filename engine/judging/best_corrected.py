"""The corrected score of a study's best trial, under its own metric or another one."""

from __future__ import annotations

from collections.abc import Callable

from engine.judging.corrected import CorrectedScore, correct_score
from engine.judging.metric_choice import choose_metric
from engine.judging.stored import Stored, has_own_rows, judged_trials
from engine.trials import History


def corrected_best(
    stored: Stored,
    objective: object,
    history: History,
    metric: str | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> CorrectedScore | None:
    """What the best score is worth once the luck of its choice is taken out.

    *None* where trials were judged on different rows, where there is no draw to judge by, or where it was cancelled.
    Raises :class:`engine.errors.UserFault` where the study keeps no predictions, or there is no such metric. Trials
    whose predictions the metric cannot judge are left out.
    """
    if has_own_rows(objective):
        return None
    trials = judged_trials(stored, objective, history)
    chosen = choose_metric(metric or trials.metric, trials.rows, trials.positive)
    fit = [place for place, model in enumerate(trials.models) if not chosen.refusal(model)]
    if not fit:
        return None
    models = [trials.models[place] for place in fit]
    numbers = [trials.numbers[place] for place in fit]
    return correct_score(chosen, trials.rows, models, numbers, is_cancelled=is_cancelled)
