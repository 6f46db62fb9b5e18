"""What training makes small. For all four, the gradient at the output is prediction − target."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from engine.learners.activations import logistic

Array = np.ndarray[Any, Any]
Side = tuple[Array, ...]


class Loss(ABC):
    """A loss with the link that turns outputs z (rows, C) into predictions.

    ``side(rows)`` makes arrays with one row a sample that ``predict`` fills on the way, so that ``values``
    (a loss a row) need not work them out again. ``tally`` gives sums over rows that ``score`` turns into accuracy,
    R² or D² with the help of ``reference(targets)``. Targets Y are (rows, C) floats.
    """

    score_name: ClassVar[str]

    def __init__(self, outputs: int, dtype: Any) -> None:
        self.outputs, self.dtype = outputs, np.dtype(dtype)

    def side(self, rows: int) -> Side:
        """Arrays (rows, ...) that go with the outputs of as many rows."""
        return ()

    @abstractmethod
    def predict(self, z: Array, out: Array, side: Side) -> None:
        """Predictions for outputs ``z``, in ``out``."""

    @abstractmethod
    def values(self, z: Array, y: Array, side: Side) -> Array:
        """Each row's loss (rows,), float64, after ``predict`` was called for these outputs."""

    @abstractmethod
    def tally(self, z: Array, y: Array, side: Side) -> Array:
        """Sums over rows from which a score follows, additive over batches."""

    @abstractmethod
    def score(self, tally: Array, reference: Array) -> float:
        """The score for a tally of all rows."""

    def reference(self, y: Array) -> Array:
        """What a score needs to know of all targets."""
        return np.array([len(y)], dtype=float)


class SoftmaxCrossEntropy(Loss):
    """−log softmax(z)[class], targets one-hot; the score is accuracy."""

    score_name: ClassVar[str] = "accuracy"

    def __init__(self, outputs: int, dtype: Any) -> None:
        super().__init__(outputs, dtype)
        self._ones = np.ones((outputs, 1), dtype)

    def side(self, rows: int) -> Side:
        """Each row's largest output and the sum of exponentials beside it."""
        return np.zeros((rows, 1), self.dtype), np.ones((rows, 1), self.dtype)

    def predict(self, z: Array, out: Array, side: Side) -> None:
        """e^(z − max) / Σ e^(z − max)."""
        peak, total = side
        np.maximum.reduce(z, axis=1, out=peak, keepdims=True)
        np.subtract(z, peak, out)
        np.exp(out, out)
        out.dot(self._ones, total)
        np.divide(out, total, out)

    def values(self, z: Array, y: Array, side: Side) -> Array:
        """Log Σ e^(z − max) + max − z[class]."""
        peak, total = side[0].ravel(), side[1].ravel()
        rows: Array = np.log(total, dtype=float) + peak - np.einsum("ij,ij->i", z, y)
        return rows

    def tally(self, z: Array, y: Array, side: Side) -> Array:
        """How many rows have their largest output at their class."""
        return np.array([np.count_nonzero(np.einsum("ij,ij->i", z, y) >= side[0].ravel())], dtype=float)

    def score(self, tally: Array, reference: Array) -> float:
        """Accuracy."""
        return float(tally[0] / reference[0])


class SigmoidCrossEntropy(Loss):
    """Σ_j log(1 + e^z_j) − y_j z_j: two classes with one output, or several labels; the score is (subset) accuracy."""

    score_name: ClassVar[str] = "accuracy"

    def predict(self, z: Array, out: Array, side: Side) -> None:
        """1/(1 + e^−z)."""
        logistic(z, out)

    def values(self, z: Array, y: Array, side: Side) -> Array:
        """Max(z, 0) − yz + log(1 + e^−|z|), summed over labels."""
        rows: Array = (np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=1, dtype=float)
        return rows

    def tally(self, z: Array, y: Array, side: Side) -> Array:
        """How many rows have every label right."""
        return np.array([np.count_nonzero(((z > 0.0) == (y > 0.5)).all(axis=1))], dtype=float)

    def score(self, tally: Array, reference: Array) -> float:
        """Accuracy."""
        return float(tally[0] / reference[0])


class SquaredError(Loss):
    """½ Σ_j (z_j − y_j)²; the score is R², averaged over outputs."""

    score_name: ClassVar[str] = "R²"

    def predict(self, z: Array, out: Array, side: Side) -> None:
        """Z itself."""
        np.copyto(out, z)

    def values(self, z: Array, y: Array, side: Side) -> Array:
        """½ Σ (z − y)²."""
        residual = np.subtract(z, y, dtype=float)
        rows: Array = 0.5 * np.einsum("ij,ij->i", residual, residual)
        return rows

    def tally(self, z: Array, y: Array, side: Side) -> Array:
        """Squared errors of each output."""
        residual = np.subtract(z, y, dtype=float)
        outputs: Array = np.einsum("ij,ij->j", residual, residual)
        return outputs

    def score(self, tally: Array, reference: Array) -> float:
        """1 − squared error / squared deviation from the mean; an output that never varies scores 1 or 0."""
        varied = reference > 0
        ratio = np.divide(tally, reference, out=np.where(tally > 0, 1.0, 0.0), where=varied)
        return float(np.mean(1.0 - ratio))

    def reference(self, y: Array) -> Array:
        """Squared deviations of each output from its mean."""
        centred = y - y.mean(axis=0, dtype=float)
        outputs: Array = np.einsum("ij,ij->j", centred, centred)
        return outputs


class PoissonDeviance(Loss):
    """e^z − yz, the negative log-likelihood of counts up to a constant; the score is D², deviance explained."""

    score_name: ClassVar[str] = "D²"

    def predict(self, z: Array, out: Array, side: Side) -> None:
        """E^z."""
        np.exp(z, out=out)

    def values(self, z: Array, y: Array, side: Side) -> Array:
        """E^z − yz."""
        rows: Array = (np.exp(z) - y * z).sum(axis=1, dtype=float)
        return rows

    def tally(self, z: Array, y: Array, side: Side) -> Array:
        """Half the deviance: Σ e^z − yz − y + y log y."""
        return np.array([np.sum(self.values(z, y, side)) + np.sum(_saturated(y))])

    def score(self, tally: Array, reference: Array) -> float:
        """1 − deviance / deviance of the mean."""
        return float(1.0 - tally[0] / reference[0]) if reference[0] > 0 else float(tally[0] <= 0)

    def reference(self, y: Array) -> Array:
        """Half the deviance of always predicting the mean."""
        mean = max(float(np.mean(y)), np.finfo(float).tiny)
        return np.array([np.sum(mean - y * np.log(mean) + _saturated(y))])


def _saturated(y: Array) -> Array:
    """Y log y − y, 0 at y = 0."""
    y = y.astype(float)
    found: Array = np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0)), 0.0) - y
    return found
