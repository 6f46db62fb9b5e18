"""Which hyperparameters matter: Sobol indices of the score model over the whole space, with intervals.

First-order, total and pair indices by the estimators of Jansen 1999 and Saltelli 2002 ("Making best use of model
evaluations to compute sensitivity indices", Computer Physics Communications 145) at Sobol points, so over the space's
own scale and never over the trials, which a search places where it likes. Intervals are the delete-a-part jackknife of
Shao and Wu 1989 over the trials that the model rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.score_model import ScoreModel
from engine.maths.lowdiscrepancy import ScrambledSobol

BASE = 1024  # points of each of the two base samples; twice as many moved no index of the tests by 0.01
REFITS = 16  # models that leave a part of the trials out (pages.md 1.9)
LEFT_OUT = 0.2  # of the trials in each
NORMAL_90 = 1.645  # standard deviations either side that hold nine in ten of a normal distribution


@dataclass(frozen=True, eq=False)
class Importance:
    """Shares of the score's variance over the space, by hyperparameter that varies, the largest total first.

    ``first`` (k,) is what a hyperparameter explains alone, ``total`` (k,) with all its interactions; ``low`` and
    ``high`` (k,) are the 90 % interval of the total. ``pairs`` holds what two explain together beyond each alone, the
    largest first. ``leads`` is the share of refits in which the first one stays first. ``quality`` is the model's.
    ``method`` says how they were found, ``good_only`` whether what is worse than the median counts as the median.
    """

    names: tuple[str, ...]
    first: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    pairs: tuple[tuple[tuple[str, str], float], ...]
    leads: float
    quality: float
    method: str = "sobol"
    good_only: bool = False


def importance_of(model: ScoreModel, seed: int = 0, *, good_only: bool = False) -> Importance:
    """The indices of a model; the same model gives the same ones."""
    columns = model.encoding.varying
    names = [model.encoding.space.names[column] for column in columns]
    first, total, pairs = _indices(model, BASE, with_pairs=True, good_only=good_only)
    count = len(model.targets)
    left_out = max(1, round(LEFT_OUT * count))
    rng = np.random.default_rng(seed)
    totals = np.array(
        [
            _indices(
                model.of_rows(np.sort(rng.permutation(count)[left_out:])),
                BASE // 2,
                with_pairs=False,
                good_only=good_only,
            )[1]
            for _ in range(REFITS)
        ]
    )
    scale = np.sqrt((count - left_out) / left_out)
    half = NORMAL_90 * scale * totals.std(axis=0, ddof=1)
    named = {(names[a], names[b]): share for (a, b), share in pairs.items()}
    return ranked(names, first, total, half, totals, named, model.quality, "sobol", good_only)


def ranked(
    names: list[str],
    first: np.ndarray,
    total: np.ndarray,
    half: np.ndarray,
    refits: np.ndarray,
    pairs: dict[tuple[str, str], float],
    quality: float | None,
    method: str,
    good_only: bool,
) -> Importance:
    """Shares (k,) with half their intervals, the largest total first; ``refits`` (r, k) are totals of refits."""
    order = np.argsort(-total, kind="stable")
    leads = float(np.mean(refits.argmax(axis=1) == order[0])) if len(order) else 0.0
    return Importance(
        tuple(names[place] for place in order),
        np.clip(first, 0.0, 1.0)[order],
        np.clip(total, 0.0, 1.0)[order],
        np.clip(total - half, 0.0, 1.0)[order],
        np.clip(total + half, 0.0, 1.0)[order],
        tuple((both, max(0.0, share)) for both, share in sorted(pairs.items(), key=lambda item: -item[1])),
        leads,
        1.0 if quality is None else quality,
        method,
        good_only,
    )


def space_points(width: int, count: int) -> np.ndarray:
    """Points (count, width) that fill a unit cube evenly, the same each time."""
    sobol = ScrambledSobol(width, 0)
    return np.array([sobol.point(index) for index in range(count)])


def truncated(model: ScoreModel, scores: np.ndarray, *, good_only: bool) -> np.ndarray:
    """Scores of which those worse than the median count as the median, where only good ones matter (Hutter 2014)."""
    if not good_only:
        return scores
    return _truncated_at(model, scores, float(np.median(scores)))


def _indices(
    model: ScoreModel, base: int, *, with_pairs: bool, good_only: bool
) -> tuple[np.ndarray, np.ndarray, dict[tuple[int, int], float]]:
    columns, d = model.encoding.varying, len(model.encoding)
    points = space_points(2 * d, base)
    A, B = points[:, :d], points[:, d:]
    mixed = [_swapped(A, B, column) for column in columns]  # all of A, one column of B
    found = model.scores(np.concatenate([A, B, *mixed])).reshape(-1, base)
    floor = float(np.median(found[:2])) if good_only else None
    found = _truncated_at(model, found, floor)
    f_a, f_b, f_mixed = found[0], found[1], found[2:]
    variance = float(np.var(np.concatenate([f_a, f_b])))
    if variance <= 0.0:
        none = np.zeros(len(columns))
        return none, none, {}
    first = 1.0 - np.mean((f_b - f_mixed) ** 2, axis=1) / (2.0 * variance)
    total = np.mean((f_a - f_mixed) ** 2, axis=1) / (2.0 * variance)
    pairs = {}
    if with_pairs and len(columns) > 1:
        places = [(a, b) for a in range(len(columns)) for b in range(a)]
        both = [_swapped(mixed[a], B, columns[b]) for a, b in places]
        f_both = _truncated_at(model, model.scores(np.concatenate(both)).reshape(-1, base), floor)
        closed = 1.0 - np.mean((f_b - f_both) ** 2, axis=1) / (2.0 * variance)
        pairs = {(b, a): float(share - first[a] - first[b]) for (a, b), share in zip(places, closed, strict=True)}
    return first, total, pairs


def _truncated_at(model: ScoreModel, scores: np.ndarray, middle: float | None) -> np.ndarray:
    if middle is None:
        return scores
    return np.asarray(np.minimum(scores, middle) if model.sign < 0 else np.maximum(scores, middle))


def _swapped(points: np.ndarray, others: np.ndarray, column: int) -> np.ndarray:
    mixed = points.copy()
    mixed[:, column] = others[:, column]
    return mixed
