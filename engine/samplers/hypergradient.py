"""Descent along hypergradients: steps against the derivatives of the validation loss that trials tell of themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import seeds
from engine.maths.lowdiscrepancy import ScrambledSobol
from engine.maths.pareto import rank
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Draw, Sampler, Suggestion
from engine.samplers.encoding import Encoding
from engine.samplers.tried import Tried
from engine.space import Categorical, SearchSpace
from engine.trials import FrozenTrial, History, State

_LONGEST = 0.5  # of the unit cube's edge
_GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class HypergradientOptions:
    """Settings of :class:`HypergradientSampler`."""

    start: int = option(8, label="Spread trials first", low=1, high=1000, help="Descent begins at the best of them.")
    step: float = option(0.1, label="First step", low=0.001, high=0.5, help="As a share of the ranges.")
    halvings: int = option(
        5, label="Halvings", low=1, high=30, advanced=True, help="Shorter steps before a new start is drawn."
    )


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The trial that the descent stands at, its point, the direction from there and the length of its first step."""

    number: int
    point: np.ndarray
    direction: np.ndarray
    length: float


@registry.register
class HypergradientSampler(Sampler):
    """Steepest descent with backtracking in the unit cube, where a logarithmic range is a range of logarithms.

    A trial tells the derivatives of its validation loss by hyperparameters in ``details["hypergradient"]``; whatever
    it names is moved, anything else stays as it is at the best trial. A step that makes no better trial is halved,
    from a better trial the next one is twice as long, up to half the range. Where halving does not help, or no trial
    has derivatives, it draws from a space-filling sequence and begins anew from there. Trials that run at once are the
    shorter steps that would come next. (Bengio 2000; the derivatives: Franceschi et al. 2017.)
    """

    title = "Hypergradient descent"
    summary = (
        "Follows the derivatives of the validation loss by learning rate, L2 and momentum downhill. Wants one of our "
        "own models with its setting Hypergradients on, the optimizer sgd and no dropout; otherwise it spreads evenly."
    )
    options = HypergradientOptions
    settings: HypergradientOptions

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._encoding: Encoding | None = None
        self._sequence: tuple[tuple[int, int], ScrambledSobol] | None = None

    def suggest(self, history: History, draw: Draw) -> Suggestion:
        """A step from the best trial of the present descent, or a spread configuration that begins one."""
        encoding = self._encoded(history.space)
        tried = Tried(encoding, encoding.points_of(history, np.arange(len(history))))
        reasons = [history.trial(number).why for number in range(len(history))]
        descents = [int(why.get("descent", 0)) for why in reasons]
        descent = max(descents, default=0)
        members = [number for number, one in enumerate(descents) if one == descent]
        first = min(self.settings.start, max(1, (draw.budget or 1000) // 2))
        if descent == 0 and len(np.intersect1d(members, history.where(State.COMPLETE))) < first:
            return self._spread(tried, encoding, draw, descent)
        anchor = self._anchor(history, encoding, members)
        if anchor is None:
            return self._spread(tried, encoding, draw, descent)
        steps = sum(reasons[number].get("from") == anchor.number for number in members)
        while steps <= self.settings.halvings:
            length = anchor.length * 0.5**steps
            point = encoding.snap((anchor.point + length * anchor.direction)[None, :])
            if tried.first_fresh(point) is not None:
                why = {"phase": "descent", "descent": descent, "from": anchor.number, "length": length}
                return Suggestion(encoding.space.decode(point[0]), why)
            steps += 1
        return self._spread(tried, encoding, draw, descent + 1)

    def _spread(self, tried: Tried, encoding: Encoding, draw: Draw, descent: int) -> Suggestion:
        key = len(encoding), seeds.integer(draw.seed, "hypergradient")
        if self._sequence is None or self._sequence[0] != key:
            self._sequence = key, ScrambledSobol(*key)
        point = np.array(self._sequence[1].point(draw.drawn)).reshape(1, -1)
        fresh = tried.fresh([encoding.snap(point)], draw)
        return Suggestion(encoding.space.decode(fresh), {"phase": "start", "descent": descent})

    def _anchor(self, history: History, encoding: Encoding, members: list[int]) -> _Anchor | None:
        """The best trial of a descent that tells in which direction to go on."""
        complete = np.intersect1d(members, history.where(State.COMPLETE))
        usable = complete[np.isfinite(history.scores[complete]).all(axis=1)]
        losses = history.scores[usable] * [1.0 if way == "minimize" else -1.0 for way in history.directions]
        for number in usable[rank(losses)] if len(usable) else ():
            trial, point = history.trial(int(number)), encoding.points_of(history, np.array([number]))[0]
            direction = _downhill(trial, point, encoding)
            if direction is not None:
                length = min(_LONGEST, _GROWTH * float(trial.why.get("length", self.settings.step / _GROWTH)))
                return _Anchor(int(number), point, direction, length)
        return None

    def _encoded(self, space: SearchSpace) -> Encoding:
        if self._encoding is None or self._encoding.space is not space:
            self._encoding = Encoding(space)
        return self._encoding


def _downhill(trial: FrozenTrial, point: np.ndarray, encoding: Encoding) -> np.ndarray | None:
    """The direction of steepest descent (d,) in the unit cube, of length 1; *None* where the trial tells none.

    Ranges end the descent in their direction: what would leave one does not move.
    """
    told = trial.details.get("hypergradient", {})
    slopes = np.zeros(len(encoding))
    for column, (name, parameter) in enumerate(encoding.space.items()):
        if name in told and name in trial.params and not isinstance(parameter, Categorical):
            value = float(trial.params[name])
            # d value / d unit: the width of the range, or the value times the range of its logarithm
            ratio = value * math.log(parameter.high / parameter.low) if parameter.log else None
            slopes[column] = told[name] * (parameter.high - parameter.low if ratio is None else ratio)
    outward = ((point <= 0.0) & (slopes > 0.0)) | ((point >= 1.0) & (slopes < 0.0))
    slopes[outward | ~np.isfinite(slopes)] = 0.0
    largest = float(np.abs(slopes).max(initial=0.0))
    if largest == 0.0:
        return None
    slopes /= largest  # squares of huge derivatives would overflow
    return np.asarray(-slopes / np.linalg.norm(slopes))
