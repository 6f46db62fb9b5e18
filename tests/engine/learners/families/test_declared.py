"""A family declares what it takes: all that it suggests, nothing that its estimator does not know."""

from contextlib import suppress

import pytest

from engine.errors import UserFault
from engine.learners import families
from engine.options import describe
from engine.space import Categorical, Float, Int
from tests.helpers.usable import usable_families

OWN = {"layers", "hidden_units"}  # become another argument


@pytest.mark.parametrize("name", usable_families())
def test_what_is_declared_has_a_default_that_is_taken(name):
    family = families.get(name)
    declared = family.declared_options()
    assert declared
    known = set()
    for task in family.tasks:
        for item in describe(family.hyperparameter_options):
            with suppress(UserFault):  # an argument of the other task's estimator
                estimator = family.configure_estimator(
                    {**_least(family), item.name: item.default}, family.settings(), task, 0
                )
                known |= {item.name} & ({*estimator.get_params()} | OWN | {"optimizer", "learning_rate"})
    assert known == {item.name for item in describe(family.hyperparameter_options)}


def _least(family):
    """What the estimator cannot be made without."""
    return {"layers": 1, "hidden_units": 8} if "hidden_units" in family.declared_options() else {}


@pytest.mark.parametrize(
    ("name", "row", "cell", "said"),
    [
        ("n_jobs", Int(1, 8), "name", "Random forest has no hyperparameter 'n_jobs'."),
        ("__class__", Int(1, 8), "name", "Random forest has no hyperparameter '__class__'."),
        ("max_depth", Int(0, 8), "low", "Maximum depth is 0."),
        ("max_depth", Float(1.0, 8.0), "kind", "Maximum depth is a whole number."),
        ("max_features", Categorical(("sqrt", "cube")), "choices", "Columns is 'cube'."),
        ("criterion", Categorical(("gini", "x")), "choices", "Criterion is 'x'."),
        ("n_estimators", Int(1, 10**12), "high", "Trees is 1000000000000."),
    ],
)
def test_a_row_that_is_not_declared_is_told_at_its_cell(name, row, cell, said):
    (problem,) = families.get("random_forest").problems({name: row})
    assert (problem.name, problem.field, problem.what) == (name, cell, said)


def test_words_may_stand_in_place_of_a_number():
    family = families.get("random_forest")
    assert family.problems({"max_features": Categorical(("sqrt", 0.5, None)), "max_samples": Float(0.1, 1.0)}) == ()
    assert (
        family.configure_estimator({"max_features": "sqrt"}, family.settings(), "regression", 0).max_features == "sqrt"
    )
    with pytest.raises(UserFault, match="Give a number of at least 0 or sqrt or log2"):
        family.configure_estimator({"max_features": "cube"}, family.settings(), "regression", 0)


def test_a_setting_of_an_optimizer_is_judged_by_the_optimizers():
    family = families.get("mlp")
    family.configure_estimator({"optimizer": "adam", "momentum": 0.9}, family.settings(), "regression", 0)
    with pytest.raises(UserFault, match="momentum: Momentum is 7"):
        family.configure_estimator({"optimizer": "sgd", "momentum": 7.0}, family.settings(), "regression", 0)
