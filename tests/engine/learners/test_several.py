"""Several kinds of model in one study: which one is a hyperparameter, and the rest depends on it."""

import math

import numpy as np
import pytest

from engine.errors import UserFault
from engine.exporting.python_script import script
from engine.learners import families
from engine.learners.families import TableShape, several
from engine.learners.portfolios import portfolio_of
from engine.objectives.table import prepare
from engine.space import Categorical, Float, SearchSpace
from engine.study import additional_hyperparameters, space_problems, suggest_setup
from tests.engine.exporting.test_python_script import prints


def ignore(step, records):
    """A report that nobody reads."""


@pytest.fixture(scope="module")
def setup():
    return suggest_setup("sample:wine", family="several")


@pytest.fixture(scope="module")
def table(setup):
    return prepare(setup.objective)


@pytest.mark.parametrize(
    ("shape", "there", "absent"),
    [
        (TableShape(120, 8, 3), {"random_forest", "svm", "elastic_net"}, {"boosting", "sklearn_mlp"}),
        (TableShape(2_000, 8, 3), {"boosting", "svm", "sklearn_mlp", "neighbours"}, set()),
        (TableShape(50_000, 200, 3), {"boosting", "random_forest", "elastic_net"}, {"svm", "neighbours"}),
    ],
)
def test_the_first_choice_of_models_follows_the_table(shape, there, absent):
    names = set(several.names_for("classification", shape))
    assert there <= names
    assert not absent & names


def test_what_belongs_to_a_model_depends_on_it(setup):
    space = setup.space
    assert isinstance(space["model"], Categorical)
    assert {row.when["model"] for name, row in space.items() if name.startswith("svm__")} == {("svm",)}
    assert space["svm__degree"].when == {"model": ("svm",), "svm__kernel": ("poly",)}
    offered = additional_hyperparameters(setup)
    assert offered["svm__coef0"].when == {"model": ("svm",), "svm__kernel": ("poly", "sigmoid")}
    assert space_problems(setup.objective, {**space, **offered}) == ()
    rng, whole = np.random.default_rng(0), SearchSpace(space)
    for params in (whole.sample(rng) for _ in range(50)):
        assert all(name == "model" or name.startswith(f"{params['model']}__") for name in params)


def test_a_model_that_is_added_as_a_choice_brings_its_rows(setup):
    fewer = {"model": Categorical(("svm", "boosting")), "svm__C": Float(0.1, 10.0)}
    found = families.get("several").additional_hyperparameters(fewer)
    assert found["boosting__learning_rate"].when == {"model": ("boosting",)}
    assert not [name for name in found if name.startswith("neighbours__")]


@pytest.mark.parametrize(
    ("name", "params"), [("neighbours", {"n_neighbors": 7}), ("svm", {"C": 3.0, "kernel": "linear"})]
)
def test_a_configuration_scores_as_in_a_study_of_its_own_model(setup, table, name, params, tmp_path):
    alone = prepare(suggest_setup("sample:wine", family=name).objective).evaluate(params, 5, ignore)
    joined = {"model": name, **{f"{name}__{key}": value for key, value in params.items()}}
    score = table.evaluate(joined, 5, ignore).score
    assert score == alone.score
    assert prints(tmp_path, script(setup.objective, joined, score, 5)) == f"score: {score!r}"


def test_each_model_is_tried_first_as_it_is_known_to_do_well(setup, table):
    space = SearchSpace(setup.space)
    starts = portfolio_of("several", "classification").starts_in(space)
    assert [start.params["model"] for start in starts] == list(setup.space["model"].choices)
    assert all(space.validate(start.params) == start.params for start in starts)
    assert math.isfinite(table.evaluate(starts[-1].params, 0, ignore).score)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "does not say which model"),
        ({"model": "several"}, "Model is 'several'"),
        ({"model": "os.system"}, "Model is 'os.system'"),
        ({"model": "svm", "svm__cache_size": 3}, "has no hyperparameter 'svm__cache_size'"),
        ({"model": "svm", "svm__C": "x"}, "svm__C"),
    ],
)
def test_what_is_none_of_its_models_is_a_sentence(table, params, said):
    with pytest.raises(UserFault) as fault:
        table.evaluate(params, 0, ignore)
    assert said in str(fault.value)


def test_a_space_without_models_is_told(setup):
    (problem,) = space_problems(setup.objective, {"svm__C": Float(0.1, 1.0)})
    assert problem.what == "The space does not say which models are tried."
