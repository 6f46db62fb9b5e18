"""The exported script runs by itself and prints the study's score to the last digit."""

import ast
import contextlib
import io
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from engine.data.folds import drawn
from engine.data.reading import inspect
from engine.errors import UserFault
from engine.exporting.python_script import script
from engine.learners import families
from engine.objectives.description import TableObjective, Validation
from engine.objectives.table import prepare
from engine.objectives.table_shape import table_shape
from tests.helpers.installed import python_path
from tests.helpers.usable import usable_families

ROOT = Path(__file__).parents[3]
WAGES = str(ROOT / "resources" / "samples" / "wages.csv")
SETTINGS = {
    "boosting": {"rounds": 15},
    "gradient_boosting": {"rounds": 15},
    "lightgbm": {"rounds": 15},
    "random_forest": {"trees": 15},
    "sgd": {"epochs": 5},
    "sklearn_mlp": {"epochs": 4},
    "xgboost": {"rounds": 15},
    "mlp": {"epochs": 4},
    "softmax": {"epochs": 4},
    "linear": {"epochs": 4},
    "poisson": {"epochs": 4},
}
ON_TASK = [(name, task) for name in usable_families() for task in families.get(name).tasks]


def ignore(step, records):
    """A report that nobody reads."""


def suggested(description):
    """A configuration in the middle of the suggested space."""
    space = families.get(description.family).suggest_space(
        description.task, table_shape(inspect(description.source).info, description)
    )
    params = {}
    for name, hyperparameter in space.items():
        if all(params.get(parent) in choices for parent, choices in (hyperparameter.when or {}).items()):
            params[name] = hyperparameter.to_value(hyperparameter.from_unit(0.55))
    return params


def environment():
    """Every warning an error, save that of too few epochs, and Twinloop found where it lies."""
    strict = "error,ignore:Stochastic Optimizer"
    return {**os.environ, "PYTHONPATH": python_path(), "PYTHONWARNINGS": strict, "PYTHONUTF8": "1"}


def prints(folder, text):
    """The last line that a script prints when it is run in this process, which has the libraries loaded."""
    path = folder / "winner.py"
    path.write_text(text, encoding="utf-8")
    output = io.StringIO()
    arguments, sys.argv = sys.argv, [str(path)]
    try:
        with contextlib.redirect_stdout(output):
            runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = arguments
    return output.getvalue().splitlines()[-1]


def check(folder, description, params, seed=77):
    score = prepare(description).evaluate(params, seed, ignore).score
    assert prints(folder, script(description, params, score, seed)) == f"score: {score!r}"


@pytest.fixture(scope="module")
def winners(tmp_path_factory):
    """For every family and task: the script's text, the study's score, and what the script printed in a process of
    its own kind (one for all of them, since libraries take seconds to load).
    """
    folder = tmp_path_factory.mktemp("winners")
    made = {}
    for family, task in ON_TASK:
        target, metric = ("remote", "log_loss") if task == "classification" else ("monthly_wage", "rmse")
        settings, validation = SETTINGS.get(family, {}), Validation(folds=2)
        description = TableObjective(WAGES, target, task, family, metric, settings=settings, validation=validation)
        params = suggested(description)
        score = prepare(description).evaluate(params, 77, ignore).score
        made[family, task] = script(description, params, score, 77), score
        (folder / f"{family}_{task}.py").write_text(made[family, task][0], encoding="utf-8")
    paths = [str(folder / f"{family}_{task}.py") for family, task in made]
    code = f"import runpy, sys\nfor path in {paths!r}:\n    runpy.run_path(path, run_name='__main__')\n"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = [line for line in done.stdout.splitlines() if line.startswith("score")]
    return {key: (*made[key], line) for key, line in zip(made, printed, strict=True)}


@pytest.mark.parametrize(("family", "task"), ON_TASK)
def test_every_family_reproduces_its_score(winners, family, task):
    text, score, printed = winners[family, task]
    assert printed == f"score: {score!r}"
    assert ("from twinloop" in text) == (family in {"mlp", "softmax", "linear", "poisson"})


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "diabetes", "wages", "wine"])
def test_every_sample_reproduces_its_score(tmp_path, name):
    info = inspect(f"sample:{name}").info
    task = "regression" if name in {"diabetes", "wages"} else "classification"
    metric = "r2" if task == "regression" else "roc_auc"
    check(tmp_path, TableObjective(info.source, info.names[-1], task, "neighbours", metric), {"n_neighbors": 4})


@pytest.mark.parametrize(
    "validation",
    [
        Validation("kfold", 3, None, 0.0),
        Validation("kfold", 1, None, 0.3),
        Validation("grouped", 3, "sector", 0.2),
        Validation("grouped", 1, "sector", 0.0),
        Validation("time", 3, "started_on", 0.2),
        Validation("time", 1, "age", 0.1),
        Validation("time", 3, None, 0.1),
        Validation("time", 3, "started_on", 0.2, gap=20.5),
        Validation("time", 1, "started_on", 0.1, gap=3.0, share=0.4),
        Validation("time", 4, None, 0.0, gap=5.0),
        Validation("repeated", 3, None, 0.2, repeats=2),
        Validation("holdout", 5, None, 0.2, share=0.3),
        Validation("fixed_holdout", 5, None, 0.1, share=0.2),
        Validation("grouped", 3, "sector", 0.2, duplicates="together"),
        Validation("kfold", 3, None, 0.2, duplicates="together"),
        Validation("holdout", 3, None, 0.2, duplicates="together"),
    ],
)
def test_every_validation_scheme_reproduces_its_score(tmp_path, validation):
    description = TableObjective(
        WAGES,
        "monthly_wage",
        "regression",
        "elastic_net",
        "mae",
        validation=validation,
        ignored=("started_on",),
        seed=9,
    )
    if validation.column == "age":  # which is missing in some rows, so a table without those
        frame = pd.read_csv(WAGES).dropna(subset=["age"])
        frame.to_csv(tmp_path / "known.csv", index=False)
        description = TableObjective(
            str(tmp_path / "known.csv"), "monthly_wage", "regression", "elastic_net", "mae", validation=validation
        )
    check(tmp_path, description, {"alpha": 0.01, "l1_ratio": 0.3})


@pytest.mark.parametrize(
    "validation",
    [
        Validation(folds=3),
        Validation("stratified_grouped", 3, "sector", 0.2),
        Validation("stratified_grouped", 3, "sector", 0.2, duplicates="together"),
        Validation("stratified", 3, None, 0.2, duplicates="together"),
        Validation("repeated", 2, None, 0.2, repeats=3, duplicates="together"),
        Validation("repeated", 2, None, 0.0, repeats=2),
        Validation("holdout", 1, None, 0.2, share=0.4),
        Validation("holdout", 1, None, 0.2, share=0.4, duplicates="together"),
        Validation("fixed_holdout", 1, None, 0.2),
        Validation("time", 2, "started_on", 0.2, gap=10.0),
    ],
    ids=lambda one: f"{one.scheme}-{one.duplicates}-{one.holdout}",
)
@pytest.mark.parametrize(("metric", "positive"), [("average_precision", "no"), ("f1", "yes"), ("recall", "no")])
def test_every_validation_of_classes_is_reproduced(tmp_path, validation, metric, positive):
    rows = pd.read_csv(WAGES).head(400)
    table = tmp_path / "twice.csv"
    pd.concat([rows, rows.head(150)]).to_csv(table, index=False)
    description = TableObjective(
        str(table), "remote", "classification", "neighbours", metric, validation=validation, positive=positive
    )
    prepared = prepare(description)
    score = prepared.evaluate({"n_neighbors": 5}, 77, ignore).score
    text = script(description, {"n_neighbors": 5}, score, 77)
    assert prints(tmp_path, text) == f"score: {score!r}"
    parts = runpy.run_path(str(tmp_path / "winner.py"))
    frame = parts["typed"](parts["read"]()).dropna(subset=["remote"])
    ours = [drawn(prepared.rows, prepared.plan, prepared.split, 77)] if prepared.draws_anew else prepared.split.folds
    for (train, validation_rows), fold in zip(parts["split"](frame), ours, strict=True):
        assert np.array_equal(train, fold.train)
        assert np.array_equal(validation_rows, fold.validation)


def test_two_trials_of_a_drawn_holdout_are_judged_by_rows_of_their_own(tmp_path):
    validation = Validation("holdout", holdout=0.2)
    description = TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy",
                                 validation=validation)  # fmt: skip
    scores = {prepare(description).evaluate({"n_neighbors": 5}, seed, ignore).score for seed in range(6)}
    assert len(scores) > 1
    for seed in (0, 3):
        check(tmp_path, description, {"n_neighbors": 5}, seed)


@pytest.mark.parametrize("metric", ["precision", "recall", "f1", "average_precision"])
def test_of_more_classes_every_one_is_asked_for(tmp_path, metric):
    check(tmp_path, TableObjective("sample:wine", "target", "classification", "neighbours", metric), {"n_neighbors": 5})


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1_macro", "roc_auc", "average_precision"])
def test_metrics_of_margins_and_labels_are_reproduced(tmp_path, metric):
    description = TableObjective("sample:wine", "target", "classification", "svm", metric)
    check(tmp_path, description, {"C": 1.0, "kernel": "poly", "degree": 3, "gamma": 0.05})


def untidy(rows=120):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "größe": rng.normal(size=rows).round(3),
            "a,b": rng.choice(["x", "ÿ", 'say "z"'], rows),
            "flag": rng.random(rows) < 0.5,
            "when": pd.date_range("1999-12-31", periods=rows, freq="7h"),
            "code": rng.integers(1, 4, rows),
        }
    )
    frame["y"] = frame["größe"] * 2 + frame["flag"] + frame["code"] + rng.normal(size=rows) / 5
    frame.loc[::7, "größe"] = np.nan
    frame["flag"] = frame["flag"].astype(object).where(rng.random(rows) < 0.8)
    frame.loc[5, "y"] = np.nan
    return frame


@pytest.mark.parametrize("ending", ["csv", "cp1252.csv", "german.csv", "tsv", "parquet", "xlsx"])
def test_every_way_of_writing_a_table_is_reproduced(tmp_path, ending):
    path, frame = tmp_path / f"table.{ending}", untidy()
    if ending.endswith("parquet"):
        frame.astype({"a,b": "category"}).drop(columns="flag").to_parquet(path)
    elif ending.endswith("xlsx"):
        frame.to_excel(path, index=False)
    else:
        words = {"cp1252.csv": {"encoding": "cp1252"}, "german.csv": {"sep": ";", "decimal": ","}, "tsv": {"sep": "\t"}}
        frame.to_csv(path, index=False, **words.get(ending, {}))
    description = TableObjective(str(path), "y", "regression", "elastic_net", "rmse", kinds={"code": "category"})
    check(tmp_path, description, {"alpha": 0.01, "l1_ratio": 0.5})


def test_a_script_runs_by_itself_and_takes_another_table_as_argument(tmp_path):
    description = TableObjective(WAGES, "monthly_wage", "regression", "elastic_net", "rmse")
    (tmp_path / "winner.py").write_text(script(description, {"alpha": 0.01}, 1.0, 0), encoding="utf-8")
    other = tmp_path / "other.csv"
    pd.read_csv(WAGES).head(400).to_csv(other, index=False)
    there = TableObjective(str(other), "monthly_wage", "regression", "elastic_net", "rmse")
    expected = prepare(there).evaluate({"alpha": 0.01}, 0, ignore).score
    places = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", "winner.py", other], cwd=tmp_path, env=places, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == f"score: {expected!r}"


@pytest.mark.parametrize("lacking", ["twinloop", "threadpoolctl"])
def test_a_script_that_lacks_a_library_ends_in_a_sentence(tmp_path, lacking):
    family = "linear" if lacking == "twinloop" else "neighbours"
    description = TableObjective(WAGES, "monthly_wage", "regression", family, "rmse")
    (tmp_path / "winner.py").write_text(script(description, suggested(description), 1.0, 0), encoding="utf-8")
    if lacking == "threadpoolctl":
        (tmp_path / "threadpoolctl.py").write_text("raise ModuleNotFoundError(name='threadpoolctl')", encoding="utf-8")
    places = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    code = f"import sys; sys.modules[{lacking!r}] = None; import winner" if lacking == "twinloop" else "import winner"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=places, capture_output=True, text=True, check=False
    )
    name = "Twinloop" if lacking == "twinloop" else lacking
    assert (done.returncode, done.stderr) == (1, f"This script needs {name}, which is not installed.\n")


@pytest.mark.parametrize("target", ["monthly_wage", "remote"])
def test_the_script_gives_a_model_to_use(tmp_path, target):
    task = "regression" if target == "monthly_wage" else "classification"
    description = TableObjective(WAGES, target, task, "neighbours", "rmse" if task == "regression" else "accuracy")
    text = script(description, {"n_neighbors": 5}, 1.0, 0)
    (tmp_path / "winner.py").write_text(text, encoding="utf-8")
    winner = runpy.run_path(str(tmp_path / "winner.py"))
    rows = winner["read"]()
    new = rows.drop(columns=target).head(3).assign(sector="unheard of")
    answers = list(winner["fit_on_all_rows"](rows)(new))
    assert len(answers) == 3
    assert all(1000 < answer < 20_000 if task == "regression" else answer in {"yes", "no"} for answer in answers)


def test_the_script_is_readable_python_without_long_lines():
    description = TableObjective(WAGES, "monthly_wage", "regression", "boosting", "rmse")
    text = script(description, {"learning_rate": 0.1, "max_leaf_nodes": 8, "l2_regularization": 1e-5}, 1.0, 0)
    ast.parse(text)
    assert max(map(len, text.splitlines())) <= 120
    assert "learning_rate" in text


@pytest.mark.parametrize(
    "wrong",
    [{"validation": Validation(folds=-5)}, {"target": "nowhere"}, {"task": "regression"}, {"metric": "r2"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_script_of_a_study_that_could_not_run_is_refused_in_a_sentence(wrong):
    usable = TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy")
    params = suggested(usable)
    assert "score: " in script(usable, params, 0.5, 0)
    with pytest.raises(UserFault):
        script(replace(usable, **wrong), params, 0.5, 0)
