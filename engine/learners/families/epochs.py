"""What the families trained by our own engine share: an epoch is a step, and training can be taken up again."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from engine.errors import UserFault
from engine.learners import hyperparameters
from engine.learners.compatibility import StackKey, optimizer_kind, stack_key_of_size
from engine.learners.families.base import Family, Report, TableShape, Task
from engine.learners.hyperparameters import Descent
from engine.learners.layout import Layout
from engine.learners.training_settings import TrainingSettings, optimizer_from
from engine.options import Option
from engine.space import Hyperparameter, Problem


class EpochFamily(Family):
    """Estimators of :mod:`engine.learners`, which report every epoch's losses, scores and gradient norm."""

    step_name = "epoch"
    settings = TrainingSettings
    may_differ: ClassVar[frozenset[str]] = hyperparameters.OF_ANY_SIZE | {"schedule", "dropout"}
    hyperparameter_options: ClassVar[type[Descent]] = Descent
    loss_titles: ClassVar[Mapping[str, str]] = {
        "classification": "cross-entropy",
        "regression": "squared error / 2, scaled target",
    }
    score_titles: ClassVar[Mapping[str, str]] = {"classification": "accuracy", "regression": "R²"}
    score_metrics: ClassVar[Mapping[Task, str]] = {"classification": "accuracy", "regression": "r2"}
    notes: ClassVar[Mapping[str, str]] = {
        "train_loss": "training loss: mean over the epoch's batches",
        "train_score": "training loss: mean over the epoch's batches",
        "gradient_norm": "last update of each epoch",
        "update_ratio": "last update of each epoch",
    }
    tells_layers = True
    direct: ClassVar[tuple[str, ...]] = ("schedule", "batch_size", "clip", "l1", "l2")
    """The hyperparameters that the estimator takes by their names."""

    def additional_hyperparameters(self, space: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
        """Schedules, clipping, L1 and settings of the optimizers that are tried."""
        return hyperparameters.additional(space, self.hyperparameter_options)

    def problems(self, space: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
        """Names that neither the model nor its optimizers know, and values outside what they take."""
        return hyperparameters.problems(space, self.hyperparameter_options, self.title)

    def declared_options(self) -> Mapping[str, tuple[Option, ...]]:
        """Hyperparameters of the model, and the settings of every optimizer."""
        return {**hyperparameters.of_optimizers(), **super().declared_options()}

    @abstractmethod
    def hidden_widths(self, params: Mapping[str, object]) -> tuple[int, ...]:
        """The widths of the hidden layers."""

    def build_estimator(self, kind: Any, params: Mapping[str, object], settings: TrainingSettings, **own: Any) -> Any:
        """One of our estimators with the fixed settings, ``own`` arguments and the :attr:`direct` hyperparameters."""
        return kind(
            optimizer=optimizer_from(params),
            epochs=settings.epochs,
            early_stopping=settings.early_stopping,
            patience=settings.patience,
            **{name: params[name] for name in self.direct if name in params},
            **own,
        )

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train, reporting each epoch; raises :class:`engine.errors.UserFault` when the loss is no longer finite."""
        return estimator.fit(X, y, validation=validation, callback=report, resume=resume)

    def stack_key(self, params: Mapping[str, object], shape: TableShape) -> StackKey:
        """Configurations of one shape, batch size and kind of optimizer."""
        rule = optimizer_kind(optimizer_from(params))
        if rule is None:
            return StackKey()
        widths = (shape.columns, *self.hidden_widths(params), max(1, shape.classes))
        fixed = tuple(sorted((name, value) for name, value in params.items() if name not in self.may_differ))
        return stack_key_of_size((rule, fixed), Layout(widths).size, shape.rows)

    def fit_together(
        self,
        estimators: Sequence[Any],
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        reports: Sequence[Report],
        resume: Sequence[Any],
        after_step: Callable[[], None],
        on_finished: Callable[[int, Exception], None],
    ) -> None:
        """Train as one stack; each result equals that of training alone within rounding."""
        # In here because it loads scikit-learn, which is slow.
        from engine.learners.stacked import fit_together
        from engine.learners.training import StopTraining

        def heard(place: int, epoch: int, records: Mapping[str, float]) -> None:
            try:
                reports[place](epoch, records)
            except Exception as error:  # whatever ends one of them must not reach the others
                on_finished(place, error)
                raise StopTraining from error

        fit_together(
            estimators,
            X,
            y,
            validation=validation,
            callback=heard,
            resume=resume,
            after_step=after_step,
            failed=on_finished,
        )

    def checkpoint(self, estimator: Any) -> object:
        """The state of a training, also from within a report."""
        return estimator.checkpoint()

    def hypergradient(
        self, estimator: object, X: np.ndarray, y: np.ndarray, validation: tuple[np.ndarray, np.ndarray]
    ) -> dict[str, float]:
        """Derivatives by learning rate, momentum and, where there is one, L2, through training in double precision."""
        # In here because they load scikit-learn, which is slow.
        from sklearn.base import clone

        from engine.learners.hypergradient import through_training

        twin = clone(estimator).set_params(dtype="float64")
        found = through_training(twin, X, y, validation)
        slopes = {"learning_rate": (found.log_lr or 0.0) / twin.optimizer.lr, "momentum": found.momentum or 0.0}
        if twin.l2 > 0.0:
            slopes["l2"] = (found.log_l2 or 0.0) / twin.l2
        if not all(map(math.isfinite, slopes.values())):
            raise UserFault("The validation loss has no finite derivative.", "Lower the learning rate.")
        return slopes

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights and biases."""
        return int(fitted.weights_.size)
