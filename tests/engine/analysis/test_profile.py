"""The model along lines and over pairs: what is planted is found, and what is drawn agrees with what is predicted."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.point_outlook import Outlook, point_outlook
from engine.analysis.profile import (
    best_point,
    effects,
    laid_out_pair,
    nearness,
    pair_map,
    point_of,
    predict_band,
    profile,
    trial_features,
    value_range,
)
from engine.analysis.profile_words import against_words, profile_title, score_words, unset_words
from engine.analysis.score_model import fit_score_model
from engine.events import TrialEnded, TrialStarted
from engine.maths.isolines import isolines
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History

SPACE = SearchSpace(
    {
        "rate": Float(1e-4, 1.0, log=True),
        "layers": Int(1, 3),
        "kind": Categorical(("a", "b")),
        "momentum": Float(0.0, 1.0, when={"kind": ("b",)}),
    }
)


def told(direction="maximize", count=60, failing=None):
    """Scores with a top at rate 0.01, one layer and kind a."""
    history, rng = History(SPACE, (direction,)), np.random.default_rng(0)
    sign = 1.0 if direction == "maximize" else -1.0
    for number in range(count):
        params = SPACE.decode(rng.random(4))
        history.apply(TrialStarted(number, params, float(number)))
        if failing is not None and failing(params):
            history.apply(TrialEnded(number, "failed", number + 0.5, 0.5, (), "no"))
            continue
        score = 0.9 - 0.05 * (np.log10(params["rate"]) + 2.0) ** 2 - 0.02 * (params["layers"] - 1)
        score -= 0.03 * (params["kind"] == "b")
        history.apply(TrialEnded(number, "complete", number + 2.0, 2.0, (sign * float(score),)))
    return history


@pytest.fixture(scope="module")
def model():
    return fit_score_model(told())


def test_every_slice_passes_through_the_prediction_at_the_point(model):
    point = point_of(model, {"rate": 0.01, "layers": 2, "kind": "b", "momentum": 0.5})
    found = profile(model, point)
    assert [one.name for one in found.slices] == list(SPACE.names)
    for one in found.slices:
        at = int(np.argmin(np.abs(one.units - found.point[one.column])))
        assert one.band.mean[at] == pytest.approx(float(found.here.mean[0]), abs=2e-3)
        assert (one.band.low <= one.band.mean + 1e-12).all()
        assert (one.band.mean <= one.band.high + 1e-12).all()
    assert found.slice_of("layers").values == (1, 2, 3)
    assert found.slice_of("kind").values == ("a", "b")


def test_what_plays_no_part_says_what_it_needs(model):
    found = profile(model, point_of(model, {"rate": 0.01, "layers": 1, "kind": "a"}))
    momentum = found.slice_of("momentum")
    assert not momentum.plays
    assert unset_words(momentum, found.params) == "not set with a; needs b"
    assert "momentum" not in found.params
    assert (
        profile(model, point_of(model, {"rate": 0.01, "layers": 1, "kind": "b", "momentum": 0.2}))
        .slice_of("momentum")
        .plays
    )


def test_the_best_expected_point_is_the_planted_one(model):
    params = SPACE.decode(best_point(model))
    assert np.log10(params["rate"]) == pytest.approx(-2.0, abs=0.25)
    assert params["layers"] == 1
    assert params["kind"] == "a"


def test_charts_are_ordered_by_their_effect_near_the_point(model):
    order = list(effects(model, profile(model, best_point(model))))
    assert order[0] == "rate"
    assert order[-1] == "momentum"


def test_minimising_the_negative_shows_the_negative(model):
    negative = fit_score_model(told("minimize"))
    points = np.random.default_rng(1).random((20, 4))
    one, other = predict_band(model, points), predict_band(negative, points)
    assert other.mean == pytest.approx(-one.mean)
    assert other.low == pytest.approx(-one.high)
    low, high = value_range(model)
    assert value_range(negative) == pytest.approx((-high, -low))
    assert low < high


def test_predictions_stay_within_reach_of_the_scores(model):
    band = predict_band(model, np.random.default_rng(2).random((500, 4)))
    scores = told().score
    assert band.low.min() >= np.nanmin(scores) - 1e-9
    assert band.high.max() <= np.nanmax(scores) + 0.2


def test_a_map_agrees_with_the_slices(model):
    point = best_point(model)
    assert laid_out_pair(model, ("kind", "rate")) == ("rate", "kind")
    found = pair_map(model, ("rate", "kind"), point)
    assert found.mean.shape == (2, len(found.units_a))
    assert found.are_choices == (False, True)
    assert found.lines.shape == (0, 4)
    again = predict_band(model, np.array([[found.units_a[5], *point[1:2], found.units_b[1], point[3]]]))
    assert found.mean[1, 5] == pytest.approx(float(again.mean[0]))


def test_isolines_of_a_plane_are_straight():
    rows, columns = np.mgrid[0:8, 0:11]
    segments = isolines(2.0 * columns + 0.0 * rows, 7.0)
    assert len(segments) >= 7
    assert segments[:, (0, 2)] == pytest.approx(3.5)
    assert isolines(np.zeros((1, 5)), 0.5).shape == (0, 4)
    assert len(isolines(columns + 1.0 * rows, 99.0)) == 0


def test_isolines_of_a_cone_are_circles():
    rows, columns = np.mgrid[-10:11, -10:11]
    segments = isolines(np.hypot(rows, columns), 6.0) - 10.0
    assert np.hypot(segments[:, 0], segments[:, 1]) == pytest.approx(6.0, abs=0.1)


def test_trials_at_the_point_are_near_and_those_that_differ_in_one_only_are_near_without_it(model):
    history = told()
    features = trial_features(model, history.unit)
    point = point_of(model, history.params(3))
    whole, without = nearness(model, features, point)
    assert whole[3] == pytest.approx(1.0)
    assert (without[:, 3] > 0.999).all()
    moved = point.copy()
    moved[0] = 1.0 - moved[0]
    whole, without = nearness(model, features, moved)
    assert whole[3] < without[0, 3]
    assert without[0, 3] == pytest.approx(1.0)


def test_the_outlook_of_a_place_where_trials_fail():
    history = told(count=80, failing=lambda params: params["rate"] > 0.1)
    found = fit_score_model(history)
    bad = point_outlook(found, history, point_of(found, {"rate": 0.7, "layers": 2, "kind": "a"}))
    good = point_outlook(found, history, point_of(found, {"rate": 0.01, "layers": 2, "kind": "a"}))
    assert bad.failing is None or bad.failing > 0.5
    assert good.failing is not None
    assert good.failing < 0.2
    assert good.seconds == pytest.approx(2.0)
    same = point_outlook(found, history, found.points[0], found.points[0])
    assert same.chance_better == 0.5
    best = best_point(found)
    worse = point_outlook(
        found, history, best, point_of(found, {"rate": 1e-4, "layers": 3, "kind": "b", "momentum": 0.5})
    )
    assert worse.chance_better > 0.95


def outlook(score, spread, certainty=0.1):
    return Outlook(score, score - spread, score + spread, certainty, None, None, None, None, ())


@pytest.mark.parametrize(
    ("here", "best", "words"),
    [
        (outlook(0.95, 0.01), outlook(0.93, 0.01), "better than the best trial"),
        (outlook(0.939, 0.01), outlook(0.93, 0.01), "as good as the best trial"),
        (outlook(0.90, 0.01), outlook(0.93, 0.01), "worse than the best trial"),
        (outlook(0.93, 0.01, 0.2), outlook(0.93, 0.01), "as good as the best trial, and less certain"),
        (outlook(0.93, 0.01, 0.05), outlook(0.93, 0.01), "as good as the best trial, and more certain"),
    ],
)
def test_a_point_is_better_or_worse_by_more_than_a_standard_deviation(here, best, words):
    assert against_words(here, best, minimize=False) == words
    turned = [outlook(-one.score, one.high - one.score, one.certainty) for one in (here, best)]
    assert against_words(*turned, minimize=True) == words


def test_the_title_is_as_certain_as_the_model():
    here = outlook(0.95, 0.005)
    assert (
        profile_title("accuracy", here, None, 0.5, minimize=False).sentence
        == "Here accuracy 0.950 ± 0.005 is predicted"
    )
    assert "seems likely" in profile_title("accuracy", here, None, 0.49, minimize=False).rest
    assert "not to be trusted" in profile_title("accuracy", here, None, 0.24, minimize=False).remark
    assert (
        profile_title("accuracy", outlook(0.9, 0.1, 0.9), here, 0.9, minimize=False).subject == "Nothing is known here:"
    )
    assert profile_title("accuracy", outlook(0.9, 0.1, 0.89), here, 0.9, minimize=False).subject.startswith("Here")


@pytest.mark.parametrize(
    ("score", "spread", "text"),
    [(0.98134, 0.0052, "0.981 ± 0.005"), (12.3456, 2.0, "12 ± 2"), (-3.25, 0.2, "−3.2 ± 0.2"), (0.5, 0.0, "0.5")],
)
def test_a_predicted_score_has_the_decimals_that_are_known(score, spread, text):
    assert score_words(score, spread) == text
