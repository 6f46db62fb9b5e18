"""How much a single column tells of the target: which ones look as if they had been made from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data import equal_rows

_MOST_CELLS = 400_000  # rows times columns that are looked at; of larger tables a part of the rows, drawn evenly
_MOST_ROWS, _LEAST_ROWS = 4_000, 1_000  # that are looked at: guesses between speed and noise
_FOLDS = 4  # by which a rule is judged: a guess
_FEWEST_ROWS = 40  # of fewer, nothing is said
_LEAVES = 40  # of the rule that is made of a column, at most; each is made of a fortieth of the rows at least
_CONTINUOUS = 0.1  # of the rows have values of their own: such a column recognises equal rows
_MOST_CLASSES = 20  # of more, the frequent ones are told apart and the others are one
LEAK_R2 = 0.99
"""A column that explains so much of a number by itself tells it; a guess from public tables."""
LEAK_ACCURACY = 0.985
"""A column that alone predicts the class of so many rows tells it, where guessing is right far less often; a guess."""
_LEAK_RANKS = 0.999  # correlation of ranks, as a logarithm of the target has it; a guess
_LEAK_GAIN = 0.95  # of the rows that guessing the largest class gets wrong


@dataclass(frozen=True, slots=True)
class Telling:
    """What one column tells of the target by itself, on rows that its rule was not made of.

    ``share`` (0 to 1) is the part of the target's differences that it explains: of the variance of a number, of the
    squared error of class frequencies otherwise. ``right`` is the share of rows whose class it predicts, the R² for
    numbers. ``is_leak`` says that it hardly leaves anything to be predicted.
    """

    share: float
    right: float
    is_leak: bool


def tell(X: np.ndarray, y: np.ndarray, ordered: tuple[bool, ...], seed: int = 0) -> tuple[Telling, ...]:
    """What each column of ``X`` (rows, columns) tells of ``y``: class positions (int64) or numbers (float64).

    Equal rows count once where a column could recognise them. Of columns that are ``ordered``, such as dates,
    neighbours do not count as evidence, since what is near in time is alike; so do those that rise from row to row.
    Empty where there are too few rows.
    """
    rng = np.random.default_rng(seed)
    most = int(np.clip(_MOST_CELLS // max(1, X.shape[1]), _LEAST_ROWS, _MOST_ROWS))
    rows = np.sort(rng.permutation(len(y))[:most])
    if len(rows) < _FEWEST_ROWS:
        return ()
    X, y = X[rows], y[rows]
    different = np.unique(equal_rows.same_rows(X, y), return_index=True)[1]
    is_number = y.dtype.kind == "f"
    aims = _scaled(y)[:, None] if is_number else _indicators(y)
    parts = rng.permutation(len(y)) % _FOLDS
    found = []
    for column, is_ordered in zip(X.T, ordered, strict=True):
        near = not (is_ordered or _rises(column))
        recognises = len(np.unique(column)) > _CONTINUOUS * len(column)
        kept = different if recognises else slice(None)
        found.append(_tell_one(column[kept], aims[kept], parts[kept], is_number, near))
    return tuple(found)


def _tell_one(column: np.ndarray, aims: np.ndarray, parts: np.ndarray, is_number: bool, near: bool) -> Telling:
    values = _filled(_scaled(column))
    if len(values) < _FEWEST_ROWS or np.ptp(values) == 0.0:
        return Telling(0.0, 0.0, False)
    error, wrong, base, guessed = 0.0, 0.0, 0.0, 0.0
    neighbour_error, neighbour_wrong = 0.0, 0.0
    for part in range(_FOLDS):
        train, judged = parts != part, parts == part
        x, aim, truth = values[train], aims[train], aims[judged]
        predicted = _by_tree(x, aim, values[judged])
        mean = aim.mean(axis=0)
        error += float(np.sum((truth - predicted) ** 2))
        base += float(np.sum((truth - mean) ** 2))
        wrong += _misses(truth, predicted)
        guessed += _misses(truth, np.broadcast_to(mean, truth.shape))
        if near:
            nearest = _by_neighbours(x, aim, values[judged])
            neighbour_error += float(np.sum((truth - nearest) ** 2))
            neighbour_wrong += _misses(truth, nearest)
    if base <= 0.0:
        return Telling(0.0, 0.0, False)
    best = min(error, neighbour_error) if near else error
    share = max(0.0, 1.0 - best / base)
    if is_number:
        agreement = _agreement(column, aims[:, 0]) if near else 0.0
        is_leak = near and (share >= LEAK_R2 or agreement >= _LEAK_RANKS)
        share = max(share, agreement**2) if is_leak else share
        return Telling(share, share, is_leak)
    missed = min(wrong, neighbour_wrong) if near else wrong
    right, gain = 1.0 - missed / len(aims), 1.0 - missed / guessed if guessed else 0.0
    return Telling(share, right, near and right >= LEAK_ACCURACY and gain >= _LEAK_GAIN)


def _scaled(values: np.ndarray) -> np.ndarray:
    """The values as shares of the largest, so that squares of huge ones stay finite; infinite ones are missing."""
    known = np.isfinite(values)
    largest = np.abs(values[known]).max(initial=0.0)
    return np.where(known, values, np.nan) / (largest or 1.0)


def _by_tree(x: np.ndarray, aim: np.ndarray, asked: np.ndarray) -> np.ndarray:
    # In here because scikit-learn is slow to load.
    from sklearn.tree import DecisionTreeRegressor

    known = np.unique(np.concatenate([x, asked]))  # ranks are the same to a tree, and it rounds them to no equal ones
    x, asked = np.searchsorted(known, x), np.searchsorted(known, asked)
    tree = DecisionTreeRegressor(min_samples_leaf=max(2, len(x) // _LEAVES), random_state=0)
    predicted = np.asarray(tree.fit(x[:, None], aim).predict(asked[:, None]))
    return predicted.reshape(len(asked), -1)


def _by_neighbours(x: np.ndarray, aim: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """What lies between the nearest values below and above: exact where the target is made from the column alone."""
    known, place = np.unique(x, return_inverse=True)
    means = np.stack([np.bincount(place, one) for one in aim.T], axis=1) / np.bincount(place)[:, None]
    return np.stack([np.interp(asked, known, one) for one in means.T], axis=1)


def _agreement(column: np.ndarray, aim: np.ndarray) -> float:
    """How far the order of the rows by the column is that by the target, 0 to 1, where both have many values."""
    # In here because scipy is slow to load.
    from scipy.stats import spearmanr

    known = np.isfinite(column)
    x, y = column[known], aim[known]
    if len(x) < max(_FEWEST_ROWS, len(column) // 2) or len(np.unique(x)) * 4 < len(np.unique(y)) or np.ptp(y) == 0.0:
        return 0.0
    return abs(float(spearmanr(x, y).statistic))


def _misses(truth: np.ndarray, predicted: np.ndarray) -> float:
    return float(np.count_nonzero(truth.argmax(axis=1) != predicted.argmax(axis=1)))


def _indicators(y: np.ndarray) -> np.ndarray:
    """One column of zeros and ones a class (rows, classes), rare classes as one."""
    counts = np.bincount(y)
    kept = np.argsort(-counts, kind="stable")[: _MOST_CLASSES - 1]
    places = np.full(len(counts), len(kept))
    places[kept] = np.arange(len(kept))
    aims = np.zeros((len(y), len(kept) + 1))
    aims[np.arange(len(y)), places[y]] = 1.0
    return aims


def _filled(column: np.ndarray) -> np.ndarray:
    """The column with a value of its own, below all others, where it is missing."""
    missing = ~np.isfinite(column)
    if missing.all():
        return np.zeros(len(column))
    least, most = float(column[~missing].min()), float(column[~missing].max())
    return np.where(missing, least - max(1.0, most - least), column)


def _rises(column: np.ndarray) -> bool:
    """Whether a column counts or dates the rows: it hardly ever falls, and hardly ever stays."""
    steps = np.diff(column[np.isfinite(column)])
    if len(steps) < _FEWEST_ROWS // 2:
        return False
    return bool(np.mean(steps >= 0) >= 0.99 and np.mean(steps > 0) >= 0.5) or bool(
        np.mean(steps <= 0) >= 0.99 and np.mean(steps < 0) >= 0.5
    )
