"""The analyses of the further views on cases whose answers are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.analysis.calibration import calibration_of
from engine.analysis.distribution import distribution_of, distribution_title
from engine.analysis.durations import durations_of, durations_title
from engine.analysis.front_shape import attained_steps, front_shape, front_title
from engine.analysis.replay_words import calibration_title, choice_remark, moment_title
from engine.analysis.scored_points import (
    common_of_good,
    correlations_of,
    correlations_title,
    points_title,
    scored_points,
)
from engine.analysis.timeline import timeline_of, timeline_title
from engine.events import TrialEnded, TrialStarted
from engine.space import Categorical, Float, SearchSpace
from engine.trials import History

SPACE = SearchSpace({"a": Float(0.0, 1.0), "b": Float(0.0, 1.0), "k": Categorical(["x", "y", "z"])})


def told(rows, directions=("maximize",), space=SPACE):
    """A history of (params, start, seconds, scores or None, why)."""
    history = History(space, directions)
    for number, (params, start, seconds, scores, *why) in enumerate(rows):
        history.apply(TrialStarted(number, params, start, why=why[0] if why else {}))
        state = "failed" if scores is None else "complete"
        history.apply(TrialEnded(number, state, start + seconds, seconds, scores or (), "" if scores else "diverged"))
    return history


def drawn(count, score, seconds=lambda p, rng: 1.0, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        params = SPACE.sample(rng)
        rows.append((params, float(number), seconds(params, rng), (float(score(params, rng)),)))
    return told(rows)


# -- timeline ---------------------------------------------------------------------------------------------------------


def test_trials_that_ran_at_once_have_lanes_of_their_own_and_the_first_free_one():
    p = SPACE.sample(np.random.default_rng(0))
    found = timeline_of(
        told([(p, 0.0, 4.0, (1.0,)), (p, 0.0, 1.0, (3.0,)), (p, 1.0, 3.0, None), (p, 4.0, 4.0, (2.0,))])
    )
    assert found.lane.tolist() == [0, 1, 1, 0]
    assert found.lanes == 2
    assert found.busy == pytest.approx((4 + 1 + 3 + 4) / 16)
    assert found.goodness[[0, 1, 3]].tolist() == pytest.approx([1 / 3, 1.0, 2 / 3])
    assert math.isnan(found.goodness[2])
    assert timeline_title(found).sentence == "Two workers trained 75 % of 8.0 s"


def test_a_night_between_two_runs_is_left_out():
    p = SPACE.sample(np.random.default_rng(0))
    found = timeline_of(told([(p, 0.0, 10.0, (1.0,)), (p, 40_010.0, 10.0, (1.0,))]))
    assert found.seconds == pytest.approx(20.0)
    assert found.pauses == ((10.0, 40_000.0),)
    assert "1 pause of 11.1 h in all left out" in timeline_title(found).remark


def test_few_trials_that_took_long_are_counted():
    p = SPACE.sample(np.random.default_rng(0))
    rows = [(p, 0.0, 100.0, (1.0,)), *((p, 100.0 + n, 1.0, (1.0,)) for n in range(99))]
    found = timeline_of(told(rows))
    assert found.slowest == (0,)
    assert timeline_title(found).rest.endswith("one trial took a quarter of it")


# -- distribution -----------------------------------------------------------------------------------------------------


def test_failed_trials_reach_no_score():
    p = SPACE.sample(np.random.default_rng(0))
    scores = [0.9, 0.8, 0.7, 0.6, 0.5]
    found = distribution_of(told([*((p, 0.0, 1.0, (s,)) for s in scores), *((p, 0.0, 1.0, None) for _ in range(5))]))
    assert found.share.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert found.reached_by(0.2) == 0.8
    assert found.reached_by(0.6) is None
    assert distribution_title(found, "accuracy").sentence == "Half of the trials reach 0.5; one in five 0.8"


# -- durations --------------------------------------------------------------------------------------------------------


def test_what_costs_time_is_named_and_whether_it_buys_a_better_score():
    slow = lambda p, rng: (3.0 if p["k"] == "z" else 1.0) * rng.lognormal(0, 0.1)  # noqa: E731
    good = durations_of(drawn(60, lambda p, rng: 0.5 + 0.4 * (p["k"] == "z") + 0.01 * rng.standard_normal(), slow))
    assert (good.name, good.labels[good.slow], good.buys) == ("k", "z", 1)
    assert good.ratio == pytest.approx(3.0, rel=0.2)
    assert durations_title(good, "accuracy").sentence.startswith("Time depends on k: z takes")
    none = durations_of(drawn(60, lambda p, rng: rng.standard_normal(), slow, seed=1))
    assert (none.name, none.buys) == ("k", 0)


def test_no_hyperparameter_is_blamed_for_times_of_pure_chance():
    named = [
        durations_of(drawn(40, lambda p, rng: 1.0, lambda p, rng: rng.lognormal(0, 1), seed=s)).name for s in range(20)
    ]
    assert sum(map(bool, named)) <= 3


# -- over each hyperparameter -----------------------------------------------------------------------------------------


def test_what_the_good_trials_share_is_found_and_what_all_share_is_not():
    near = drawn(120, lambda p, rng: -abs(p["a"] - 0.3))
    (one,) = common_of_good(near, scored_points(near))
    low, high = map(float, one.words.split(" to "))
    assert (one.name, low < 0.3 < high, one.share) == ("a", True, 0.0)
    sentence = points_title(scored_points(near), (one,), "").sentence
    assert sentence == f"The 24 best have a {one.words}; 0 % of the others do, too"
    alike = drawn(120, lambda p, rng: -float(p["k"] != "y") + 0.1 * rng.standard_normal())
    (other,) = common_of_good(alike, scored_points(alike))
    assert (other.name, other.words) == ("k", "y")


def test_nothing_is_shared_where_scores_are_chance():
    histories = [drawn(60, lambda p, rng: rng.standard_normal(), seed=s) for s in range(10)]
    assert sum(bool(common_of_good(one, scored_points(one))) for one in histories) <= 2


def test_ranks_and_groups_count_from_the_best():
    found = scored_points(drawn(50, lambda p, rng: p["a"]))
    best = int(np.argmax(found.score))
    assert found.rank[best] == pytest.approx(0.01)
    assert np.bincount(found.quality).tolist() == [5, 10, 35]


def test_settings_that_go_together_among_the_good_are_named_and_chance_is_not():
    together = drawn(150, lambda p, rng: -abs(p["a"] - p["b"]))
    found = correlations_of(together, scored_points(together))
    assert found.values[0, 1] > 0.8
    assert correlations_title(found).sentence.startswith("A and b rise together among the 30 best: ρ 0.9")
    opposite = drawn(150, lambda p, rng: -abs(p["a"] + p["b"] - 1.0))
    assert "go opposite ways" in correlations_title(correlations_of(opposite, scored_points(opposite))).rest
    luck = [drawn(60, lambda p, rng: rng.standard_normal(), seed=s) for s in range(20)]
    assert sum(correlations_of(one, scored_points(one)).chance < 0.05 for one in luck) <= 3


# -- fronts -----------------------------------------------------------------------------------------------------------


def test_the_knee_of_a_front_is_where_it_bends():
    p = SPACE.sample(np.random.default_rng(0))
    points = [(0.0, 10.0), (1.0, 2.0), (4.0, 1.0), (10.0, 0.0), (9.0, 9.0)]
    found = front_shape(told([(p, 0.0, 1.0, one) for one in points], ("minimize", "minimize")))
    assert found.front.numbers.tolist() == [0, 1, 2, 3]
    assert found.knee == 1
    title = front_title(found, ("loss", "size"))
    assert title.sentence == "4 trials of 5 are beaten by none; the front bends at trial 1: loss 1, size 2"
    assert attained_steps(found.front, found.signs).tolist()[:3] == [[0.0, 10.0], [1.0, 10.0], [1.0, 2.0]]


def test_a_straight_front_has_no_knee_and_three_objectives_may_have_one():
    p = SPACE.sample(np.random.default_rng(0))
    straight = told([(p, 0.0, 1.0, (float(n), 4.0 - n)) for n in range(5)], ("minimize", "minimize"))
    assert front_shape(straight).knee is None
    corner = [(0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0), (0.2, 0.2, 0.2)]
    three = front_shape(told([(p, 0.0, 1.0, one) for one in corner], ("minimize",) * 3))
    assert three.knee == 3
    turned = [(-x, y, z) for x, y, z in corner]
    assert front_shape(told([(p, 0.0, 1.0, one) for one in turned], ("maximize", "minimize", "minimize"))).knee == 3


# -- predictions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "verb"), [(1.0, "held"), (3.0, "held less often")])
def test_predictions_are_counted_and_luck_is_allowed_for(off, verb):
    p = SPACE.sample(np.random.default_rng(0))
    why = {"phase": "exploit", "predicted": 0.5, "spread": 0.01}
    rows = [(p, 0.0, 1.0, (0.5 + off * 0.01,), why) for _ in range(20)]
    found = calibration_of(told([*rows, (p, 0.0, 1.0, None, why), (p, 0.0, 1.0, (0.5,))]))
    assert (found.scored, found.expected) == (20, pytest.approx(20 * 0.9545, abs=0.01))
    assert calibration_title(found).subject == f"Predictions {verb}"
    assert "1 failed trial left out" in calibration_title(found).remark
    assert found.least == 17  # of 20 at 0.9545: 16 or fewer come in 1.3 %, 17 or fewer in 5.9 %


def test_a_study_without_predictions_says_so():
    assert calibration_title(calibration_of(told([]))).sentence == "No prediction yet"


def test_what_is_said_of_a_moment():
    p = SPACE.sample(np.random.default_rng(0))
    history = told([(p, 0.0, 1.0, (0.5,), {"phase": "start"}), (p, 1.0, 1.0, None, {"phase": "explore"})])
    assert moment_title(1, 1, None, "start").sentence.startswith("After 1 trial the search still spread")
    assert moment_title(1, 1, None, "").sentence == "After 1 trial there is no model yet"
    words = choice_remark(0, history, {"phase": "start"}, None, is_own=False, strategy="TPE")
    assert words == "Trial 0 was spread evenly; no model was asked. It scored 0.5."
    words = choice_remark(1, history, {"phase": "explore"}, None, is_own=True, strategy="TPE")
    assert words == "Trial 1 was chosen, to explore: it failed."
    assert choice_remark(1, history, {}, None, is_own=False, strategy="TPE") == "TPE did not use this model. It failed."
    assert choice_remark(2, history, {}, None, is_own=True, strategy="TPE") == "This is what it would choose next."
