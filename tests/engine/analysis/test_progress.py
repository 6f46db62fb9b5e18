import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis import best_so_far, robust_range, score_progress, step_line
from tests.engine.analysis.studies import history_of


def test_leaders_are_the_trials_that_beat_all_before_them():
    shown = score_progress(history_of([0.5, 0.4, 0.7, "failed", 0.7, 0.9, None]))
    assert shown.leaders.tolist() == [0, 2, 5]
    assert shown.records.tolist() == [0.5, 0.7, 0.9]
    assert (shown.best, shown.best_score, shown.since, shown.finished) == (5, 0.9, 0, 6)


def test_leaders_follow_the_direction():
    assert score_progress(history_of([0.5, 0.4, 0.7], "minimize")).leaders.tolist() == [0, 1]


def test_a_study_without_a_complete_trial_has_no_best():
    shown = score_progress(history_of(["failed", None, "pruned"]))
    assert shown.best is None
    assert np.isnan(shown.best_score)
    assert step_line(shown)[0].tolist() == []


def test_trials_since_the_best_count_what_has_finished():
    assert score_progress(history_of([0.9, 0.4, "failed", None])).since == 2


def test_the_step_line_keeps_a_record_until_it_is_beaten_and_ends_at_the_last_finished_trial():
    x, y = step_line(score_progress(history_of([0.5, 0.4, 0.7, 0.6, None])))
    assert x.tolist() == [0, 2, 2, 3]
    assert y.tolist() == [0.5, 0.5, 0.7, 0.7]


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.sampled_from(["failed", "pruned"]), st.none()), max_size=40))
@settings(deadline=None, max_examples=60)
def test_the_best_agrees_with_the_history_and_the_line_never_gets_worse(scores):
    history = history_of(scores)
    shown = score_progress(history)
    assert shown.best == history.best_number()
    assert np.all(np.diff(step_line(shown)[1]) >= 0)


@given(scores=st.lists(st.floats(0, 1), min_size=1, max_size=60), most=st.integers(2, 70))
def test_the_best_so_far_ends_with_the_best_and_never_has_more_points_than_asked_for(scores, most):
    line = best_so_far(score_progress(history_of(scores, "minimize")), most)
    assert len(line) == min(len(scores), most)
    assert line[0] == scores[0]
    assert line[-1] == min(scores)
    assert np.all(np.diff(line) <= 0)


def test_a_few_hopeless_scores_do_not_flatten_the_axis():
    scores = np.concatenate([np.linspace(0.1, 0.5, 50), [1e9]])
    assert robust_range(scores, minimize=True) == pytest.approx((0.1, 0.5))
    assert robust_range(-scores, minimize=False) == pytest.approx((-0.5, -0.1))


def test_an_outstanding_winner_is_never_cut_off():
    scores = np.concatenate([np.linspace(10.0, 11.0, 50), [0.1]])
    assert robust_range(scores, minimize=True)[0] == 0.1


def test_no_finite_score_has_no_range():
    assert robust_range(np.array([np.nan, np.inf]), minimize=True) is None


def test_a_single_score_is_its_own_range():
    assert robust_range(np.array([2.0]), minimize=False) == (2.0, 2.0)
