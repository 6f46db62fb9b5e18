"""scikit-learn's SGD estimators trained by ``partial_fit``, so that every epoch can be watched.

Exported scripts hold a copy of these classes' source: it stands on the imports below and nothing else of Twinloop.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import is_classifier
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.utils import check_random_state

IMPORTS = {
    "collections.abc": ("Iterator",),
    "sklearn.base": ("is_classifier",),
    "sklearn.utils": ("check_random_state",),
    "typing": ("Any", "Self"),
}
"""What the source of these classes needs, besides their base and NumPy as ``np``."""


class ByEpochs:
    """Makes ``fit`` of an SGD estimator ``max_iter`` calls of ``partial_fit``, each with the rows in a new order."""

    def epochs(self: Any, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Iterator[int]:
        """Train from the beginning; gives the number of every epoch when it is over."""
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        first = {"classes": np.unique(np.asarray(y))} if is_classifier(self) else {}
        # A number would give every call the same order.
        seed, self.random_state = self.random_state, check_random_state(self.random_state)
        try:
            for epoch in range(1, self.max_iter + 1):
                self.partial_fit(X, y, sample_weight=sample_weight, **first)
                yield epoch
        finally:
            self.random_state = seed

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Self:
        """Train for all epochs."""
        for _ in self.epochs(X, y, sample_weight):
            pass
        return self


class SGDClassifierByEpochs(ByEpochs, SGDClassifier):  # type: ignore[misc]
    """Linear models of classes: steps of single rows, one epoch after another."""


class SGDRegressorByEpochs(ByEpochs, SGDRegressor):  # type: ignore[misc]
    """Linear models of numbers: steps of single rows, one epoch after another."""


def source(name: str) -> str:
    """One of the two estimators as Python source, for a script that needs no Twinloop."""
    kind = {one.__name__: one for one in (SGDClassifierByEpochs, SGDRegressorByEpochs)}[name]
    text = "\n\n\n".join(inspect.getsource(part).strip() for part in (ByEpochs, kind))
    return text.replace("  # type: ignore[misc]", "")
