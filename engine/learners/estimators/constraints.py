"""What an estimator's constructor takes, as options: from scikit-learn's own parameter constraints, else its defaults.

Only numbers, truth values and words that the class lists are declared. Callables, arrays, other estimators and free
texts (which may be paths) are not, and so never reach an estimator from a study file.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any

from engine.options import Option

UNTUNED = frozenset({
    "n_jobs", "thread_count", "nthread", "random_state", "random_seed", "seed", "verbose", "verbosity", "silent",
    "warm_start", "copy_X", "copy", "copy_X_train", "cache_size", "compute_score", "oob_score", "store_covariance",
    "store_cv_results", "store_cv_values", "return_n_iter", "precompute", "probability", "missing_values", "cv",
    "refit", "scoring", "ensemble", "enable_metadata_routing", "fit_path", "n_targets", "max_fun", "eps_",
    "early_stopping", "validation_fraction", "n_iter_no_change", "add_indicator", "scale_C", "task_type", "device",
    "n_jobs_", "prefit", "skip_drop_", "importance_type", "check_inverse", "assume_centered", "max_skips",
    "stop_n_inliers", "stop_score", "stop_probability", "feature_weights", "jitter", "enable_categorical",
    "subsample_for_bin",
})  # fmt: skip
"""Settings that say how a computer works, what is kept besides, or how rows are set aside: never hyperparameters."""

REFUSED_WORDS = {
    "kernel": {"precomputed"},
    "metric": {
        "precomputed", "pyfunc", "mahalanobis", "seuclidean", "haversine", "nan_euclidean", "p", "l1", "l2", "infinity",
        "cityblock", "sqeuclidean", "dice", "jaccard", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath",
        "yule", "hamming",
    },
    "affinity": {"precomputed"},
    "strategy": {"constant"},
    "learning_rate": {"pa1", "pa2"},
}  # fmt: skip
"""Words that need another input than a table of numbers, or say the same as another word."""


SYNONYMS = {
    "catboost": {
        "n_estimators", "num_boost_round", "num_trees", "max_depth", "eta", "reg_lambda", "colsample_bylevel",
        "max_bin", "min_child_samples", "min_data_in_leaf", "num_leaves", "max_leaves", "gamma", "subsample",
    },
}  # fmt: skip
"""By a package, second names of its arguments, of which it takes one alone, and arguments that need further ones."""
_GONE = ("deprecated", "warn")  # defaults of arguments that a later version will not have


def declared_options(cls: object) -> dict[str, tuple[Option, ...]]:
    """The options of a class by the names of its arguments; several where one may be of several kinds, floats first."""
    defaults = default_arguments(cls)
    known: Mapping[str, Any] = getattr(cls, "_parameter_constraints", {})
    found = {}
    second_names = SYNONYMS.get(cls.__module__.partition(".")[0], set())
    for name, default in defaults.items():
        if (
            name in second_names
            or name in UNTUNED
            or name.startswith("_")
            or (isinstance(default, str) and default in _GONE)
        ):
            continue
        rules = known.get(name)
        options = _by_constraints(name, default, rules) if isinstance(rules, list) else _by_default(name, default)
        if options:
            found[name] = tuple(options)
    return found


def default_arguments(cls: Any) -> dict[str, Any]:
    """The arguments of a constructor with their defaults; one without a default is left out.

    Where a signature hides them behind ``**kwargs``, those that an unconfigured object tells of are taken.
    """
    parameters = inspect.signature(cls.__init__).parameters.values()
    found = {
        one.name: one.default
        for one in parameters
        if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY} and one.default is not one.empty
    }
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        try:
            found = {**cls().get_params(deep=False), **found}
        except Exception:  # noqa: BLE001 - a stranger's constructor; its signature has to do
            return found
    return found


def needs_estimator(cls: Any) -> bool:
    """Whether a class cannot be made without another estimator, or a list of them."""
    parameters = inspect.signature(cls.__init__).parameters
    required = any(one in parameters and parameters[one].default is inspect.Parameter.empty for one in _INNER)
    return required or cls.__name__ in _INNER_OF


_INNER = ("estimator", "estimators")
_INNER_OF = ("SelfTrainingClassifier", "TransformedTargetRegressor")  # which have no default that can be used or tuned


def _by_constraints(name: str, default: object, rules: Iterable[object]) -> list[Option]:
    # In here because scikit-learn is slow to load.
    from sklearn.utils._param_validation import Interval, Options

    optional = any(rule is None for rule in rules)
    floats: list[Option] = []
    others: list[Option] = []
    words: list[str] = []
    for rule in rules:
        if isinstance(rule, Interval):
            option = _of_interval(name, default, rule, optional)
            (others if option.kind is int else floats).append(option)
        elif isinstance(rule, Options) and rule.type is str:
            gone: set[str] = set(getattr(rule, "deprecated", None) or ())
            words += sorted(set(rule.options) - gone - REFUSED_WORDS.get(name, set()))
        elif isinstance(rule, str) and rule == "boolean":
            others.append(Option(name, bool, default if isinstance(default, bool) else None, name, optional=optional))
    if words:
        text = default if isinstance(default, str) else None
        others.append(Option(name, str, text, name, choices=tuple(words), optional=optional))
    return floats + others


def _of_interval(name: str, default: Any, rule: Any, optional: bool) -> Option:
    kind = int if issubclass(rule.type, Integral) else float
    low = None if rule.left is None or math.isinf(rule.left) else float(rule.left)
    high = None if rule.right is None or math.isinf(rule.right) else float(rule.right)
    if kind is int:
        low = low + 1 if low is not None and rule.closed in {"right", "neither"} else low
        high = high - 1 if high is not None and rule.closed in {"left", "neither"} else high
    is_number = isinstance(default, int | float) and not isinstance(default, bool)
    fits = is_number and (kind is float or float(default).is_integer())
    return Option(name, kind, kind(default) if fits else None, name, low=low, high=high, optional=optional)


def _by_default(name: str, default: object) -> list[Option]:
    """A class without constraints tells the kind of an argument by its default alone; texts are not declared."""
    if isinstance(default, bool):
        return [Option(name, bool, default, name)]
    if isinstance(default, int):
        return [Option(name, int, default, name, low=min(0, default))]
    if isinstance(default, float) and math.isfinite(default):
        return [Option(name, float, default, name, low=min(0.0, default))]
    return [Option(name, kind, None, name, low=0.0, optional=True) for kind in _USUAL_KINDS.get(name, ())]


_USUAL_KINDS: Mapping[str, tuple[type, ...]] = {
    "learning_rate": (float,), "n_estimators": (int,), "iterations": (int,), "max_depth": (int,), "depth": (int,),
    "max_leaves": (int,), "num_leaves": (int,), "min_child_weight": (float,), "min_data_in_leaf": (int,),
    "subsample": (float,), "colsample_bytree": (float,), "colsample_bylevel": (float,), "colsample_bynode": (float,),
    "rsm": (float,), "gamma": (float,), "reg_alpha": (float,), "reg_lambda": (float,), "l2_leaf_reg": (float,),
    "random_strength": (float,), "bagging_temperature": (float,), "max_bin": (int,), "border_count": (int,),
    "max_delta_step": (float,), "scale_pos_weight": (float,), "alpha": (float,), "C": (float,),
}  # fmt: skip
"""Kinds of arguments that boosting libraries leave at *None*."""
