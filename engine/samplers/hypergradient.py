"""Descent along hypergradients: steps against the derivatives of the validation loss that trials tell of themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine import seeds
from engine.maths.lowdiscrepancy import ScrambledSobol
from engine.maths.pareto import rank
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.seen_points import SeenPoints
from engine.space import Categorical, SearchSpace
from engine.trials import FrozenTrial, History, State

_LONGEST = 0.5  # of the unit cube's edge
_GROWTH = 2.0  # of the step from trial to trial: as halving undoes it, a guess
_MEMORY = 10  # pairs of trials that tell of the curvature


@dataclass(frozen=True, slots=True)
class HypergradientOptions:
    """Settings of :class:`HypergradientSampler`."""

    start: int = option(8, label="Even trials first", low=1, high=1000, help="Descent begins at the best of them.")
    step: float = option(0.1, label="First step", low=0.001, high=0.5, help="As a share of the ranges.")
    halvings: int = option(
        5, label="Halvings", low=1, high=30, advanced=True, help="Shorter steps before a new start is drawn."
    )


@dataclass(frozen=True, slots=True)
class _Informed:
    """A trial that told derivatives: its place (d,) in the unit cube, and the slopes (d,) of its loss there."""

    trial: FrozenTrial
    point: np.ndarray
    slopes: np.ndarray


@registry.register
class HypergradientSampler(Sampler):
    """Quasi-Newton descent with backtracking in the unit cube, where a logarithmic range is a range of logarithms.

    A trial tells the derivatives of its validation loss by hyperparameters in ``details["hypergradient"]``; whatever
    it names is moved, anything else stays as it is at the best trial. How derivatives changed from step to step gives
    the curvature (L-BFGS: Nocedal 1980). A step is at most twice as long as the one before; where it makes no better
    trial the next is at most half as long. Where that does not help either, or no trial has derivatives, it draws from
    a space-filling sequence and begins anew from there. Trials that run at once are the shorter steps that would come
    next. (Bengio 2000; the derivatives: Franceschi et al. 2017.)
    """

    title = "Hypergradient descent"
    summary = (
        "Gradient descent on the validation loss by learning rate, L2 and momentum. Requires a "
        "Twinloop network or linear model with its setting Hypergradients on, the optimizer sgd and no dropout; "
        "otherwise it samples the space evenly."
    )
    options = HypergradientOptions
    settings: HypergradientOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._encoding: Encoding | None = None
        self._sequence: tuple[tuple[int, int], ScrambledSobol] | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A step from the best trial of the present descent, or a space-filling configuration that begins one."""
        encoding = self._encoding_of(history.space)
        seen = SeenPoints(encoding, encoding.points_of(history, np.flatnonzero(~history.outside)))
        reasons = [history.trial(number).why for number in range(len(history))]
        descents = [int(why.get("descent", 0)) for why in reasons]
        descent = max(descents, default=0)
        members = [number for number, one in enumerate(descents) if one == descent]
        first = min(self.settings.start, max(1, (request.budget or 1000) // 2))
        if descent == 0 and len(np.intersect1d(members, history.where(State.COMPLETE))) < first:
            return self._fill_space(seen, encoding, request, descent)
        told = self._informative_trials(history, encoding, members)
        if not told:
            return self._fill_space(seen, encoding, request, descent)
        anchor = told[0]
        step = _quasi_newton_step(anchor, told)
        most = min(_LONGEST, _GROWTH * float(anchor.trial.why.get("length", self.settings.step / _GROWTH)))
        begun = sum(reasons[number].get("from") == anchor.trial.number for number in members)
        for halvings in range(begun, self.settings.halvings + 1):
            length = min(most * 0.5**halvings, float(np.linalg.norm(step)) or math.inf)
            direction = _unit_vector(step if step.any() else -_projected_slopes(anchor))
            point = encoding.snap_points((anchor.point + length * direction)[None, :])
            if seen.first_unseen(point) is not None:
                why = {"phase": "descent", "descent": descent, "from": anchor.trial.number, "length": length}
                return Suggestion(encoding.space.decode(point[0]), why)
        return self._fill_space(seen, encoding, request, descent + 1)

    def _fill_space(self, seen: SeenPoints, encoding: Encoding, request: SuggestRequest, descent: int) -> Suggestion:
        key = len(encoding), seeds.integer(request.seed, "hypergradient")
        if self._sequence is None or self._sequence[0] != key:
            self._sequence = key, ScrambledSobol(*key)
        point = np.array(self._sequence[1].point(request.drawn)).reshape(1, -1)
        unseen = seen.unseen([encoding.snap_points(point)], request)
        return Suggestion(encoding.space.decode(unseen), {"phase": "start", "descent": descent})

    def _informative_trials(self, history: History, encoding: Encoding, members: list[int]) -> list[_Informed]:
        """The trials of a descent that tell in which direction to go on, the best first."""
        complete = np.intersect1d(members, history.where(State.COMPLETE))
        usable = complete[np.isfinite(history.scores[complete]).all(axis=1)]
        if not len(usable):
            return []
        losses = history.scores[usable] * [1.0 if way == "minimize" else -1.0 for way in history.directions]
        ranked = usable[rank(losses, history.violation[usable])]
        trials = (history.trial(int(number)) for number in ranked)
        found = (
            _Informed(trial, point, _unit_slopes(trial, encoding))
            for trial, point in zip(trials, encoding.points_of(history, ranked), strict=True)
        )
        return [one for one in found if _projected_slopes(one).any()]

    def _encoding_of(self, space: SearchSpace) -> Encoding:
        if self._encoding is None or self._encoding.space is not space:
            self._encoding = Encoding(space)
        return self._encoding


def _unit_slopes(trial: FrozenTrial, encoding: Encoding) -> np.ndarray:
    """Derivatives (d,) by places in the unit cube, zero where the trial tells none."""
    told = trial.details.get("hypergradient", {})
    slopes = np.zeros(len(encoding))
    for column, (name, hyperparameter) in enumerate(encoding.space.items()):
        if name not in told or name not in trial.params or isinstance(hyperparameter, Categorical):
            continue
        # d value / d place: the width of the range, or the value times the width of its logarithms
        width = hyperparameter.high - hyperparameter.low
        if hyperparameter.log:
            width = float(trial.params[name]) * math.log(hyperparameter.high / hyperparameter.low)
        if math.isfinite(told[name] * width):
            slopes[column] = told[name] * width
    return slopes


def _projected_slopes(told: _Informed) -> np.ndarray:
    """The slopes without those that lead out of their range at its end."""
    outward = ((told.point <= 0.0) & (told.slopes > 0.0)) | ((told.point >= 1.0) & (told.slopes < 0.0))
    return np.where(outward, 0.0, told.slopes)


def _quasi_newton_step(anchor: _Informed, told: list[_Informed]) -> np.ndarray:
    """The quasi-Newton step (d,) from the anchor; zeros where nothing is known of the curvature."""
    slopes = _projected_slopes(anchor)
    step, free = np.zeros_like(slopes), slopes != 0.0
    by_number = {one.trial.number: one for one in told}
    pairs = []
    for after in sorted(told, key=lambda one: one.trial.number):
        before = by_number.get(after.trial.why.get("from", -1))
        if before is not None:
            pairs.append(((after.point - before.point)[free], (after.slopes - before.slopes)[free]))
    with np.errstate(over="ignore", invalid="ignore"):
        pairs = [(moved, turned) for moved, turned in pairs if _bends_up(moved, turned)][-_MEMORY:]
        if pairs:
            # In here because it is slow to load.
            from scipy.optimize import LbfgsInvHessProduct

            moves, turns = (np.array(parts) for parts in zip(*pairs, strict=True))
            # L-BFGS starts from the curvature of the last pair and SciPy's from 1: so losses are put in its unit.
            unit = float(moves[-1] @ turns[-1]) / float(turns[-1] @ turns[-1])
            step[free] = -LbfgsInvHessProduct(moves, unit * turns).matvec(unit * slopes[free])
    return step if np.isfinite(step).all() and step @ slopes < 0.0 else np.zeros_like(step)


def _bends_up(moved: np.ndarray, turned: np.ndarray) -> bool:
    return bool(moved @ turned > 1e-8 * np.linalg.norm(moved) * np.linalg.norm(turned))


def _unit_vector(direction: np.ndarray) -> np.ndarray:
    scaled = direction / np.abs(direction).max()  # squares of huge derivatives would overflow
    return np.asarray(scaled / np.linalg.norm(scaled))
