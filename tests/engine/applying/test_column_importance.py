"""Which columns a model relies on, beside scikit-learn's own permutation importance."""

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import permutation_importance
from sklearn.metrics import root_mean_squared_error

from engine.analysis.column_words import columns_title
from engine.applying.column_importance import column_importance
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.objectives import table as table_objective
from engine.objectives.fold_judge import train_fold
from engine.setup import StudySetup, replace
from engine.suggesting import suggest_setup


@pytest.fixture(scope="module")
def setup(tmp_path_factory) -> StudySetup:
    """A third of the columns matters much, a third a little, one not at all."""
    rng = np.random.default_rng(0)
    n = 300
    table = pd.DataFrame({"much": rng.normal(size=n), "little": rng.normal(size=n), "nothing": rng.normal(size=n)})
    table["side"] = rng.choice(["left", "right"], n)
    table["y"] = 5 * table["much"] + table["little"] + (table["side"] == "left") + rng.normal(0, 0.3, n)
    path = tmp_path_factory.mktemp("columns") / "t.csv"
    table.to_csv(path, index=False)
    found = suggest_setup(path, "y", family="elastic_net")
    return replace(found, objective=replace(found.objective, metric="rmse"))


PARAMS = {"alpha": 1e-3, "l1_ratio": 0.5}


def test_columns_are_ordered_by_what_the_score_loses_without_them(setup):
    found = column_importance(setup, PARAMS, 3, seed=1)
    assert found.names[:2] == ("much", "little") or found.names[:2] == ("much", "side")
    assert found.names[-1] == "nothing"
    assert found.matters(0)
    assert not found.matters(len(found.names) - 1)
    assert all(low <= loss <= high for low, loss, high in zip(found.low, found.loss, found.high, strict=True))
    title = columns_title(found.names, found.loss, found.low, found.metric, found.folds, found.repeats, found.trial)
    assert title.sentence.startswith("much matters most")
    assert column_importance(setup, PARAMS, 3, seed=1) == found


def test_a_fold_agrees_with_scikit_learn(setup):
    prepared = table_objective.prepare(setup.objective)
    losses = []
    for number in range(len(prepared.split.folds)):
        judge = train_fold(prepared, number, PARAMS, 1, 10_000)

        def score(_model, X, y, judge=judge) -> float:
            return -root_mean_squared_error(y, judge.fitted.predict(judge.transformer.transform(X), "labels", 0))

        model = judge.fitted.estimator
        told = permutation_importance(model, judge.cells, judge.y, scoring=score, n_repeats=8, random_state=0)
        losses.append(told.importances_mean)
    wanted = dict(zip(prepared.encoded.names, np.mean(losses, axis=0), strict=True))
    found = column_importance(setup, PARAMS, 0, seed=1, repeats=8)
    for name, loss in zip(found.names, found.loss, strict=True):
        assert loss == pytest.approx(wanted[name], rel=0.15, abs=0.05)
    assert found.score == pytest.approx(np.mean(prepared.evaluate(PARAMS, 1, lambda *_: None).details["fold_scores"]))


def test_it_is_given_up_where_nobody_waits_and_refused_without_folds(setup):
    with pytest.raises(Cancelled):
        column_importance(setup, PARAMS, 0, seed=1, cancelled=lambda: True)
    objective = replace(setup.objective, validation=replace(setup.objective.validation, scheme="holdout"))
    with pytest.raises(UserFault, match="a split of its own"):
        column_importance(replace(setup, objective=objective), PARAMS, 0, seed=1)
    with pytest.raises(UserFault, match="not about a table"):
        column_importance(replace(setup, objective=None), PARAMS, 0, seed=1)


def test_what_is_not_known_is_not_said():
    assert columns_title((), (), (), "accuracy", 5, 5, 0).sentence == "No column is learned from"
    nan = float("nan")
    assert "no interval" in columns_title(("a",), (0.1,), (nan,), "accuracy", 1, 5, 0).sentence
    none = columns_title(("a", "b"), (0.1, 0.05), (-0.1, -0.2), "accuracy", 5, 5, 0)
    assert none.sentence == "No column is known to matter: every interval holds zero"
    both = columns_title(("a", "b", "c"), (0.1, 0.09, 0.0), (0.05, 0.05, -0.1), "accuracy", 5, 5, 0)
    assert both.sentence == "a and b matter; 1 column cannot be told from noise"
