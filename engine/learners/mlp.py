"""The multi-layer perceptron: a small neural network for classes, labels or numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from sklearn.utils import ClassifierTags, RegressorTags
from sklearn.utils.metaestimators import available_if

from engine.arrays import Array
from engine.learners.conventions import dense, number_format
from engine.learners.estimator import GradientTrained
from engine.learners.faults import BadInput
from engine.learners.targets import Target, class_target, number_target
from engine.optimizers import Minimizer, Optimizer
from engine.optimizers.schedules import Schedule


def _is_classifier(model: MLP) -> bool:
    return model.task == "classification"


def _takes_steps(model: MLP) -> bool:
    return not isinstance(model.make_optimizer(), Minimizer)


class MLP(GradientTrained):
    """A fully connected network trained by minibatch gradient descent.

    ``hidden`` gives the width of each hidden layer, any number of them. ``task`` is "classification" (two or more
    classes, or a 0/1 matrix of several labels) or "regression" (one or several columns of numbers). ``optimizer`` is
    an optimizer or its name, ``schedule`` a schedule or its name. The loss is the mean of cross-entropy, or of half the
    squared error, plus ``l2``/2 · Σw² + ``l1`` · Σ|w| over weights without biases (scikit-learn's ``alpha`` is
    ``l2`` × batch size). ``dropout`` is the share of hidden units off in each step. ``batch_size`` None takes all rows.

    ``early_stopping`` holds out ``validation_fraction`` of the training rows, of each class its share, ends after
    ``patience`` epochs without a loss on them that is lower by more than ``tol``, and keeps the best weights; rows
    given to ``fit`` as ``validation`` are only watched. ``scale_target`` trains numbers centred and scaled, so that
    learning rates mean the same for every table; losses in ``history_`` are then in those units. ``warm_start`` lets
    ``fit`` go on from the weights found before. ``histograms_every`` n records weights and gradients every n epochs.
    """

    def __init__(
        self,
        hidden: tuple[int, ...] = (64,),
        *,
        task: str = "classification",
        activation: str = "relu",
        optimizer: Optimizer | str = "adam",
        schedule: Schedule | str = "constant",
        batch_size: int | None = 32,
        epochs: int = 50,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        clip: float | None = None,
        class_weight: Mapping[object, float] | str | None = None,
        early_stopping: bool = False,
        patience: int = 10,
        tol: float = 0.0,
        validation_fraction: float = 0.1,
        scale_target: bool = True,
        histograms_every: int = 0,
        warm_start: bool = False,
        dtype: str = "float32",
        random_state: object = None,
    ) -> None:
        self.hidden = hidden
        self.task = task
        self.activation = activation
        self.optimizer = optimizer
        self.schedule = schedule
        self.batch_size = batch_size
        self.epochs = epochs
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.clip = clip
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.patience = patience
        self.tol = tol
        self.validation_fraction = validation_fraction
        self.scale_target = scale_target
        self.histograms_every = histograms_every
        self.warm_start = warm_start
        self.dtype = dtype
        self.random_state = random_state

    @available_if(_is_classifier)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: object) -> Array:
        """Each class's probability (n, classes), in the order of ``classes_``; with several labels each label's own."""
        predicted = self._predictions(X)
        return self._target.probabilities(predicted).astype(number_format(X), copy=False)

    @available_if(_is_classifier)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: object) -> Array:
        """The logarithms of :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):  # a probability may be too small for anything but 0
            found: Array = np.log(self.predict_proba(X))
        return found

    @available_if(_takes_steps)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, *, classes: Any = None) -> Self:
        """Train for one more epoch, on these rows alone; optimizer, schedule and records go on from call to call.

        ``classes`` names all classes, and is needed with the first call but for a matrix of labels. Numbers are
        centred and scaled as those of the first call are. Without early stopping, which needs all rows at once.
        """
        if self.early_stopping:
            raise BadInput("partial_fit does not support early_stopping=True.", "Set early_stopping to False.")
        target = self._target if self.__sklearn_is_fitted__() else self._first_target(y, classes)
        known = None if target is None else target.classes
        if known is not None and classes is not None and not np.array_equal(np.unique(classes), known):
            raise BadInput(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {known!r}.",
                "Name the same classes with every call.",
            )
        return self._fit_one_epoch(X, y, sample_weight, target)

    def _first_target(self, y: Any, classes: Any) -> Target | None:
        """How the first call codes targets, whatever of them it holds; numbers are coded by what they are."""
        if self.task != "classification":
            return None
        if len(getattr(y, "shape", ())) == 2 and y.shape[1] > 1:  # a column for each label
            return class_target(np.asarray(dense(y)))
        if classes is None:
            raise BadInput("classes must be passed on the first call to partial_fit.", "Name all classes there are.")
        return class_target(np.unique(classes))

    @property
    def coefs_(self) -> list[Array]:
        """Each layer's weight matrix (in, out)."""
        return self.layout_.views(self.weights_)[0]

    @property
    def intercepts_(self) -> list[Array]:
        """Each layer's biases."""
        return self.layout_.views(self.weights_)[1]

    def __sklearn_tags__(self) -> Any:
        """A classifier or a regressor, by ``task``."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier" if _is_classifier(self) else "regressor"
        tags.classifier_tags = ClassifierTags(multi_label=True) if _is_classifier(self) else None
        tags.regressor_tags = None if _is_classifier(self) else RegressorTags()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags

    def _encode_target(self, y: Array, w: Array | None) -> Target:
        if self.task == "classification":
            return class_target(y)
        return number_target(y, w, scaled=self.scale_target)

    def _numeric_target(self) -> bool:
        return self.task == "regression"

    def _hidden(self) -> tuple[int, ...]:
        return tuple(np.atleast_1d(np.asarray(self.hidden, dtype=object)))

    def _activation(self) -> str:
        return self.activation

    def _dropout(self) -> float:
        return self.dropout
