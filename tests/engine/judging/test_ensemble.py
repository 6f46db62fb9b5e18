"""An ensemble of trials: chosen on stored predictions, judged on rows that chose nothing, told from one trial alone."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec.structs import replace as replace_struct
from sklearn.metrics import average_precision_score, roc_auc_score

from engine.data.out_of_fold import Predictions
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.judging.drawn_scores import scores_on_draws
from engine.judging.ensemble import choose_ensemble, study_ensemble
from engine.judging.ensemble_words import ensemble_caution, ensemble_finding, ensemble_sentence
from engine.judging.metric_choice import choose_metric
from engine.objectives.description import Validation
from engine.trials import History
from tests.engine.judging.made import made_numbers, made_probabilities
from tests.helpers.judged import OBJECTIVE, SETUP


def chosen(name, made, numbers=None, **more):
    rows, models = made
    metric = choose_metric(name, rows, 1 if len(rows.classes) == 2 else None)
    return choose_ensemble(metric, rows, models, range(len(models)) if numbers is None else numbers, **more)


@pytest.mark.parametrize("name", ["accuracy", "roc_auc"])
def test_models_that_err_apart_are_better_together(name):
    found = chosen(name, made_probabilities(200, 5, 1), range(20, 25))
    assert found.helps
    assert 0 < found.low < found.gain < found.high
    assert len(found.members) > 2
    assert sum(weight for _, weight in found.members) == pytest.approx(1)
    assert {number for number, _ in found.members} <= set(range(20, 25))
    assert ensemble_finding(found)[1].startswith("beats the best one alone")
    assert ensemble_caution(found) == ""
    assert not replace(found, low=-0.001).helps  # its gain alone is no proof


def test_the_error_of_the_gain_is_half_as_large_again_for_five_folds_that_share_rows():
    """The square root of 1 + 5/4 times that of independent rows (Nadeau and Bengio 2003)."""
    rows, models = made_probabilities(600, 5, 1)
    found = chosen("accuracy", (rows, models))
    mean = sum(weight * models[number].values for number, weight in found.members)
    gains = (mean.argmax(axis=1) == rows.y) * 1.0 - (models[found.best].labels == rows.y)
    assert 1.3 < found.standard_error / (gains.std() / np.sqrt(len(gains))) < 1.9


def test_the_score_is_that_of_the_weighted_mean():
    rows, models = made_numbers(200, 6, 2)
    found = chosen("rmse", (rows, models))
    mean = sum(weight * models[number].values for number, weight in found.members)
    folds = [np.sqrt(np.mean((rows.y - mean)[rows.folds == fold] ** 2)) for fold in range(5)]
    assert found.score == pytest.approx(np.mean(folds))
    assert found.gain == pytest.approx(found.fresh_best_score - found.fresh_score)
    assert found.helps


def test_copies_of_one_model_are_one_model():
    rows, models = made_probabilities(200, 1, 3)
    found = chosen("accuracy", (rows, models * 5))
    assert found.members == ((0, 1.0),)
    assert (found.gain, found.helps) == (0.0, False)
    assert ensemble_finding(found) == ("An ensemble of these trials", "would be trial 0 alone")


def test_what_was_gained_by_choosing_is_not_gained_on_other_rows():
    """Models that know nothing: their best mean looks better on the rows that chose it, and is not."""
    rows, models = made_probabilities(150, 12, 4)
    rng = np.random.default_rng(0)
    rows = replace(rows, y=rng.permutation(rows.y))
    found = chosen("roc_auc", (rows, models))
    assert found.score > found.best_score + 0.02
    assert not found.helps
    assert "not known to be better" in ensemble_caution(found)
    assert "one model is simpler" in ensemble_sentence(found)


def test_a_row_of_several_folds_never_chooses_what_judges_it():
    """Models that know nothing, each row in two folds: were its copy to choose, luck would pass for skill."""
    rows, models = made_probabilities(100, 20, 5)
    rng = np.random.default_rng(3)
    rows = replace(rows, y=rng.permutation(rows.y))
    folds = np.concatenate([rows.folds, 5 + rng.permutation(rows.folds)])
    twice = replace(rows, rows=np.tile(rows.rows, 2), y=np.tile(rows.y, 2), folds=folds)
    doubled = [Predictions("probability", np.tile(one.values, (2, 1)), np.tile(one.labels, 2)) for one in models]
    assert chosen("roc_auc", (twice, doubled)).fresh_score < 0.48  # 0.51 where copies choose


def test_a_single_fold_is_judged_by_parts_of_it():
    rows, models = made_numbers(150, 5, 6)
    assert chosen("rmse", (replace(rows, folds=np.zeros(150, dtype=np.int64)), models)).helps


def test_areas_of_a_single_draw_are_exact_with_ties():
    rows, models = made_probabilities(400, 2, 7)
    tied = [Predictions("probability", one.values.round(1), one.labels) for one in models]
    once = np.ones((400, 1), dtype=np.float32)
    for name, function in (("roc_auc", roc_auc_score), ("average_precision", average_precision_score)):
        found = scores_on_draws(choose_metric(name, rows, 1), rows, tied, once)[:, 0]
        wanted = [
            np.mean([function(rows.y[rows.folds == k], one.values[rows.folds == k, 1]) for k in range(5)])
            for one in tied
        ]
        assert found == pytest.approx(wanted, abs=1e-12)


def test_it_ends_when_nobody_waits_and_says_what_is_lacking():
    rows, models = made_probabilities(60, 3, 8)
    with pytest.raises(Cancelled):
        chosen("accuracy", (rows, models), is_cancelled=lambda: True)
    history = History(SETUP.search_space(), ("maximize",))
    with pytest.raises(UserFault, match="keeps no predictions"):
        study_ensemble({}, OBJECTIVE, history)
    for number in range(3):
        history.apply(TrialStarted(number, history.space.decode([0.5, 0.5]), 0.0))
        history.apply(TrialEnded(number, "complete", 1.0, 1.0, (0.9,)))
    margins = {number: (rows, Predictions("margin", one.values, one.labels)) for number, one in enumerate(models)}
    with pytest.raises(UserFault, match="tell no probabilities"):
        study_ensemble(margins, OBJECTIVE, history)
    with pytest.raises(UserFault, match="two complete trials at least"):
        study_ensemble({0: (rows, models[0])}, OBJECTIVE, history)
    apart = replace_struct(OBJECTIVE, validation=Validation("holdout"))
    with pytest.raises(UserFault, match="rows of its own"):
        study_ensemble({number: (rows, one) for number, one in enumerate(models)}, apart, history)
