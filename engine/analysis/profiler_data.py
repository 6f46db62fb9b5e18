"""What the profiler asks of a snapshot: the model, what does not depend on the point, and what follows it."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from engine.analysis.interaction_curves import InteractionCurves, interaction_curves
from engine.analysis.point_outlook import Outlook, point_outlook
from engine.analysis.profile import (
    PairMap,
    best_point,
    effects,
    pair_map,
    point_of,
    profile,
    trial_features,
    value_range,
)
from engine.analysis.score_model import ScoreModel
from engine.analysis.snapshot import Snapshot

MOST_DISCS = 600  # trials that are drawn, the newest: a guess


class ProfilerData(NamedTuple):
    """``numbers`` (n,) are the trials to draw, ``features`` (n, D) theirs; ``best`` (d,) is the best trial's place.

    ``order`` are the hyperparameters by their effect there, ``bounds`` the value axis, ``expected_best`` (d,) the place
    with the best expected score.
    """

    model: ScoreModel
    features: np.ndarray
    numbers: np.ndarray
    best: np.ndarray
    order: tuple[str, ...]
    bounds: tuple[float, float]
    expected_best: np.ndarray


def profiler_data(snapshot: Snapshot) -> ProfilerData:
    """Worked out once for a snapshot; raises :class:`UserFault` where it has no model."""
    return snapshot.once("profiler", partial(_worked_out, snapshot))


def pair_data(names: tuple[str, str], point: np.ndarray, snapshot: Snapshot) -> PairMap:
    """The map of a pair through a point (d,)."""
    return pair_map(snapshot.model, names, point)


def curves_data(name: str, point: np.ndarray, snapshot: Snapshot) -> InteractionCurves:
    """The slices through a point (d,) where ``name`` is elsewhere."""
    return interaction_curves(snapshot.model, point, name)


def outlooks(
    point: np.ndarray, pin: np.ndarray | None, best: np.ndarray, snapshot: Snapshot
) -> tuple[Outlook, Outlook | None, Outlook]:
    """The outlook of a point (d,) against the pinned one, or the best; that of the pinned one; that of the best."""
    model, history = snapshot.model, snapshot.history
    here = point_outlook(model, history, point, best if pin is None else pin)
    other = None if pin is None else point_outlook(model, history, pin)
    return here, other, point_outlook(model, history, best)


def _worked_out(snapshot: Snapshot) -> ProfilerData:
    model = snapshot.model
    numbers = snapshot.scored[-MOST_DISCS:]
    assert snapshot.best is not None, "a model rests on scored trials"
    best = point_of(model, snapshot.history.params(snapshot.best))
    order = tuple(effects(model, profile(model, best)))
    features = trial_features(model, snapshot.history.unit[numbers])
    return ProfilerData(model, features, numbers, best, order, value_range(model), best_point(model))
