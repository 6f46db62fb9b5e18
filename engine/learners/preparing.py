"""Preparation as hyperparameters: the names, the ranges, and what a configuration says of it.

In a search space they are called ``prepare__scaling`` and so on, as scikit-learn calls the arguments of a pipeline's
steps; the fields are those of :class:`engine.data.preprocessing.Preparation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.data.preprocessing import Preparation
from engine.learners import hyperparameters
from engine.learners.families.base import Family
from engine.options import Option, describe, make
from engine.space import Categorical, Float, Hyperparameter, Int, Problem

PREFIX = "prepare__"
RANGES: Mapping[str, Hyperparameter] = {
    f"{PREFIX}scaling": Categorical(("standard", "robust", "quantile")),
    f"{PREFIX}imputation": Categorical(("median", "mean", "most_frequent")),
    f"{PREFIX}missing_indicator": Categorical((True, False)),
    f"{PREFIX}encoding": Categorical(("one_hot", "ordinal", "target")),
    f"{PREFIX}rare_rows": Int(1, 50, log=True),
    f"{PREFIX}selected": Float(0.1, 1.0),
}
"""What can be added to any search space, with ranges; scaling is for models that want one scale."""


def declared() -> dict[str, tuple[Option, ...]]:
    """Every setting of the preparation by its name in a search space."""
    return {f"{PREFIX}{item.name}": (item,) for item in describe(Preparation)}


def own_params(params: Mapping[str, object]) -> dict[str, Any]:
    """What of a configuration, or of a space, is the model's own."""
    return {name: value for name, value in params.items() if not name.startswith(PREFIX)}


def preparation_of(family: Family, params: Mapping[str, object]) -> Preparation:
    """How the columns are prepared for a configuration of ``family``.

    Raises :class:`engine.errors.UserFault` for a setting that there is not, or that does not fit.
    """
    given = {name.removeprefix(PREFIX): value for name, value in params.items() if name.startswith(PREFIX)}
    usual = family.scaling or ("standard" if family.scaled else "none")
    return make(Preparation, {"scaling": usual, **given}, "the preparation")


def preparation_problems(rows: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
    """Rows about the preparation that it could not use."""
    own = {name: row for name, row in rows.items() if name.startswith(PREFIX)}
    return hyperparameters.undeclared(own, declared(), "The preparation")


def additional_preparation(family: Family, rows: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
    """Settings of the preparation that ``rows`` lack and could have."""
    found = {name: row for name, row in RANGES.items() if name not in rows}
    if not family.scaled:
        found.pop(f"{PREFIX}scaling", None)
    return found
