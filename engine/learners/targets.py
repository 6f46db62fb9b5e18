"""Targets as the numbers that losses take, and back: classes, several labels, real numbers, counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from engine.arrays import Array
from engine.learners.faults import BadInput
from engine.learners.losses import Loss, PoissonDeviance, SigmoidCrossEntropy, SoftmaxCrossEntropy, SquaredError

LARGEST = 1e150  # number to predict: squares of larger ones, and their sums, are not finite


@dataclass
class Target:
    """How one fitted model's targets are coded: ``encode`` gives (n, C) floats; ``known`` marks rows it can encode."""

    loss: type[Loss]
    outputs: int
    classes: Array | None = None
    several: bool = False  # multi-label, or regression of a 2-d y
    mean: Array = field(default_factory=lambda: np.zeros(1))
    scale: Array = field(default_factory=lambda: np.ones(1))

    def encode(self, y: Array) -> tuple[Array, Array]:
        """Float targets (n, C), and for each row whether its classes were known in training.

        Raises :class:`BadInput` for targets of another shape or kind.
        """
        if self.classes is not None and not self.several:
            y = self._classes_like_training(y)
            place = np.searchsorted(self.classes, y).clip(max=len(self.classes) - 1)
            known = self.classes[place] == y
            if self.outputs == 1:
                return place[:, None].astype(float), known
            return np.eye(self.outputs)[place], known
        Y = np.asarray(y, dtype=float).reshape(len(y), -1)
        if Y.shape[1] != self.outputs:
            raise BadInput(
                f"The targets have {Y.shape[1]} columns and the model predicts {self.outputs}.",
                "Give as many target columns as in training.",
            )
        if self.classes is not None and not np.isin(Y, (0.0, 1.0)).all():
            held = ", ".join(f"{value:g}" for value in np.unique(Y)[:5])
            raise BadInput(f"The labels hold {held}.", "Write 1 where a row has the label, and 0 where it has not.")
        return (Y - self.mean) / self.scale, np.ones(len(Y), bool)

    def _classes_like_training(self, y: Array) -> Array:
        """One column of classes of training's kind."""
        if y.ndim > 1 and y.shape[1] != 1:
            raise BadInput(
                f"The targets have {y.shape[1]} columns and the model predicts 1.",
                "Give as many target columns as in training.",
            )
        y = y.ravel()
        kinds = ["text" if isinstance(one[0], str) else "numbers" for one in (y, self.classes) if one is not None]
        if kinds[0] != kinds[1]:
            raise BadInput(
                f"The targets hold {kinds[0]}, and the classes of training are {kinds[1]}.",
                "Write the classes as in training.",
            )
        return y

    @property
    def levels(self) -> int:
        """How many classes there are, of each label 2."""
        return 2 if self.several or self.classes is None else len(self.classes)

    def places(self, Y: Array) -> Array:
        """From what ``encode`` gave (n, C) the number of each row's class (n, 1), or of each label's (n, C)."""
        one_hot = self.outputs > 1 and not self.several
        return Y.argmax(axis=1)[:, None] if one_hot else Y.astype(np.intp)

    def probabilities(self, predicted: Array) -> Array:
        """(n, classes) from the loss's predictions; for several labels each label's own."""
        if self.outputs == 1 and not self.several:
            return np.hstack([1.0 - predicted, predicted])
        return predicted

    def decode(self, predicted: Array) -> Array:
        """What ``y`` would have held: labels, an indicator matrix, or numbers of y's own scale and shape."""
        if self.classes is not None:
            if self.several:
                return (predicted > 0.5).astype(int)
            found: Array = self.classes[self.probabilities(predicted).argmax(axis=1)]
            return found
        values = predicted * self.scale + self.mean
        return values if self.several else values[:, 0]


def class_target(y: Array) -> Target:
    """For class labels (n,) or a multi-label indicator matrix (n, L)."""
    try:
        check_classification_targets(y)
        several = type_of_target(y) == "multilabel-indicator"
    except TypeError as error:
        if y.dtype.kind != "O":
            raise
        raise BadInput(
            "The target mixes text and numbers.", "Write every class as text, or every class as a number."
        ) from error
    except ValueError as error:
        raise BadInput(str(error), "Give classes, or choose regression.") from error
    if several:
        return Target(SigmoidCrossEntropy, y.shape[1], np.arange(y.shape[1]), several=True)
    if y.ndim > 1:
        raise BadInput("The targets are a table of classes.", "Give one column of classes, or 0 and 1 for each label.")
    classes = np.unique(y)
    if len(classes) < 2:
        raise BadInput(
            f"The target holds one class only: {classes[0]!s}.", "Classification needs rows of at least two classes."
        )
    if len(classes) == 2:
        return Target(SigmoidCrossEntropy, 1, classes)
    return Target(SoftmaxCrossEntropy, len(classes), classes)


def continued(before: Target, now: Target) -> Target:
    """The coding of earlier training, for more data of the same kind; raises :class:`BadInput` where that differs."""
    alike = before.loss is now.loss and before.outputs == now.outputs
    if before.classes is not None and now.classes is not None:
        alike = alike and np.array_equal(before.classes, now.classes)
    if not alike:
        raise BadInput(
            "The targets are of another kind, or of other classes, than those trained on before.",
            "Set warm_start to False to begin anew.",
        )
    return before


def known_only(target: Target, y: Array) -> None:
    """Raise :class:`BadInput` where ``y`` holds a class that ``target`` does not know."""
    if target.classes is None or target.several:
        return
    known = target.encode(y)[1]
    if not known.all():
        strange = y[np.argmin(known)]
        raise BadInput(f"The target holds the class {strange!s}, which is not among the classes.", "Name all classes.")


def number_target(y: Array, w: Array | None, *, scaled: bool) -> Target:
    """For real numbers (n,) or (n, outputs); ``scaled`` centres and scales each output for training."""
    Y = y.reshape(len(y), -1).astype(float)
    largest = float(np.abs(Y).max())
    if largest > LARGEST:
        raise BadInput(f"The target holds a number as large as {largest:g}.", "Scale the target.")
    target = Target(SquaredError, Y.shape[1], several=y.ndim > 1)
    if scaled:
        mean = np.average(Y, axis=0, weights=w)
        deviation = np.sqrt(np.average((Y - mean) ** 2, axis=0, weights=w))
        target.mean = mean
        # A constant output has only rounding left; it is not blown up.
        target.scale = np.where(deviation > 1e-12 * (1.0 + np.abs(mean)), deviation, 1.0)
    return target


def count_target(y: Array) -> Target:
    """For counts or other non-negative numbers (n,)."""
    if np.any(y < 0):
        raise BadInput("The target holds negative numbers.", "Poisson regression needs counts of 0 or more.")
    return Target(PoissonDeviance, 1)
