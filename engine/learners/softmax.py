"""Softmax (multinomial logistic) regression; with two classes, logistic regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils import ClassifierTags

from engine.arrays import Array
from engine.learners.conventions import number_format
from engine.learners.estimator import GradientTrained
from engine.learners.targets import Target, class_target
from engine.optimizers import Optimizer
from engine.optimizers.schedules import Schedule


class SoftmaxRegression(GradientTrained):
    """A linear model of class log-odds, trained by cross-entropy.

    The loss is mean cross-entropy + ``l2``/2 · Σw² + ``l1`` · Σ|w| (scikit-learn's ``C`` is 1/(``l2`` · Σ sample
    weights)); two classes share one set of weights. The default optimizer, L-BFGS over all rows in float64, finds the
    only minimum; ``epochs`` bounds its iterations. Any other optimizer, with ``batch_size`` rows a step, shows how
    stochastic training gets there. Other settings as in :class:`~engine.learners.mlp.MLP`.
    """

    def __init__(
        self,
        *,
        optimizer: Optimizer | str = "lbfgs",
        schedule: Schedule | str = "constant",
        batch_size: int | None = None,
        epochs: int = 1000,
        l1: float = 0.0,
        l2: float = 1e-4,
        clip: float | None = None,
        class_weight: Mapping[object, float] | str | None = None,
        early_stopping: bool = False,
        patience: int = 10,
        tol: float = 0.0,
        validation_fraction: float = 0.1,
        histograms_every: int = 0,
        warm_start: bool = False,
        dtype: str = "float64",
        random_state: object = None,
    ) -> None:
        self.optimizer = optimizer
        self.schedule = schedule
        self.batch_size = batch_size
        self.epochs = epochs
        self.l1 = l1
        self.l2 = l2
        self.clip = clip
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.patience = patience
        self.tol = tol
        self.validation_fraction = validation_fraction
        self.histograms_every = histograms_every
        self.warm_start = warm_start
        self.dtype = dtype
        self.random_state = random_state

    def predict_proba(self, X: object) -> Array:
        """Each class's probability (n, classes), in the order of ``classes_``."""
        predicted = self._predictions(X)
        return self._target.probabilities(predicted).astype(number_format(X), copy=False)

    def predict_log_proba(self, X: object) -> Array:
        """The logarithms of :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):  # a probability may be too small for anything but 0
            found: Array = np.log(self.predict_proba(X))
        return found

    def decision_function(self, X: object) -> Array:
        """The logits xw + b: (n,) of the second of two classes, else (n, classes)."""
        logits = self._logits(X).astype(number_format(X), copy=False)
        return logits[:, 0] if logits.shape[1] == 1 else logits

    @property
    def coef_(self) -> Array:
        """Weights (classes, D), or (1, D) for two classes."""
        return self.layout_.views(self.weights_)[0][0].T

    @property
    def intercept_(self) -> Array:
        """One bias a row of ``coef_``."""
        return self.layout_.views(self.weights_)[1][0]

    def __sklearn_tags__(self) -> Any:
        """A classifier."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        tags.classifier_tags = ClassifierTags()
        tags.target_tags.required = True
        return tags

    def _encode_target(self, y: Array, w: Array | None) -> Target:
        return class_target(y)

    def _numeric_target(self) -> bool:
        return False

    def _several_outputs(self) -> bool:
        return False
