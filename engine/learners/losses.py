"""What training makes small. For all four, the gradient at the output is prediction − target."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.learners.activations import logistic

Workspace = tuple[Array, ...]


class Loss(ABC):
    """A loss with the link that turns outputs z (rows, C) into predictions.

    ``workspace(rows)`` makes arrays with one row a sample that ``predict`` fills on the way, so that ``values``
    (a loss a row) need not work them out again. ``score_terms`` gives numbers a row whose sums ``score`` turns into
    accuracy, R² or D² with the help of ``reference(targets)``. Targets Y are (rows, C) floats.
    """

    score_name: ClassVar[str]

    def __init__(self, outputs: int, dtype: Any) -> None:
        self.outputs, self.dtype = outputs, np.dtype(dtype)

    def workspace(self, rows: int) -> Workspace:
        """Arrays (rows, ...) that go with the outputs of as many rows."""
        return ()

    @abstractmethod
    def predict(self, z: Array, out: Array, workspace: Workspace) -> None:
        """Predictions for outputs ``z``, in ``out``."""

    def predict_each(self, z: Array, out: Array, workspace: Workspace, members: int) -> None:
        """:meth:`predict` where the rows are those of several networks, one after another: to the bit as for each."""
        self.predict(z, out, workspace)

    @abstractmethod
    def values(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """Each row's loss (rows,), float64, after ``predict`` was called for these outputs."""

    @abstractmethod
    def score_terms(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """Numbers of each row (rows, m) from whose sums over all rows a score follows."""

    def measure(self, z: Array, y: Array, workspace: Workspace) -> tuple[Array, Array]:
        """``values`` and ``score_terms`` together, where that saves work."""
        return self.values(z, y, workspace), self.score_terms(z, y, workspace)

    @abstractmethod
    def score(self, score_sums: Array, reference: Array) -> float:
        """The score for the sums of all rows' terms."""

    @abstractmethod
    def of_constant(self, y: Array, w: Array | None) -> float:
        """About how large the mean loss of predicting a constant gets for targets ``y`` with row weights ``w`` (n,)."""

    def reference(self, y: Array) -> Array:
        """What a score needs to know of all targets."""
        return np.array([len(y)], dtype=float)


class SoftmaxCrossEntropy(Loss):
    """−log softmax(z)[class], targets one-hot; the score is accuracy."""

    score_name: ClassVar[str] = "accuracy"
    SAFE = 64.0  # e^±64 and sums of it are far inside float32's range
    FEW = 20  # classes, below which the largest output is found faster along columns
    SURE = 0.69  # a loss below log 2 means a probability above one half: no other class has as large an output

    def __init__(self, outputs: int, dtype: Any) -> None:
        super().__init__(outputs, dtype)
        # A product with ones sums rows faster than NumPy's sum; a square of them leaves each sum in every column, so
        # that dividing by it needs no broadcasting, for which NumPy would allocate a buffer.
        self._ones = np.ones((outputs, outputs), dtype)
        self._room, self._flags = np.empty((2, 0), dtype), np.empty(0, bool)

    def workspace(self, rows: int) -> Workspace:
        """What each row's outputs were lowered by, and the sum of exponentials after that, in every column."""
        return np.zeros((rows, 1), self.dtype), np.ones((rows, self.outputs), self.dtype)

    def predict(self, z: Array, out: Array, workspace: Workspace) -> None:
        """e^(z − shift) / Σ e^(z − shift); the shift is each row's maximum, or 0 where all outputs are small."""
        shift, total = workspace
        if self._is_small(z.reshape(-1)):
            shift.fill(0.0)
            np.exp(z, out)
        else:
            np.maximum.reduce(z, axis=1, out=shift, keepdims=True)
            np.subtract(z, shift, out)
            np.exp(out, out)
        out.dot(self._ones, total)
        np.divide(out, total, out)

    def _is_small(self, flat: Array) -> bool:
        """Whether exponentials of these outputs need no shift."""
        return bool(flat.item(flat.argmax()) < self.SAFE and flat.item(flat.argmin()) > -self.SAFE)

    def predict_each(self, z: Array, out: Array, workspace: Workspace, members: int) -> None:
        """Each network's rows are shifted or not by themselves, and summed by a product of their own."""
        shift, total = workspace
        apart = (members, -1, self.outputs)
        if self._is_small(z.reshape(-1)):
            shift.fill(0.0)
            np.exp(z, out)
        else:
            flat = z.reshape(members, -1)
            small = (np.maximum.reduce(flat, axis=1) < self.SAFE) & (np.minimum.reduce(flat, axis=1) > -self.SAFE)
            shift.fill(0.0)
            np.copyto(out, z)
            for one in np.flatnonzero(~small).tolist():
                own = slice(one * len(z) // members, (one + 1) * len(z) // members)
                np.maximum.reduce(z[own], axis=1, out=shift[own], keepdims=True)
                np.subtract(z[own], shift[own], out[own])
            np.exp(out, out)
        np.matmul(out.reshape(apart), self._ones, total.reshape(apart))
        np.divide(out, total, out)

    def values(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """The loss log Σ e^(z − shift) + shift − z[class]."""
        return self._losses_of_class(self._of_class(z, y), workspace)

    def score_terms(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """Whether a row would be predicted right: its class is the first of those with the largest output."""
        return _is_hit(z, y)[:, None]

    def measure(self, z: Array, y: Array, workspace: Workspace) -> tuple[Array, Array]:
        """Both; the largest output is looked for only where the loss does not tell."""
        of_class = self._of_class(z, y)
        values = self._losses_of_class(of_class, workspace)
        right: Array = values < self.SURE
        left = len(z) - np.count_nonzero(right)
        if 3 * left > len(z):
            right = self._is_right(z, y, of_class)
        elif left:
            rows = np.flatnonzero(~right)
            right[rows] = _is_hit(z.take(rows, 0), y.take(rows, 0))
        return values, right[:, None]

    def _is_right(self, z: Array, y: Array, of_class: Array) -> Array:
        """As :func:`_hits`, faster where there are few classes and no two largest outputs are equal."""
        if self.outputs > self.FEW:
            return _is_hit(z, y)
        # Along columns of a transposed copy, NumPy's maximum is several times faster than along short rows.
        turned = self._room[1, : z.size].reshape(z.shape[::-1])
        is_largest = self._flags[: z.size].reshape(z.shape[::-1])
        np.copyto(turned, z.T)
        largest = np.maximum.reduce(turned, axis=0)
        np.equal(turned, largest, out=is_largest)
        if np.count_nonzero(is_largest) != len(z):
            return _is_hit(z, y)
        right: Array = of_class >= largest
        return right

    def _losses_of_class(self, of_class: Array, workspace: Workspace) -> Array:
        shift, total = workspace
        rows: Array = np.log(total[:, 0], dtype=float)
        np.subtract(rows, of_class, rows)
        np.add(rows, shift[:, 0], rows)
        return rows

    def score(self, score_sums: Array, reference: Array) -> float:
        """Accuracy."""
        return float(score_sums[0] / reference[0])

    def of_constant(self, y: Array, w: Array | None) -> float:
        """Log C, when all classes are equally likely."""
        return float(np.log(self.outputs))

    def _of_class(self, z: Array, y: Array) -> Array:
        if len(self._flags) < z.size:  # kept: fresh memory costs more than the work
            self._room, self._flags = np.empty((2, z.size), self.dtype), np.empty(z.size, bool)
        product = self._room[0, : z.size].reshape(z.shape)
        np.multiply(z, y, product)
        found: Array = product.dot(self._ones[0])
        return found


class SigmoidCrossEntropy(Loss):
    """Σ_j log(1 + e^z_j) − y_j z_j: two classes with one output, or several labels; the score is (subset) accuracy."""

    score_name: ClassVar[str] = "accuracy"

    def predict(self, z: Array, out: Array, workspace: Workspace) -> None:
        """The probability 1/(1 + e^−z)."""
        logistic(z, out)

    def values(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """The loss as max(z, 0) − yz + log(1 + e^−|z|), summed over labels."""
        rows: Array = (np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=1, dtype=float)
        return rows

    def score_terms(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """Whether a row has every label right."""
        right: Array = ((z > 0.0) == (y > 0.5)).all(axis=1, keepdims=True)
        return right

    def score(self, score_sums: Array, reference: Array) -> float:
        """Accuracy."""
        return float(score_sums[0] / reference[0])

    def of_constant(self, y: Array, w: Array | None) -> float:
        """Log 2 for each output, when both answers are equally likely."""
        return float(self.outputs * np.log(2.0))


class SquaredError(Loss):
    """½ Σ_j (z_j − y_j)²; the score is R², averaged over outputs."""

    score_name: ClassVar[str] = "R²"

    def predict(self, z: Array, out: Array, workspace: Workspace) -> None:
        """The outputs as they are."""
        np.copyto(out, z)

    def values(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """½ Σ (z − y)²."""
        residual = np.subtract(z, y, dtype=float)
        rows: Array = 0.5 * np.einsum("ij,ij->i", residual, residual)
        return rows

    def score_terms(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """Squared errors of each output."""
        squares: Array = np.square(np.subtract(z, y, dtype=float))
        return squares

    def score(self, score_sums: Array, reference: Array) -> float:
        """1 − squared error / squared deviation from the mean; an output that never varies scores 1 or 0."""
        varied = reference > 0
        ratio = np.divide(score_sums, reference, out=np.where(score_sums > 0, 1.0, 0.0), where=varied)
        return float(np.mean(1.0 - ratio))

    def reference(self, y: Array) -> Array:
        """Squared deviations of each output from its mean."""
        centred = y - y.mean(axis=0, dtype=float)
        outputs: Array = np.einsum("ij,ij->j", centred, centred)
        return outputs

    def of_constant(self, y: Array, w: Array | None) -> float:
        """½ Σ y², when 0 is predicted."""
        rows = 0.5 * np.square(y, dtype=float).sum(axis=1)
        return float(np.average(rows, weights=w))


class PoissonDeviance(Loss):
    """e^z − yz, the negative log-likelihood of counts up to a constant; the score is D², deviance explained."""

    score_name: ClassVar[str] = "D²"

    def predict(self, z: Array, out: Array, workspace: Workspace) -> None:
        """The expected count e^z."""
        np.exp(z, out=out)

    def values(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """The loss e^z − yz."""
        rows: Array = (np.exp(z) - y * z).sum(axis=1, dtype=float)
        return rows

    def score_terms(self, z: Array, y: Array, workspace: Workspace) -> Array:
        """Half the deviance: e^z − yz − y + y log y."""
        rows: Array = self.values(z, y, workspace) + _saturated_loss(y).sum(axis=1)
        return rows[:, None]

    def score(self, score_sums: Array, reference: Array) -> float:
        """1 − deviance / deviance of the mean."""
        return float(1.0 - score_sums[0] / reference[0]) if reference[0] > 0 else float(score_sums[0] <= 0)

    def reference(self, y: Array) -> Array:
        """Half the deviance of always predicting the mean."""
        mean = max(float(np.mean(y)), np.finfo(float).tiny)
        return np.array([np.sum(mean - y * np.log(mean) + _saturated_loss(y))])

    def of_constant(self, y: Array, w: Array | None) -> float:
        """1 + |m − m log m|, from outputs of 0 and from predicting the mean m."""
        mean = max(float(np.average(y.sum(axis=1, dtype=float), weights=w)), np.finfo(float).tiny)
        return 1.0 + abs(mean - mean * float(np.log(mean)))


def _is_hit(z: Array, y: Array) -> Array:
    """Whether the first of each row's largest outputs is at its class; ``y`` is one-hot."""
    places = z.argmax(axis=1)
    places += np.arange(0, z.size, z.shape[1])
    right: Array = y.reshape(-1).take(places) > 0.0
    return right


def _saturated_loss(y: Array) -> Array:
    """What the best prediction, y itself, would come to: y log y − y, 0 at y = 0."""
    y = y.astype(float)
    found: Array = np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0)), 0.0) - y
    return found
