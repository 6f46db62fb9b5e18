"""Whether what a model reports step by step is the score that the study is judged by."""

import pytest

from engine.data import metrics
from engine.learners import families
from engine.objectives.description import FunctionObjective, TableObjective
from engine.objectives.model_space import has_own_score
from tests.helpers.usable import usable_families


@pytest.mark.parametrize(
    ("family", "task", "metric", "is_own"),
    [
        ("mlp", "classification", "accuracy", False),
        ("mlp", "classification", "log_loss", True),
        ("mlp", "regression", "r2", False),
        ("mlp", "regression", "rmse", True),
        ("poisson", "regression", "r2", True),  # it reports D²
        ("neighbours", "regression", "rmse", False),  # the folds' own scores
        ("not_installed", "regression", "rmse", False),
    ],
)
def test_a_model_that_reports_another_score_is_known(family, task, metric, is_own):
    assert has_own_score(TableObjective("sample:wine", "target", task, family=family, metric=metric)) == is_own


def test_what_an_objective_of_a_person_reports_is_its_score():
    assert not has_own_score(FunctionObjective("branin"))
    assert not has_own_score(None)


@pytest.mark.parametrize("name", usable_families())
def test_a_family_names_metrics_that_there_are(name):
    family = families.get(name)
    for task, metric in family.score_metrics.items():
        assert metric in metrics.names(task)
        assert family.score_titles[task]
