"""Finds the configuration of highest acquisition: candidates, gradients for numbers, exchanges for the rest."""

from __future__ import annotations

import numpy as np

from engine.maths.box_search import maximise_in_box
from engine.samplers.bayesian.acquisition import AcquisitionFunction, SingleObjectiveAcquisition
from engine.samplers.encoding import Encoding

# Sizes for a search of 5 to 8 ms at 100 trials and 8 hyperparameters, as a pilot measured it; its split is a guess.
CANDIDATES = 384  # points over the whole space: a guess
LOCAL = 128  # points around the best trials: a guess
STARTS = 8  # of the gradient steps: measured, 5 ms for all of them
CONTINUED = 4  # starts that go on with exchanges: a guess
ROUNDS = 4  # of gradient steps and exchanges in turn: measured, 2 are nearly always enough


class AcquisitionSearch:
    """One search of the whole space."""

    def __init__(
        self, encoding: Encoding, acquisition: AcquisitionFunction, lengthscales: np.ndarray, rng: np.random.Generator
    ) -> None:
        self._encoding = encoding
        self._value = acquisition.value
        self._thompson = (
            acquisition
            if isinstance(acquisition, SingleObjectiveAcquisition) and acquisition.kind == "thompson"
            else None
        )
        self._value_and_gradient = acquisition.value_and_gradient
        self._rng = rng
        self._scale = np.ones(len(encoding))
        self._scale[encoding.varying] = np.minimum(lengthscales, 1.0)

    def run(self, good: np.ndarray) -> np.ndarray:
        """Snapped points (S, d), best first; ``good`` are points to look around, best first."""
        whole = self._encoding.all_points(2048)
        if whole is not None and self._thompson is None:
            values = self._value(whole)
            return np.asarray(whole[np.argsort(-values, kind="stable")])
        pool = self._encoding.snap_points(np.vstack([self._random_points(), self._points_around(good), good[:1]]))
        if self._thompson is not None:
            return np.asarray(pool[np.argsort(-self._thompson.sampled(pool, self._rng), kind="stable")])
        values = self._value(pool)
        starts = pool[self._choose_starts(pool, values)]
        found, found_values = self._improve_starts(starts)
        points = np.vstack([found, pool])
        values = np.append(found_values, values)
        return np.asarray(points[np.argsort(-values, kind="stable")])

    def _random_points(self) -> np.ndarray:
        return self._rng.random((CANDIDATES, len(self._encoding)))

    def _points_around(self, good: np.ndarray) -> np.ndarray:
        """Perturbations of good points: normal for numbers, redrawn for categories, some coordinates left alone."""
        rng, encoding = self._rng, self._encoding
        if not len(good):
            return np.empty((0, len(encoding)))
        base = good[rng.integers(min(4, len(good)), size=LOCAL)]
        width = 0.2 * np.minimum(self._scale, 0.5) * rng.choice([1.0, 0.3], size=(LOCAL, 1))
        moved = base + width * rng.standard_normal(base.shape)
        moved = np.abs(moved)
        moved = 1.0 - np.abs(1.0 - moved)
        redrawn = rng.random(base.shape)
        categories = max(3, int(encoding.is_category.sum()))
        change = rng.random(base.shape) < np.where(
            encoding.is_category, 1.0 / categories, min(1.0, 20.0 / len(encoding))
        )
        return np.where(change, np.where(encoding.is_category, redrawn, moved), base)

    def _choose_starts(self, pool: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Rows to start from: the best, the best of each branch of the conditions, a few by lot, and the incumbent."""
        order = np.argsort(-values, kind="stable")
        chosen = list(order[:3])
        if self._encoding.space.is_conditional:
            seen = set()
            for row, pattern in zip(order, self._encoding.active_mask(pool[order]), strict=True):
                if (key := pattern.tobytes()) not in seen:
                    seen.add(key)
                    chosen.append(row)
                if len(seen) == 5:
                    break
        weight = np.exp(np.clip(values - values.max(), -700.0, 0.0))
        weight = np.where(np.isfinite(weight), weight, 0.0)
        if (weight > 0).sum() > 3:
            chosen += list(self._rng.choice(len(pool), size=3, replace=False, p=weight / weight.sum()))
        chosen.append(len(pool) - 1)
        return np.array(list(dict.fromkeys(int(row) for row in chosen))[: STARTS + 4])

    def _improve_starts(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradient steps and exchanges in turn; after each turn only the starts that still change go on."""
        points, values = self._by_gradient(starts, self._value(starts))
        going = np.argsort(-values, kind="stable")[:CONTINUED]
        for _ in range(ROUNDS):
            moved, moved_values, changed = self._by_exchange(points[going], values[going])
            if not changed.any():
                break
            moved, moved_values = moved[changed], moved_values[changed]
            going = going[changed]
            points[going], values[going] = self._by_gradient(moved, moved_values)
        return points, values

    def _by_gradient(self, points: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        free = self._encoding.active_mask(points) & self._encoding.is_relaxed
        if not free.any():
            return points, values
        moved, _ = maximise_in_box(self._value_and_gradient, points, free, self._scale)
        moved = self._encoding.snap_points(moved)
        new_values = self._value(moved)
        better = new_values > values
        return np.where(better[:, None], moved, points), np.where(better, new_values, values)

    def _by_exchange(self, points: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The best change of a single countable hyperparameter for every point."""
        encoding = self._encoding
        active = encoding.active_mask(points)
        rows, columns, units = [], [], []
        for row in range(len(points)):
            for column in encoding.countable_columns:
                if active[row, column]:
                    others = encoding.other_positions(column, float(points[row, column]))
                    rows += [row] * len(others)
                    columns += [column] * len(others)
                    units += others.tolist()
        if not rows:
            return points, values, np.zeros(len(points), dtype=bool)
        trials = points[rows].copy()
        trials[np.arange(len(rows)), columns] = units
        scores = self._value(trials)
        points, values = points.copy(), values.copy()
        changed = np.zeros(len(points), dtype=bool)
        for index in np.argsort(scores, kind="stable"):  # the last, best one of each row stays
            row = rows[index]
            if scores[index] > values[row] + 1e-9:
                points[row], values[row], changed[row] = trials[index], scores[index], True
        return points, values, changed
