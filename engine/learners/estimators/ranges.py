"""Search spaces for estimators by what their arguments are called, their limits and their defaults.

Ranges of well-known names are the usual ones of the field, as in :mod:`engine.learners.families`; others are a guess
from the default: two decades around a positive number, an eighth to eight times a count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.learners.families.base import TableShape, Task
from engine.options import Option
from engine.space import Categorical, Float, Hyperparameter, Int
from engine.space.fixing import drop_impossible_conditions

Options = Mapping[str, tuple[Option, ...]]
MOST_SUGGESTED = 8  # rows of a suggested space, so that a model of the score can learn it: a guess


@dataclass(frozen=True, slots=True)
class Usual:
    """A usual range; a bound as a text is worked out for the table: ``1/p`` and so on of :func:`_bound`."""

    low: float | str
    high: float | str
    log: bool = False
    whole: bool = False


_SHARE = Usual(0.1, 1.0)
_LEAVES = Usual(4, 128, log=True, whole=True)
_SMALL = Usual(1e-6, 10.0, log=True)
_TINY = Usual(1e-6, 1e-1, log=True)

RANGES: Mapping[str, Usual] = {
    "C": Usual(1e-3, 1e3, log=True),
    "alpha": Usual(1e-6, 10.0, log=True),
    "l1_ratio": Usual(0.01, 1.0),
    "gamma": Usual("0.01/p", "10/p", log=True),
    "degree": Usual(2, 5, whole=True),
    "coef0": Usual(0.0, 2.0),
    "nu": Usual(0.05, 0.6),
    "epsilon": Usual(1e-3, 1.0, log=True),
    "n_neighbors": Usual(1, "n/10", log=True, whole=True),
    "radius": Usual("sqrt p", "4 sqrt p", log=True),
    "p": Usual(1.0, 3.0),
    "learning_rate": Usual(0.01, 1.0, log=True),
    "n_estimators": Usual(20, 300, log=True, whole=True),
    "iterations": Usual(20, 300, log=True, whole=True),
    "max_depth": Usual(2, 24, log=True, whole=True),
    "depth": Usual(2, 8, whole=True),
    "min_samples_leaf": Usual(1, "n/20", log=True, whole=True),
    "min_samples_split": Usual(2, 50, log=True, whole=True),
    "max_features": _SHARE,
    "max_samples": Usual(0.3, 1.0),
    "subsample": Usual(0.4, 1.0),
    "colsample_bytree": Usual(0.3, 1.0),
    "colsample_bylevel": Usual(0.3, 1.0),
    "colsample_bynode": Usual(0.3, 1.0),
    "rsm": Usual(0.3, 1.0),
    "max_leaf_nodes": _LEAVES,
    "num_leaves": _LEAVES,
    "max_leaves": _LEAVES,
    "min_child_samples": Usual(2, "n/10", log=True, whole=True),
    "min_data_in_leaf": Usual(2, "n/10", log=True, whole=True),
    "min_child_weight": Usual(1e-3, 10.0, log=True),
    "reg_alpha": _SMALL,
    "reg_lambda": _SMALL,
    "l2_leaf_reg": Usual(1e-3, 30.0, log=True),
    "l2_regularization": _SMALL,
    "random_strength": Usual(0.0, 3.0),
    "ccp_alpha": _TINY,
    "min_impurity_decrease": _TINY,
    "min_weight_fraction_leaf": Usual(0.0, 0.3),
    "shrinkage": Usual(0.0, 1.0),
    "shrink_threshold": Usual(0.01, 3.0, log=True),
    "reg_param": Usual(0.0, 1.0),
    "var_smoothing": Usual(1e-12, 1e-1, log=True),
    "hidden_layer_sizes": Usual(8, 256, log=True, whole=True),
    "learning_rate_init": Usual(1e-4, 1e-1, log=True),
    "eta0": Usual(1e-4, 1e-1, log=True),
    "momentum": Usual(0.5, 0.99),
    "beta_1": Usual(0.8, 0.98),
    "beta_2": Usual(0.9, 0.9999),
    "power_t": Usual(0.1, 1.0),
    "batch_size": Usual(16, "n/8", log=True, whole=True),
    "n_components": Usual(1, "p/2", whole=True),
    "n_nonzero_coefs": Usual(1, "p/2", whole=True),
    "power": Usual(1.0, 2.0),
    "quantile": Usual(0.3, 0.7),
    "binarize": Usual(-1.0, 1.0),
    "threshold": Usual(-1.0, 1.0),
    "min_samples": Usual(0.3, 0.9),
    "residual_threshold": Usual(0.1, 3.0, log=True),
    "threshold_lambda": Usual(1e2, 1e6, log=True),
    "eps": Usual(1e-12, 1e-3, log=True),
    "tol": Usual(1e-6, 1e-2, log=True),
    "max_iter": Usual(50, 1000, log=True, whole=True),
    "intercept_scaling": Usual(0.1, 10.0, log=True),
    "length": Usual(0.1, 10.0, log=True),
    "code_size": Usual(1.0, 5.0),
    **dict.fromkeys(("alpha_1", "alpha_2", "lambda_1", "lambda_2"), Usual(1e-8, 1e-2, log=True)),
}
"""Usual ranges by the name of an argument."""

OF_CLASSES: Mapping[str, Mapping[str, Usual]] = {
    "Ridge": {"alpha": Usual(1e-3, 1e3, log=True)},
    "RidgeClassifier": {"alpha": Usual(1e-3, 1e3, log=True)},
    "KernelRidge": {"alpha": Usual(1e-4, 10.0, log=True)},
    "GaussianProcessRegressor": {"alpha": Usual(1e-10, 1.0, log=True)},
    "MLPClassifier": {"alpha": Usual(1e-7, 1e-1, log=True)},
    "MLPRegressor": {"alpha": Usual(1e-7, 1e-1, log=True)},
    "SGDClassifier": {"alpha": Usual(1e-7, 1e-1, log=True)},
    "SGDRegressor": {"alpha": Usual(1e-7, 1e-1, log=True)},
    "Perceptron": {"alpha": Usual(1e-7, 1e-1, log=True)},
    "HuberRegressor": {"epsilon": Usual(1.01, 3.0)},
    "GradientBoostingRegressor": {"alpha": Usual(0.6, 0.95), "max_depth": Usual(1, 8, whole=True)},
    "GradientBoostingClassifier": {"max_depth": Usual(1, 8, whole=True)},
    "LabelSpreading": {"alpha": Usual(0.01, 0.9), "gamma": Usual("0.1/p", "10/p", log=True)},
    "LabelPropagation": {"gamma": Usual("0.1/p", "10/p", log=True)},
    "Lasso": {"alpha": Usual(1e-5, 1.0, log=True)},
    "LassoLars": {"alpha": Usual(1e-5, 1.0, log=True)},
    "ElasticNet": {"alpha": Usual(1e-5, 1.0, log=True)},
    "QuantileRegressor": {"alpha": Usual(1e-5, 1.0, log=True)},
    "BaggingClassifier": {"max_features": Usual(0.3, 1.0), "n_estimators": Usual(5, 50, log=True, whole=True)},
    "BaggingRegressor": {"max_features": Usual(0.3, 1.0), "n_estimators": Usual(5, 50, log=True, whole=True)},
    "CCA": {"n_components": Usual(1, 1, whole=True)},
    "PLSCanonical": {"n_components": Usual(1, 1, whole=True)},
}
"""Other ranges of the same names in some classes of scikit-learn."""

IMPORTANT = (
    "C", "alpha", "l1_ratio", "kernel", "gamma", "degree", "nu", "n_neighbors", "weights", "metric", "radius",
    "learning_rate_init", "hidden_layer_sizes", "activation", "learning_rate", "n_estimators", "iterations",
    "num_leaves", "max_leaf_nodes", "max_depth", "depth", "min_samples_leaf", "min_child_samples", "min_data_in_leaf",
    "min_child_weight", "max_features", "subsample", "colsample_bytree", "bootstrap", "max_samples", "criterion",
    "penalty", "loss", "epsilon", "l2_regularization", "reg_lambda", "l2_leaf_reg", "reg_alpha", "shrinkage",
    "reg_param", "var_smoothing", "shrink_threshold", "n_components", "n_nonzero_coefs", "alpha_1", "alpha_2",
    "lambda_1", "lambda_2", "power", "min_samples", "residual_threshold", "code_size", "binarize", "norm", "strategy",
    "splitter", "voting", "method", "max_iter_predict", "threshold_lambda", "fit_intercept", "class_weight",
)  # fmt: skip
"""What the suggested space has, the most important first; anything else can be added."""

CONDITIONS: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "degree": {"kernel": ("poly", "polynomial")},
    "coef0": {"kernel": ("poly", "polynomial", "sigmoid")},
    "gamma": {"kernel": ("rbf", "poly", "polynomial", "sigmoid", "laplacian", "chi2")},
    "momentum": {"solver": ("sgd",)},
    "nesterovs_momentum": {"solver": ("sgd",)},
    "beta_1": {"solver": ("adam",)},
    "beta_2": {"solver": ("adam",)},
    "shrinkage": {"solver": ("lsqr", "eigen")},
    "max_samples": {"bootstrap": (True,)},
    "p": {"metric": ("minkowski",)},
    "l1_ratio": {"penalty": ("elasticnet",)},
    "eta0": {"learning_rate": ("constant", "invscaling", "adaptive")},
    "power_t": {"learning_rate": ("invscaling",)},
    "n_neighbors": {"kernel": ("knn",)},
}
"""What an argument means only where another one has one of these values."""

CONDITIONS_OF: Mapping[str, Mapping[str, Mapping[str, tuple[object, ...]]]] = {
    "KNeighbors": {"n_neighbors": {}},
    "MLP": {"learning_rate": {"solver": ("sgd",)}, "power_t": {"solver": ("sgd",)}, "epsilon": {"solver": ("adam",)}},
    "LogisticRegression": {"l1_ratio": {"solver": ("saga",)}},
    "SGD": {"epsilon": {"loss": ("huber", "epsilon_insensitive", "squared_epsilon_insensitive")}},
    "GradientBoostingRegressor": {"alpha": {"loss": ("huber", "quantile")}},
    "HistGradientBoostingRegressor": {"quantile": {"loss": ("quantile",)}},
    "LinearSVC": {"loss": {"penalty": ("l2",)}},
}
"""Other conditions of the same names in classes that begin so; an empty one takes the condition away."""

ALSO = {
    "LinearDiscriminantAnalysis": ("solver",),
    "LogisticRegression": ("solver",),
    "MLPClassifier": ("solver",),
    "MLPRegressor": ("solver",),
    "GradientBoostingRegressor": ("loss",),
}
"""What the suggested space of a class has besides, because others depend on it."""

UNIMPORTANT = {
    "LinearDiscriminantAnalysis": ("n_components",),
    "MLPRegressor": ("loss",),
    "MLPClassifier": ("epsilon",),
    "GaussianProcessClassifier": ("max_iter_predict",),
}
"""What a suggested space leaves alone: it changes no prediction, or is for other targets."""


def suggest_rows(
    cls_name: str, options: Options, defaults: Mapping[str, object], task: Task, shape: TableShape
) -> tuple[dict[str, Hyperparameter], dict[str, Hyperparameter]]:
    """The rows of the suggested space of a class, and those that can be added, each with its condition."""
    own, rows = OF_CLASSES.get(cls_name, {}), {}
    for name, kinds in options.items():
        row = _row_of(name, kinds, own.get(name) or RANGES.get(name.rpartition("__")[2]), shape)
        if row is not None:
            rows[name] = row
    wanted = [*ALSO.get(cls_name, ()), *(one for one in IMPORTANT if one not in UNIMPORTANT.get(cls_name, ()))]
    chosen = list(dict.fromkeys(name for name in wanted if name in rows))[:MOST_SUGGESTED]
    chosen += [name for name in rows if "__" in name]
    chosen = chosen or list(rows)[:MOST_SUGGESTED]
    suggested = _with_conditions(cls_name, {name: rows[name] for name in rows if name in chosen}, defaults)
    everything = _with_conditions(cls_name, rows, defaults)
    return suggested, {name: row for name, row in everything.items() if name not in suggested}


def _with_conditions(
    cls_name: str, rows: dict[str, Hyperparameter], defaults: Mapping[str, object]
) -> dict[str, Hyperparameter]:
    """Rows with their conditions; one that depends on what is not among them stays where the default allows it."""
    found: dict[str, Hyperparameter] = {}
    for name, row in rows.items():
        when: dict[str, tuple[Any, ...]] = {}
        needs = _conditions_of(cls_name, name)
        for parent, wanted in needs.items():
            above = rows.get(parent)
            if isinstance(above, Categorical):
                when[parent] = tuple(one for one in above.choices if one in wanted)
            elif parent in defaults and defaults[parent] not in wanted:
                when[parent] = ()
        if any(not values for values in when.values()):
            continue
        if isinstance(row, Categorical):
            found[name] = Categorical(row.choices, when=when or None)
        elif isinstance(row, Int):
            found[name] = Int(row.low, row.high, log=row.log, when=when or None)
        else:
            found[name] = Float(row.low, row.high, log=row.log, when=when or None)
    return drop_impossible_conditions(found)


def _conditions_of(cls_name: str, name: str) -> Mapping[str, tuple[Any, ...]]:
    for start, own in CONDITIONS_OF.items():
        if cls_name.startswith(start) and name in own:
            return own[name]
    return CONDITIONS.get(name, {})


def _row_of(name: str, kinds: tuple[Option, ...], usual: Usual | None, shape: TableShape) -> Hyperparameter | None:
    numbers = [one for one in kinds if one.kind in {int, float}]
    if usual is not None and numbers:
        item = next((one for one in numbers if (one.kind is int) == usual.whole), numbers[0])
        if item.kind is int or not usual.whole:
            return _usual_row(item, usual, shape)
    words = next((one for one in kinds if one.kind is str), None)
    if words is not None:
        choices = (*words.choices, *((None,) if words.optional and name not in {"class_weight", "weights"} else ()))
        if name == "class_weight":
            choices = (None, "balanced") if "balanced" in words.choices else ()
        first = [one for one in choices if one == words.default]
        ordered = (*first, *(one for one in choices if one not in first))
        return Categorical(ordered) if len(ordered) > 1 else None
    if any(one.kind is bool for one in kinds):
        return Categorical((False, True))
    return _guessed_row(numbers[0]) if numbers else None


def _usual_row(item: Option, usual: Usual, shape: TableShape) -> Hyperparameter:
    low, high = _bound(usual.low, shape), _bound(usual.high, shape)
    low = low if item.low is None else max(low, item.low)
    high = high if item.high is None else min(high, item.high)
    if item.kind is int:
        high = max(round(high), round(low))
        return Int(round(low), high, log=usual.log and low >= 1)
    return Float(low, max(low, high), log=usual.log and low > 0)


def _guessed_row(item: Option) -> Hyperparameter | None:
    """Two decades around a positive default, or what lies between two limits; *None* where neither is known."""
    low, high, default = item.low, item.high, item.default
    is_positive = isinstance(default, int | float) and not isinstance(default, bool) and 0 < default < math.inf
    if item.kind is float and low is not None and high is not None:
        inset = 0.01 * (high - low)  # a limit itself is often excluded
        return Float(low + inset, high - inset)
    if not is_positive:
        return None
    if item.kind is int:
        ends = max(1, int(default) // 8, int(low or 1)), int(default) * 8  # type: ignore[arg-type]
        return Int(ends[0], min(ends[1], int(high)) if high is not None else ends[1], log=True)
    first = float(default) / 100 if low is None or low <= 0 else max(float(default) / 100, low)  # type: ignore[arg-type]
    last = float(default) * 100 if high is None else min(float(default) * 100, high)  # type: ignore[arg-type]
    return Float(first, last, log=True) if first < last else None


def _bound(given: float | str, shape: TableShape) -> float:
    """A bound as a number, worked out for the table where it is a text."""
    if not isinstance(given, str):
        return float(given)
    rows, columns = max(1, shape.rows), max(1, shape.columns)
    worked = {
        "0.01/p": 0.01 / columns,
        "0.1/p": 0.1 / columns,
        "10/p": 10.0 / columns,
        "sqrt p": math.sqrt(columns),
        "4 sqrt p": 4.0 * math.sqrt(columns),
        "p/2": max(1, min(20, columns // 2)),
        "n/8": max(16, min(256, rows // 8)),
        "n/10": max(3, min(100, rows // 10)),
        "n/20": max(5, min(50, rows // 20)),
    }
    return float(f"{worked[given]:.2g}") if worked[given] < 1 else float(round(worked[given], 1))
