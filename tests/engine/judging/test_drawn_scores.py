"""Scores of drawn rows are what scikit-learn says of the rows written out."""

import numpy as np
import pytest

from engine.data import metrics
from engine.judging.drawn_scores import is_fast, scores_on_draws
from engine.judging.draws import draw_rows
from engine.judging.metric_choice import choose_metric
from tests.engine.judging.made import made_numbers, made_probabilities

OTHERS = ["f1:no", "roc_auc:no", 'cost:{"no": {"yes": 1}, "yes": {"no": 5}}']


def written_out(metric, rows, models, weights):
    found = np.empty((len(models), weights.shape[1]))
    for draw in range(weights.shape[1]):
        for place, model in enumerate(models):
            scores = []
            for fold in range(rows.fold_count):
                mine = np.flatnonzero(rows.folds == fold)
                places = np.repeat(mine, weights[mine, draw].astype(int))
                scores.append(metric.of(rows.y, model, places))
            found[place, draw] = np.nanmean(scores)
    return found


@pytest.mark.parametrize("classes", [("no", "yes"), ("a", "b", "c")])
@pytest.mark.parametrize("name", metrics.names("classification"))
def test_metrics_of_classes(name, classes):
    rows, models = made_probabilities(150, 2, 1, classes)
    metric = choose_metric(name, rows, 1 if len(classes) == 2 else None)
    weights = draw_rows(rows, 40, np.random.default_rng(0)).counts[:, :3]
    found = scores_on_draws(metric, rows, models, weights)
    assert found == pytest.approx(written_out(metric, rows, models, weights), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", OTHERS)
def test_metrics_of_one_class_and_costs(name):
    rows, models = made_probabilities(150, 2, 2)
    metric = choose_metric(name, rows, 1)
    weights = draw_rows(rows, 40, np.random.default_rng(0)).counts[:, :3]
    assert is_fast(metric, rows)
    assert scores_on_draws(metric, rows, models, weights) == pytest.approx(
        written_out(metric, rows, models, weights), rel=1e-5, abs=1e-5
    )


@pytest.mark.parametrize("name", [*metrics.names("regression"), "pinball:0.9", "minimize:mean(abs(y - p)) + max(p)"])
def test_metrics_of_numbers(name):
    rows, models = made_numbers(150, 2, 3)
    metric = choose_metric(name, rows, None)
    weights = draw_rows(rows, 40, np.random.default_rng(0)).counts[:, :3]
    assert scores_on_draws(metric, rows, models, weights) == pytest.approx(
        written_out(metric, rows, models, weights), rel=1e-5, abs=1e-5
    )


def test_groups_and_blocks_of_time_are_drawn_whole():
    rows, _ = made_numbers(60, 1, 4)
    grouped = type(rows)(rows.rows, rows.folds, rows.y, groups=np.arange(60) // 3)
    counts = draw_rows(grouped, 40, np.random.default_rng(0)).counts.reshape(20, 3, -1)
    assert (counts == counts[:, :1]).all()
    ordered = type(rows)(rows.rows, rows.folds, rows.y, is_ordered=True)
    drawn = draw_rows(ordered, 40, np.random.default_rng(0)).counts
    first = drawn[np.flatnonzero(rows.folds == 0)[:2]]  # 12 rows or so a fold: blocks of two
    assert (first[0] == first[1]).all()


def test_draws_leave_out_about_a_third_and_keep_the_classes():
    rows, _ = made_probabilities(2000, 1, 5)
    drawn = draw_rows(rows, 50, np.random.default_rng(0))
    assert drawn.left.mean() == pytest.approx(np.exp(-1), abs=0.01)
    assert (drawn.counts[rows.y == 1].sum(axis=0) == (rows.y == 1).sum()).all()
