"""What cannot be tuned on a table, and why; what wrapping estimators are given; what is fixed for every class."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from engine.options import Option

_SEVERAL_TARGETS = "it predicts several targets at once"
_REASONS = {
    **dict.fromkeys(
        (
            "MultiOutputClassifier", "MultiOutputRegressor", "ClassifierChain", "RegressorChain", "MultiTaskElasticNet",
            "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV",
        ),
        _SEVERAL_TARGETS,
    ),
    "IsotonicRegression": "it takes a single column",
    "CategoricalNB": "it takes categories alone, each seen in training, and no numbers",
    "TunedThresholdClassifierCV": "it tunes a threshold by itself, for two classes alone",
    "FixedThresholdClassifier": "it takes two classes alone, and only moves their threshold",
}  # fmt: skip
"""By the class's name."""

FITTING_KEYWORDS: Mapping[str, Any] = {"n_jobs": None}
"""What every class is given that takes it: one thread, unless a person's own joblib context says otherwise."""


def unsupported_reason(name: str) -> str:
    """Why a class of scikit-learn cannot be tuned on a table with one target; empty where it can."""
    return _REASONS.get(name, "")


def inner_estimators(cls: object, seed: int) -> dict[str, Any]:
    """What a wrapping estimator wraps: a linear model; a stack or a vote, that and a small forest."""
    # In here because scikit-learn is slow to load.
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    classes = predicts_classes(cls)
    linear = LogisticRegression(max_iter=1000) if classes else Ridge()
    place = inner_place(cls)
    if place != "estimators":
        return {place: linear}
    forest = (RandomForestClassifier if classes else RandomForestRegressor)(n_estimators=50, random_state=seed)
    return {place: [("linear", linear), ("forest", forest)]}


def predicts_classes(cls: Any) -> bool:
    """Whether a wrapping class of scikit-learn is a classifier, without making one."""
    # In here because scikit-learn is slow to load.
    from sklearn.base import ClassifierMixin

    return issubclass(cls, ClassifierMixin) or cls.__name__.startswith(("OneVs", "OutputCode", "SelfTraining"))


def inner_place(cls: Any) -> str:
    """The argument that takes what is wrapped."""
    parameters = inspect.signature(cls.__init__).parameters
    return next(one for one in ("estimators", "estimator", "regressor") if one in parameters)


def inner_options(cls: object) -> dict[str, Option]:
    """What of the wrapped models can be tuned, by scikit-learn's names of nested arguments."""
    linear = ("C", 1.0) if predicts_classes(cls) else ("alpha", 1.0)
    before = {"estimators": "linear"}.get(inner_place(cls), inner_place(cls))
    found = {f"{before}__{linear[0]}": Option(linear[0], float, linear[1], f"{linear[0]} of the linear model", low=0.0)}
    if before == "linear":
        found["forest__max_features"] = Option("max_features", float, 1.0, "Columns of the forest", low=0.0, high=1.0)
        found["forest__min_samples_leaf"] = Option("min_samples_leaf", int, 1, "Smallest leaf of the forest", low=1)
    return found
