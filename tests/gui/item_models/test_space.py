"""The rows of a search space as a Qt table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.space import Categorical, Float, Int
from gui.item_models.space import FIELDS, Role, SpaceModel

ROWS = {
    "rate": Float(1e-4, 1e-1, log=True),
    "units": Int(16, 256, log=True),
    "optimizer": Categorical(("sgd", "adam")),
    "momentum": Float(0.0, 0.99, when={"optimizer": ("sgd",)}),
}


@pytest.fixture
def model(qapp):
    """A model whose edits are taken at once."""
    model = SpaceModel()
    model.show_rows(ROWS)
    model.edit_requested.connect(lambda rows, text, key: model.show_rows(rows))
    return model


def put(model: SpaceModel, name: str, field: str, text: str) -> bool:
    return model.setData(model.index(model.row_of(name), FIELDS.index(field)), text)


def text(model: SpaceModel, name: str, field: str) -> str:
    return model.index(model.row_of(name), FIELDS.index(field)).data()


def test_it_keeps_the_rules_of_item_models(model, qtmodeltester):
    qtmodeltester.check(model)


def test_cells_show_what_people_type(model):
    assert text(model, "rate", "low") == "1e-4"
    assert text(model, "rate", "high") == "0.1"
    assert text(model, "units", "scale") == "log"
    assert text(model, "optimizer", "choices") == "sgd, adam"
    assert text(model, "momentum", "when") == "optimizer is sgd"


def test_only_cells_that_mean_something_can_be_edited(model):
    def editable(name, field):
        index = model.index(model.row_of(name), FIELDS.index(field))
        return bool(model.flags(index) & Qt.ItemFlag.ItemIsEditable)

    assert editable("rate", "low")
    assert not editable("optimizer", "low")
    assert editable("optimizer", "choices")
    assert not editable("rate", "samples")


@pytest.mark.parametrize(
    ("name", "field", "typed", "expected"),
    [
        ("rate", "low", "1e-5", Float(1e-5, 1e-1, log=True)),
        ("rate", "low", "0,001", Float(0.001, 1e-1, log=True)),
        ("units", "high", "1,024", Int(16, 1024, log=True)),
        ("units", "scale", "linear", Int(16, 256)),
        ("units", "step", "8", Int(16, 256, log=True, step=8)),
        ("units", "kind", "float", Float(16.0, 256.0, log=True)),
        ("units", "kind", "categorical", Categorical((16, 256))),
        ("optimizer", "choices", "sgd, 1, 2.5, true, none", Categorical(("sgd", 1, 2.5, True, None))),
        ("optimizer", "choices", '"1", "a, b"', Categorical(("1", "a, b"))),
        ("rate", "when", "optimizer is sgd or adam", Float(1e-4, 0.1, log=True, when={"optimizer": ("sgd", "adam")})),
        ("momentum", "when", "", Float(0.0, 0.99)),
    ],
)
def test_a_cell_takes_what_is_typed(model, name, field, typed, expected):
    assert put(model, name, field, typed)
    assert model.rows[name] == expected


@pytest.mark.parametrize(
    ("name", "field", "typed", "said"),
    [
        ("rate", "low", "abc", "is not a number"),
        ("units", "low", "2.5", "not a whole number"),
        ("rate", "low", "inf", "not finite"),
        ("rate", "name", "", "name is empty"),
        ("rate", "name", "units", "There is a 'units' already"),
        ("rate", "when", "whenever", "is not a condition"),
        ("optimizer", "choices", '"open', "quotes"),
    ],
)
def test_what_cannot_be_a_row_is_refused_with_a_reason_and_nothing_changes(model, name, field, typed, said):
    assert not put(model, name, field, typed)
    assert model.rows == ROWS
    assert said in model.reason(model.row_of(name))


@pytest.mark.parametrize(
    ("name", "field", "typed", "said"),
    [
        ("rate", "low", "0", "A log scale needs a lower bound above 0. Try 1e-6."),
        ("rate", "low", "5", "Low (5) is above high (0.1). Exchange the two."),
        ("optimizer", "choices", "", "There are no choices. Give at least one."),
        ("momentum", "when", "ghost is 1", "It depends on 'ghost', which is not in the space."),
    ],
)
def test_a_row_that_makes_no_sense_is_kept_and_says_why(model, name, field, typed, said):
    assert put(model, name, field, typed)
    assert model.reason(model.row_of(name)).startswith(said)
    assert model.index(model.row_of(name), FIELDS.index(field)).data(Role.PROBLEM).startswith(said)
    assert model.problem_count() >= 1


def test_typing_is_judged_before_it_is_taken(model):
    index = model.index(0, FIELDS.index("low"))
    model.try_text(index, "0")
    assert "log scale" in model.reason(0)
    assert model.rows == ROWS
    model.forget_text()
    assert model.reason(0) == ""


def test_renaming_takes_the_conditions_along(model):
    assert put(model, "optimizer", "name", "solver")
    assert list(model.rows) == ["rate", "units", "solver", "momentum"]
    assert model.rows["momentum"].when == {"solver": ("sgd",)}


def test_bars_show_that_a_log_scale_favours_small_values(model):
    bars = model.index(0, FIELDS.index("samples")).data(Role.BARS)
    assert bars[0] == 1.0
    assert bars[-1] < 0.1


def test_a_wrong_row_has_no_bars(model):
    put(model, "rate", "low", "0")
    assert model.index(0, FIELDS.index("samples")).data(Role.BARS) is None
