"""Linear and ridge regression, solved exactly or by any optimizer."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.linalg import lstsq
from sklearn.linear_model import ridge_regression
from sklearn.utils import RegressorTags

from engine.arrays import Array
from engine.learners import checking
from engine.learners.estimator import GradientTrained, one_blas_thread
from engine.learners.faults import BadInput
from engine.learners.network import Batch
from engine.learners.targets import Target, number_target
from engine.learners.training import Callback, Checkpoint
from engine.optimizers import GradientDescent, Optimizer
from engine.optimizers.schedules import Schedule


class LinearRegression(GradientTrained):
    """y ≈ Xw + b, with ``l2`` above 0 ridge regression.

    The loss is mean ½(prediction − y)² + ``l2``/2 · Σw² (scikit-learn's Ridge ``alpha`` is ``l2`` × rows) +
    ``l1`` · Σ|w|. ``optimizer`` None solves it at once through singular values; any optimizer
    shows the way there, step by step. Targets are centred and scaled for training, which does not change the minimum
    for ``l1`` = 0. Several columns of targets are several regressions at once.
    """

    def __init__(
        self,
        *,
        optimizer: Optimizer | str | None = None,
        schedule: Schedule | str = "constant",
        batch_size: int | None = 32,
        epochs: int = 100,
        l1: float = 0.0,
        l2: float = 0.0,
        clip: float | None = None,
        early_stopping: bool = False,
        patience: int = 10,
        tol: float = 0.0,
        validation_fraction: float = 0.1,
        histograms_every: int = 0,
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
        self.dtype = dtype
        self.random_state = random_state

    def fit(
        self,
        X: object,
        y: object,
        sample_weight: object = None,
        *,
        validation: tuple[object, object] | None = None,
        callback: Callback | None = None,
        each: tuple[int, Callback] | None = None,
        resume: Checkpoint | None = None,
    ) -> Self:
        """As every gradient-trained model; without an optimizer solved at once and reported as one step."""
        if self.optimizer is not None:
            return super().fit(X, y, sample_weight, validation=validation, callback=callback, each=each, resume=resume)
        checking.callbacks(callback, each)
        if resume is not None:
            raise BadInput(
                "A regression that is solved at once has no training to resume.",
                "Leave out resume, or set an optimizer.",
            )
        with one_blas_thread():
            data = self.encode(X, y, sample_weight, validation)
            training = self.prepare(data)
            batch = training.batches.chunk(0)[0]
            training.network.W[0][:], training.network.b[0][:] = _solve_ridge(batch, self.l2)
            training.record_exact_solution(callback)
            self.adopt(training, data)
        return self

    @property
    def coef_(self) -> Array:
        """Weights (D,), or (outputs, D) for several columns of targets, in the targets' own units."""
        weights = self.layout_.views(self.weights_)[0][0].T * self._target.scale[:, None]
        return weights if self._target.several else weights[0]

    @property
    def intercept_(self) -> Any:
        """The prediction at X = 0: a number, or one for each column of targets."""
        biases = self.layout_.views(self.weights_)[1][0] * self._target.scale + self._target.mean
        return biases if self._target.several else float(biases[0])

    def __sklearn_tags__(self) -> Any:
        """A regressor."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags

    def _encode_target(self, y: Array, w: Array | None) -> Target:
        return number_target(y, w, scaled=True)

    def check_settings(self) -> None:
        """As of every gradient-trained model; besides, an L1 penalty needs an optimizer."""
        super().check_settings()
        if self.optimizer is None and self.l1:
            raise BadInput("An L1 penalty has no exact solution.", "Choose an optimizer, such as LBFGS().")

    def make_optimizer(self) -> Optimizer:
        """The chosen one; for the exact solution one that asks for all rows at once."""
        return GradientDescent() if self.optimizer is None else super().make_optimizer()


def _solve_ridge(batch: Batch, l2: float) -> tuple[Array, Array]:
    """The minimum of mean ½ residual² + l2/2 · Σw², of least norm where there are several: weights (D, C), biases (C,).

    Without a penalty by singular values, else by the normal equations unless rounding would spoil them.
    """
    share = np.full(batch.rows, 1.0 / batch.rows) if batch.w is None else batch.w[:, 0] / batch.w[:, 0].sum()
    x = batch.x[:, 1:]  # without the ones
    x_mean, y_mean = share @ x, share @ batch.y
    root = np.sqrt(share)[:, None]
    X, Y = root * (x - x_mean), root * (batch.y - y_mean)
    if l2 == 0.0:
        weights = lstsq(X, Y, cond=max(X.shape) * np.finfo(X.dtype).eps, overwrite_a=True, check_finite=False)[0]
    else:
        # The normal equations lose as many digits as the largest eigenvalue is larger than the penalty.
        solver = "cholesky" if l2 > 1e-7 * np.vdot(X, X) else "svd"
        weights = ridge_regression(X, Y, l2, solver=solver).T.reshape(X.shape[1], -1)
    return weights, y_mean - x_mean @ weights
