"""Slices through what the model believes: along one or two hyperparameters, the others fixed where they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import UserFault
from engine.space import Categorical, Hyperparameter, SearchSpace

POINTS = 41  # values of a number along a slice, its middle among them: enough for a smooth line


@dataclass(frozen=True, slots=True)
class Slice:
    """The surrogate along ``names``, one or two hyperparameters; ``values`` holds the values of each that were asked.

    ``mean`` is the predicted score, ``spread`` its standard deviation without the noise of a trial, ``acquisition`` the
    logarithm of what the search maximises: (n,) along one hyperparameter, (n, m) along two. ``around`` is the
    configuration that fixes the others.
    """

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    around: Mapping[str, object]
    mean: np.ndarray
    spread: np.ndarray
    acquisition: np.ndarray


Predict = Callable[[Sequence[Mapping[str, Any]]], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Mean, standard deviation and log acquisition, each (S,), of some configurations."""


def slice_through(
    space: SearchSpace,
    predict: Predict,
    best: np.ndarray,
    names: tuple[str, ...],
    around: Mapping[str, object] | None,
    points: int,
) -> Slice:
    """A slice of what ``predict`` says; see :meth:`engine.samplers.bayesian.surrogate_view.SurrogateView.slice`.

    ``best`` (d,) is the point around which it runs where ``around`` is not given.
    """
    if not 1 <= len(names) <= 2 or len(set(names)) < len(names):
        raise UserFault("A slice runs along one or two hyperparameters.", f"Name them out of: {', '.join(space)}.")
    fixed = space.decode(best) if around is None else space.validate(around)
    for name in names:
        _check_name(space, name, names, fixed)
    values = tuple(_values_along(space[name], points) for name in names)
    asked = [{**fixed, **dict(zip(names, chosen, strict=True))} for chosen in itertools.product(*values)]
    shape = tuple(map(len, values))
    mean, std, value = (column.reshape(shape) for column in predict(asked))
    return Slice(names, values, fixed, mean, std, value)


def _check_name(space: SearchSpace, name: str, names: tuple[str, ...], fixed: Mapping[str, object]) -> None:
    if name not in space:
        raise UserFault(f"{name!r} is not a hyperparameter of this study.", f"It has: {', '.join(space)}.")
    for parent, wanted in (space[name].when or {}).items():
        if parent not in names and fixed.get(parent) not in wanted:
            known = ", ".join(map(str, wanted))
            raise UserFault(
                f"{name} plays no part where {parent} is {fixed.get(parent)}.",
                f"Slice around a configuration with {parent} out of: {known}.",
            )


def _values_along(hyperparameter: Hyperparameter, points: int) -> tuple[object, ...]:
    """Every choice, or about ``points`` values from the low to the high end, evenly on the hyperparameter's scale."""
    if isinstance(hyperparameter, Categorical):
        return hyperparameter.choices
    places = np.linspace(0.0, 1.0, max(2, points)).tolist()
    return tuple(dict.fromkeys(hyperparameter.to_value(hyperparameter.from_unit(place)) for place in places))
