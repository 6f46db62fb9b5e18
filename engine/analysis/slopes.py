"""Hypergradients of trials as arrows over the space: which way the validation loss falls, and a step that way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.analysis.title import Title, first_up, name_words
from engine.maths.ranks import middle_ranks
from engine.space import Categorical, Hyperparameter, SearchSpace
from engine.trials import History, State
from engine.wording import value_text

MOST = 1000  # of the trials, the newest: more arrows cover each other; a guess
STEP = 0.02  # of the ranges: what *a step that way* takes; as drawn
AGREE = 0.75  # of the trials that point the same way for a title to say so; a guess
FLAT = 0.01  # of the median slope: what counts as flat; a guess
MORE = 0.1  # by which a hyperparameter is changed in the words


@dataclass(frozen=True, eq=False)
class Slopes:
    """Trials ``numbers`` (n,) that told derivatives by ``names``: ``places`` and ``slopes`` (n, d) in the unit cube.

    ``told`` (n, d) are the derivatives as the trials told them; ``score`` (n,), and ``rank_share`` (n,) from 0 for the
    worst of these to 1 for the best.
    """

    names: tuple[str, ...]
    numbers: np.ndarray
    places: np.ndarray
    slopes: np.ndarray
    told: np.ndarray
    score: np.ndarray
    rank_share: np.ndarray

    def row(self, number: int | None) -> int | None:
        """Where a trial stands, *None* where it told nothing."""
        found = np.flatnonzero(self.numbers == (-1 if number is None else number))
        return int(found[0]) if len(found) else None


def slopes_of(history: History) -> Slopes:
    """The newest complete trials that told derivatives."""
    rows: list[tuple[int, dict[str, float]]] = []
    for number in history.where(State.COMPLETE)[-MOST:].tolist():
        told = history.notes(number).get("details", {}).get("hypergradient", {})
        known = {name: float(v) for name, v in told.items() if name in history.space and math.isfinite(v)}
        if known:
            rows.append((number, known))
    names = tuple(name for name in history.space if any(name in known for _, known in rows))
    numbers = np.array([number for number, _ in rows], dtype=int)
    columns = [history.space.names.index(name) for name in names]
    places = history.unit[numbers][:, columns] if len(rows) else np.zeros((0, len(names)))
    derivatives = np.array([[known.get(name, np.nan) for name in names] for _, known in rows]).reshape(
        len(rows), len(names)
    )
    widths = np.array(
        [[unit_width(history.space[name], history.params(number).get(name)) for name in names] for number in numbers]
    ).reshape(len(rows), len(names))
    score = np.array(history.score[numbers])
    ranks = middle_ranks(score if history.directions[0] == "maximize" else -score)
    rank_share = (ranks - 1.0) / max(len(score) - 1, 1)
    return Slopes(names, numbers, np.array(places), derivatives * widths, derivatives, score, rank_share)


def steepest_of(found: Slopes) -> tuple[tuple[int, ...], np.ndarray]:
    """The columns of the one or two hyperparameters of the steepest slopes, and how steep each trial is along them.

    Steepness (n,) is a share of that of the steepest trial; 0 where a trial told nothing of them.
    """
    if not len(found.numbers):
        return (), np.zeros(0)
    known = np.nan_to_num(found.slopes)
    order = np.argsort(-np.nan_to_num(np.nanmedian(np.abs(found.slopes), axis=0)), kind="stable")
    columns = tuple(order[:2].tolist())
    lengths = np.linalg.norm(known[:, columns], axis=1)
    return columns, lengths / (float(lengths.max()) or 1.0)


def unit_width(hyperparameter: Hyperparameter, value: Any) -> float:
    """d value / d place in the unit interval: the range, or the value times the range of its logarithms."""
    if isinstance(hyperparameter, Categorical) or value is None:
        return math.nan
    if hyperparameter.log:
        return float(value) * math.log(hyperparameter.high / hyperparameter.low)
    return float(hyperparameter.high - hyperparameter.low)


def step_from(space: SearchSpace, params: Mapping[str, object], slopes: Mapping[str, float]) -> dict[str, object]:
    """The configuration a step of :data:`STEP` of the ranges against ``slopes`` (by unit place); inside the space."""
    unit = space.encode(params)
    direction = np.array(
        [-slopes.get(name, 0.0) if math.isfinite(slopes.get(name, 0.0)) else 0.0 for name in space.names]
    )
    length = float(np.linalg.norm(direction))
    if length == 0.0:
        return dict(params)
    moved = np.clip(unit + STEP * direction / length, 0.0, 1.0)
    after = dict(params)
    for column, name in enumerate(space.names):
        if direction[column] and name in params:
            after[name] = space[name].to_value(space[name].from_unit(float(moved[column])))
    return after


def slope_rows(found: Slopes, row: int, params: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """By name what 10 % more changes the validation loss by; of momentum, 10 % less of what it lacks to 1."""
    rows = []
    for column, name in enumerate(found.names):
        slope = float(found.told[row, column])
        if math.isfinite(slope) and name in params:
            change = MORE * (1.0 - float(params[name])) if name == "momentum" else MORE * float(params[name])
            words = "1 − momentum, less" if name == "momentum" else name_words(name)
            rows.append((words, slope * change))
    return tuple(rows)


def slopes_title(found: Slopes) -> Title:
    """Which way most trials point in the hyperparameter of the steepest slopes."""
    if not len(found.numbers):
        return Title("No trial told slopes", "", "", "text")
    sizes = np.nanmedian(np.abs(found.slopes), axis=0)
    column = int(np.nanargmax(sizes))
    slopes = found.slopes[np.isfinite(found.slopes[:, column]), column]
    up, name = int((slopes < 0.0).sum()), name_words(found.names[column])
    remark = "Arrow: the way in which the validation loss falls, in the units of the axes; its length is logarithmic."
    count = len(slopes)
    if max(up, count - up) < AGREE * count:
        return Title(first_up(name), f"has its best within: {up} of {count} trials say more, {count - up} less", remark)
    said = up if up >= count - up else count - up
    return Title(
        f"{'More' if up >= count - up else 'Less'} {name},", f"said training itself in {said} of {count} trials", remark
    )


def step_title(found: Slopes, row: int) -> Title:
    """Whether a step from one trial is worth it."""
    number = int(found.numbers[row])
    here = float(np.linalg.norm(np.nan_to_num(found.slopes[row])))
    usual = float(np.median(np.linalg.norm(np.nan_to_num(found.slopes), axis=1)))
    if here <= FLAT * usual or here == 0.0:
        return Title(f"At trial {number}", "the slopes are nearly flat: tuning further gains little")
    steepest = int(np.nanargmax(np.abs(found.slopes[row])))
    way = "more" if found.slopes[row, steepest] < 0.0 else "less"
    return Title(
        f"At trial {number}", f"{way} {name_words(found.names[steepest])} would lower the validation loss most"
    )


def step_words(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """The configuration of a step, in what it changes."""
    changed = [
        f"{name_words(name)} {value_text(_short(value))}" for name, value in after.items() if before.get(name) != value
    ]
    return f"A step of {STEP:g} of the ranges: {', '.join(changed)}." if changed else "The step leads out of the space."


def _short(value: object) -> object:
    return float(f"{value:.3g}") if isinstance(value, float) else value
