"""scikit-learn's families: streaming losses never changes the model, and every suggested configuration trains."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.metrics import log_loss, mean_squared_error
from threadpoolctl import threadpool_limits

from engine import options
from engine.errors import UserFault
from engine.learners import families
from engine.learners.families import TableShape

NAMES = ("boosting", "elastic_net", "neighbours", "random_forest", "svm")
TASKS = ("classification", "regression")
SETTINGS = {"boosting": {"rounds": 30}, "random_forest": {"trees": 30}}
STREAMING = {
    "boosting": {"learning_rate": 0.2, "max_features": 0.5, "max_leaf_nodes": 6},
    "random_forest": {"max_features": 0.5, "max_samples": 0.7},
}


@pytest.fixture(autouse=True)
def one_thread():
    """Threads of OpenMP that wait for a busy core would make these tests slow."""
    with threadpool_limits(limits=1):
        yield


def rows(task):
    X, y = (load_wine if task == "classification" else load_diabetes)(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    judge = np.arange(len(y)) % 4 == 0
    return (X[~judge], y[~judge]), (X[judge], y[judge])


def make(name, task, params, seed=7):
    family = families.get(name)
    return family, family.make_estimator(params, options.make(family.settings, SETTINGS.get(name, {})), task, seed)


def ignore(step, records):
    """A report that nobody reads."""


def train(name, task, params, report=ignore):
    data, judge = rows(task)
    family, estimator = make(name, task, params)
    return family.fit(estimator, *data, judge, report), judge


def predictions(fitted, X):
    return fitted.predict_proba(X) if hasattr(fitted, "predict_proba") else fitted.predict(X)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", STREAMING)
def test_reporting_losses_changes_no_bit_of_the_model(name, task):
    data, judge = rows(task)
    reports = []
    streamed, _ = train(name, task, STREAMING[name], lambda step, records: reports.append(step))
    plain = make(name, task, STREAMING[name])[1].fit(*data)
    assert np.array_equal(predictions(streamed, judge[0]), predictions(plain, judge[0]))
    assert reports == sorted(set(reports))
    assert reports[-1] == 30


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", STREAMING)
def test_the_last_reported_losses_are_those_of_the_model(name, task):
    reports = []
    fitted, (X, y) = train(name, task, STREAMING[name], lambda step, records: reports.append(records))
    if task == "classification":
        expected = log_loss(y, fitted.predict_proba(X))
    else:
        expected = mean_squared_error(y, fitted.predict(X))
    assert reports[-1]["val_loss"] == pytest.approx(expected, rel=1e-9)
    assert reports[-1]["train_loss"] < reports[0]["train_loss"]


@pytest.mark.parametrize("name", STREAMING)
def test_a_fitted_model_looks_as_if_it_had_been_fitted_at_once(name):
    streamed, _ = train(name, "classification", STREAMING[name])
    assert streamed.get_params() == make(name, "classification", STREAMING[name])[1].get_params()


def test_boosting_reports_every_round():
    steps = []
    train("boosting", "regression", {}, lambda step, records: steps.append(step))
    assert steps == list(range(1, 31))


@pytest.mark.parametrize("name", STREAMING)
def test_training_ends_when_a_report_raises(name):
    def stop(step, records):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(name, "regression", STREAMING[name], stop)


def test_boosting_is_heard_after_each_round_and_ends_there():
    seen = []

    def stop(step, records):
        seen.append(step)
        if step == 3:
            raise KeyboardInterrupt

    family, estimator = make("boosting", "regression", {})
    with pytest.raises(KeyboardInterrupt):
        family.fit(estimator, *rows("regression")[0], rows("regression")[1], stop)
    assert seen == [1, 2, 3]
    assert estimator.n_iter_ == 3


def test_classes_unknown_in_training_do_not_stop_boosting_or_forests():
    (X, y), (X_judge, y_judge) = rows("classification")
    for name in STREAMING:
        for validation in [(X_judge, y_judge), (X_judge[y_judge == 2], y_judge[y_judge == 2])]:
            family, estimator = make(name, "classification", STREAMING[name])
            fitted = family.fit(estimator, X[y < 2], y[y < 2], validation, ignore)
            assert list(fitted.classes_) == [0, 1]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", NAMES)
def test_suggested_configurations_train(name, task):
    family = families.get(name)
    data, judge = rows(task)
    space = family.suggest_space(task, TableShape(len(data[0]), data[0].shape[1], 3 if task == "classification" else 0))
    rng = np.random.default_rng(0)
    for unit in rng.random((3, len(space))):
        params = {}
        for u, (key, hyperparameter) in zip(unit, space.items(), strict=True):
            when = hyperparameter.when or {}
            if all(params.get(parent) in choices for parent, choices in when.items()):
                params[key] = hyperparameter.to_value(hyperparameter.from_unit(float(u)))
        family, estimator = make(name, task, {**params, **({"max_iter": 5000} if name == "elastic_net" else {})})
        fitted = family.fit(estimator, *data, judge, ignore)
        assert np.isfinite(predictions(fitted, judge[0])).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_count_of_parameters_is_that_of_the_model(name):
    fitted, _ = train(name, "regression", {})
    counted = families.get(name).count_parameters(fitted)
    if name == "elastic_net":
        assert counted == 11
    elif name == "svm":
        assert counted == fitted.n_support_.sum() + 1
    elif name == "random_forest":
        assert counted == sum(tree.get_n_leaves() * 2 - 1 for tree in fitted.estimators_)
    else:
        assert counted is None


def test_a_setting_out_of_range_is_refused():
    with pytest.raises(UserFault, match="Trees"):
        options.make(families.get("random_forest").settings, {"trees": 0})
