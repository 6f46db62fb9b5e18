"""What costs time, and whether it buys a better score."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from engine.analysis.title import Title, name_words
from engine.space import Categorical
from engine.trials import History, State
from engine.wording import value_text

FEWEST = 12  # trials from which a hyperparameter is named: a guess
GROUPS = 3  # that numbers are cut into
EXPLAINS = 0.15  # of the spread of log seconds, from which a hyperparameter counts as costing time: a guess
SHUFFLES = 200  # of the seconds, of which fewer than 5 % may explain as much
CHANCE = 0.05  # of the shufflings
LONGER = 1.2  # times as long, from which the difference is worth a sentence: a guess


@dataclass(frozen=True, eq=False)
class Durations:
    """Trial ``numbers`` (n,) with ``seconds`` (n,) above 0 and ``score`` (n,).

    ``name`` is the hyperparameter that explains most of the differences in time (empty where none does more than
    chance), ``group`` (n,) where each trial stands along it, -1 where it plays no part, and ``labels`` say what the
    groups are. ``ratio`` is the median time of the slowest group by that of the quickest, and these two are ``slow``
    and ``quick``; ``buys`` says whether the slowest one's median score is better: 1, -1 where it is worse, 0 where that
    cannot be told.
    """

    numbers: np.ndarray
    seconds: np.ndarray
    score: np.ndarray
    name: str
    group: np.ndarray
    labels: tuple[str, ...]
    ratio: float = 1.0
    slow: int = 0
    quick: int = 0
    buys: int = 0


def durations_of(history: History, seed: int = 0) -> Durations:
    """Time against score of the complete trials, by the hyperparameter that time depends on most."""
    numbers = history.where(State.COMPLETE)
    numbers = numbers[np.isfinite(history.score[numbers]) & (history.seconds[numbers] > 0.0)]
    seconds, score = np.array(history.seconds[numbers]), np.array(history.score[numbers])
    nothing = Durations(numbers, seconds, score, "", np.full(len(numbers), -1), ())
    if len(numbers) < FEWEST:
        return nothing
    logs = np.log(seconds)
    found = [(name, *_groups(history, numbers, column)) for column, name in enumerate(history.space)]
    found = [one for one in found if len(one[2]) > 1]
    if not found:
        return nothing
    shares = [_explained(logs, group) for _, group, _ in found]
    at = int(np.argmax(shares))
    rng = np.random.default_rng(seed)
    as_good = sum(
        max(_explained(shuffled, group) for _, group, _ in found) >= shares[at]
        for shuffled in (rng.permutation(logs) for _ in range(SHUFFLES))
    )
    if shares[at] < EXPLAINS or as_good >= CHANCE * SHUFFLES:
        return nothing
    name, group, labels = found[at]
    medians = np.array([np.median(seconds[group == one]) for one in range(len(labels))])
    slow, quick = int(np.argmax(medians)), int(np.argmin(medians))
    buys = _difference(history.losses[numbers], group, quick, slow)
    return Durations(numbers, seconds, score, name, group, labels, medians[slow] / medians[quick], slow, quick, buys)


def durations_title(found: Durations, metric: str) -> Title:
    """What costs time, and what for."""
    if not len(found.numbers):
        return Title("No trial has a score", "and a duration yet", "", "text")
    remark = f"{metric} over seconds a trial"
    if not found.name or found.ratio < LONGER:
        return Title("No hyperparameter", "alone decides how long a trial takes", remark, "text")
    name = name_words(found.name)
    slow, quick = found.labels[found.slow], found.labels[found.quick]
    rest = f"{slow} takes {found.ratio:.1f} times as long as {quick}"
    bought = {1: f", for a better {metric}", -1: f", for a worse {metric}", 0: ""}
    remark += "" if found.buys else f" · the {metric} of both cannot be told apart"
    return Title(f"Time depends on {name}:", f"{rest}{bought[found.buys]}", remark)


def _groups(history: History, numbers: np.ndarray, column: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Groups of trials along one hyperparameter that each hold some, and what they are called."""
    hyperparameter = history.space[history.space.names[column]]
    units = history.unit[numbers, column]
    known = np.isfinite(units)
    group = np.full(len(numbers), -1)
    if known.sum() < FEWEST:
        return group, ()
    values = np.unique(units[known])
    few = len(values) <= (12 if isinstance(hyperparameter, Categorical) else GROUPS)
    if few:
        group[known] = np.searchsorted(values, units[known])
        return group, tuple(value_text(_value(hyperparameter, unit)) for unit in values)
    edges = np.quantile(units[known], np.linspace(0, 1, GROUPS + 1)[1:-1])
    group[known] = np.searchsorted(edges, units[known], side="right")
    present = np.unique(group[known])
    group[known] = np.searchsorted(present, group[known])
    cuts = [value_text(_short(_value(hyperparameter, edge))) for edge in edges]
    names = [f"below {cuts[0]}", *(f"{low} to {high}" for low, high in pairwise(cuts))]
    names.append(f"above {cuts[-1]}")
    return group, tuple(names[at] for at in present)


def _value(hyperparameter: Any, unit: float) -> Any:
    return hyperparameter.to_value(hyperparameter.from_unit(float(unit)))


def _short(value: object) -> object:
    return float(f"{value:.2g}") if isinstance(value, float) else value


def _explained(values: np.ndarray, group: np.ndarray) -> float:
    """The share of the variance that lies between groups, corrected for their number (adjusted R²)."""
    inside = group >= 0
    values, group = values[inside], group[inside]
    whole = float(((values - values.mean()) ** 2).sum())
    counts = np.bincount(group)
    means = np.bincount(group, values) / np.maximum(counts, 1)
    within = float(((values - means[group]) ** 2).sum())
    n, k = len(values), int((counts > 0).sum())
    return 1.0 - (within / (n - k)) / (whole / (n - 1)) if n > k and whole > 0.0 else 0.0


def _difference(losses: np.ndarray, group: np.ndarray, one: int, other: int) -> int:
    """Whether ``other`` has the lower losses (Mann-Whitney): 1 better, -1 worse, 0 not told apart."""
    # In here because it loads SciPy.
    from scipy.stats import mannwhitneyu

    first, second = losses[group == one], losses[group == other]
    if min(len(first), len(second)) < 3:
        return 0
    if mannwhitneyu(first, second).pvalue >= CHANCE:
        return 0
    return 1 if np.median(second) < np.median(first) else -1
