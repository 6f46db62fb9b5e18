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
from engine.maths.intervals import NORMAL_90
from engine.maths.lowdiscrepancy import sobol_points

BASE = 1024  # points of each of the two base samples: twice as many moved no index of smooth tests by 0.01
REFITS = 16  # models that leave a part of the trials out (pages.md 1.9)
LEAST_PAIR = 0.01  # of the variance: what acts with others by less is told as acting by itself, as noise does so much
LEFT_OUT = 0.2  # of the trials in each


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
    left_out = left_out_of(model)
    refits = model.weights_of_refits(REFITS, left_out, seed)
    first, total, totals, apart, pairs = _indices(model, refits, good_only=good_only)
    scale = np.sqrt((len(model.targets) - left_out) / left_out)
    # Few trials make it uncertain, and where the score falls off steeply so do the points it is summed over.
    half = NORMAL_90 * np.hypot(scale * totals.std(axis=0, ddof=1), apart / 2.0)
    named = {(names[a], names[b]): share for (a, b), share in pairs.items()}
    return ranked(names, first, total, half, totals, named, model.quality, "sobol", good_only)


def left_out_of(model: ScoreModel) -> int:
    """How many trials each refit leaves out."""
    return max(1, round(LEFT_OUT * len(model.targets)))


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
    total = np.clip(total, 0.0, 1.0)
    order = np.argsort(-total, kind="stable")
    leads = float(np.mean(refits.argmax(axis=1) == order[0])) if len(order) else 0.0
    return Importance(
        tuple(names[place] for place in order),
        np.clip(first, 0.0, 1.0)[order],
        total[order],
        np.clip(total - half, 0.0, 1.0)[order],
        np.clip(total + half, 0.0, 1.0)[order],
        tuple((both, max(0.0, share)) for both, share in sorted(pairs.items(), key=lambda item: -item[1])),
        leads,
        1.0 if quality is None else quality,
        method,
        good_only,
    )


def truncated(model: ScoreModel, scores: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Scores of which those worse than ``middle`` count as that (Hutter 2014), which broadcasts against them."""
    return np.asarray(np.minimum(scores, middle) if model.sign < 0 else np.maximum(scores, middle))


def _indices(
    model: ScoreModel, refits: np.ndarray, *, good_only: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[tuple[int, int], float]]:
    """First-order (k,) and total (k,) indices, totals (r, k) of refits with these weights (n, r), and pairs.

    The model and its refits are asked at the same points, the refits at the first half of them. Before the pairs comes
    how far the totals of both halves lie apart (k,).
    """
    columns, d = model.encoding.varying, len(model.encoding)
    half = BASE // 2
    points = sobol_points(2 * d, BASE)
    A, B = points[:, :d], points[:, d:]
    mixed = [_swapped(A, B, column) for column in columns]  # all of A, one column of B
    weights = np.column_stack([model.posterior.alpha[:, 0], refits])
    halves = np.concatenate([part[:half] for part in (A, B, *mixed)])
    rests = np.concatenate([part[half:] for part in (A, B, *mixed)])
    by_all = model.scores_by(halves, weights).reshape(weights.shape[1], -1, half)
    found = np.concatenate([by_all[0], model.scores(rests).reshape(-1, half)], axis=1)
    floor = np.median(found[:2]) if good_only else None
    first, total, variance, found = _shares(model, found[None], floor)
    middles = np.median(by_all[1:, :2], axis=(1, 2))[:, None, None] if good_only else None
    totals = _shares(model, by_all[1:], middles)[1]
    both_halves = (_shares(model, found[:, :, part], None)[1][0] for part in (slice(half), slice(half, None)))
    apart = np.abs(np.subtract(*both_halves))
    pairs = {}
    if len(columns) > 1 and variance[0] > 0.0:
        pairs = {(b, a): 0.0 for a in range(len(columns)) for b in range(a)}
        alone = np.clip(first[0], 0.0, 1.0)
        together = np.clip(total[0], 0.0, 1.0) - alone  # a pair explains no more than each of the two does with others
        acts = together > LEAST_PAIR
        for b, a in pairs:
            if not (acts[a] and acts[b]):
                continue
            f_both = model.scores(_swapped(mixed[a], B, columns[b]))
            if floor is not None:
                f_both = truncated(model, f_both, floor)
            closed = 1.0 - float(np.mean((found[0, 1] - f_both) ** 2)) / (2.0 * float(variance[0]))
            share = closed - float(first[0, a] + first[0, b])
            pairs[b, a] = min(share, float(total[0, a]), float(total[0, b]), 1.0)  # of both totals it is a part
    return first[0], total[0], totals, apart, pairs


def _shares(
    model: ScoreModel, found: np.ndarray, middle: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """First-order and total indices (m, k) and variances (m,) of models from scores (m, 2 + k, base), and those."""
    if middle is not None:
        found = truncated(model, found, middle)
    variance = found[:, :2].var(axis=(1, 2))
    safe = np.where(variance > 0.0, 2.0 * variance, np.inf)[:, None]
    f_a, f_b, f_mixed = found[:, :1], found[:, 1:2], found[:, 2:]
    first = np.where(variance[:, None] > 0.0, 1.0 - np.mean((f_b - f_mixed) ** 2, axis=2) / safe, 0.0)
    return first, np.mean((f_a - f_mixed) ** 2, axis=2) / safe, variance, found


def _swapped(points: np.ndarray, others: np.ndarray, column: int) -> np.ndarray:
    mixed = points.copy()
    mixed[:, column] = others[:, column]
    return mixed
