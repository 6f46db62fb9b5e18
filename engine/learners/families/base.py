"""What a model family is: a kind of model with its hyperparameters, a suggested space and a way to train it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from engine.errors import Bug, UserFault
from engine.learners import hyperparameters
from engine.learners.compatibility import StackKey
from engine.options import Option, describe
from engine.space import Hyperparameter, Problem, SearchSpace
from engine.space.fixing import drop_impossible_conditions

Task = Literal["classification", "regression"]
Report = Callable[[int, Mapping[str, float]], None]
"""Takes a step (1, 2, ...) and its records by name (``train_loss``, ``val_loss`` ...); may raise to end training."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """What a family may know of the prepared table when it suggests a space: its size, never its values."""

    rows: int
    columns: int
    classes: int = 0  # 0 for regression


@dataclass(frozen=True, slots=True)
class NoSettings:
    """The fixed settings of a family that has none."""


@dataclass(frozen=True, slots=True)
class NoHyperparameters:
    """The hyperparameters of a family that declares none."""


class Family(ABC):
    """One kind of model. Stateless: one instance serves any number of trials.

    ``title`` is what a person reads; ``hyperparameters`` and ``parameters`` say in one line each what is set before
    training and what is learned; ``tasks`` what it can predict; ``scaled`` whether its inputs, and numbers to predict,
    want unit variance, ``scaling`` how inputs are brought to one scale where that is said (empty: as ``scaled`` says),
    ``centred_target`` whether targets are centred too; ``step_name`` what one report of :meth:`fit`
    is ("epoch", "round", "tree"), empty for a model without steps; ``settings`` is an options dataclass of what stays
    fixed during a search (such as the number of epochs); ``hyperparameter_options`` an options dataclass of everything
    that may be tuned: nothing else ever reaches the model; ``optional_space`` has those that the suggested
    space leaves alone; ``may_differ`` names the hyperparameters in which configurations trained together may differ;
    ``loss_titles`` and ``score_titles`` say by task what the reported losses and scores are, ``score_metrics`` which
    metric such a score is, where it is one that studies are judged by; ``notes`` by a record's
    name what a reader of it must know; ``tells_layers`` whether weights and gradients are reported layer by layer.
    """

    title: ClassVar[str]
    hyperparameters: ClassVar[str]
    parameters: ClassVar[str]
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    scaled: ClassVar[bool] = True
    scaling: ClassVar[str] = ""
    centred_target: ClassVar[bool] = True
    step_name: ClassVar[str] = ""
    settings: ClassVar[type] = NoSettings
    hyperparameter_options: ClassVar[type] = NoHyperparameters
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {}
    may_differ: ClassVar[frozenset[str]] = frozenset()
    loss_titles: ClassVar[Mapping[str, str]] = {"classification": "cross-entropy", "regression": "mean squared error"}
    score_titles: ClassVar[Mapping[str, str]] = {}
    score_metrics: ClassVar[Mapping[Task, str]] = {}
    notes: ClassVar[Mapping[str, str]] = {}
    tells_layers: ClassVar[bool] = False

    @abstractmethod
    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """The suggested search space for a table of this shape."""

    def additional_hyperparameters(self, space: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
        """Hyperparameters that are not in ``space`` and could be, with ranges."""
        whole = drop_impossible_conditions({**self.optional_space, **space})
        return {name: definition for name, definition in whole.items() if name not in space}

    def choices(self, name: str) -> tuple[str, ...]:
        """Every value that a hyperparameter may have, where they are words and known."""
        return next((item.choices for item in describe(self.hyperparameter_options) if item.name == name), ())

    def resolved(self, params: Mapping[str, object]) -> tuple[Family, Mapping[str, object]]:
        """The family that trains this configuration, and its own hyperparameters, where a family stands for several."""
        return self, params

    parts_name: ClassVar[str] = ""
    """The hyperparameter that names one of the :meth:`parts`, where a family stands for several."""

    def parts(self, task: Task) -> tuple[str, ...]:
        """The names of the families that this one stands for, where it stands for several."""
        return ()

    def joined_params(self, part: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """A configuration of this family that means ``params`` of its part."""
        raise Bug(f"{type(self).__name__} has no parts")

    def problems(self, space: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
        """Definitions that this family could not use: names that it does not declare, values outside what it takes."""
        return hyperparameters.undeclared(space, self.declared_options(), self.title)

    def declared_options(self) -> Mapping[str, tuple[Option, ...]]:
        """What may be tuned, by name; where a value may mean several settings, all of them."""
        return {item.name: (item,) for item in describe(self.hyperparameter_options)}

    def configure_estimator(self, params: Mapping[str, object], settings: object, task: Task, seed: int) -> Any:
        """The unfitted estimator of one configuration, which may come from a stranger's file.

        Raises :class:`UserFault` for a name that the family does not declare and for a value that it does not take.
        """
        hyperparameters.check_values(params, self.declared_options(), self.title)
        try:
            return self.make_estimator(params, settings, task, seed)
        except (TypeError, KeyError) as error:
            raise UserFault(
                f"{self.title} cannot be made with these hyperparameters ({', '.join(params)}): {error}.",
                "Use the names of the suggested search space.",
            ) from error

    def target_problem(self, y: np.ndarray) -> UserFault | None:
        """Why the model cannot be trained on rows with these targets (class positions or numbers), where that is so."""
        return None

    @abstractmethod
    def make_estimator(self, params: Mapping[str, object], settings: Any, task: Task, seed: int) -> Any:
        """An unfitted estimator (scikit-learn's conventions) for one configuration.

        Only :meth:`configure_estimator` calls it, which knows ``params`` to be declared.
        ``params`` holds the active hyperparameters by name; ``settings`` is an instance of :attr:`settings`.
        """

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train ``estimator`` in place and return it, reporting each step where the model has steps.

        ``resume`` is what :meth:`checkpoint` gave for the same data and settings; a family that gives none ignores it.

        ``X`` is (rows, columns) float; ``y`` (rows,) class indices 0..K-1 or floats. With the same arguments the
        trained model equals ``estimator.fit(X, y)`` whether or not validation rows are given, so that an exported
        script reproduces the score.
        """
        return estimator.fit(X, y)

    def stack_key(self, params: Mapping[str, object], shape: TableShape) -> StackKey:
        """Which configurations can be trained together with this one, for a family with :meth:`fit_together`."""
        return StackKey()

    def fit_together(
        self,
        estimators: Sequence[object],
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        reports: Sequence[Report],
        resume: Sequence[object],
        after_step: Callable[[], None],
        on_finished: Callable[[int, Exception], None],
    ) -> None:
        """Train estimators of one stack key in place, each as :meth:`fit` would, with its own report and checkpoint.

        ``on_finished`` hears at once of one that its report or a failure ends, by its place; the others go on.
        ``after_step`` is called whenever all of them have reported a step.
        """
        raise Bug(f"{type(self).__name__} trains one model at a time")

    def checkpoint(self, estimator: Any) -> object:
        """The state of a training as nested dicts, lists, tuples, arrays and plain values; *None* where it has none.

        Asked for from within a report. Training that is resumed from it ends as if it had never been cut off.
        """
        return None

    def hypergradient(
        self, estimator: object, X: np.ndarray, y: np.ndarray, validation: tuple[np.ndarray, np.ndarray]
    ) -> dict[str, float]:
        """The derivatives of the validation loss after training by hyperparameters, by their names in ``params``.

        For the rows that ``estimator`` was trained on, which is left as it is. Raises :class:`UserFault` where its
        training cannot be differentiated.
        """
        raise UserFault(f"{self.title} has no hypergradients.", "Use another strategy, or another model.")

    def count_parameters(self, fitted: object) -> int | None:
        """How many numbers training set, where that is a meaningful count."""
        return None
