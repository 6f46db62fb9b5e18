"""A trained pipeline without what only training needs, so that it can be stored and read where Twinloop is not."""

from __future__ import annotations

import copy
from typing import Any

_OF_TRAINING = ("history_",)  # attributes that no prediction needs, and no other program can read
_OWN = "engine."  # where classes of ours live


def portable_pipeline(pipeline: Any) -> object:
    """A copy whose model is scikit-learn's own class where ours only trains it otherwise, and holds no records.

    Of an ensemble every member is such a copy.
    """
    # In here because scikit-learn is slow to load.
    from sklearn.pipeline import Pipeline
    from sklearn.utils import Bunch

    if hasattr(pipeline, "named_estimators_"):
        outer = copy.copy(pipeline)
        outer.estimators = [(name, portable_pipeline(one)) for name, one in pipeline.named_estimators_.items()]
        outer.estimators_ = [one for _, one in outer.estimators]
        outer.named_estimators_ = Bunch(**dict(outer.estimators))
        return outer
    columns, model = (step for _, step in pipeline.steps)
    return Pipeline([("columns", columns), ("model", _portable(model))])


def _portable(model: Any) -> Any:
    inner = getattr(model, "regressor_", None)
    if inner is not None:  # of a model whose target is scaled
        outer = copy.copy(model)
        outer.regressor_ = outer.regressor = _portable(inner)
        return outer
    if not type(model).__module__.startswith(_OWN):
        return model
    kept = {name: value for name, value in vars(model).items() if name not in _OF_TRAINING}
    base = next((one for one in type(model).__mro__[1:] if hasattr(one, "predict")), None)
    kind: Any = base if base is not None and base.__module__.startswith("sklearn.") and _is_whole(base) else type(model)
    made = kind.__new__(kind)
    vars(made).update(kept)
    return made


def _is_whole(kind: type) -> bool:
    """Whether a class of scikit-learn is an estimator that people use, and no part of one."""
    return kind.__name__.startswith("SGD")
