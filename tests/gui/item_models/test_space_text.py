"""Rows of a search space go to text and back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserFault
from engine.space import Categorical, Float, Int
from gui.item_models import space_edits
from gui.item_models.space_text import (
    choices_words,
    from_text,
    read_choices,
    read_when,
    to_text,
    when_words,
)

plain_text = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8)
choices = st.lists(
    st.one_of(
        plain_text, st.integers(-99, 99), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none()
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(choices)
def test_choices_come_back_with_their_types(values):
    read = read_choices(choices_words(values))
    assert [(type(v), v) for v in read] == [(type(v), v) for v in values]


def test_a_condition_on_two_parents_comes_back():
    when = {"optimizer": ("sgd", "adam"), "layers": (2, 3)}
    assert read_when(when_words(when), ["optimizer", "layers"]) == when


@pytest.mark.parametrize("text", ["optimizer = sgd", "when optimizer is sgd", "optimizer: sgd", "optimizer == sgd"])
def test_conditions_may_be_written_in_several_ways(text):
    assert read_when(text, ["optimizer"]) == {"optimizer": ("sgd",)}


ROWS = {
    "rate": Float(1e-4, 0.1, log=True),
    "part": Float(0.0, 1.0, step=0.25),
    "units": Int(16, 256, log=True),
    "kind": Categorical(("a", 1, None, True)),
    "size": Int(2, 8, step=2, when={"kind": ("a",)}),
}


def test_rows_come_back_from_json():
    assert from_text(to_text(ROWS)) == ROWS
    assert list(from_text(to_text(ROWS))) == list(ROWS)


def test_rows_come_from_tab_separated_lines():
    lines = [
        "name\tkind\tlow\thigh\tscale\tstep\tchoices\tcondition",
        "rate\tfloat\t1e-4\t0.1\tlog",
        "part\tfloat\t0\t1\tlinear\t0.25",
        "units\tint\t16\t256\tlog",
        "kind\tchoice\t\t\t\t\ta, 1, none, true",
        "size\tint\t2\t8\tlinear\t2\t\tkind is a",
    ]
    assert from_text("\n".join(lines)) == ROWS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("hello", "no rows"),
        ("{broken", "not a search space"),
        ("x\tnumber\t1\t2", "kind 'number'"),
        ("x\tfloat\tone\t2", "not a number"),
    ],
)
def test_text_that_holds_no_rows_is_refused_in_a_sentence(text, said):
    with pytest.raises(UserFault) as fault:
        from_text(text)
    assert said in fault.value.what
    assert fault.value.remedy


def test_a_copy_gets_a_free_name_beside_the_original():
    rows = space_edits.duplicate({"a": Float(0, 1), "a_2": Float(0, 2), "b": Int(1, 2)}, ["a"])
    assert list(rows) == ["a", "a_3", "a_2", "b"]
    assert rows["a_3"] == Float(0, 1)
