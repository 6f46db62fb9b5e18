"""A model family made of one class: an estimator of scikit-learn, or of a package that follows its conventions."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

import numpy as np

from engine.errors import UserFault
from engine.learners.estimators import listing
from engine.learners.estimators.constraints import declared_options, default_arguments, needs_estimator
from engine.learners.estimators.imports import is_foreign, load_class
from engine.learners.estimators.limits import FITTING_KEYWORDS, inner_estimators, inner_options, unsupported_reason
from engine.learners.estimators.ranges import suggest_rows
from engine.learners.estimators.watching import fit_watched, watching_of
from engine.learners.families.base import Family, NoSettings, Report, TableShape, Task
from engine.options import Option
from engine.space import Hyperparameter, SearchSpace
from engine.space.fixing import drop_impossible_conditions

_POSITIVE = ("GammaRegressor", "PoissonRegressor", "TweedieRegressor")  # whose targets are at least 0
_NOT_SCALED = ("tree", "ensemble", "dummy", "lightgbm", "xgboost", "catboost")  # modules of models that split columns
_NOT_NEGATIVE = ("MultinomialNB", "ComplementNB", "CategoricalNB")  # whose inputs are counts
_MOST_ABOUT = 160  # letters of what a class says of itself


class EstimatorFamily(Family):
    """The class at the import path ``path``, with a space from its own constraints, signature and documentation.

    ``find_family`` gives the family that trains a known kind of estimator under watch. Raises :class:`UserFault` where
    the class cannot be loaded, is no classifier or regressor, or cannot be tuned on a table, with the reason.
    """

    title = "Estimator"
    hyperparameters = "Arguments of the class."
    parameters = "What its fit learns."

    def __init__(self, path: str, find_family: Callable[[str], Family]) -> None:
        self.path = listing.import_path(path)
        self._class = load_class(self.path)
        self._name = self._class.__name__
        reason = unsupported_reason(self._name)
        if reason:
            raise UserFault(f"{self._name} cannot be tuned here: {reason}.", "Choose another model.", "model")
        watching, parts = watching_of(self._name), self._class.__module__.split(".")
        self._watcher = find_family(watching.family) if watching.family else None
        own = cast("Any", self)  # class attributes of families, which here belong to each object
        own.title = self._name
        own.tasks = (self._task,)
        own.scaled = not set(parts) & set(_NOT_SCALED)
        own.scaling = "minmax" if self._name in _NOT_NEGATIVE else ""
        own.centred_target = self._name not in _POSITIVE
        own.step_name = watching.step_name
        if is_foreign(self.path):
            about = f"Arguments of {self.path}, by their defaults."
        else:
            about = f"Arguments of scikit-learn's class, within the limits that it states. {self._documentation}"
        own.hyperparameters = about.strip()
        own.parameters = "What its fit learns from the rows; see its documentation."

    @property
    def _task(self) -> Task:
        # In here because scikit-learn is slow to load.
        from sklearn.base import is_classifier, is_regressor

        try:
            made = self._make({})
            classifies, predicts_numbers = is_classifier(made), is_regressor(made)
        except Exception as error:  # a stranger's constructor may raise anything
            what = f"{self._name} cannot be made: {type(error).__name__}: {error}."
            raise UserFault(what, "Choose another model.", "model") from error
        if classifies or predicts_numbers:
            return "classification" if classifies else "regression"
        what = f"{self._name} is neither a classifier nor a regressor."
        raise UserFault(what, "Choose a class that predicts.", "model")

    @property
    def _documentation(self) -> str:
        first = (inspect.getdoc(self._class) or "").strip().partition("\n")[0]
        return first if len(first) <= _MOST_ABOUT else ""

    @cached_property
    def _declared(self) -> dict[str, tuple[Option, ...]]:
        found = declared_options(self._class)
        if needs_estimator(self._class):
            found |= {name: (item,) for name, item in inner_options(self._class).items()}
        return found

    @cached_property
    def default_values(self) -> dict[str, object]:
        """What the class takes for each of its arguments."""
        inner = inner_options(self._class) if needs_estimator(self._class) else {}
        return {**default_arguments(self._class), **{name: item.default for name, item in inner.items()}}

    def declared_options(self) -> Mapping[str, tuple[Option, ...]]:
        """The arguments that are numbers, truth values or listed words; nothing else ever reaches the class."""
        return self._declared

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """The arguments that matter most, in usual ranges.

        Raises :class:`UserFault` where the class has nothing to tune.
        """
        rows, others = suggest_rows(self._name, self._declared, self.default_values, task, shape)
        if not rows and not others:
            raise UserFault(f"{self._name} has nothing to tune.", "Choose another model.", "model")
        return SearchSpace(rows or dict(list(others.items())[:1]))

    def additional_hyperparameters(self, space: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
        """Everything else that the class declares and a range is known for."""
        rows, others = suggest_rows(self._name, self._declared, self.default_values, self.tasks[0], _USUAL_SHAPE)
        whole = drop_impossible_conditions({**rows, **others, **space})
        return {name: row for name, row in whole.items() if name not in space}

    def choices(self, name: str) -> tuple[str, ...]:
        """The words that an argument takes."""
        return next((one.choices for one in self._declared.get(name, ()) if one.choices), ())

    def target_problem(self, y: np.ndarray) -> UserFault | None:
        """Some regressors predict positive numbers only."""
        lowest = float(np.min(y)) if len(y) and y.dtype.kind == "f" else 1.0
        if self._name not in _POSITIVE or lowest > 0 or (lowest == 0 and self._name != "GammaRegressor"):
            return None
        wants = "wants targets above 0" if self._name == "GammaRegressor" else "takes no negative targets"
        what = f"{self._name} {wants}."
        return UserFault(what, "Choose another model or another target.", "model")

    def make_estimator(self, params: Mapping[str, object], settings: NoSettings, task: Task, seed: int) -> Any:
        """The class with these arguments, on one thread, its randomness from ``seed``.

        Raises :class:`UserFault` where the class is for the other task.
        """
        if task not in self.tasks:
            raise UserFault(f"{self._name} does not support {task}.", "Choose another model.", "model")
        return self._make(params, seed)

    def _make(self, params: Mapping[str, object], seed: int = 0) -> Any:
        taken = default_arguments(self._class)
        fixed: dict[str, Any] = {name: seed for name in ("random_state", "random_seed") if name in taken}
        if len(fixed) > 1:  # two words for one thing, of which CatBoost takes one
            del fixed["random_state"]
        fixed |= {name: value for name, value in FITTING_KEYWORDS.items() if name in taken}
        stem = self._class.__module__.partition(".")[0]
        fixed |= _QUIET.get(stem, {})
        if needs_estimator(self._class):
            fixed |= inner_estimators(self._class, seed)
        fixed |= _OF_CLASSES.get(self._name, {})
        nested = {name: value for name, value in params.items() if "__" in name}
        own = {name: value for name, value in params.items() if "__" not in name}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of a class that a later version will not have
            made = self._class(**{**fixed, **own})
        return made.set_params(**nested) if nested else made

    def fit(
        self,
        estimator: object,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: object = None,
    ) -> Any:
        """Train, watched where such an estimator can be; what it raises about the rows becomes a sentence."""
        problem = self.target_problem(y)
        if problem is not None:
            raise problem
        try:
            return self._fit(estimator, X, y, validation, report)
        except (ValueError, TypeError) as error:
            first = str(error).strip().partition("\n")[0] or type(error).__name__
            raise UserFault(f"{self._name} refuses these rows or arguments: {first}", _REMEDY) from error

    def _fit(self, estimator: Any, X: np.ndarray, y: np.ndarray, validation: Any, report: Report) -> Any:
        margins = self.tasks[0] == "classification" and not hasattr(estimator, "predict_proba")
        if validation is None or not self.step_name or margins:
            return estimator.fit(X, y)
        if self._watcher is not None:
            return self._watcher.fit(estimator, X, y, validation, report)
        return fit_watched(estimator, X, y, validation, report)


_OF_CLASSES: Mapping[str, Mapping[str, Any]] = {"RadiusNeighborsClassifier": {"outlier_label": "most_frequent"}}
"""Arguments without which a class fails on usual rows."""
_REMEDY = "Change the space or the model; other trials go on."
_USUAL_SHAPE = TableShape(1000, 10)  # for rows that are added by hand, whose table is not looked at
_QUIET: Mapping[str, Mapping[str, Any]] = {
    "lightgbm": {"n_jobs": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True, "subsample_freq": 1},
    "xgboost": {"n_jobs": 1, "verbosity": 0},
    "catboost": {"thread_count": 1, "verbose": False, "allow_writing_files": False},
}
"""Arguments that keep boosting libraries on one thread, silent, repeatable and off the disk; rows drawn each round."""
