"""What a model knows of its hyperparameters: rows it cannot use are told, and what else it has can be trained."""

from __future__ import annotations

import math

import pytest

from engine import optimizers
from engine.catalogue import additional_choices, additional_hyperparameters, every_choice, space_problems
from engine.learners import families
from engine.learners.hyperparameters import with_choice
from engine.objectives import table
from engine.objectives.description import TableObjective, Validation
from engine.optimizers.base import described
from engine.setup import replace
from engine.space import Categorical, Float, Int, SearchSpace
from engine.study import Study
from engine.suggesting import suggest_setup
from tests.helpers.usable import usable_families

NETWORK = TableObjective("sample:wine", "target", "classification", "mlp", "accuracy")
ROWS = {
    "layers": Int(1, 2),
    "optimizer": Categorical(("adam", "sgd")),
    "learning_rate": Float(1e-4, 1e-1, log=True),
}


def told(**rows) -> dict[str, str]:
    """What is wrong with these rows beside the usual ones, by the name and the cell."""
    return {f"{one.name}.{one.field}": f"{one.what} {one.remedy}" for one in space_problems(NETWORK, {**ROWS, **rows})}


def test_usual_rows_have_nothing_wrong():
    assert told() == {}


def test_an_unknown_name_is_told_with_the_one_that_was_meant():
    assert told(drop_out=Float(0.0, 0.5)) == {
        "drop_out.name": "Neural network has no hyperparameter 'drop_out'. Did you mean dropout?"
    }


def test_a_name_like_no_other_is_told_with_all_that_are_known():
    said = told(qqq=Float(0.0, 0.5))["qqq.name"]
    assert said.startswith("Neural network has no hyperparameter 'qqq'. Known are: optimizer, learning_rate, schedule,")


@pytest.mark.parametrize(
    ("name", "row", "cell"),
    [
        ("dropout", Float(0.0, 1.0), "high"),
        ("l2", Float(-1.0, 1.0), "low"),
        ("hidden_units", Float(8.0, 16.0), "kind"),
        ("hidden_units", Int(0, 16), "low"),
        ("schedule", Float(0.0, 1.0), "kind"),
        ("schedule", Categorical(("cosine", "cosin")), "choices"),
        ("optimizer", Categorical(("adam", "adman")), "choices"),
        ("beta1", Float(0.5, 1.0), "high"),
        ("memory", Int(1, 5), "name"),
    ],
)
def test_a_row_the_model_cannot_use_is_told_at_its_cell(name, row, cell):
    assert f"{name}.{cell}" in told(**{name: row})


def test_a_setting_of_one_optimizer_is_offered_on_condition_of_it():
    setup = replace(suggest_setup("sample:wine"), space=ROWS)
    offered = additional_hyperparameters(setup)
    assert offered["beta1"].when == {"optimizer": ("adam",)}
    assert offered["nesterov"].when == {"optimizer": ("sgd",)}
    assert offered["weight_decay"].when is None
    assert "centered" not in offered  # of RMSProp, which is not tried
    SearchSpace({**ROWS, **offered})


def test_all_optimizers_are_known_though_some_are_not_suggested():
    assert {"lbfgs", "nadam", "adagrad"} <= set(every_choice(suggest_setup("sample:wine"), "optimizer"))


@pytest.mark.parametrize("family", usable_families())
def test_a_model_trains_with_every_further_hyperparameter(family):
    task = families.get(family).tasks[0]
    source = "sample:wine" if task == "classification" else "sample:diabetes"
    setup = suggest_setup(source, family=family)
    offered = additional_hyperparameters(setup)
    space = {**setup.space, **offered}
    assert space_problems(setup.objective, space) == ()
    settings = families.get(family).settings
    few = {name: 3 for name in ("epochs", "rounds", "trees") if name in getattr(settings, "__dataclass_fields__", {})}
    trained = table.prepare(replace(setup.objective, settings=few, validation=Validation(folds=2)))
    study = Study(space, sampler="random", seed=3, direction=setup.direction)
    for _ in range(6):
        trial = study.ask()
        assert math.isfinite(trained.evaluate(trial.params, 0, lambda step, records: None).score)


def test_what_needs_steps_is_told_where_an_optimizer_takes_none():
    tried = Categorical(("adam", "lbfgs"))
    said = told(optimizer=tried, dropout=Float(0.0, 0.5), schedule=Categorical(("cosine",)))
    assert said == {
        "dropout.when": "L-BFGS trains without dropout. Give it the condition: optimizer is adam.",
        "schedule.when": "L-BFGS trains without schedule. Give it the condition: optimizer is adam.",
    }
    only_adam = {"optimizer": ("adam",)}
    assert told(optimizer=tried, dropout=Float(0.0, 0.5, when=only_adam)) == {}
    assert told(optimizer=tried, dropout=Float(0.0, 0.0)) == {}


def test_what_needs_steps_is_offered_for_the_optimizers_that_take_some():
    setup = replace(suggest_setup("sample:wine"), space={**ROWS, "optimizer": Categorical(("adam", "lbfgs"))})
    assert additional_hyperparameters(setup)["schedule"].when == {"optimizer": ("adam",)}


@pytest.mark.parametrize("name", optimizers.names())
def test_every_optimizer_can_be_one_of_a_networks_choices(name):
    setup = suggest_setup("sample:wine")
    rows = setup.space
    if name not in rows["optimizer"].choices:
        assert name in additional_choices(setup)["optimizer"]
        rows = with_choice(rows, "optimizer", name)
        settings = {item.name for item in described(optimizers.get(name))}
        assert (name in rows["momentum"].when["optimizer"]) == ("momentum" in settings)
    assert name in rows["optimizer"].choices
    assert space_problems(setup.objective, rows) == ()
    SearchSpace(rows)


def test_another_choice_of_anything_else_changes_nothing_else():
    rows = suggest_setup("sample:wine").space
    changed = with_choice(rows, "activation", "sigmoid")
    assert {name for name in rows if rows[name] != changed[name]} == {"activation"}
