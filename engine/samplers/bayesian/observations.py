"""What the surrogate learns from: points and warped scores, failures and pending trials of one history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from engine.samplers.bayesian.encoding import Encoding
from engine.trials import History, State


@dataclass(frozen=True, slots=True)
class Observations:
    """Rows of finished, failed and pending trials. ``values`` are as reported, larger is better."""

    points: np.ndarray
    values: np.ndarray
    failed: np.ndarray
    pending: np.ndarray

    @classmethod
    def of(cls, history: History, encoding: Encoding) -> Observations:
        """The trials of ``history``; scores that are not finite count as failures."""
        complete = history.where(State.COMPLETE)
        losses = history.losses[complete]
        usable = np.isfinite(losses)
        failed = np.concatenate([complete[~usable], history.where(State.FAILED)])
        pruned = history.where(State.PRUNED)
        pruned_losses = history.losses[pruned]
        has_value = np.isfinite(pruned_losses)
        good = complete[usable]
        values = -losses[usable]
        if len(good):
            # A pruned trial is evidence of badness only: it never beats the median of what ran to its end.
            late = np.minimum(-pruned_losses[has_value], np.median(values))
            good = np.append(good, pruned[has_value])
            values = np.append(values, late)
        return cls(
            encoding.points_of(history, good),
            values,
            encoding.points_of(history, np.sort(failed)),
            encoding.points_of(history, history.where(State.RUNNING, State.WAITING)),
        )


@dataclass(frozen=True, slots=True)
class Warp:
    """A monotone map from reported values to standardised ones, and back by interpolation."""

    raw: np.ndarray
    warped: np.ndarray

    def back(self, warped: np.ndarray | float) -> np.ndarray:
        """Values on the reported scale, straight on beyond the ends."""
        order = np.argsort(self.raw, kind="stable")
        raw, known = self.raw[order], self.warped[order]
        keep = np.append(True, np.diff(known) > 1e-12)
        raw, known = raw[keep], known[keep]
        warped = np.asarray(warped, dtype=float)
        if len(raw) == 1:
            return np.full(warped.shape, raw[0])
        inside = np.interp(warped, known, raw)
        top = (raw[-1] - raw[-2]) / (known[-1] - known[-2])
        return np.where(warped > known[-1], raw[-1] + (warped - known[-1]) * top, inside)


def warp(values: np.ndarray, offset: float = 1.5) -> Warp:
    """Tame heavy tails and stretch the differences between good values (Song et al., Vizier, 2024, section 4).

    The worse half is replaced by normal quantiles of its ranks, scaled to the better half; then a logarithm of the
    distance to the best stretches the top. All equal values map to zero.
    """
    best, worst = values.max(initial=-np.inf), values.min(initial=np.inf)
    if not len(values) or best == worst:
        return Warp(values, np.zeros(len(values)))
    scaled = (values / 2 - worst / 2) / (best / 2 - worst / 2)  # halves, so that huge values do not overflow
    scaled = _half_rank(scaled)
    span = scaled.max() - scaled.min()
    stretched = 0.5 - np.log1p((offset - 1.0) * (scaled.max() - scaled) / span) / np.log(offset)
    spread = max(float(stretched.std()), 1e-9)
    return Warp(values, (stretched - stretched.mean()) / spread)


def _half_rank(values: np.ndarray) -> np.ndarray:
    median = np.median(values)
    good = values >= median
    spread = float(np.sqrt(np.mean((values[good] - median) ** 2)))
    if spread <= 0.0:
        spread = float(np.abs(values - median).max())
    unique, inverse = np.unique(values, return_inverse=True)
    counts = np.bincount(inverse)
    rank = (np.cumsum(counts) - 0.5 * (counts - 1))[inverse] / (len(values) + 1.0)
    return np.where(good, values, median + spread * np.minimum(ndtri(rank), 0.0))
