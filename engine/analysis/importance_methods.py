"""Other ways to say what matters, beside Sobol indices: fANOVA, PED-ANOVA, permutation on the model.

Each gives an :class:`Importance`, over the whole space or among good trials only. fANOVA is Hutter, Hoos and
Leyton-Brown 2014 ("An efficient approach for assessing hyperparameter importance"): exact marginals of a random forest
over the unit cube, truncated at the median where only good trials count. PED-ANOVA is Watanabe, Bansal and Hutter 2023
("Efficiently quantifying hyperparameter importance in arbitrary subspaces"): the Pearson divergence of the best tenth
from all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.analysis.importance import REFITS, Importance, importance_of, left_out_of, ranked, truncated
from engine.analysis.score_model import ScoreModel
from engine.errors import UserFault
from engine.maths.intervals import NORMAL_90
from engine.maths.lowdiscrepancy import sobol_points
from engine.samplers.encoding import Encoding
from engine.space import Categorical
from engine.trials import History
from engine.wording import one_of

METHODS = {
    "sobol": "Sobol indices",
    "fanova": "fANOVA",
    "ped_anova": "PED-ANOVA",
    "permutation": "Permutation",
}
"""What can be chosen, and its title."""
ON_MODEL = frozenset({"sobol", "permutation"})
"""The methods that rest on the model of the scores."""

TREES, DEEPEST = 64, 64  # of the forest: as Optuna's
MOST_ROWS = 2000  # trials that a forest is grown from, the newest: a guess
FEWEST = 8  # scored trials, as for the model of the scores
TOP = 0.1  # of the trials that PED-ANOVA compares with all: its authors' choice
CELLS = 50  # of a range in PED-ANOVA: its authors' choice
DRAWS = 60  # bootstrap draws of the trials
SAMPLE = 1000  # points of the space in which columns are permuted: a guess


def importance_by(
    method: str, history: History, model: Callable[[], ScoreModel], *, good_only: bool = False
) -> Importance:
    """What matters by one of :data:`METHODS`; ``model`` is asked for where the method rests on it.

    Raises :class:`UserFault` for another method, and where the trials cannot say it.
    """
    require_method(method)
    if method == "sobol":
        return importance_of(model(), good_only=good_only)
    if method == "permutation":
        return permutation_importance(model(), good_only=good_only)
    make = fanova_importance if method == "fanova" else ped_anova_importance
    return make(history, good_only=good_only)


def require_method(method: str) -> None:
    """Raise :class:`UserFault` for another method than those there are."""
    if method not in METHODS:
        raise UserFault(f"There is no method {method!r}.", one_of(METHODS))


def permutation_importance(model: ScoreModel, *, good_only: bool = False) -> Importance:
    """The mean change of the prediction when one hyperparameter is drawn anew, as shares of all such changes."""
    columns = model.encoding.varying
    points = sobol_points(len(model.encoding), SAMPLE)
    orders = np.random.default_rng(0).permuted(np.tile(np.arange(SAMPLE), (len(columns), 1)), axis=1)
    rows = [points]
    for column, order in zip(columns, orders, strict=True):
        mixed = points.copy()
        mixed[:, column] = points[order, column]
        rows.append(mixed)
    left_out = left_out_of(model)
    weights = np.column_stack([model.posterior.alpha[:, 0], model.weights_of_refits(REFITS, left_out, 0)])
    found = model.scores_by(np.concatenate(rows), weights).reshape(weights.shape[1], -1, SAMPLE)
    if good_only:
        found = truncated(model, found, np.median(found[:, 0], axis=1)[:, None, None])
    changes = np.abs(found[:, 1:] - found[:, :1]).mean(axis=2)
    shares = changes / np.maximum(changes.sum(axis=1, keepdims=True), 1e-300)
    scale = np.sqrt((len(model.targets) - left_out) / left_out)
    half = NORMAL_90 * scale * shares[1:].std(axis=0, ddof=1)
    names = [model.encoding.space.names[column] for column in columns]
    return ranked(names, shares[0], shares[0], half, shares[1:], {}, model.quality, "permutation", good_only)


def fanova_importance(history: History, quality: float | None = None, *, good_only: bool = False) -> Importance:
    """Shares of the variance of a random forest over the space, by its leaves' boxes; intervals over its trees."""
    # In here because scikit-learn is slow to load.
    from sklearn.ensemble import RandomForestRegressor

    encoding, units, values = _scored(history)
    targets = np.maximum(values, np.median(values)) if good_only else values
    if np.ptp(targets) <= 0.0:
        raise UserFault("All good scores are equal, so nothing matters to them.", "Choose the whole space.")
    forest = RandomForestRegressor(
        TREES, max_depth=DEEPEST, min_samples_split=2, min_samples_leaf=1, random_state=0, n_jobs=1
    ).fit(units, targets)
    first = np.array([_tree_shares(tree.tree_, units.shape[1]) for tree in forest.estimators_])
    varying = encoding.varying
    first = first[:, varying]
    own = first.mean(axis=0)
    rng = np.random.default_rng(0)
    again = np.array([first[rng.integers(0, TREES, TREES // 4)].mean(axis=0) for _ in range(REFITS)])
    half = NORMAL_90 * first.std(axis=0, ddof=1) / 2.0
    names = [encoding.space.names[column] for column in varying]
    return ranked(names, own, own, half, again, {}, quality, "fanova", good_only)


def ped_anova_importance(history: History, quality: float | None = None, *, good_only: bool = False) -> Importance:
    """How far the best tenth of the trials are spread otherwise than all, or than the good half; as shares."""
    encoding, units, values = _scored(history)
    varying = encoding.varying

    def shares(rows: np.ndarray) -> np.ndarray:
        mine, those = values[rows], units[rows]
        if good_only:
            kept = mine >= np.median(mine)
            mine, those = mine[kept], those[kept]
        top = mine >= np.quantile(mine, 1.0 - TOP)
        found = [_divergence(encoding, column, those[top, column], those[:, column]) for column in varying]
        return np.asarray(found) / max(sum(found), 1e-300)

    everyone = np.arange(len(values))
    own = shares(everyone)
    rng = np.random.default_rng(0)
    again = np.array([shares(rng.integers(0, len(values), len(values))) for _ in range(DRAWS)])
    half = NORMAL_90 * again.std(axis=0, ddof=1)
    names = [encoding.space.names[column] for column in varying]
    return ranked(names, own, own, half, again, {}, quality, "ped_anova", good_only)


def _scored(history: History) -> tuple[Encoding, np.ndarray, np.ndarray]:
    """Places (n, d) of the newest scored trials in the unit cube, and scores (n,) of which larger are better."""
    encoding = Encoding(history.space)
    numbers = np.flatnonzero(history.eligible)[-MOST_ROWS:]
    if len(numbers) < FEWEST:
        raise UserFault(f"{FEWEST} scored trials tell what matters, and there are {len(numbers)}.", "Run more trials.")
    values = -history.losses[numbers]
    if np.ptp(values) <= 0.0 or not encoding.varying:
        raise UserFault("All scores are equal, so nothing matters to them.", "Widen the search space.")
    units = np.clip(encoding.points_of(history, numbers), 0.0, 1.0)
    units = np.where(encoding.active_mask(units), units, 0.5)
    return encoding, units, values


def _tree_shares(tree: object, width: int) -> np.ndarray:
    """Shares (d,) of the variance of one tree over the unit cube that each column explains alone."""
    low, high, values = _leaves(tree, width)
    sides = high - low
    volumes = sides.prod(axis=1)
    mean = float(volumes @ values)
    variance = float(volumes @ values**2) - mean**2
    if variance <= 1e-300:
        return np.zeros(width)
    shares = np.zeros(width)
    for column in range(width):
        cuts = np.unique(np.concatenate([low[:, column], high[:, column]]))
        if len(cuts) < 3:
            continue  # never split by it
        weight = values * volumes / sides[:, column]
        steps = np.zeros(len(cuts))
        np.add.at(steps, np.searchsorted(cuts, low[:, column]), weight)
        np.add.at(steps, np.searchsorted(cuts, high[:, column]), -weight)
        marginal = np.cumsum(steps)[:-1]
        shares[column] = float(np.diff(cuts) @ (marginal - mean) ** 2) / variance
    return shares


def _leaves(tree: object, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lower and upper corners (L, d) of the leaves of a scikit-learn tree in the unit cube, and their values (L,)."""
    left, right = tree.children_left, tree.children_right  # type: ignore[attr-defined]
    feature, threshold = tree.feature, tree.threshold  # type: ignore[attr-defined]
    values = tree.value[:, 0, 0]  # type: ignore[attr-defined]
    lows, highs, found = [], [], []
    waiting = [(0, np.zeros(width), np.ones(width))]
    while waiting:
        node, low, high = waiting.pop()
        if left[node] < 0:
            lows.append(low)
            highs.append(high)
            found.append(values[node])
            continue
        column, cut = feature[node], min(max(float(threshold[node]), 0.0), 1.0)
        below, above = high.copy(), low.copy()
        below[column], above[column] = min(high[column], cut), max(low[column], cut)
        waiting += [(left[node], low, below), (right[node], above, high)]
    return np.array(lows), np.array(highs), np.array(found)


def _divergence(encoding: Encoding, column: int, top: np.ndarray, every: np.ndarray) -> float:
    """Pearson's divergence of the places of top trials from those of all, along one hyperparameter."""
    rule = encoding.hyperparameters[column]
    if isinstance(rule, Categorical):
        cells = len(rule.choices)
        counts = [
            np.bincount(np.minimum((u * cells).astype(int), cells - 1), minlength=cells) + 1.0 / cells
            for u in (top, every)
        ]
        p, q = (one / one.sum() for one in counts)
    else:
        p, q = (_parzen(units) for units in (top, every))
    return float(np.sum(q * (p / q - 1.0) ** 2))


def _parzen(units: np.ndarray) -> np.ndarray:
    """The density of places on a grid of 50 cells: normal kernels of Scott's width, and a uniform prior of weight 1."""
    centres = (np.arange(CELLS) + 0.5) / CELLS
    quartiles = np.quantile(units, [0.25, 0.75])
    spread = min(float(units.std()), float(quartiles[1] - quartiles[0]) / 1.34) or float(units.std()) or 1.0 / CELLS
    width = max(1.059 * spread * len(units) ** -0.2, 0.5 / CELLS)
    kernels = np.exp(-0.5 * ((centres[:, None] - units) / width) ** 2)
    kernels /= np.maximum(kernels.sum(axis=0), 1e-300)
    density = kernels.sum(axis=1) + 1.0 / CELLS
    return np.asarray(density / density.sum())
