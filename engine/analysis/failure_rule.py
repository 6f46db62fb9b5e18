"""Where trials fail: at most two conditions that tell failed trials from the others, or none where chance would do.

Conditions are chosen one after the other by information gain (Quinlan 1986); a rule is told only where fewer than 5 %
of shufflings of the outcomes give one as good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.space import Categorical
from engine.trials import History, State

SHUFFLES = 300  # pages.md 1.5
CHANCE = 0.05  # of shufflings that may do as well
CUTS = 24  # thresholds that are tried of a hyperparameter, evenly over its trials: a guess
FEWEST = 3  # failed trials from which a rule is looked for: a guess
MOST_TRIALS = 2000  # the newest ones that a rule is looked for among


@dataclass(frozen=True, slots=True)
class Condition:
    """``name`` is at least ``low``, at most ``high``, or one of ``choices``; what is *None* or empty does not count."""

    name: str
    low: Any = None
    high: Any = None
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class FailureRule:
    """Of ``inside`` trials that meet all conditions ``failed`` failed, ``left_over`` failed elsewhere.

    ``chance`` is the share of shufflings with a rule as good.
    """

    conditions: tuple[Condition, ...]
    failed: int
    inside: int
    left_over: int
    chance: float


def failure_rule(history: History, seed: int = 0) -> FailureRule | None:
    """The rule of a study's failed trials, *None* where there are too few or no simple one holds."""
    return outcome_rule(history, history.where(State.FAILED), seed)


def outcome_rule(
    history: History, hits: np.ndarray, seed: int = 0, among: np.ndarray | None = None, chance: float = CHANCE
) -> FailureRule | None:
    """The rule that tells the trials ``hits`` (numbers) from the other ones of ``among``, by default all that ended.

    ``chance`` is the share of shufflings that may do as well: less where several rules are looked for.
    """
    finished = history.where(State.COMPLETE, State.PRUNED, State.FAILED) if among is None else among
    finished = finished[-MOST_TRIALS:]
    failed = np.isin(finished, hits)
    if failed.sum() < FEWEST or failed.all():
        return None
    conditions, masks = _candidates(history, finished)
    if not conditions:
        return None
    gain, chosen = _best_rule(masks, failed)
    if not chosen:
        return None
    rng = np.random.default_rng(seed)
    as_good = sum(_best_rule(masks, rng.permutation(failed))[0] >= gain for _ in range(SHUFFLES))
    # The outcomes as they are count among the shufflings (Phipson and Smyth 2010), else chance is told too low.
    share = (as_good + 1) / (SHUFFLES + 1)
    if share >= chance:
        return None
    inside = np.all(masks[list(chosen)], axis=0)
    return FailureRule(
        _joined([conditions[place] for place in chosen]),
        int(failed[inside].sum()),
        int(inside.sum()),
        int(failed[~inside].sum()),
        share,
    )


def meets_conditions(history: History, conditions: tuple[Condition, ...]) -> np.ndarray:
    """Which trials meet all ``conditions``, (n,) bool; one that has a hyperparameter not set meets none about it."""
    met = np.ones(len(history), dtype=bool)
    for one in conditions:
        column = history.space.names.index(one.name)
        hyperparameter, units = history.space[one.name], history.unit[:, column]
        if one.choices:
            wanted = [_unit(hyperparameter, choice) for choice in one.choices]
            met &= np.isin(units, wanted)
            continue
        if one.low is not None:
            met &= units >= _unit(hyperparameter, one.low) - 1e-12
        if one.high is not None:
            met &= units < _unit(hyperparameter, one.high) + 1e-12
    return met


def _unit(hyperparameter: Any, value: Any) -> float:
    return float(hyperparameter.to_unit(np.array([hyperparameter.to_number(value)], dtype=float))[0])


def _candidates(history: History, numbers: np.ndarray) -> tuple[list[Condition], np.ndarray]:
    conditions: list[Condition] = []
    masks: list[np.ndarray] = []
    for column, (name, hyperparameter) in enumerate(history.space.items()):
        units = history.unit[numbers, column]
        known = np.isfinite(units)
        if not known.any():
            continue
        values = np.unique(units[known])
        if isinstance(hyperparameter, Categorical):
            for value in values if len(values) > 1 else ():
                choice = hyperparameter.to_value(hyperparameter.from_unit(float(value)))
                conditions.append(Condition(name, choices=(choice,)))
                masks.append(known & (units == value))
                others = tuple(one for one in hyperparameter.choices if one != choice)
                conditions.append(Condition(name, choices=others))
                masks.append(known & (units != value))
            continue
        middles = (values[1:] + values[:-1]) / 2
        for cut in middles[np.unique(np.linspace(0, len(middles) - 1, CUTS).astype(int))] if len(middles) else ():
            at = hyperparameter.to_value(hyperparameter.from_unit(float(cut)))
            conditions += [Condition(name, low=at), Condition(name, high=at)]
            masks += [known & (units >= cut), known & (units < cut)]
    return conditions, np.array(masks) if masks else np.zeros((0, len(numbers)), dtype=bool)


def _best_rule(masks: np.ndarray, failed: np.ndarray) -> tuple[float, tuple[int, ...]]:
    """The gain of the best one or two conditions under which failures are commoner, and which these are."""
    gains = _gains(masks, failed)
    first = int(np.argmax(gains))
    if gains[first] <= 0.0:
        return 0.0, ()
    both = _gains(masks & masks[first], failed)
    second = int(np.argmax(both))
    if both[second] > gains[first] + WORTH:
        return float(both[second]), (first, second)
    return float(gains[first]), (first,)


WORTH = 0.02  # bits a trial that a second condition must add: a guess


def _gains(masks: np.ndarray, failed: np.ndarray) -> np.ndarray:
    """Bits a trial that each condition tells of the outcome; 0 where failures are rarer inside."""
    n = len(failed)
    inside = masks.sum(axis=1)
    hits = masks @ failed.astype(float)
    total = float(failed.sum())
    rate_in = np.divide(hits, inside, out=np.zeros(len(masks)), where=inside > 0)
    rate_out = np.divide(total - hits, n - inside, out=np.zeros(len(masks)), where=inside < n)
    gain = _entropy(np.array(total / n)) - inside / n * _entropy(rate_in) - (n - inside) / n * _entropy(rate_out)
    return np.where((rate_in > rate_out) & (inside > 0) & (inside < n), gain, 0.0)


def _entropy(share: np.ndarray) -> np.ndarray:
    p = np.clip(share, 1e-12, 1.0 - 1e-12)
    return np.asarray(-(p * np.log2(p) + (1.0 - p) * np.log2(1.0 - p)))


def _joined(conditions: list[Condition]) -> tuple[Condition, ...]:
    """Two bounds of one hyperparameter are one range."""
    if len(conditions) == 2 and conditions[0].name == conditions[1].name and not conditions[0].choices:
        lows = [one.low for one in conditions if one.low is not None]
        highs = [one.high for one in conditions if one.high is not None]
        low, high = max(lows) if lows else None, min(highs) if highs else None
        return (Condition(conditions[0].name, low, high),)
    return tuple(conditions)
