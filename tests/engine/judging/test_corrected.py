"""The corrected score is free of the luck of the choice; the long campaign is ``tests.campaigns.honest_scores``."""

from dataclasses import replace

import numpy as np
import pytest

from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.judging.corrected import correct_score
from engine.judging.corrected_words import optimism_sentence
from engine.judging.metric_choice import choose_metric
from tests.campaigns.honest_scores import campaign
from tests.engine.judging.made import made_probabilities, made_study


def test_a_slice_of_the_campaign_has_little_bias_and_its_coverage():
    found = campaign(studies=8, rows=(100, 500), trials=(20, 60))
    assert abs(found.bias) <= 0.25
    assert found.naive > 0.7  # standard errors: what the correction takes away
    assert found.coverage >= 0.8  # of 64 studies; the campaign asks for 0.87 to 0.97


def test_a_single_trial_owes_nothing_to_luck():
    rows, models, _ = made_study(500, 1, 0, 3)
    found = correct_score(choose_metric("accuracy", rows, 1), rows, models, [7])
    assert found.number == 7
    right = models[0].labels == rows.y
    assert found.naive == pytest.approx(np.mean([right[rows.folds == fold].mean() for fold in range(5)]))
    assert found.score == pytest.approx(found.naive, abs=0.003)
    assert found.standard_error == pytest.approx(np.sqrt(0.8 * 0.2 / 500), rel=0.2)


@pytest.mark.parametrize("name", ["roc_auc", "log_loss", "f1", "median_of_everything"])
def test_other_metrics_are_corrected_towards_worse(name):
    rows, models = made_probabilities(200, 25, 5)
    metric = choose_metric(name if name != "median_of_everything" else "minimize: quantile(abs(y - p), 0.9)", rows, 1)
    found = correct_score(metric, rows, models, range(25))
    assert metric.sign * (found.score - found.naive) > 0
    assert found.optimism == pytest.approx(abs(found.score - found.naive))
    assert "next to nothing to luck" in optimism_sentence(replace(found, optimism=-found.optimism))
    assert 0 < found.standard_error < 0.1
    assert found.low < found.score < found.high


def test_the_same_seed_gives_the_same_digits_and_cancelling_gives_none():
    rows, models, _ = made_study(200, 10, 1, 4)
    metric = choose_metric("accuracy", rows, 1)
    assert correct_score(metric, rows, models, range(10)) == correct_score(metric, rows, models, range(10))
    assert correct_score(metric, rows, models, range(10), is_cancelled=lambda: True) is None


def test_models_that_are_all_alike_are_not_corrected():
    rows, models, _ = made_study(300, 1, 0, 6)
    same = [Predictions("label", models[0].labels, models[0].labels)] * 20
    found = correct_score(choose_metric("accuracy", rows, 1), rows, same, range(20))
    assert found.score == pytest.approx(found.naive, abs=0.005)


def test_an_interval_ends_where_no_score_lies():
    rows, _, _ = made_study(200, 1, 0, 7)
    labels = np.where(np.arange(200) == 3, 1 - rows.y, rows.y)
    found = correct_score(choose_metric("accuracy", rows, 1), rows, [Predictions("label", labels, labels)], [0])
    assert found.low < found.score < 1.0
    assert found.high == 1.0


def test_rows_of_rare_classes_judge_as_often_as_others():
    """One row of a class in each fold, which no model gets right: drawn by itself it would never be left out."""
    folds = np.repeat(np.arange(5), 10)
    y = np.tile([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 5)
    rows = OutOfFoldRows(np.arange(50), folds, y, ("often", "seldom"), key="made")
    models = [Predictions("label", zeros, zeros) for zeros in np.zeros((3, 50), dtype=np.int64)]
    found = correct_score(choose_metric("accuracy", rows, 1), rows, models, range(3))
    assert found.naive == pytest.approx(0.9)
    assert found.score == pytest.approx(0.9, abs=0.02)
