"""What a search believed before it chose one trial: the surrogate around its choice, and where it saw promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import UserFault
from engine.space import Categorical
from engine.trials import History, State

if TYPE_CHECKING:  # they load SciPy, which would slow the start of the window
    from engine.samplers.bayesian.surrogate_view import SurrogateView

POINTS = 61  # values of a number along a slice, as in the profiler (pages.md 1.3)
MAP_POINTS = 25  # along each side of the map: isolines stay smooth, and it takes about 2 ms
NEAREST = 3  # earlier trials that are named


@dataclass(frozen=True, eq=False)
class BeliefSlice:
    """The surrogate along one hyperparameter through the choice; ``places`` (n,) are the values in the unit cube.

    ``mean`` and ``std`` (n,) are in the score's unit, ``promise`` (n,) is the acquisition from 0 to 1.
    """

    name: str
    values: tuple[Any, ...]
    places: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    promise: np.ndarray


@dataclass(frozen=True, eq=False)
class BeliefMap:
    """The mean (n, m) over two hyperparameters, through the choice."""

    names: tuple[str, str]
    values: tuple[tuple[Any, ...], tuple[Any, ...]]
    mean: np.ndarray


@dataclass(frozen=True, eq=False)
class Belief:
    """The surrogate before one choice, at the configuration ``at``: the strongest hyperparameter's slice first.

    ``quality`` is the leave-one-out R²; ``peak`` the value of the first slice's hyperparameter where the mean is best.
    """

    at: Mapping[str, Any]
    predicted: float
    std: float
    slices: tuple[BeliefSlice, ...]
    map: BeliefMap | None
    quality: float
    is_minimized: bool = True

    @property
    def spans_little(self) -> bool:
        """Whether the mean over the map changes by less than the model's own uncertainty at the choice."""
        return self.map is not None and float(np.ptp(self.map.mean)) < self.std

    @property
    def peak(self) -> object:
        """Where along the first slice the best score was predicted; *None* without slices."""
        if not self.slices:
            return None
        return self.slices[0].values[int(self._best(self.slices[0].mean))]

    def _best(self, mean: np.ndarray) -> np.intp:
        return np.argmin(mean) if self.is_minimized else np.argmax(mean)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An earlier trial near a configuration: ``distance`` is the mean difference, as a share of the ranges."""

    number: int
    distance: float
    score: float


def belief_of(view: SurrogateView, at: Mapping[str, object], *, minimized: bool) -> Belief:
    """What a surrogate says around the configuration ``at``, which its space allows.

    Raises :class:`UserFault` where the space does not.
    """
    space, log_kinds = view.encoding.space, ("ei", "pi", "feasibility")
    at = space.validate(at)
    is_log = view.acquisition.kind in log_kinds
    names = [space.names[column] for column in view.encoding.varying if space.names[column] in at]
    slices = []
    for name in names:
        found = view.slice(name, around=at, points=POINTS)
        values = found.values[0]
        places = space[name].to_unit(np.array([space[name].to_number(value) for value in values], dtype=float))
        slices.append(BeliefSlice(name, values, places, found.mean, found.spread, _promise(found.acquisition, is_log)))
    slices.sort(key=lambda one: -float(np.ptp(one.mean)))
    mean, std, _ = view.at([at])
    return Belief(
        at=at,
        predicted=float(mean[0]),
        std=float(std[0]),
        slices=tuple(slices),
        map=_map_of(view, at, [one.name for one in slices]),
        quality=_quality(view),
        is_minimized=minimized,
    )


def _promise(acquisition: np.ndarray, is_log: bool) -> np.ndarray:
    """The acquisition along a slice scaled to at most 1: the share of its largest value where that is a logarithm."""
    top, low = float(acquisition.max()), float(acquisition.min())
    if is_log:
        return np.asarray(np.exp(acquisition - top))
    return np.asarray((acquisition - low) / (top - low) if top > low else np.ones(len(acquisition)))


def _map_of(view: SurrogateView, at: Mapping[str, object], names: list[str]) -> BeliefMap | None:
    """Over the two numbers along which the mean changes most; *None* where there are no two."""
    space = view.encoding.space
    numbers = [name for name in names if not isinstance(space[name], Categorical)][:2]
    if len(numbers) < 2:
        return None
    try:
        found = view.slice(*numbers, around=at, points=MAP_POINTS)
    except UserFault:  # one of them plays no part everywhere on the map
        return None
    return BeliefMap((numbers[0], numbers[1]), (found.values[0], found.values[1]), found.mean)


def _quality(view: SurrogateView) -> float:
    """The leave-one-out R² of the trials with a score; the rows behind them stand for failed and pending ones."""
    posterior = view.acquisition.posterior
    count = min(len(view.observations.values), len(posterior.targets))
    known, predicted = posterior.targets[:count, 0], posterior.leave_one_out()[0][:count]
    whole = float(np.square(known - known.mean()).sum())
    return 1.0 - float(np.square(known - predicted).sum()) / whole if whole > 0.0 else 0.0


def nearest_trials(history: History, params: Mapping[str, object], most: int = NEAREST) -> tuple[Neighbour, ...]:
    """The scored trials of ``history`` nearest to a configuration, by the mean difference of what both have set.

    A choice that differs, and a hyperparameter that only one of them has set, count as a whole range.
    """
    space = history.space
    numbers = history.where(State.COMPLETE)
    numbers = numbers[np.isfinite(history.score[numbers])]
    if not len(numbers) or not len(space):
        return ()
    place = space.to_unit(space.to_numbers(params)[None, :])[0]
    units = history.unit[numbers]
    apart = np.abs(units - place)
    is_choice = np.array([isinstance(one, Categorical) for one in space.values()])
    apart = np.where(is_choice & (apart > 0.0), 1.0, apart)
    one_sided = np.isnan(units) ^ np.isnan(place)
    distance = np.where(one_sided, 1.0, np.nan_to_num(apart)).mean(axis=1)
    order = np.argsort(distance, kind="stable")[:most]
    return tuple(
        Neighbour(int(numbers[row]), float(distance[row]), float(history.score[numbers[row]])) for row in order
    )
