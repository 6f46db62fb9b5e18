"""Curves where another hyperparameter is elsewhere: parallel where nothing acts together, not where it does."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.interaction_curves import interaction_curves
from engine.analysis.profile import point_of, profile
from engine.analysis.profile_words import curves_words
from engine.analysis.score_model import fit_score_model
from engine.events import TrialEnded, TrialStarted
from engine.space import Categorical, Float, SearchSpace
from engine.trials import History

SPACE = SearchSpace(
    {
        "rate": Float(0.0, 1.0),
        "decay": Float(0.0, 1.0),
        "kind": Categorical(("a", "b", "c", "d")),
        "momentum": Float(0.0, 1.0, when={"kind": ("b",)}),
    }
)
WORTH = {"a": 0.0, "b": 0.3, "c": -0.5, "d": 0.1}


@pytest.fixture(scope="module")
def model():
    """Rate and decay act together, kind is added to them."""
    history, rng = History(SPACE, ("maximize",)), np.random.default_rng(0)
    for number in range(90):
        params = SPACE.decode(rng.random(4))
        score = 4.0 * (params["rate"] - 0.5) * (params["decay"] - 0.5) + WORTH[params["kind"]]
        history.apply(TrialStarted(number, params, float(number)))
        history.apply(TrialEnded(number, "complete", number + 1.0, 1.0, (float(score),)))
    return fit_score_model(history)


@pytest.fixture
def point(model):
    return point_of(model, {"rate": 0.2, "decay": 0.4, "kind": "b", "momentum": 0.5})


def test_the_curves_are_the_slices_of_the_moved_point(model, point):
    found = interaction_curves(model, point, "rate")
    assert found.values == pytest.approx((0.25, 0.5, 0.75))
    for place, row in zip((0.25, 0.5, 0.75), found.means["decay"], strict=True):
        moved = point.copy()
        moved[0] = place
        one = profile(model, moved).slice_of("decay")
        np.testing.assert_array_equal(found.units["decay"], one.units)
        np.testing.assert_allclose(row, one.band.mean)
    assert "rate" not in found.means


def test_curves_cross_where_two_act_together_and_are_parallel_where_not(model, point):
    rises = interaction_curves(model, point, "rate").means["decay"]
    assert rises[0, -1] < rises[0, 0] - 0.5
    assert rises[2, -1] > rises[2, 0] + 0.5
    beside = interaction_curves(model, point, "kind").means["decay"]
    shapes = beside - beside.mean(axis=1, keepdims=True)
    assert np.ptp(shapes, axis=0).max() < 0.15


def test_of_many_choices_the_best_three_others_are_shown(model, point):
    found = interaction_curves(model, point, "kind")
    assert found.values == ("a", "c", "d")
    assert curves_words(found) == "at a (dotted), c (dashed) and d (thin)"
    elsewhere = point_of(model, {"rate": 0.2, "decay": 0.4, "kind": "a"})
    assert interaction_curves(model, elsewhere, "kind").values == ("b", "c", "d")


def test_where_a_hyperparameter_plays_no_part_it_has_no_curve(model, point):
    assert "momentum" not in interaction_curves(model, point, "kind").means
    elsewhere = point_of(model, {"rate": 0.2, "decay": 0.4, "kind": "a"})
    found = interaction_curves(model, elsewhere, "kind")
    assert np.isfinite(found.means["momentum"][0]).all()
    assert np.isnan(found.means["momentum"][1:]).all()
