"""Support vector machines (scikit-learn): the widest margin between classes, or the flattest tube around numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.learners.families import registry
from engine.learners.families.base import Family, NoSettings, TableShape, Task
from engine.options import option
from engine.space import Categorical, Float, Hyperparameter, Int, SearchSpace

_CURVED = ("rbf", "poly", "sigmoid")


@dataclass(frozen=True, slots=True)
class SvmHyperparameters:
    """Everything of the model that may be tuned."""

    C: float = option(1.0, label="C", low=0.0)
    kernel: str = option("rbf", label="Kernel", choices=("rbf", "poly", "sigmoid", "linear"))
    gamma: float = option(1.0, label="Gamma", low=0.0, words=("scale", "auto"))
    degree: int = option(3, label="Degree", low=0, high=100)
    coef0: float = option(0.0, label="Kernel constant (coef0)")
    epsilon: float = option(0.1, label="Epsilon", low=0.0)
    shrinking: bool = option(True, label="Shrinking")
    tol: float = option(1e-3, label="Tolerance", low=0.0)
    class_weight: str | None = option(None, label="Class weight", choices=("balanced",))


@registry.register
class SVM(Family):
    """Without probabilities of its own; an objective that needs them calibrates the margins."""

    title = "Support vector machine"
    hyperparameters = "The penalty of a misclassified row (C) and the kernel, which measures how similar two rows are."
    hyperparameter_options = SvmHyperparameters
    parameters = "The weight of each support vector (the rows at the margin) and the offset."
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "coef0": Float(0.0, 2.0, when={"kernel": ("poly", "sigmoid")})
    }

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """C over five decades, gamma around one over the number of columns."""
        rows: dict[str, Hyperparameter] = {
            "C": Float(0.01, 1000.0, log=True),
            "kernel": Categorical(("rbf", "poly", "sigmoid", "linear")),
            "gamma": Float(
                _one_digit(0.01 / shape.columns),
                _one_digit(10.0 / shape.columns),
                log=True,
                when={"kernel": _CURVED},
            ),
            "degree": Int(2, 5, when={"kernel": ("poly",)}),
        }
        if task == "regression":
            rows["epsilon"] = Float(0.001, 1.0, log=True)
        return SearchSpace(rows)

    def make_estimator(self, params: Mapping[str, object], settings: NoSettings, task: Task, seed: int) -> Any:
        """scikit-learn's SVC or SVR; nothing in them is random."""
        # In here because scikit-learn is slow to load.
        from sklearn.svm import SVC, SVR

        return (SVC if task == "classification" else SVR)(**params)

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights of support vectors and offsets."""
        return int(fitted.dual_coef_.size + fitted.intercept_.size)


def _one_digit(value: float) -> float:
    """A bound that is easy to read: one digit."""
    return float(f"{value:.0e}")
