"""One configuration scored on a table: folds, losses, holdout, shared data, and what may go wrong."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from engine import seeds
from engine.data.out_of_fold import unpack_predictions, unpack_rows
from engine.data.reading import inspect, load
from engine.errors import UserFault
from engine.objectives import table
from engine.objectives.description import TableObjective, Validation
from engine.objectives.table import prepare
from engine.objectives.table_shape import table_shape
from engine.setup import replace
from engine.study import suggest_setup

FOREST = {"max_features": 0.5, "min_samples_leaf": 2}
SVM = {"C": 2.0, "kernel": "rbf", "gamma": 0.05}


def ignore(step, records):
    """A report that nobody reads."""


def wine(family="random_forest", metric="accuracy", **changes):
    settings = {"trees": 20} if family == "random_forest" else {}
    values = {"settings": settings, "validation": Validation(folds=3), **changes}
    return TableObjective("sample:wine", "target", "classification", family, metric, **values)


def wages(family="elastic_net", metric="rmse", **changes):
    values = {"validation": Validation(folds=3), **changes}
    return TableObjective("sample:wages", "monthly_wage", "regression", family, metric, **values)


def test_the_score_is_that_of_scikit_learns_cross_validation():
    prepared = prepare(wine())
    rows = prepared.split.search
    X, y = prepared.encoded.X[rows], prepared.encoded.y[rows]
    folds = StratifiedKFold(3, shuffle=True, random_state=seeds.integer(0, "data", "folds"))
    forest = RandomForestClassifier(n_estimators=20, random_state=5, **FOREST)
    expected = cross_val_score(forest, X, y, cv=folds)
    outcome = prepared.evaluate(FOREST, 5, ignore)
    assert outcome.details["fold_scores"] == expected.tolist()
    assert outcome.score == expected.mean()


def test_scaling_happens_inside_each_fold():
    prepared = prepare(wine("svm"))
    rows = prepared.split.search
    folds = StratifiedKFold(3, shuffle=True, random_state=seeds.integer(0, "data", "folds"))
    model = make_pipeline(StandardScaler(), SVC(**SVM))
    expected = cross_val_score(model, prepared.encoded.X[rows], prepared.encoded.y[rows], cv=folds)
    assert prepared.evaluate(SVM, 0, ignore).details["fold_scores"] == expected.tolist()


def test_the_same_seed_gives_the_same_score_and_another_seed_another():
    prepared = prepare(wine(metric="log_loss"))
    scores = [prepared.evaluate(FOREST, seed, ignore).score for seed in (1, 1, 2)]
    assert scores[0] == scores[1] != scores[2]


def test_steps_are_counted_in_each_fold():
    reports = []
    prepare(wine()).evaluate(FOREST, 0, lambda step, records: reports.append((step, dict(records))))
    assert [step for step, records in reports] == list(range(1, 21)) * 3
    assert [records["fold"] for _, records in reports] == [0] * 20 + [1] * 20 + [2] * 20
    assert all({"train_loss", "val_loss"} < records.keys() for _, records in reports)


def test_a_model_without_steps_reports_its_score_once_a_fold():
    reports = []
    outcome = prepare(wine("svm")).evaluate(SVM, 0, lambda step, records: reports.append((step, dict(records))))
    scores = outcome.details["fold_scores"]
    assert reports == [(1, {"fold": number, "val_score": score}) for number, score in enumerate(scores)]


def test_what_a_report_raises_ends_the_trial():
    class Stopped(Exception):
        pass

    def stop(step, records):
        raise Stopped

    with pytest.raises(Stopped):
        prepare(wine()).evaluate(FOREST, 0, stop)


def test_details_say_what_else_is_known():
    details = prepare(wine()).evaluate(FOREST, 0, ignore).details
    assert len(details["fold_seconds"]) == 3
    assert details["train_score"] > np.mean(details["fold_scores"])
    assert details["parameters"] > 20
    assert details["notes"] == []


def test_what_a_library_warns_of_is_noted_not_shown():
    params = {"alpha": 1e-5, "l1_ratio": 0.5}
    details = prepare(wages(settings={"iterations": 10})).evaluate(params, 0, ignore).details
    assert "converge" in details["notes"][0]


def test_margins_are_calibrated_only_where_probabilities_are_needed():
    calibrated = prepare(wine("svm", "log_loss")).evaluate(SVM, 0, ignore)
    assert 0 < calibrated.score < 0.3
    assert calibrated.details["parameters"] is not None
    assert prepare(wine("svm", "roc_auc")).evaluate(SVM, 0, ignore).score > 0.99


def test_numbers_are_predicted_in_their_own_unit():
    outcome = prepare(wages()).evaluate({"alpha": 0.001, "l1_ratio": 0.5}, 0, ignore)
    assert 400 < outcome.score < 800


def test_every_sample_is_learned_better_than_by_guessing():
    assert prepare(wages("random_forest", "r2")).evaluate(FOREST, 0, ignore).score > 0.7
    assert prepare(wine("neighbours")).evaluate({"n_neighbors": 5}, 0, ignore).score > 0.9


def test_the_holdout_is_scored_by_a_model_of_all_search_rows():
    prepared = prepare(wine())
    rows, held = prepared.split.search, prepared.split.holdout
    forest = RandomForestClassifier(n_estimators=20, random_state=5, **FOREST)
    forest.fit(prepared.encoded.X[rows], prepared.encoded.y[rows])
    expected = forest.score(prepared.encoded.X[held], prepared.encoded.y[held])
    assert prepared.holdout_score(FOREST, 5) == expected


def test_without_a_holdout_there_is_no_holdout_score():
    with pytest.raises(UserFault, match="no rows aside"):
        prepare(wine(validation=Validation(holdout=0.0))).holdout_score(FOREST, 0)


def test_a_process_that_maps_the_shared_data_gets_the_same_score(tmp_path, monkeypatch):
    alone = prepare(wages()).evaluate({"alpha": 0.01}, 0, ignore).score
    first = prepare(wages(), tmp_path).evaluate({"alpha": 0.01}, 0, ignore).score
    monkeypatch.setattr("engine.objectives.table.reading", None)
    monkeypatch.setattr("engine.objectives.prepared_folds.preprocessing.prepare", None)
    assert prepare(wages(), tmp_path).evaluate({"alpha": 0.01}, 0, ignore).score == first == alone


def test_studies_that_split_otherwise_share_the_table_but_not_the_folds(tmp_path):
    few = prepare(wages(), tmp_path).evaluate({"alpha": 0.01}, 0, ignore)
    many = prepare(wages(validation=Validation(folds=4)), tmp_path).evaluate({"alpha": 0.01}, 0, ignore)
    assert (len(few.details["fold_scores"]), len(many.details["fold_scores"])) == (3, 4)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_changed_file_is_noticed(tmp_path):
    path = tmp_path / "t.csv"
    frame = pd.DataFrame({"a": range(60), "y": [n / 7 for n in range(60)]})
    frame.to_csv(path, index=False)
    description = TableObjective(str(path), "y", "regression", "elastic_net", "rmse")
    kept = TableObjective(
        str(path), "y", "regression", "elastic_net", "rmse", fingerprint=table.inspect(description).fingerprint
    )
    prepare(kept, tmp_path / "cache")
    frame.assign(y=0.5 + frame["a"]).to_csv(path, index=False)
    with pytest.raises(UserFault, match="has changed"):
        prepare(kept, tmp_path / "cache")
    assert prepare(description, tmp_path / "cache").encoded.y[0] == 0.5


def test_a_score_that_is_no_number_fails_the_trial():
    prepared = prepare(wine("svm", "roc_auc"))
    prepared.metric = type("Nothing", (), {"needs": "labels", "score": lambda *_: float("nan")})()
    with pytest.raises(UserFault, match="not a finite number"):
        prepared.evaluate(SVM, 0, ignore)


def test_what_a_model_raises_passes_through():
    with pytest.raises(ValueError, match="n_neighbors <= n_samples"):
        prepare(wine("neighbours")).evaluate({"n_neighbors": 5000}, 0, ignore)


def test_a_value_that_the_model_does_not_take_is_refused_before_it_is_made():
    with pytest.raises(UserFault, match="Kernel is 'cubic'"):
        prepare(wine("svm")).evaluate({"kernel": "cubic"}, 0, ignore)


def test_a_hyperparameter_the_model_does_not_have_is_named():
    with pytest.raises(UserFault, match="'colour'"):
        prepare(wine()).evaluate({"colour": 3}, 0, ignore)


@pytest.mark.parametrize(
    ("description", "said"),
    [
        (wine(metric="rmse"), "is for regression"),
        (wine("no_such_family"), "no model family"),
        (wine(settings={"colour": 3}), "not a setting of model random_forest"),
        (wine(kinds={"ash": "colour"}), "type of column 'ash' is 'colour'"),
        (wine(validation=Validation(folds=100)), "for 100 folds"),
        (wine(validation=Validation("grouped")), "need a group column"),
        (TableObjective("gone.csv", "y", "regression", "svm", "rmse"), "does not exist"),
        (TableObjective("sample:wine", "y", "regression", "svm", "rmse"), "no column called 'y'"),
        (TableObjective("sample:wages", "started_on", "regression", "svm", "rmse"), "holds dates"),
    ],
)
def test_a_description_that_cannot_work_is_refused_in_a_sentence(description, said):
    with pytest.raises(UserFault) as caught:
        prepare(description)
    assert said in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize("scheme", ["grouped", "time"])
def test_groups_and_time_are_kept_apart(scheme):
    column = {"grouped": "sector", "time": "started_on"}[scheme]
    prepared = prepare(wages(validation=Validation(scheme, 3, column, 0.2)))
    frame = load("sample:wages").frame
    for fold in prepared.split.folds:
        train, judge = frame[column].iloc[fold.train], frame[column].iloc[fold.validation]
        assert not set(train) & set(judge) if scheme == "grouped" else train.max() <= judge.min()
    assert ("sector" in prepared.encoded.names) == (scheme == "time")


def test_one_fold_is_a_single_split():
    prepared = prepare(wine(validation=Validation(folds=1)))
    assert len(prepared.evaluate(FOREST, 0, ignore).details["fold_scores"]) == 1


def test_the_shape_of_a_table_follows_from_a_look_at_it():
    shape = table_shape(inspect("sample:wages").info, wages())
    assert (shape.rows, shape.classes) == (1200, 0)
    encoded = prepare(wages()).fold(0).X.shape[1]
    assert abs(shape.columns - encoded) <= 4


def test_a_study_learns_from_the_kinds_of_columns_that_it_was_made_with(tmp_path):
    path = tmp_path / "t.csv"
    rows = "".join(f"{i % 7},{i % 5},{i / 4}\n" for i in range(90))
    path.write_text(f"a,b,y\n{rows}", encoding="utf-8")
    made = suggest_setup(path, "y").objective
    assert made.found_kinds == {"a": "number", "b": "number", "y": "number"}
    other = replace(made, found_kinds={**made.found_kinds, "a": "category"})  # as an earlier version may have judged
    assert [table.inspect(one).column("a").kind for one in (made, other)] == ["number", "category"]
    assert [table.inspect(one).column("b").kind for one in (made, other)] == ["number", "number"]
    assert [prepare(one).encoded.categorical for one in (made, other)] == [(False, False), (True, False)]
    chosen = replace(other, kinds={"a": "number"})
    assert table.inspect(chosen).column("a").kind == "number"


@pytest.mark.parametrize("family", ["random_forest", "svm", "neighbours", "mlp", "softmax", "sgd"])
@pytest.mark.parametrize("metric", ["accuracy", "log_loss", "roc_auc"])
def test_kept_predictions_give_the_score_again(family, metric):
    """From what is kept, a metric of any kind gives each fold's score, to what half precision leaves of it."""
    settings = {"random_forest": {"trees": 10}, "mlp": {"epochs": 5}, "softmax": {"epochs": 5}}.get(family, {})
    prepared = prepare(wine(family, metric, settings=settings))
    space = prepared.family.suggest_space(
        "classification", table_shape(inspect("sample:wine").info, prepared.description)
    )
    params = space.sample(np.random.default_rng(3))
    outcome = prepared.evaluate(params, 1, ignore)
    packed = outcome.predictions
    rows = unpack_rows(packed.rows_key, packed.rows_data)
    kept = unpack_predictions(packed, rows)
    wanted = prepared.metric
    assert wanted.needs != "probability" or kept.kind == "probability"
    for number, expected in enumerate(outcome.details["fold_scores"]):
        mine = rows.folds == number
        predicted = kept.labels[mine] if wanted.needs == "labels" else kept.values[mine]
        found = wanted.score(rows.y[mine], predicted, prepared.positive)
        assert found == pytest.approx(expected, abs=0 if metric == "accuracy" else 2e-3)
        assert (rows.rows[mine] == prepared.split.folds[number].validation).all()


def test_kept_values_of_a_regression_give_the_score_again():
    prepared = prepare(wages())
    outcome = prepared.evaluate({"alpha": 0.1, "l1_ratio": 0.5}, 1, ignore)
    rows = unpack_rows(outcome.predictions.rows_key, outcome.predictions.rows_data)
    kept = unpack_predictions(outcome.predictions, rows)
    for number, expected in enumerate(outcome.details["fold_scores"]):
        mine = rows.folds == number
        assert prepared.metric.score(rows.y[mine], kept.values[mine]) == pytest.approx(expected, rel=1e-6)


def test_a_machine_of_two_classes_keeps_its_margins():
    """With them a study that was tuned for accuracy is judged by the area under the curve as well."""
    made = suggest_setup("sample:breast_cancer", family="svm").objective
    prepared = prepare(replace(made, metric="accuracy", fingerprint=""))
    outcome = prepared.evaluate(SVM, 0, ignore)
    rows = unpack_rows(outcome.predictions.rows_key, outcome.predictions.rows_data)
    kept = unpack_predictions(outcome.predictions, rows)
    assert kept.kind == "margin"
    assert roc_auc_score(rows.y == 1, kept.values[:, 1]) > 0.95
    for number, expected in enumerate(outcome.details["fold_scores"]):
        mine = rows.folds == number
        assert prepared.metric.score(rows.y[mine], kept.labels[mine], prepared.positive) == expected
