"""Curve extrapolation: a trial ends when its curve, continued, is unlikely to come near the best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.options import option
from engine.pruners import registry
from engine.pruners.peer_pruner import PeerPruner
from engine.pruners.peers import Running, number_words

FEWEST = 4  # points that a curve is continued from: fewer fit any shape
POINTS = 16  # of the curve that is fitted, evenly chosen: keeps a decision at tens of microseconds
_POWERS = np.array([0.15, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0])  # t^-a of the family pow3
_RATES = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0])  # exp(-b t / steps so far) of the family exp
RECENT = 2.0  # the last point weighs e to this power times the first: a guess


@dataclass(frozen=True, slots=True)
class ExtrapolationOptions:
    """Settings of :class:`ExtrapolationPruner`."""

    chance: float = option(
        0.05, label="Smallest chance", low=0.001, high=0.5, help="A trial with less chance to be the best ends."
    )
    grace: int = option(4, label="Warm-up steps", low=4, high=10_000, help="Steps that a curve needs to be continued.")


@registry.register
class ExtrapolationPruner(PeerPruner):
    """Power laws and exponentials through the curve, after Domhan et al., "Speeding up automatic hyperparameter

    optimization of deep neural networks by extrapolation of learning curves", 2015, who end below a chance of 0.05.
    The shapes are fitted by least squares in closed form, weighted by how well each fits; what they disagree about and
    the noise of the curve are the spread.
    """

    title = "Curve extrapolation"
    summary = "Continues the learning curve and ends a trial that has next to no chance of becoming the best."
    options = ExtrapolationOptions
    settings: ExtrapolationOptions

    def judge(self, trial: Running) -> str:
        """A sentence where the curve, continued from the last report and the one before, stays behind the best."""
        if len(trial.losses.steps) <= self.settings.grace:
            return ""
        horizon = self.peers.longest(trial)
        if not horizon or trial.last >= horizon:
            return ""
        whole = self.peers.losses_at(trial, horizon)
        if not whole or trial.losses.best_until(trial.last) <= whole[0] or not math.isfinite(whole[0]):
            return ""
        best = whole[0]
        found: list[tuple[float, float, float]] = []
        for until in (len(trial.losses.steps), len(trial.losses.steps) - 1):  # the last alone where that goes on
            continued = continue_curve(trial.losses.steps[:until], trial.losses.losses[:until], horizon)
            if continued is None:
                return ""
            mean, spread = continued
            found.append((mean, spread, 0.5 * math.erfc((mean - best) / max(spread, 1e-300) / math.sqrt(2.0))))
            if found[-1][2] >= self.settings.chance:
                return ""
        mean, spread, chance = found[0]
        return (
            f"At step {trial.last} its {trial.word} was heading for {mean:.4g} ± {spread:.2g} by step {horizon}; "
            f"the best trial ended at {number_words(best)} (chance to be better {100.0 * chance:.2g} %)."
        )


@dataclass(frozen=True, slots=True)
class _Shapes:
    """What fits to values at given steps (n,) need of the shapes (s, n): it is the same for every curve over them."""

    weights: np.ndarray
    apart: np.ndarray
    weighted: np.ndarray
    square: np.ndarray
    ahead: np.ndarray


def continue_curve(steps: np.ndarray, losses: np.ndarray, horizon: int) -> tuple[float, float] | None:
    """The loss that a curve heads for at a later step, and its standard deviation; *None* where nothing can be said."""
    finite = np.isfinite(losses)
    if not finite.all():
        steps, losses = steps[finite], losses[finite]
    if len(steps) < FEWEST:
        return None
    if len(steps) > POINTS:
        chosen = _chosen_places(len(steps))
        steps, losses = steps[chosen], losses[chosen]
    return _continued(steps.tobytes(), losses.tobytes(), steps.dtype.char, horizon)


@lru_cache(maxsize=256)  # the check at the report before asks again for what was asked there
def _continued(packed: bytes, packed_losses: bytes, kind: str, horizon: int) -> tuple[float, float]:
    shapes, losses = _shapes(packed, kind, horizon), np.frombuffer(packed_losses)
    centre = float(np.abs(losses).max()) or 1.0
    y = losses / centre
    mean_y = float(shapes.weights @ y)
    rest = y - mean_y
    # Losses fall; what rises is noise or overfitting, and the best so far counts.
    slope = np.maximum(shapes.weighted @ rest / shapes.square, 0.0)
    error = np.square(rest - slope[:, None] * shapes.apart) @ shapes.weights
    count, least = len(y), float(error.min())
    noise = max(least, 1e-12) * count / max(1, count - 2)
    share = np.exp(-0.5 * count * (error - least) / noise)
    share /= share.sum()
    ends = mean_y + slope * shapes.ahead
    mean = float(share @ ends)
    spread = math.sqrt(float(share @ np.square(ends - mean)) + noise)
    return min(mean, float(y.min())) * centre, spread * centre


@lru_cache(maxsize=4096)
def _chosen_places(count: int) -> np.ndarray:
    """At most :data:`POINTS` of so many places, evenly chosen."""
    return np.linspace(0, count - 1, POINTS).astype(int)


@lru_cache(maxsize=4096)  # one entry a step of a trial: trials report at the same steps
def _shapes(packed: bytes, kind: str, horizon: int) -> _Shapes:
    steps = np.frombuffer(packed, dtype=kind)
    t = steps - steps[0] + 1.0
    times = np.append(t, horizon - steps[0] + 1.0)
    powers = times[None, :] ** -_POWERS[:, None]
    decays = np.exp(-_RATES[:, None] * times[None, :] / t[-1])
    shapes = np.concatenate([powers, decays, np.zeros((1, len(times)))])
    weights = np.exp(RECENT * (t - t[-1]) / t[-1])
    weights /= weights.sum()
    mean = shapes[:, :-1] @ weights
    apart = shapes[:, :-1] - mean[:, None]
    square = np.square(apart) @ weights
    weighted = np.where(square[:, None] > 1e-18, apart * weights, 0.0)
    return _Shapes(weights, apart, weighted, np.maximum(square, 1e-18), shapes[:, -1] - mean)
