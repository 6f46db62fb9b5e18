"""Whether a suggested space is one that its model takes: configurations of it are fitted on a few rows of the table.

What a class states of its arguments one by one does not say which of them go together: a solver that knows no such
penalty, a loss for two classes alone. A choice with which nothing can be fitted is taken out, and so is one that never
works beside another choice.
"""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from engine.errors import UserFault
from engine.objectives import fitting
from engine.objectives.configured import configured
from engine.objectives.table import PreparedTable
from engine.space import Categorical, Choice, Hyperparameter, Params, SearchSpace
from engine.space.fixing import drop_impossible_conditions

MOST_ROWS = 150  # of a fold that a configuration is tried on: a guess
TRIES = 3  # configurations with a choice that must all fail before it goes: a guess
PAIRS = 12  # configurations at random that show what does not go together: a guess
MOST_SECONDS = 6.0  # for the whole check: a guess


def checked_space(prepared: PreparedTable, space: SearchSpace, seed: int = 0) -> SearchSpace:
    """``space`` without the choices that its model refuses, tried on rows of the first fold.

    Raises :class:`UserFault` where not one configuration could be fitted, with what the model says.
    """
    trial = _Tries(prepared, seed)
    rows: dict[str, Hyperparameter] = dict(space)
    for name, row in space.items():
        if isinstance(row, Categorical):
            rows = _without_refused(rows, name, row, trial)
    found = SearchSpace(rows)
    tried = [(params, trial.works(params)) for params in (found.sample(trial.rng) for _ in range(PAIRS))]
    if not any(is_good for _, is_good in tried) and not trial.succeeded:
        raise UserFault(trial.said or "The model could be fitted with no configuration.", "Choose another model.")
    return SearchSpace(_without_pairs(rows, tried))


class _Tries:
    """Fits configurations, and knows what was said of the last one that failed."""

    def __init__(self, prepared: PreparedTable, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.said, self.succeeded = "", False
        self._prepared = prepared
        self._until = time.monotonic() + MOST_SECONDS

    def works(self, params: Params) -> bool:
        """Whether a model can be fitted and asked; so it is said, too, once the time is over."""
        if time.monotonic() > self._until:
            return True
        with warnings.catch_warnings(), fitting.one_thread():
            warnings.simplefilter("ignore")
            answer = self._predicted(params)
        is_good = answer is not None and bool(np.isfinite(answer).all())
        self.succeeded = self.succeeded or is_good
        return is_good

    def _predicted(self, params: Params) -> np.ndarray | None:
        """What a model says of a few rows; *None*, and ``said``, where there is none."""
        table = self._prepared
        try:
            model = configured(table.family, params, table.settings, table.description.task)
            data = table.fold(0, model.how)
        except UserFault as fault:
            self.said = str(fault)
            return None
        few, judged = _spread(len(data.X), MOST_ROWS), _spread(len(data.X_validation), MOST_ROWS)
        rows, asked, needs = (data.X[few], data.y[few]), data.X_validation[judged], table.metric.needs
        scales, classes = model.scales_target, len(table.encoded.classes)
        try:
            estimator = model.make_estimator(0)
            fitted = fitting.fit(model.family, estimator, rows, None, _ignore, needs=needs, scaled_target=scales)
            return np.asarray(fitted.predict(asked, needs, classes), dtype=float)
        except Exception as error:  # noqa: BLE001 - whatever a model says against a configuration
            self.said = str(error) if isinstance(error, UserFault) else f"{type(error).__name__}: {error}"
            return None


def _without_refused(
    rows: dict[str, Hyperparameter], name: str, row: Categorical, trial: _Tries
) -> dict[str, Hyperparameter]:
    kept: list[Choice] = []
    for choice in row.choices:
        held = {**rows, name: msgspec.structs.replace(row, choices=(choice,))}
        held_space = SearchSpace(drop_impossible_conditions(held))
        if name not in held_space or any(trial.works(held_space.sample(trial.rng)) for _ in range(TRIES)):
            kept.append(choice)
    if not kept or len(kept) == len(row.choices):
        return rows
    return drop_impossible_conditions({**rows, name: msgspec.structs.replace(row, choices=tuple(kept))})


def _without_pairs(rows: dict[str, Hyperparameter], tried: list[tuple[Params, bool]]) -> dict[str, Hyperparameter]:
    """``rows`` without choices that never worked beside another one, the later row's unless it is its first choice."""
    good = {pair for params, is_good in tried if is_good for pair in _pairs(rows, params)}
    for params, is_good in tried:
        suspects = [] if is_good else sorted(_pairs(rows, params) - good, key=repr)
        if len(suspects) != 1:  # which of several it is nobody knows: such trials fail with a sentence
            continue
        (first, one), (second, other) = suspects[0]
        name, choice = (second, other) if _first(rows[second]) != other else (first, one)
        row = rows[name]
        assert isinstance(row, Categorical)
        left = tuple(known for known in row.choices if known != choice)
        if left:
            rows = drop_impossible_conditions({**rows, name: msgspec.structs.replace(row, choices=left)})
    return rows


def _pairs(rows: Mapping[str, Hyperparameter], params: Params) -> set[Any]:
    chosen = [(name, params[name]) for name, row in rows.items() if isinstance(row, Categorical) and name in params]
    return set(itertools.combinations(chosen, 2))


def _first(row: Hyperparameter) -> object:
    return row.choices[0] if isinstance(row, Categorical) else None


def _spread(count: int, most: int) -> slice:
    return slice(None, None, max(1, -(-count // most)))


def _ignore(step: int, records: Mapping[str, float]) -> None:
    """Nobody listens to a model that is only tried."""
