"""Poisson regression: counts whose logarithm of the mean is linear in the inputs."""

from __future__ import annotations

from typing import Any

from sklearn.metrics import d2_tweedie_score
from sklearn.utils import RegressorTags

from engine.arrays import Array
from engine.learners.estimator import GradientTrained
from engine.learners.targets import Target, count_target
from engine.optimizers import Optimizer
from engine.optimizers.schedules import Schedule


class PoissonRegression(GradientTrained):
    """E[y] = e^(xw + b), trained by mean e^z − yz (half the deviance up to a constant) + ``l2``/2 · Σw².

    ``l2`` is scikit-learn's ``alpha``. Settings as in :class:`~engine.learners.softmax.SoftmaxRegression`; the score is
    D², the share of deviance explained.
    """

    def __init__(
        self,
        *,
        optimizer: Optimizer | str = "lbfgs",
        schedule: Schedule | str = "constant",
        batch_size: int | None = None,
        epochs: int = 1000,
        l1: float = 0.0,
        l2: float = 0.0,
        clip: float | None = None,
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
        self.early_stopping = early_stopping
        self.patience = patience
        self.tol = tol
        self.validation_fraction = validation_fraction
        self.histograms_every = histograms_every
        self.warm_start = warm_start
        self.dtype = dtype
        self.random_state = random_state

    def score(self, X: object, y: object, sample_weight: object = None) -> float:
        """D²: 1 is perfect, 0 as good as always predicting the mean."""
        return float(d2_tweedie_score(y, self.predict(X), sample_weight=sample_weight, power=1))

    @property
    def coef_(self) -> Array:
        """Weights (D,) of the log-mean."""
        return self.layout_.views(self.weights_)[0][0][:, 0]

    @property
    def intercept_(self) -> float:
        """The log-mean at X = 0."""
        return float(self.layout_.views(self.weights_)[1][0][0])

    def __sklearn_tags__(self) -> Any:
        """A regressor of non-negative numbers."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags()
        tags.target_tags.required = True
        tags.target_tags.positive_only = True
        return tags

    def _encode_target(self, y: Array, w: Array | None) -> Target:
        return count_target(y)

    def _several_outputs(self) -> bool:
        return False
