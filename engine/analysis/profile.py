"""What the model of the scores predicts through one point, along each hyperparameter, and over a pair of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.analysis.score_model import ScoreModel
from engine.maths.isolines import isolines
from engine.space import Categorical, Hyperparameter, Int

POINTS = 61  # along a hyperparameter (pages.md 1.3)
FEW_VALUES = 16  # of a whole number that are each shown, as the search tries each
MAP_POINTS = 41  # along each side of a map: a guess, which interpolation smooths
LINES = (0.3, 0.5, 0.7, 0.85, 0.94)  # of the value range at which lines of equal score lie: a guess
GOOD = 0.5  # of the trials are good ones
LOWER = 0.25  # quantile of the good ones at which the value axis begins (pages.md 1.1)
NEAR = 0.4  # lengthscales at which a trial is faded to 60 %: chosen by looking


@dataclass(frozen=True, eq=False)
class Band:
    """Predicted scores (S,) in the score's own unit, with one standard deviation below and above."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class Slice:
    """Along one hyperparameter: ``units`` (m,) are places in its range, ``values`` what they stand for.

    ``is_choice`` is whether each stands alone (choices, few whole numbers). ``promise`` (m,) is the expected
    improvement on the best score there, as a share of its largest value along the slice. ``plays`` is whether it plays
    a part at the point; else ``needs`` says which values of which others it needs.
    """

    name: str
    column: int
    units: np.ndarray
    values: tuple[Any, ...]
    is_choice: bool
    band: Band
    promise: np.ndarray
    plays: bool
    needs: tuple[tuple[str, tuple[Any, ...]], ...] = ()


@dataclass(frozen=True, eq=False)
class Profile:
    """Everything through ``point`` (d,) of the unit cube; ``params`` is its configuration, ``here`` the prediction."""

    point: np.ndarray
    params: dict[str, Any]
    here: Band
    slices: tuple[Slice, ...]

    def slice_of(self, name: str) -> Slice:
        """The slice along one hyperparameter."""
        return next(one for one in self.slices if one.name == name)


@dataclass(frozen=True, eq=False)
class PairMap:
    """Predicted scores over two hyperparameters, ``mean`` (b, a), the others as at a point.

    ``units_a`` (a,) and ``units_b`` (b,) are places in the ranges, ``values_a`` and ``values_b`` their values.
    ``lines`` are segments (m, 4) of equal score, in columns and rows of ``mean``; none where one of them is no range.
    """

    names: tuple[str, str]
    units_a: np.ndarray
    units_b: np.ndarray
    values_a: tuple[object, ...]
    values_b: tuple[object, ...]
    are_choices: tuple[bool, bool]
    mean: np.ndarray
    lines: np.ndarray


def predict_band(model: ScoreModel, points: np.ndarray) -> Band:
    """Predictions at points (S, d) of the unit cube, with one standard deviation either side."""
    return _band(model, *model.predict(points))


def _band(model: ScoreModel, mean: np.ndarray, std: np.ndarray) -> Band:
    found = [model.to_scores(values) for values in (mean, mean - std, mean + std)]
    low, high = (found[1], found[2]) if model.sign > 0 else (found[2], found[1])
    return Band(found[0], low, high)


def places_along(hyperparameter: Hyperparameter, points: int = POINTS) -> tuple[np.ndarray, bool]:
    """Places (m,) in a hyperparameter's range at which it is asked, and whether each of them stands alone."""
    levels = hyperparameter.levels
    is_few = isinstance(hyperparameter, Int) and levels is not None and levels <= FEW_VALUES
    if isinstance(hyperparameter, Categorical) or is_few:
        count = levels or 1
        if isinstance(hyperparameter, Int):
            steps = np.arange(count) * hyperparameter.step + hyperparameter.low
            return np.asarray(hyperparameter.to_unit(steps.astype(float))), True
        return (np.arange(count) + 0.5) / count, True
    return np.linspace(0.0, 1.0, points), False


def values_at(hyperparameter: Hyperparameter, units: np.ndarray) -> tuple[object, ...]:
    """What places in a hyperparameter's range stand for."""
    return tuple(hyperparameter.to_value(hyperparameter.from_unit(float(unit))) for unit in units)


def profile(model: ScoreModel, point: np.ndarray, points: int = POINTS) -> Profile:
    """All slices through a point (d,) of the unit cube, in one call of the model, with so many points along a range."""
    encoding = model.encoding
    point = encoding.snap_points(point[None, :])[0]
    asked, sizes = [point[None, :]], []
    kinds = [places_along(encoding.hyperparameters[column], points) for column in encoding.varying]
    for column, (units, _) in zip(encoding.varying, kinds, strict=True):
        rows = np.repeat(point[None, :], len(units), axis=0)
        rows[:, column] = units
        asked.append(rows)
        sizes.append(len(units))
    mean, std = model.predict(np.concatenate(asked))
    band, promise = _band(model, mean, std), _expected_improvement(mean, std, float(model.targets.max()))
    active = encoding.active_mask(point[None, :])[0]
    slices, at = [], 1
    for column, (units, is_choice), size in zip(encoding.varying, kinds, sizes, strict=True):
        part = slice(at, at + size)
        at += size
        hyperparameter = encoding.hyperparameters[column]
        slices.append(
            Slice(
                encoding.space.names[column],
                column,
                units,
                values_at(hyperparameter, units) if is_choice else (),
                is_choice,
                Band(band.mean[part], band.low[part], band.high[part]),
                promise[part] / max(float(promise[part].max()), 1e-300),
                bool(active[column]),
                tuple((hyperparameter.when or {}).items()),
            )
        )
    here = Band(band.mean[:1], band.low[:1], band.high[:1])
    return Profile(point, encoding.space.decode(point), here, tuple(slices))


def _expected_improvement(mean: np.ndarray, std: np.ndarray, best: float) -> np.ndarray:
    # In here because it loads SciPy.
    from scipy.special import ndtr

    std = np.maximum(std, 1e-12)
    z = (mean - best) / std
    return np.asarray(std * (z * ndtr(z) + np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)))


def effects(model: ScoreModel, found: Profile) -> dict[str, float]:
    """How much each hyperparameter changes the prediction near the point, the largest first.

    The mean loss of score along its slice, no slice counting further than the value axis is drawn.
    """
    low, high = value_range(model)
    span = max(high - low, 1e-300)
    here = float(found.here.mean[0])
    sizes = {
        one.name: float(np.mean(np.clip(np.abs(here - one.band.mean), 0.0, span))) if one.plays else -1.0
        for one in found.slices
    }
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def value_range(model: ScoreModel) -> tuple[float, float]:
    """The scores from which and to which a value axis goes, in the score's unit, ascending.

    From the lower quartile of the good half to the best: what is worse leaves the axis, and is cut.
    """
    values = np.sort(model.sign * model.to_scores(model.targets))
    good = values[int((1.0 - GOOD) * len(values)) :]
    low, high = float(np.quantile(good, LOWER)), float(good[-1])
    if high <= low:
        low, high = float(values[0]), float(values[-1])
    low -= 0.15 * (high - low)  # so that the best is no line at the edge
    high += 0.1 * (high - low)
    return (low, high) if model.sign > 0 else (-high, -low)


def pair_map(model: ScoreModel, names: tuple[str, str], point: np.ndarray) -> PairMap:
    """Predictions over a pair through a point (d,) of the unit cube; ``names`` lie across and up."""
    encoding = model.encoding
    columns = [encoding.space.names.index(name) for name in names]
    rules = [encoding.hyperparameters[column] for column in columns]
    (units_a, few_a), (units_b, few_b) = (places_along(rule, MAP_POINTS) for rule in rules)
    rows = np.repeat(point[None, :], len(units_a) * len(units_b), axis=0)
    rows[:, columns[0]] = np.tile(units_a, len(units_b))
    rows[:, columns[1]] = np.repeat(units_b, len(units_a))
    mean = model.to_scores(model.predict(rows)[0]).reshape(len(units_b), len(units_a))
    values = [values_at(rule, units) for rule, units in zip(rules, (units_a, units_b), strict=True)]
    lines = np.zeros((0, 4))
    if not few_a and not few_b:
        low, high = value_range(model)
        levels = [high - share * (high - low) if model.sign < 0 else low + share * (high - low) for share in LINES]
        lines = np.concatenate([isolines(mean, level) for level in levels])
    return PairMap(names, units_a, units_b, values[0], values[1], (few_a, few_b), mean, lines)


def laid_out_pair(model: ScoreModel, names: tuple[str, str]) -> tuple[str, str]:
    """A pair as it is drawn: a range lies across and choices up, whichever comes first."""
    rules = [model.encoding.space[name] for name in names]
    first, second = (places_along(rule, 2)[1] for rule in rules)
    return (names[1], names[0]) if first and not second else names


def nearness(model: ScoreModel, features: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How near trials are to a point (d,), (n,) from 0 to 1, and in all hyperparameters but one, (k, n) for each one.

    ``features`` (n, D) are those of :func:`trial_features`. Distances are counted in the model's lengthscales: what it
    takes for alike is near.
    """
    encoding, owner = model.encoding, model.encoding.owner
    at = encoding.to_features(point[None, :])[0]
    squared = ((features - at) / model.posterior.lengthscales[owner]) ** 2
    parts = np.stack([squared[:, owner == rank].sum(axis=1) for rank in range(len(encoding.varying))])
    whole = parts.sum(axis=0)
    return np.exp(-0.5 * whole / NEAR**2), np.exp(-0.5 * np.maximum(whole - parts, 0.0) / NEAR**2)


def trial_features(model: ScoreModel, units: np.ndarray) -> np.ndarray:
    """Features (n, D) of trials whose places in the unit cube are ``units`` (n, d), NaN where they are not set."""
    return model.encoding.to_features(np.nan_to_num(units, nan=0.5))


def best_point(model: ScoreModel, starts: int = 2048, rounds: int = 3) -> np.ndarray:
    """The place (d,) of the unit cube with the best expected score, by ever smaller steps; the same each time."""
    encoding = model.encoding
    rng = np.random.default_rng(0)
    points = np.concatenate([encoding.snap_points(rng.random((starts, len(encoding)))), model.points])
    best = points[np.argsort(-model.predict(points)[0], kind="stable")[:16]]
    for width in [0.15 / 3.0**step for step in range(rounds + 2)]:
        moved = np.repeat(best, 64, axis=0)
        chosen = rng.random(moved.shape) < max(0.3, 2.0 / max(len(encoding.varying), 1))
        moved = np.where(chosen, moved + width * rng.standard_normal(moved.shape), moved)
        every = np.concatenate([best, encoding.snap_points(np.clip(moved, 0.0, 1.0))])
        best = every[np.argsort(-model.predict(every)[0], kind="stable")[:16]]
    return np.asarray(best[0])


def point_of(model: ScoreModel, params: Mapping[str, object]) -> np.ndarray:
    """The place (d,) of a configuration in the unit cube; what it does not set lies in the middle."""
    encoding = model.encoding
    unit = encoding.space.encode(params)
    middle = np.array([0.5 / (p.levels or 1) if isinstance(p, Categorical) else 0.5 for p in encoding.hyperparameters])
    return np.where(np.isfinite(unit), unit, middle)
