"""Rows fixed at one value: their kind is checked, and what depends on them is made to fit."""

import pytest

from engine.errors import UserFault
from engine.space import Categorical, Float, Int, SearchSpace, problems
from engine.space.fixing import fix_value

ROWS = {
    "optimizer": Categorical(("adam", "sgd", "nesterov")),
    "momentum": Float(0.5, 0.99, when={"optimizer": ("sgd", "nesterov")}),
    "warm_up": Int(0, 5, when={"momentum_kind": ("late",)}),
    "momentum_kind": Categorical(("early", "late"), when={"optimizer": ("nesterov",)}),
    "lr": Float(1e-4, 1.0, log=True),
    "units": Int(8, 256, log=True),
    "bias": Categorical((True, False, 1)),
}


def test_a_held_number_has_one_value():
    space = SearchSpace(fix_value(fix_value(ROWS, "lr", 0.01), "units", 64))
    params = space.decode([0.9] * len(space))
    assert (params["lr"], params["units"]) == (0.01, 64)
    assert (space["lr"].levels, space["units"].levels) == (1, 1)


def test_a_number_may_lie_outside_its_range_and_a_logarithm_at_zero():
    rows = fix_value(fix_value(ROWS, "units", 1024), "lr", 0)
    assert not problems(rows)
    assert SearchSpace(rows).decode([0.5] * len(rows))["lr"] == 0.0


def test_a_held_choice_is_told_apart_by_its_type():
    assert fix_value(ROWS, "bias", 1)["bias"].choices == (1,)
    assert fix_value(ROWS, "bias", True)["bias"].choices == (True,)


def test_conditions_keep_the_values_that_are_left():
    rows = fix_value(ROWS, "optimizer", "sgd")
    assert rows["momentum"].when == {"optimizer": ("sgd",)}
    assert not problems(rows)


def test_rows_that_cannot_be_active_any_more_go_with_all_that_depend_on_them():
    rows = fix_value(ROWS, "optimizer", "adam")
    assert list(rows) == ["optimizer", "lr", "units", "bias"]
    assert list(fix_value(ROWS, "optimizer", "sgd")) == ["optimizer", "momentum", "lr", "units", "bias"]
    assert not problems(rows)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("depth", 3, "'depth' is not a hyperparameter of this model. It has: optimizer, momentum,"),
        ("optimizer", "foo", "optimizer cannot be foo. Give one of adam, sgd, nesterov."),
        ("units", 8.5, "units cannot be 8.5. Give a whole number from 8 to 256."),
        ("units", True, "units cannot be True."),
        ("lr", "fast", "lr cannot be fast. Give a number from 0.0001 to 1."),
        ("lr", float("nan"), "lr cannot be nan."),
    ],
)
def test_what_does_not_fit_is_refused_with_what_does(name, value, sentence):
    with pytest.raises(UserFault) as refusal:
        fix_value(ROWS, name, value)
    assert str(refusal.value).startswith(sentence)
