"""What stored predictions tell of mistakes, beside scikit-learn's own numbers."""

import math

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression

from engine.analysis.confusion import OTHERS, Confusion, confusion, confusion_at
from engine.analysis.error_words import (
    confusion_title,
    hard_rows_title,
    reliability_title,
    residuals_title,
    threshold_sentence,
)
from engine.analysis.hard_rows import hard_rows
from engine.analysis.reliability import reliability
from engine.analysis.rescored_words import rank_trials, rescored_title
from engine.analysis.residuals import residuals
from engine.analysis.thresholds import Costs, choose_threshold, threshold_curve
from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.maths.intervals import wilson_interval

ROWS, FOLDS = 400, 4


def rows_of(y, classes=(), rows=None) -> OutOfFoldRows:
    count = len(y)
    places = np.arange(count) if rows is None else np.asarray(rows)
    return OutOfFoldRows(places, np.arange(count) * FOLDS // count, np.asarray(y), classes)


def said_of(probabilities) -> Predictions:
    values = np.asarray(probabilities, dtype=float)
    return Predictions("probability", values, values.argmax(axis=1))


@pytest.fixture
def two() -> tuple[OutOfFoldRows, Predictions]:
    """One row in five is positive, and probabilities are those by which it was drawn."""
    rng = np.random.default_rng(7)
    p = rng.beta(1, 4, ROWS)
    y = (rng.random(ROWS) < p).astype(np.int64)
    return rows_of(y, ("no", "yes")), said_of(np.column_stack([1 - p, p]))


def test_the_matrix_is_scikit_learns(two):
    rows, said = two
    found = confusion(rows, said)
    assert found.counts.tolist() == metrics.confusion_matrix(rows.y, said.labels).tolist()
    assert found.recall == pytest.approx(metrics.recall_score(rows.y, said.labels, average=None))
    assert found.precision == pytest.approx(metrics.precision_score(rows.y, said.labels, average=None, zero_division=0))
    title = confusion_title(found, 3)
    assert title.sentence == f"yes taken for no: {found.counts[1, 0]} of {found.total - found.right} mistakes"
    right = Confusion(("a", "b"), np.diag([3, 4]))
    assert confusion_title(right, 0).sentence == "No mistake in 7 predictions"


def test_many_classes_become_those_that_are_mistaken_and_others():
    counts = np.diag(np.full(30, 5))
    counts[7, 9] = 4
    found = Confusion(tuple(f"c{k}" for k in range(30)), counts).shortened(4)
    assert found.classes[-1] == OTHERS
    assert {"c7", "c9"} < set(found.classes)
    assert found.total == counts.sum()
    assert found.right == counts.trace()


def test_counts_at_every_threshold_are_those_of_a_pass_over_the_rows(two):
    rows, said = two
    curve = threshold_curve(rows, said, 1)
    p, truth = said.values[:, 1], rows.y == 1
    for threshold in [0.0, 0.1, 0.25, float(p[7]), 0.5, 0.999, 1.0]:
        counts = curve.at(threshold)
        wanted = metrics.confusion_matrix(truth, p >= threshold, labels=[False, True]).ravel().tolist()
        assert [counts.tn, counts.fp, counts.fn, counts.tp] == wanted
        assert confusion_at(curve, threshold).counts.ravel().tolist() == wanted
        assert counts.value("f1", Costs()) == pytest.approx(metrics.f1_score(truth, p >= threshold, zero_division=0))
        balanced = metrics.balanced_accuracy_score(truth, p >= threshold)
        assert counts.value("balanced_accuracy", Costs()) == pytest.approx(balanced)
        wanted_cost = (2 * wanted[1] + 7 * wanted[2]) / ROWS
        assert counts.value("cost", Costs(2, 7)) == pytest.approx(wanted_cost)
    assert threshold_curve(rows, Predictions("label", rows.y, rows.y), 1) is None


def test_the_best_threshold_follows_costs_as_theory_has_it():
    rng = np.random.default_rng(1)
    p = rng.random(20_000)
    y = (rng.random(len(p)) < p).astype(np.int64)
    rows, said = rows_of(y, ("no", "yes")), said_of(np.column_stack([1 - p, p]))
    found = choose_threshold(rows, said, 1, "cost", Costs(1, 4))
    assert found.threshold == pytest.approx(1 / 5, abs=0.03)  # of honest probabilities: fp / (fp + fn)
    assert found.gain > 3 * found.standard_error
    assert threshold_sentence(found).endswith(".")
    assert "a gain of" in threshold_sentence(found)


def test_a_threshold_is_not_praised_on_the_rows_that_chose_it():
    rng = np.random.default_rng(2)
    p = rng.random(60)
    y = (rng.random(60) < 0.5).astype(np.int64)  # nothing to find
    rows, said = rows_of(y, ("no", "yes")), said_of(np.column_stack([1 - p, p]))
    curve = threshold_curve(rows, said, 1)
    found = choose_threshold(rows, said, 1, "accuracy")
    assert found.value < curve.at(found.threshold).value("accuracy", Costs())
    assert "not told apart" in threshold_sentence(found)
    single = OutOfFoldRows(rows.rows, np.zeros(60, dtype=np.int64), rows.y, rows.classes)
    assert math.isnan(choose_threshold(single, said, 1, "accuracy").gain)


def test_bins_are_scikit_learns_and_the_slope_is_that_of_a_logistic_regression(two):
    rows, said = two
    found = reliability(rows, said, 1)
    observed, predicted = calibration_curve(rows.y == 1, said.values[:, 1], n_bins=10, strategy="quantile")
    assert found.observed == pytest.approx(observed)
    assert found.predicted == pytest.approx(predicted)
    assert found.brier == pytest.approx(metrics.brier_score_loss(rows.y, said.values[:, 1]))
    odds = np.log(said.values[:, 1] / said.values[:, 0])
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(odds[:, None], rows.y)
    assert found.slope == pytest.approx(model.coef_[0, 0], rel=1e-3)
    assert reliability_title(found, 0).sentence == "The probability of yes holds as far as 400 predictions can tell"


@pytest.mark.parametrize(("power", "said_so"), [(3.0, "too far from one half"), (0.3, "too near to one half")])
def test_probabilities_that_do_not_hold_are_said_to(power, said_so):
    rng = np.random.default_rng(3)
    p = rng.random(2000)
    y = (rng.random(len(p)) < p).astype(np.int64)
    odds = power * np.log(p / (1 - p))
    q = 1 / (1 + np.exp(-odds))
    found = reliability(rows_of(y, ("no", "yes")), said_of(np.column_stack([1 - q, q])), 1)
    assert said_so in reliability_title(found, 0).sentence


def test_of_many_classes_the_chosen_one_is_asked():
    rng = np.random.default_rng(4)
    p = rng.dirichlet(np.ones(3), 600)
    y = np.array([rng.choice(3, p=one) for one in p])
    found = reliability(rows_of(y, ("a", "b", "c")), said_of(p), None)
    assert found.of == ""
    assert found.base == pytest.approx(np.mean(y == p.argmax(axis=1)))
    certain = reliability(rows_of(np.array([0, 1, 1, 0]), ("a", "b")), said_of([[1, 0], [0, 1]] * 2), 1)
    assert math.isfinite(certain.brier)
    assert reliability_title(certain, 0).sentence


def test_residuals_and_their_pattern():
    rng = np.random.default_rng(5)
    said = rng.uniform(1, 10, 500)
    grows = residuals(rows_of(said + rng.normal(0, 0.1 * said)), Predictions("value", said))
    assert residuals_title(grows, 0).sentence.startswith("Errors grow with the prediction")
    shifted = residuals(rows_of(said + 0.5 + rng.normal(0, 0.3, 500)), Predictions("value", said))
    assert residuals_title(shifted, 0).sentence == f"Predictions are too low by {shifted.bias:.2f} on average"
    assert np.mean((shifted.residual >= shifted.low) & (shifted.residual <= shifted.high)) == pytest.approx(
        0.9, abs=0.01
    )
    assert residuals_title(residuals(rows_of(np.ones(3)), Predictions("value", np.ones(3))), 0).sentence


def test_rows_that_no_model_gets_right():
    y = np.array([0, 0, 1, 1, 1])
    rows = rows_of(y, ("a", "b"), rows=[10, 11, 12, 13, 14])
    models = [Predictions("label", np.array(said), np.array(said)) for said in ([0, 1, 1, 0, 1], [0, 1, 1, 1, 1])]
    found = hard_rows(rows, models)
    assert found.rows.tolist() == [11]
    assert (found.wrong_in_all, found.models, found.of) == (1, 2, 5)
    assert found.disputed == pytest.approx(0.2)
    assert hard_rows_title(found).sentence == "1 row is wrong in all of the 2 best models"
    assert hard_rows_title(hard_rows(rows, [Predictions("label", y, y)])).sentence.startswith("No row")


def test_numbers_that_every_model_misses_in_the_same_way():
    rows = rows_of(np.array([1.0, 5.0, 9.0]), rows=[3, 1, 2])
    models = [Predictions("value", np.array(said)) for said in ([1.5, 4.0, 2.0], [0.5, 4.5, 3.0])]
    found = hard_rows(rows, models)
    assert found.rows.tolist() == [2, 1]  # row 3 lies between both
    assert found.miss.tolist() == [6.0, 0.5]
    assert hard_rows_title(found).sentence.startswith("Row 3 is missed by 6 or more")


def test_a_row_of_repeated_folds_is_one_row():
    y = np.array([0, 1, 0, 1])
    rows = rows_of(y, ("a", "b"), rows=[0, 1, 0, 1])
    said = np.array([1, 1, 0, 1])
    found = hard_rows(rows, [Predictions("label", said, said)])
    assert found.of == 2
    assert found.wrong_in_all == 0


def test_the_order_under_another_metric_is_told_beside_the_old_one():
    before = np.array([0.9, 0.8, 0.7])
    found = rank_trials("Log loss", "minimize", {0: 0.5, 1: 0.3, 2: 0.4}, {0: 0.01, 1: 0.01, 2: 0.01}, before, 0, -1.0)
    assert [one.number for one in found.best] == [1, 2, 0]
    assert [one.place_before for one in found.best] == [2, 3, 1]
    title = rescored_title(found, "accuracy")
    assert title.sentence == "Trial 1 is best by Log loss: 0.300 ± 0.01"
    assert "Trial 0, best by accuracy, is number 3 there" in title.remark
    same = rank_trials("F1", "maximize", {0: 0.5, 1: 0.3}, {0: None, 1: None}, before, 0, -1.0)
    assert rescored_title(same, "accuracy").sentence == "Trial 0 is best by F1 too: 0.5"


def test_an_interval_of_a_share_is_wilsons():
    low, high = wilson_interval(np.array([5, 0]), np.array([10, 20]))
    assert (low[0], high[0]) == pytest.approx((0.2693, 0.7307), abs=1e-3)  # 90 %, Wilson 1927
    assert low[1] == 0.0
    assert 0 < high[1] < 0.2
