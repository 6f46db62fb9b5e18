"""Metrics against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from engine.data import metrics
from engine.errors import UserFault


def test_every_task_has_metrics_and_a_default_among_them():
    for task in ("classification", "regression"):
        assert metrics.default(task) in metrics.names(task)
        for name in metrics.names(task):
            assert metrics.get(name).task == task


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_direction_tells_better_from_worse(task):
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3 if task == "classification" else rng.gamma(2.0, size=90)  # one metric is of logarithms
    for name in metrics.names(task):
        metric = metrics.get(name)
        if metric.needs == "labels":
            good, bad = y, rng.permutation(y)
        else:
            good, bad = np.eye(3)[y] * 0.8 + 0.2 / 3, np.full((90, 3), 1 / 3)
        difference = metric.score(y, good) - metric.score(y, bad)
        assert (difference > 0) == (metric.direction == "maximize"), name


def test_ranking_of_two_classes_equals_scikit_learns_area():
    rng = np.random.default_rng(1)
    y, score = rng.integers(0, 2, 80), rng.normal(size=80)
    both = np.column_stack([-score, score])
    assert metrics.get("roc_auc").score(y, both) == reference.roc_auc_score(y, score)


def test_ranking_of_many_classes_equals_scikit_learns_one_against_rest():
    rng = np.random.default_rng(2)
    y, chance = rng.integers(0, 4, 120), rng.dirichlet(np.ones(4), 120)
    expected = reference.roc_auc_score(y, chance, multi_class="ovr")
    assert metrics.get("roc_auc").score(y, chance) == pytest.approx(expected, rel=1e-12)


def test_log_loss_knows_classes_that_do_not_occur():
    chance = np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]])
    assert metrics.get("log_loss").score(np.array([0, 1]), chance) == pytest.approx(np.log(2))


def test_ranking_of_rows_of_one_class_is_undefined():
    assert np.isnan(metrics.get("roc_auc").score(np.zeros(5, dtype=int), np.full((5, 2), 0.5)))


def test_probabilities_are_asked_for_only_where_needed():
    assert metrics.get("log_loss").needs_probability
    assert not metrics.get("roc_auc").needs_probability


def test_an_unknown_metric_is_refused_with_the_known_ones():
    with pytest.raises(UserFault, match="accuracy"):
        metrics.get("luck")
