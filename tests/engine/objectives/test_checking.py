"""One check says all that keeps a study on a table from running, and what is only doubtful."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.catalogue import classes_of, setup_problems
from engine.data import reading
from engine.data.equal_rows import are_chance, kept_together, same_rows
from engine.data.target import suggest_positive
from engine.errors import UserFault
from engine.objectives.description import TableObjective, Validation
from engine.objectives.table import prepare
from engine.setup import replace
from engine.space import Float
from engine.suggesting import suggest_setup


def ignore(step, records):
    """A report that nobody reads."""


def write(folder, **columns):
    path = folder / "t.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return str(path)


@pytest.fixture
def numbers(tmp_path):
    rng = np.random.default_rng(0)
    return write(tmp_path, x=rng.normal(size=60), who=np.arange(60) % 6, day=np.arange(60) // 3, y=rng.normal(size=60))


def of(source, target="y", task=None, family="random_forest", metric=None, **more):
    setup = suggest_setup(source, target, task, family)
    objective = replace(setup.objective, **({"metric": metric} if metric else {}), **more)
    return replace(setup, objective=objective)


def found(setup):
    return [(one.place, one.forbids) for one in setup_problems(setup)]


@pytest.mark.parametrize("name", ["breast_cancer", "diabetes", "digits", "wages", "wine"])
def test_samples_are_without_a_word(name):
    assert setup_problems(suggest_setup(f"sample:{name}")) == ()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"source": "gone.csv"}, "source"),
        ({"fingerprint": "another"}, "source"),
        ({"target": "nothing"}, "target"),
        ({"task": "classification"}, "metric"),
        ({"task": "classification", "metric": "accuracy"}, "task"),
        ({"metric": "accuracy"}, "metric"),
        ({"kinds": {"x": "colour"}}, "kinds"),
        ({"ignored": ("x", "who", "day")}, "ignored"),
        ({"settings": {"colour": 3}}, "settings"),
        ({"positive": "yes"}, "positive"),
        ({"family": "softmax"}, "model"),
        ({"family": "poisson"}, "model"),
        ({"validation": Validation("grouped", column="who")}, "folds"),
        ({"validation": Validation("grouped", 3)}, "column"),
        ({"validation": Validation("grouped", 3, "nobody")}, "column"),
        ({"validation": Validation("time", 3, "day", gap=40.0)}, "gap"),
        ({"validation": Validation("stratified")}, "scheme"),
        ({"validation": Validation(folds=200)}, "folds"),
        ({"validation": Validation(holdout=0.51)}, "holdout"),
        ({"validation": Validation("holdout", share=0.6)}, "share"),
        ({"validation": Validation("repeated", repeats=0)}, "repeats"),
        ({"metric": "r2", "validation": Validation(folds=48)}, "metric"),
    ],
)
def test_every_fault_has_its_field_and_refuses_the_run_too(numbers, changes, place):
    setup = of(numbers)
    wrong = replace(setup, objective=replace(setup.objective, **changes))
    problems = setup_problems(wrong)
    assert next(one.place for one in problems if one.forbids and one.place != "space") == place
    assert all(one.what.endswith(".") for one in problems)
    with pytest.raises(UserFault):
        prepare(wrong.objective)


def test_a_sound_study_is_prepared_and_has_no_problem(numbers):
    for validation in (Validation(), Validation("grouped", 3, "who"), Validation("time", 4, "day", gap=2.0)):
        setup = of(numbers, validation=validation)
        assert setup_problems(setup) == ()
        assert len(prepare(setup.objective).split.folds) == validation.splits


def test_the_space_is_checked_with_the_rest(numbers):
    setup = replace(of(numbers, validation=Validation(folds=500)), space={"x": Float(2.0, 1.0)})
    assert found(setup) == [("space", True), ("folds", True)]


def test_later_checks_do_not_read_the_table_again(numbers, monkeypatch):
    setup = of(numbers)
    assert setup_problems(setup) == ()
    monkeypatch.setattr(reading, "load", None)
    assert found(replace(setup, objective=replace(setup.objective, validation=Validation(folds=99)))) == [
        ("folds", True)
    ]
    assert classes_of(setup) == ()


def test_a_table_that_changed_is_read_again(numbers):
    setup = of(numbers)
    frame = pd.read_csv(numbers)
    frame.assign(x=0.5 + frame["who"]).to_csv(numbers, index=False)
    assert "has changed" in setup_problems(setup)[0].what


# -- classes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metric", "scheme"), [("roc_auc", "kfold"), ("average_precision", "kfold")])
def test_a_fold_that_a_metric_cannot_judge_is_refused(tmp_path, metric, scheme):
    labels = np.where(np.arange(60) < 2, "yes", "no")
    source = write(tmp_path, x=np.arange(60) % 7, z=np.arange(60) % 11, y=labels)
    setup = of(source, metric=metric, validation=Validation(scheme, 5, holdout=0.0))
    assert ("metric", True) in found(setup)
    with pytest.raises(UserFault, match="cannot be computed on fold"):
        prepare(setup.objective)


def test_xgboost_wants_every_class_in_every_fold(tmp_path):
    pytest.importorskip("xgboost")
    source = write(tmp_path, x=np.arange(60) % 7, z=np.arange(60) % 11, y=["b", *(["a", "c"] * 30)[:59]])
    assert ("model", True) in found(of(source, family="xgboost"))
    assert all(not one.forbids for one in setup_problems(of(source)))


def test_equal_rows_are_told_only_where_chance_does_not_explain_them(tmp_path):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    X, Y = np.tile(x, (3, 1)), np.tile(y, 3)
    assert not are_chance(X, Y, same_rows(X, Y))
    few = rng.integers(0, 2, (120, 2)).astype(float)
    assert are_chance(few, Y, same_rows(few, Y))
    (tmp_path / "a").mkdir()
    setup = of(write(tmp_path / "a", a=X[:, 0], b=X[:, 1], c=X[:, 2], y=Y), task="classification")
    assert [one.what for one in setup_problems(setup)] == [
        "40 rows occur 3 times, so a model has seen the targets of some validation rows."
    ]
    assert setup_problems(replace(setup, objective=replace(
        setup.objective, validation=Validation(duplicates="together")))) == ()  # fmt: skip


def test_rows_are_the_same_where_a_model_sees_no_difference():
    X = np.array([[0.0, np.nan], [-0.0, np.nan], [0.0, 1.0], [0.0, np.nan]])
    assert same_rows(X, np.array([1, 1, 1, 2])).tolist() == [0, 0, 1, 2]


def test_rows_are_kept_together_by_a_chain():
    groups, same = np.array([5, 5, 6, 7, 8]), np.array([0, 1, 1, 2, 3])
    kept = kept_together(groups, same)
    assert kept[0] == kept[1] == kept[2]
    assert len(set(kept.tolist())) == 3


@pytest.mark.parametrize(
    ("classes", "counts", "expected"),
    [
        (("fraud", "legit"), (30, 210), "fraud"),
        (("0", "1"), (30, 210), "1"),
        (("No", "Yes"), (30, 210), "Yes"),
        (("False", "True"), (210, 30), "True"),
        (("benign", "malignant"), (1, 2), "malignant"),
        (("good", "ok"), (7, 3), "ok"),
        (("good", "ok"), (3, 7), "good"),
        (("good", "ok"), (5, 5), "ok"),
    ],
)
def test_the_positive_class_is_the_one_that_is_looked_for(classes, counts, expected):
    assert suggest_positive(classes, counts) == expected


def test_how_classes_are_written_does_not_change_the_score(tmp_path):
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(2, 240))
    rare = x + rng.normal(size=240) > 1.6
    scores = {}
    for name, (yes, no) in {"words": ("fraud", "legit"), "digits": (1, 0)}.items():
        (tmp_path / name).mkdir()
        setup = of(write(tmp_path / name, x=x, z=z, y=np.where(rare, yes, no)), family="neighbours")
        for metric in ("average_precision", "precision", "recall", "f1"):
            score = prepare(replace(setup.objective, metric=metric)).evaluate({"n_neighbors": 5}, 0, ignore).score
            scores.setdefault(metric, []).append(score)
        old = prepare(replace(setup.objective, metric="average_precision", positive=""))
        scores.setdefault("old", []).append(old.evaluate({"n_neighbors": 5}, 0, ignore).score)
    for metric in ("average_precision", "precision", "recall", "f1"):
        assert scores[metric][0] == pytest.approx(scores[metric][1], rel=1e-12)
    words, digits = scores["old"]  # a study of before is judged by the last class, as it was
    assert words > digits + 0.1


def test_a_positive_class_of_other_targets_is_not_kept():
    first = suggest_setup("sample:breast_cancer")
    assert first.objective.positive == "malignant"
    chosen = replace(first, objective=replace(first.objective, positive="benign"))
    assert suggest_setup("sample:breast_cancer", "target", None, None, chosen).objective.positive == "benign"
    other = suggest_setup("sample:breast_cancer", "mean radius", None, None, chosen)
    assert other.objective.positive == ""


def test_old_definitions_are_read_with_their_meaning():
    text = suggest_setup("sample:wine").to_json()
    old = text.replace(',"gap":0.0,"repeats":3,"share":0.25,"duplicates":"apart"', "").replace(',"positive":""', "")
    assert "gap" not in old
    assert "positive" not in old
    setup = suggest_setup("sample:wine")
    assert type(setup).from_json(old) == setup
    assert isinstance(setup.objective, TableObjective)
    assert Path("sample:wine").name == setup.objective.source
