"""A verdict names a winner where there is one, and says so where strategies cannot be told apart."""

import numpy as np
import pytest

from engine.analysis import (
    coverage,
    coverage_pair,
    coverage_pairs,
    coverage_words,
    shown_repeat,
    verdict,
    verdict_words,
)
from engine.analysis.verdict import superiority_interval
from engine.maths.holm import holm_adjusted
from engine.space import Float, Int, SearchSpace


def judged(final, quality=None, is_minimized=True):
    final = np.array(final, dtype=float)
    curve = np.repeat(final[:, :, None], 4, axis=2)
    names = [f"s{place}" for place in range(len(final))]
    about = final, curve, np.full(curve.shape, 0.01), np.ones(final.shape, dtype=bool)
    return verdict(names, *about, is_minimized=is_minimized, quality=quality)


@pytest.mark.parametrize("repeats", [10, 12, 20])
def test_a_strategy_against_itself_covers_one_half(repeats):
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        pair = judged(rng.normal(size=(2, repeats))).pair(0, 1)
        covered += pair.low <= 0.5 <= pair.high
    assert covered >= 0.93 * 200


def test_ties_count_half():
    pair = judged([[1, 1, 1, 1], [1, 1, 1, 1]]).pair(0, 1)
    assert pair.probability == 0.5
    assert pair.low < 0.5 < pair.high
    assert not pair.is_told_apart


def test_the_interval_is_that_of_clopper_and_pearson():
    assert superiority_interval(10, 10) == pytest.approx((0.05 ** (1 / 10), 1.0))
    assert superiority_interval(0, 10) == pytest.approx((0.0, 1 - 0.05 ** (1 / 10)))


def test_holm_stops_at_the_first_that_is_chance():
    assert holm_adjusted([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm_adjusted([0.001, 0.02, 0.015]) == pytest.approx([0.003, 0.03, 0.03])
    assert holm_adjusted([]) == []


def test_who_wins_often_but_not_nine_times_in_ten_leads_together_with_the_other():
    pair = judged([[0.0] * 32 + [2.0] * 8, [1.0] * 40])
    assert pair.pair(0, 1).low > 0.5
    assert pair.leaders == (0, 1)


def test_who_beats_everybody_is_named_alone():
    steps = np.arange(10) / 100
    found = judged([2 + steps, 1 + steps, 3 + steps])
    assert found.order == (1, 0, 2)
    assert found.has_winner
    words = verdict_words(found, ["Random", "Bayesian", "Grid"])
    assert words.sentence == "Bayesian leads: it beats Random, the next, in all of 10 repeats."
    assert "than Random with 1.00 (0.74 to 1.00)" in words.remark


def test_two_that_share_the_wins_lead_together():
    rng = np.random.default_rng(0)
    found = judged([rng.normal(size=12), rng.normal(size=12), 10 + rng.normal(size=12)])
    assert set(found.leaders) == {0, 1}
    assert not found.has_winner
    words = verdict_words(found, ["A", "B", "C"])
    assert words.rest == "and cannot be told apart; both beat C in at least nine of ten repeats"


def test_where_nobody_can_be_told_apart_all_are_named():
    found = judged(np.random.default_rng(3).normal(size=(3, 12)))
    assert verdict_words(found, ["A", "B", "C"]).rest == "cannot be told apart after 12 repeats"


def test_a_win_of_too_few_repeats_is_no_win():
    assert not judged([[1, 1, 1, 1], [2, 2, 2, 2]]).has_winner  # 0.47 to 1
    assert judged([[1] * 5, [2] * 5]).has_winner  # 0.55 to 1


def test_a_poor_model_names_nobody_and_says_how_poor_it_is():
    found = judged([[1] * 9, [2] * 9], quality=-0.15)
    assert not found.has_winner
    words = verdict_words(found, ["A", "B"])
    assert words.sentence == "No winner is named: the model of these trials is too poor to tell (quality −0.15)."
    assert judged([[1] * 9, [2] * 9], quality=0.5).has_winner


def test_larger_is_better_where_scores_are_maximized():
    found = judged([[1] * 9, [2] * 9], is_minimized=False)
    assert found.leaders == (1,)
    assert found.medians.tolist() == [1.0, 2.0]


def test_a_search_without_any_score_counts_as_the_worst():
    found = judged([[np.nan, 1.0, np.nan], [5.0, 5.0, 5.0]])
    assert found.wins[1, 0] == pytest.approx(2 / 3)
    assert judged([[np.nan], [np.nan]]) is None


def test_only_whole_repeats_count():
    final = np.array([[1.0, 1.0], [2.0, np.nan]])
    curve = np.repeat(final[:, :, None], 2, axis=2)
    done = np.array([[True, True], [True, False]])
    assert verdict(["a", "b"], final, curve, curve, done, is_minimized=True).repeats == 1
    assert verdict(["a", "b"], final, curve, curve, done & False, is_minimized=True) is None


def test_trials_to_the_target_are_those_of_the_repeats_that_came_to_it():
    curve = np.array([[[9.0, 1.0, 1.0], [9.0, 9.0, 1.0]], [[9.0, 9.0, 9.0], [5.0, 5.0, 5.0]]])
    found = verdict(["a", "b"], curve[:, :, -1], curve, curve, np.ones((2, 2), bool), is_minimized=True)
    assert found.target == 4.0
    assert found.reached.tolist() == [2, 0]
    assert found.trials_to_target[0] == 2.5
    assert np.isnan(found.trials_to_target[1])


def test_the_target_is_one_of_trials_also_where_others_rows_judge():
    curve = np.array([[[0.5, 0.8]], [[0.5, 0.9]]])
    final = np.array([[1.0], [1.0]])
    found = verdict(["a", "b"], final, curve, curve, np.ones((2, 1), bool), is_minimized=False)
    assert found.target == pytest.approx(0.85)
    assert found.reached.tolist() == [0, 1]
    assert found.medians.tolist() == [1.0, 1.0]


def test_a_grid_repeats_values_and_random_search_does_not():
    space = SearchSpace({"layers": Int(1, 3), "learning_rate": Float(0, 1), "decay": Float(0, 1)})
    assert coverage_pair(space) == ("learning_rate", "decay")
    pairs = (("learning_rate", "decay"), ("learning_rate", "layers"), ("decay", "layers"))
    assert coverage_pairs(space) == pairs
    grid = [{"layers": 1, "learning_rate": a / 4, "decay": b / 4} for a in range(5) for b in range(5)]
    seen = coverage(space, ("learning_rate", "decay"), grid, np.zeros(25))
    assert seen.distinct == (5, 5)
    assert coverage_words(seen, "Grid", "learning_rate") == "Grid: 20 of 25 trials repeat a learning rate"
    rng = np.random.default_rng(0)
    seen = coverage(space, ("learning_rate", "decay"), [space.sample(rng) for _ in range(25)], np.zeros(25))
    assert coverage_words(seen, "Random", "learning_rate") == "Random: no learning rate twice"


def test_the_repeat_that_is_shown_is_the_lower_middle_one_of_the_leader():
    final = np.array([[3.0, 1.0, 2.0, 4.0], [0.0, 0.0, 0.0, 0.0]])
    assert shown_repeat(final, 0, is_minimized=False) == 2
    assert shown_repeat(final, 0, is_minimized=True) == 0
    assert shown_repeat(final * np.nan, 0, is_minimized=True) is None
