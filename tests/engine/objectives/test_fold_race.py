"""After how many folds a trial is given up, rule by rule, and what its folds lead to expect."""

import math

import pytest

from engine.objectives.fold_race import FoldRace, rule_of

BEST = (0.30, 0.10, 0.20, 0.25, 0.15)  # its mean is 0.20, its worst fold 0.10 above that


def race(rule="paired", variance=0.0001, sign=1.0, losses=BEST):
    return FoldRace(
        7, tuple(range(len(losses))), tuple(sign * one for one in losses) if sign < 0 else losses, sign, variance, rule
    )


def behind(by, folds, losses=BEST):
    return {fold: losses[fold] + by for fold in range(folds)}


@pytest.mark.parametrize(("by", "ends"), [(-0.05, False), (0.0, False), (0.0127, False), (0.0130, True), (0.5, True)])
def test_the_paired_race_ends_where_luck_would_do_that_in_one_of_ten(by, ends):
    # One fold, sd 0.01 known as of three folds: the limit is 1.2816 * 0.01.
    assert bool(race().stop_reason(behind(by, 1))) is ends


def test_a_fold_that_is_hard_for_all_says_nothing():
    assert race().stop_reason({0: 0.30}) == ""
    assert race().stop_reason({1: 0.30}) != ""


def test_more_folds_tell_a_smaller_difference():
    assert race().stop_reason(behind(0.008, 1)) == ""
    assert race().stop_reason(behind(0.008, 3)).startswith("After 3 of 5 folds its score was behind that of trial 7 by")


def test_folds_that_disagree_count_for_less():
    assert race().stop_reason({0: 0.30 + 0.02, 1: 0.10 + 0.02}) != ""
    assert race().stop_reason({0: 0.30 + 0.09, 1: 0.10 - 0.05}) == ""


def test_forgiving_asks_for_as_much_as_the_worst_fold_of_the_best():
    assert race("forgiving").stop_reason(behind(0.0999, 2)) == ""
    assert "beyond the worst fold of that one (0.1)" in race("forgiving").stop_reason(behind(0.1001, 2))


def test_the_signed_ranks_need_folds_before_they_are_sure():
    many = tuple(0.1 + fold / 100 for fold in range(10))
    found = [bool(race("wilcoxon", losses=many).stop_reason(behind(0.01, folds, many))) for folds in range(1, 10)]
    assert found == [False, False, False, True, True, True, True, True, True]  # 1/16 is below 0.1, 1/8 is not


def test_nothing_is_decided_before_the_first_fold_and_after_the_last():
    assert race().stop_reason({}) == ""
    assert race().stop_reason(behind(9.0, 5)) == ""


@pytest.mark.parametrize("strange", [math.nan, -math.inf])
def test_what_is_no_number_is_not_for_the_race_to_judge(strange):
    assert race().stop_reason({0: strange}) == ""


def test_direction_only_turns_the_sign():
    for by in (0.005, 0.5):
        larger = FoldRace(7, (0, 1, 2, 3, 4), tuple(-one for one in BEST), -1.0, 0.0001, "paired")
        assert larger.stop_reason({0: BEST[0] - by}) == race().stop_reason({0: BEST[0] + by})


def test_what_is_expected_takes_out_how_hard_the_folds_are():
    expected, spread = race().expected_score({0: 0.32})
    assert expected == pytest.approx(0.22)
    assert spread == pytest.approx(0.01 * math.sqrt(1 - 1 / 5))
    assert race().expected_score(behind(0.02, 4))[1] < spread


@pytest.mark.parametrize(
    ("name", "folds", "rule"),
    [
        ("off", 5, None), ("on", 1, None), ("on", 5, "paired"), ("on", 10, "paired"),
        ("forgiving", 5, "forgiving"), ("wilcoxon", 7, "paired"), ("wilcoxon", 8, "wilcoxon"),
    ],
)  # fmt: skip
def test_what_a_setting_means(name, folds, rule):
    assert rule_of(name, folds) == rule
