"""Other people's models that report while they train: watched or not, they become the same model, bit for bit."""

import runpy
import subprocess
import sys
import warnings
from importlib.util import find_spec

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from engine import options
from engine.errors import UserFault
from engine.learners import families
from engine.learners.families import TableShape
from engine.objectives.source_code import Imports, expression

SETTINGS = {
    "gradient_boosting": {"rounds": 12},
    "lightgbm": {"rounds": 12},
    "sgd": {"epochs": 12},
    "sklearn_mlp": {"epochs": 12},
    "xgboost": {"rounds": 12},
}
PARAMS = {
    "gradient_boosting": {"learning_rate": 0.2, "subsample": 0.6, "max_features": 0.5},
    "lightgbm": {"learning_rate": 0.2, "subsample": 0.6, "colsample_bytree": 0.5},
    "sgd": {"alpha": 1e-3, "learning_rate": "invscaling", "eta0": 0.02, "penalty": "elasticnet", "l1_ratio": 0.4},
    "sklearn_mlp": {"layers": 2, "hidden_units": 9, "batch_size": 16, "solver": "sgd", "learning_rate_init": 0.02},
    "xgboost": {"learning_rate": 0.2, "subsample": 0.6, "colsample_bytree": 0.5},
}
OPTIONAL = ("lightgbm", "xgboost")
TABLES = {"two classes": load_breast_cancer, "three classes": load_wine, "regression": load_diabetes}
NAMES = [
    pytest.param(name, marks=pytest.mark.skipif(find_spec(name) is None, reason="not installed"))
    if name in OPTIONAL
    else name
    for name in SETTINGS
]
every_family = pytest.mark.parametrize("name", NAMES)
every_table = pytest.mark.parametrize("table", TABLES)


@pytest.fixture(autouse=True)
def one_thread():
    """Threads of OpenMP that wait for a busy core would make these tests slow."""
    with threadpool_limits(limits=1):
        yield


def rows(table):
    X, y = TABLES[table](return_X_y=True)
    X = StandardScaler().fit_transform(X)
    y = (y - y.mean()) / y.std() if table == "regression" else y
    judge = np.arange(len(y)) % 4 == 0
    return (X[~judge], y[~judge]), (X[judge], y[judge])


def make(name, table, seed=7, **params):
    family = families.get(name)
    task = "regression" if table == "regression" else "classification"
    settings = options.make(family.settings, SETTINGS[name])
    return family, family.make_estimator({**PARAMS[name], **params}, settings, task, seed)


def ignore(step, records):
    """A report that nobody reads."""


def watch(name, table, seed=7):
    """The model, trained under watch, and its reports."""
    data, judge = rows(table)
    family, estimator = make(name, table, seed)
    reports = []
    return family.fit(estimator, *data, judge, lambda step, records: reports.append((step, dict(records)))), reports


def plain(name, table, seed=7):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn finds twelve epochs few
        return make(name, table, seed)[1].fit(*rows(table)[0])


def predictions(fitted, X):
    return fitted.predict_proba(X) if hasattr(fitted, "predict_proba") else fitted.predict(X)


def loss(fitted, X, y):
    if hasattr(fitted, "predict_proba"):
        return log_loss(y, fitted.predict_proba(X))
    return mean_squared_error(y, fitted.predict(X))


@every_table
@every_family
def test_watching_changes_no_bit_of_the_model(name, table):
    X = rows(table)[1][0]
    assert np.array_equal(predictions(watch(name, table)[0], X), predictions(plain(name, table), X))


@every_table
@every_family
def test_the_last_reported_losses_are_those_of_the_finished_model(name, table):
    data, judge = rows(table)
    fitted, reports = watch(name, table)
    assert reports[-1][0] == 12
    assert reports[-1][1] == pytest.approx({"train_loss": loss(fitted, *data), "val_loss": loss(fitted, *judge)}, 1e-5)
    assert reports[-1][1]["train_loss"] < reports[0][1]["train_loss"]


@every_table
@every_family
def test_every_round_or_epoch_is_reported(name, table):
    assert [step for step, _ in watch(name, table)[1]] == list(range(1, 13))


@every_table
def test_sgd_is_partial_fit_epoch_by_epoch(table):
    (X, y), _ = rows(table)
    fitted, _ = watch("sgd", table)
    kind = SGDRegressor if table == "regression" else SGDClassifier
    settings = {**fitted.get_params(), "random_state": np.random.RandomState(7)}
    theirs = kind(**settings)
    for _ in range(12):
        theirs.partial_fit(X, y, **({} if table == "regression" else {"classes": np.unique(y)}))
    assert np.array_equal(fitted.coef_, theirs.coef_)
    assert fitted.t_ == theirs.t_ == 1 + 12 * len(X)


@every_table
@every_family
def test_a_report_tells_the_losses_of_a_model_trained_for_so_many_steps(name, table):
    data, judge = rows(table)
    _, reports = watch(name, table)
    wanted = next(records for step, records in reports if step == 6)
    _, estimator = make(name, table)
    steps = "max_iter" if name in {"sgd", "sklearn_mlp"} else "n_estimators"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        half = estimator.set_params(**{steps: 6}).fit(*data)
    assert wanted == pytest.approx({"train_loss": loss(half, *data), "val_loss": loss(half, *judge)}, 1e-5)


@every_family
def test_the_seed_decides_on_the_model(name):
    X = rows("regression")[1][0]
    first, again, other = (predictions(watch(name, "regression", seed)[0], X) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@every_family
def test_a_watched_model_looks_as_if_nobody_had_watched(name):
    watched, unwatched = watch(name, "three classes")[0], plain(name, "three classes")
    assert str(watched.get_params()) == str(unwatched.get_params())


@pytest.mark.parametrize("reason", [KeyboardInterrupt, UserFault("Enough.")])
@every_family
def test_training_ends_when_a_report_raises(name, reason):
    steps = []

    def stop(step, records):
        steps.append(step)
        raise reason

    family, estimator = make(name, "regression")
    with pytest.raises(reason if isinstance(reason, type) else type(reason)):
        family.fit(estimator, *rows("regression")[0], rows("regression")[1], stop)
    assert steps == [1]


@every_family
def test_validation_rows_of_classes_unknown_in_training_have_no_loss(name):
    (X, y), (X_judge, y_judge) = rows("three classes")
    known, unknown = [], []
    for picked, heard in [(y_judge >= 0, known), (y_judge == 2, unknown)]:
        family, estimator = make(name, "three classes")
        judge = X_judge[picked], y_judge[picked]
        fitted = family.fit(estimator, X[y < 2], y[y < 2], judge, lambda step, records, to=heard: to.append(records))
        assert list(fitted.classes_) == [0, 1]
    seen = y_judge < 2
    assert known[-1]["val_loss"] == pytest.approx(loss(fitted, X_judge[seen], y_judge[seen]), 1e-5)
    assert set(unknown[-1]) == {"train_loss"}


@pytest.mark.parametrize("task", ["classification", "regression"])
@every_family
def test_suggested_configurations_train_and_count_what_they_learned(name, task):
    family = families.get(name)
    table = "regression" if task == "regression" else "three classes"
    data, judge = rows(table)
    space = family.suggest_space(task, TableShape(len(data[0]), data[0].shape[1], 3 if task == "classification" else 0))
    for unit in np.random.default_rng(0).random((3, len(space))):
        params = {}
        for u, (key, hyperparameter) in zip(unit, space.items(), strict=True):
            if all(params.get(parent) in choices for parent, choices in (hyperparameter.when or {}).items()):
                params[key] = hyperparameter.to_value(hyperparameter.from_unit(float(u)))
        estimator = family.make_estimator(params, options.make(family.settings, SETTINGS[name]), task, 3)
        fitted = family.fit(estimator, *data, judge, ignore)
        assert np.isfinite(predictions(fitted, judge[0])).all()
        counted = family.count_parameters(fitted)
        assert counted is None or counted > 0


@pytest.mark.parametrize(("name", "count"), [("sgd", 11), ("sklearn_mlp", 10 * 9 + 9 + 9 * 9 + 9 + 9 + 1)])
def test_weights_and_offsets_are_counted(name, count):
    assert families.get(name).count_parameters(watch(name, "regression")[0]) == count


def test_thresholds_and_leaves_are_counted():
    fitted = watch("gradient_boosting", "regression")[0]
    leaves = sum(tree.get_n_leaves() for tree in fitted.estimators_.ravel())
    assert families.get("gradient_boosting").count_parameters(fitted) == 2 * leaves - 12


@pytest.mark.skipif(find_spec("xgboost") is None, reason="not installed")
def test_a_class_without_training_rows_is_refused_in_a_sentence_by_xgboost():
    (X, y), judge = rows("three classes")
    family, estimator = make("xgboost", "three classes")
    with pytest.raises(UserFault, match="A class has no row among those that train"):
        family.fit(estimator, X[y != 1], y[y != 1], judge, ignore)


def test_margins_have_no_log_loss_and_train_without_reports():
    family, estimator = make("sgd", "two classes", loss="hinge")
    reports = []
    family.fit(estimator, *rows("two classes")[0], rows("two classes")[1], lambda *report: reports.append(report))
    assert reports == []
    assert np.array_equal(
        estimator.coef_, make("sgd", "two classes", loss="hinge")[1].fit(*rows("two classes")[0]).coef_
    )


def test_the_network_stops_as_scikit_learn_does_when_training_no_longer_pays():
    family, estimator = make("sklearn_mlp", "regression", tol=1e3, n_iter_no_change=3)
    steps = []
    family.fit(estimator, *rows("regression")[0], rows("regression")[1], lambda step, _: steps.append(step))
    assert steps == list(range(1, estimator.n_iter_ + 1))
    assert len(steps) < 12


@every_family
def test_the_model_as_source_makes_the_same_model(tmp_path, name):
    imports, estimator = Imports(), make(name, "three classes")[1]
    source = expression(estimator, imports, named=PARAMS[name])
    (tmp_path / "model.py").write_text(f"{imports.lines()}\nmodel = {source}\n", encoding="utf-8")
    made = runpy.run_path(str(tmp_path / "model.py"))["model"]
    assert str(made.get_params()) == str(estimator.get_params())


@pytest.mark.parametrize(("name", "title"), [("lightgbm", "LightGBM"), ("xgboost", "XGBoost")])
def test_a_missing_package_is_named_in_a_sentence_and_left_out_of_the_catalogue(name, title):
    code = (
        f"import sys; sys.modules[{name!r}] = None\n"
        "from engine.catalogue import catalogue\nfrom engine.errors import UserFault\n"
        "from engine.learners import families\n"
        f"try: families.get({name!r})\nexcept UserFault as fault: print(fault)\n"
        f"print({name!r} in [entry.name for entry in catalogue().families])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    sentence, listed = done.stdout.splitlines()
    assert sentence.startswith(f"{title} is not installed. Install it with: pip install 'twinloop[boosting]'")
    assert listed == "False"
