"""Covariance matrix adaptation (Hansen, arXiv:1604.00772, with negative weights); on the unit cube, with restarts."""

from __future__ import annotations

import copy
import math

import numpy as np

FIRST_STEP = 0.25  # of the unit range; Hansen (2016, section B.1) advises 0.3 of it: nearly so


class CmaEs:
    """A normal distribution without bounds that learns generation by generation where the better points are."""

    def __init__(self, mean: np.ndarray, step: float, size: int | None = None) -> None:
        self.dimension = len(mean)
        self.size = size or 4 + int(3 * math.log(max(self.dimension, 1)))
        self._set_weights()
        self._begin_search(mean, step)

    def _set_weights(self) -> None:
        """Recombination weights and learning rates (eqs. 49 to 58)."""
        d, size = self.dimension, self.size
        raw = math.log((size + 1) / 2) - np.log(np.arange(1, size + 1))
        parents = size // 2
        effective = raw[:parents].sum() ** 2 / (raw[:parents] ** 2).sum()
        negative = raw[parents:].sum() ** 2 / max((raw[parents:] ** 2).sum(), 1e-300)
        self.c1 = 2.0 / ((d + 1.3) ** 2 + effective)
        self.cmu = min(1.0 - self.c1, 2.0 * (effective - 2 + 1 / effective) / ((d + 2) ** 2 + effective))
        least = min(
            1.0 + self.c1 / max(self.cmu, 1e-300),
            1.0 + 2.0 * negative / (effective + 2.0),
            (1.0 - self.c1 - self.cmu) / max(d * self.cmu, 1e-300),
        )
        self.weights = np.where(raw >= 0, raw / raw[raw > 0].sum(), least * raw / max(-raw[raw < 0].sum(), 1e-300))
        self.parents = parents
        self.effective = effective
        self.cs = (effective + 2) / (d + effective + 5)
        self.ds = 1 + 2 * max(0.0, math.sqrt((effective - 1) / (d + 1)) - 1) + self.cs
        self.cc = (4 + effective / d) / (d + 4 + 2 * effective / d)
        self.expected = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))

    def _begin_search(self, mean: np.ndarray, step: float) -> None:
        d = self.dimension
        self.mean, self.step = np.array(mean, dtype=float), step
        self.covariance = np.eye(d)
        self.path_step, self.path_covariance = np.zeros(d), np.zeros(d)
        self.generation = 0
        self._decompose_covariance()

    def _decompose_covariance(self) -> None:
        values, self.axes = np.linalg.eigh(self.covariance)
        self.scales = np.sqrt(np.maximum(values, 1e-20))
        self._decomposed = self.generation

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        """A generation's steps (size, d) from the mean, in units of :attr:`step` (eqs. 38 and 39)."""
        return np.asarray((rng.standard_normal((self.size, self.dimension)) * self.scales) @ self.axes.T)

    def update(self, y: np.ndarray) -> None:
        """Learn from one generation's steps (size, d), best first (eqs. 41 to 47)."""
        d = self.dimension
        whitened = (y @ self.axes) / self.scales
        length = np.linalg.norm(whitened, axis=1)
        limit = math.sqrt(d) + 2 * d / (d + 2)  # points from elsewhere must not tear the distribution (Hansen 2011)
        factor = np.minimum(1.0, limit / np.maximum(length, 1e-300))
        y, whitened = y * factor[:, None], whitened * factor[:, None]
        weights = self.weights
        lead = np.maximum(weights, 0.0)
        shift = lead @ y
        self.mean = self.mean + self.step * shift
        turned = self.axes @ (lead @ whitened)
        self.path_step = (1 - self.cs) * self.path_step + math.sqrt(self.cs * (2 - self.cs) * self.effective) * turned
        norm = float(np.linalg.norm(self.path_step))
        bound = (1.4 + 2 / (d + 1)) * self.expected
        steady = norm / math.sqrt(1 - (1 - self.cs) ** (2 * (self.generation + 1))) < bound
        self.path_covariance = (1 - self.cc) * self.path_covariance
        if steady:
            self.path_covariance = self.path_covariance + math.sqrt(self.cc * (2 - self.cc) * self.effective) * shift
        lengths = np.maximum((whitened**2).sum(1), 1e-300)
        active = np.where(weights >= 0, weights, weights * d / lengths)
        late = 0.0 if steady else self.c1 * self.cc * (2 - self.cc)
        self.covariance = (
            (1 + late - self.c1 - self.cmu * weights.sum()) * self.covariance
            + self.c1 * np.outer(self.path_covariance, self.path_covariance)
            + self.cmu * (y * active[:, None]).T @ y
        )
        self.covariance = (self.covariance + self.covariance.T) / 2
        self.step *= math.exp(min(1.0, (self.cs / self.ds) * (norm / self.expected - 1)))
        self.generation += 1
        # Decomposing costs d³; of many dimensions the covariance changes little in so few generations (appendix B.2).
        if self.generation - self._decomposed > 1.0 / (10.0 * d * (self.c1 + self.cmu)):
            self._decompose_covariance()


class RestartingCmaEs(CmaEs):
    """CMA-ES on the unit cube that starts anew where it is stuck. :meth:`tell` wants ``size`` points, their losses."""

    def __init__(self, dimension: int, mean: np.ndarray, step: float = FIRST_STEP, size: int | None = None) -> None:
        super().__init__(np.full(dimension, mean), step, size)
        self.first_size = self.size
        self.restarts = 0

    def _begin_search(self, mean: np.ndarray, step: float) -> None:
        super()._begin_search(mean, step)
        self._best: list[float] = []

    @property
    def std(self) -> np.ndarray:
        """Standard deviation of every coordinate, (d,)."""
        return np.asarray(self.step * np.sqrt(np.diagonal(self.covariance)))

    def ask(self, rng: np.random.Generator, least_std: np.ndarray | None = None) -> np.ndarray:
        """A point (d,) of the unit cube. ``least_std`` (d,) keeps coordinates with steps from freezing."""
        point = self.mean
        for _ in range(20):
            move = self.axes @ (self.scales * rng.standard_normal(self.dimension))
            if least_std is not None:
                move = move * np.maximum(1.0, least_std / np.maximum(self.std, 1e-300))
            point = self.mean + self.step * move
            if ((point >= 0) & (point <= 1)).all():
                break
        return np.asarray(np.clip(point, 0.0, 1.0))

    def copy(self) -> RestartingCmaEs:
        """An independent distribution in the same state."""
        return copy.copy(self)  # every array is replaced, none changed in place

    def tell(self, points: np.ndarray, losses: np.ndarray) -> None:
        """Learn from one generation of points (size, d); infinite losses mark failures, the earlier the better."""
        self._best = [*self._best, float(np.min(losses))]
        order = np.argsort(losses, kind="stable")
        self.update((points[order] - self.mean) / self.step)
        self.mean, self.step = np.clip(self.mean, 0.0, 1.0), min(self.step, 1.0)
        if self._is_stuck(losses):
            self._restart_away(points[order[0]])

    def _is_stuck(self, losses: np.ndarray) -> bool:
        patience = 10 + math.ceil(30 * self.dimension / self.size)
        recent = self._best[-patience:]
        finite = losses[np.isfinite(losses)]
        flat = (
            len(recent) == patience
            and np.isfinite(recent).all()
            and max(recent) - min(recent) <= 1e-12 * max(1.0, abs(recent[-1]))
        )
        level = len(finite) == len(losses) > 1 and finite.min() == finite.max() and len(recent) == patience
        bent = self.scales.max() > 1e7 * self.scales.min()
        return bool(flat or level or bent or self.step * self.scales.max() < 1e-9)

    def _restart_away(self, near: np.ndarray) -> None:
        """Start anew with twice the points (Auger and Hansen, "IPOP-CMA-ES", 2005), away from where it got stuck."""
        self.restarts += 1
        self.size = self.first_size * 2 ** min(self.restarts, 5)
        self._set_weights()
        self._begin_search(np.clip(1.0 - near, 0.0, 1.0), FIRST_STEP)
