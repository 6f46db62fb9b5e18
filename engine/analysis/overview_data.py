"""What the overview's small pictures show, one answer each, worked out once for a snapshot."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from engine.analysis.overview_words import shown_slices
from engine.analysis.profile import (
    PairMap,
    Slice,
    effects,
    laid_out_pair,
    nearness,
    pair_map,
    point_of,
    profile,
    trial_features,
    value_range,
)
from engine.analysis.snapshot import Snapshot

MOST_DISCS = 400  # trials of a small picture, the newest: a guess


class SlicesData(NamedTuple):
    """The slices with the largest effect near the best trial, with the trials around it.

    ``numbers`` (n,) are those, ``near`` (n,) for each slice how near they are; ``best`` (d,) is the best trial's place.
    """

    slices: tuple[Slice, ...]
    bounds: tuple[float, float]
    numbers: np.ndarray
    near: tuple[np.ndarray, ...]
    best: np.ndarray
    quality: float


class InteractionData(NamedTuple):
    """The map of a pair through the best trial, and the scores between which its colours run."""

    found: PairMap
    bounds: tuple[float, float]


def slices_data(snapshot: Snapshot) -> SlicesData:
    """Raises :class:`UserFault` where there is no model."""
    return snapshot.once("slices", partial(_slices, snapshot))


def interaction_data(names: tuple[str, str], snapshot: Snapshot) -> InteractionData:
    """The map of a pair of hyperparameters, laid out so that a range lies across."""
    return snapshot.once(("interaction", names), partial(_interaction, names, snapshot))


def _slices(snapshot: Snapshot) -> SlicesData:
    model = snapshot.model
    assert snapshot.best is not None, "a model rests on scored trials"
    point = point_of(model, snapshot.history.params(snapshot.best))
    found = profile(model, point)
    shown = shown_slices(found, effects(model, found))
    numbers = snapshot.scored[-MOST_DISCS:]
    _, near = nearness(model, trial_features(model, snapshot.history.unit[numbers]), found.point)
    ranks = {one.name: rank for rank, one in enumerate(found.slices)}
    return SlicesData(
        shown, value_range(model), numbers, tuple(near[ranks[one.name]] for one in shown), point, model.quality
    )


def _interaction(names: tuple[str, str], snapshot: Snapshot) -> InteractionData:
    model = snapshot.model
    assert snapshot.best is not None, "a model rests on scored trials"
    point = point_of(model, snapshot.history.params(snapshot.best))
    return InteractionData(pair_map(model, laid_out_pair(model, names), point), value_range(model))
