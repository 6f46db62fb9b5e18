"""How strategies would lie in a space: thirty trials of each, judged by an invented valley since no score is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine import samplers
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.samplers.base import SpaceExhausted, SuggestRequest
from engine.setup import StudySetup
from engine.space import Categorical, Float
from engine.trials import History

TRIALS = 30  # that are drawn: a guess
USUAL = ("grid", "random", "quasirandom", "bayesian")
_DEEPEST = (0.3, 0.7)  # where along the ranges that are drawn the invented valley is lowest
_ASIDE = 0.02  # what other hyperparameters count; those that are not set count nothing


@dataclass(frozen=True, slots=True)
class StrategyPreview:
    """Places (n, 2) from 0 to 1 along the ranges of ``names``, in the order of the trials.

    ``different`` counts the values of the first hyperparameter among them.
    """

    sampler: str
    title: str
    names: tuple[str, ...]
    places: np.ndarray
    different: int


def preview_strategies(setup: StudySetup, cancelled: Callable[[], bool] = lambda: False) -> tuple[StrategyPreview, ...]:
    """The usual strategies, and the definition's own where it is another one, over two numbers of its space.

    Floats come first. Raises :class:`UserFault` where the space is none or has no number, and where ``cancelled()``
    turned true.
    """
    space = setup.search_space()
    numbers = [name for name, row in space.items() if not isinstance(row, Categorical) and row.when is None]
    names = tuple(sorted(numbers, key=lambda name: not isinstance(space[name], Float))[:2])
    if not names:
        raise UserFault("The space has no number to draw along.", "")
    own = setup.strategy.sampler
    found = []
    for sampler in (*USUAL, *(() if own in USUAL else (own,))):
        options = setup.strategy.options if sampler == own else {}
        found.append(_preview(setup, sampler, options, names, cancelled))
    return tuple(found)


def _preview(
    setup: StudySetup, name: str, options: dict[str, object], names: tuple[str, ...], cancelled: Callable[[], bool]
) -> StrategyPreview:
    sampler, space = samplers.make(name, options), setup.search_space()
    history = History(space, (setup.direction,))
    columns = [list(space).index(one) for one in names]
    sign = 1.0 if setup.direction == "minimize" else -1.0
    for number in range(TRIALS):
        if cancelled():
            raise UserFault("The preview was stopped.", "")
        try:
            params = sampler.suggest(history, SuggestRequest(number, number, setup.strategy.seed, TRIALS)).params
        except SpaceExhausted:
            break
        history.apply(TrialStarted(number, params, 1.0))
        score = sign * _depth(history.unit[number], columns)
        history.apply(TrialEnded(number, "complete", 2.0, 1.0, (score,)))
    places = np.array(history.unit[:, columns])
    if len(columns) == 1:
        places = np.column_stack([places[:, 0], np.full(len(places), 0.5)])
    return StrategyPreview(name, sampler.title, names, places, len(np.unique(np.round(places[:, 0], 9))))


def _depth(unit: np.ndarray, columns: list[int]) -> float:
    """How high over its lowest point the valley is at a place of the unit cube: along what is drawn above all."""
    weights = np.full(len(unit), _ASIDE)
    deepest = np.full(len(unit), 0.5)
    for place, column in enumerate(columns):
        weights[column], deepest[column] = 1.0, _DEEPEST[place]
    return float(np.nansum(weights * (unit - deepest) ** 2))
