"""Fields judge what is typed while it is typed, and only hand on what is valid."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.errors import UserFault
from engine.options import Option
from gui.base.parsing import read_number, read_time, time_text, typed_text
from gui.views.fields import number_field, time_field
from gui.views.option_form import OptionForm


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("1e-4", 1e-4), ("0,5", 0.5), ("1,000", 1000), ("1,234.5", 1234.5), ("−2", -2), ("1 000", 1000)],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert read_number(text) == number
    assert type(read_number(text)) is type(number)


@pytest.mark.parametrize("text", ["", "x", "1..2", "nan", "1e999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(UserFault):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90 s", 90), ("15 min", 900), ("1 h 30 min", 5400), ("1,5 h", 5400), ("", None)]
)
def test_times_are_read_as_people_type_them(text, seconds):
    assert read_time(text) == seconds


@pytest.mark.parametrize("seconds", [90.0, 900.0, 7200.0, 0.5, 5400.0])
def test_times_come_back_as_they_are_shown(seconds):
    assert read_time(time_text(seconds)) == seconds


@pytest.mark.parametrize("value", [0.1, 1e-4, 3.5e-9, 1e6, 123456.789, 5, 0.0])
def test_values_come_back_as_they_are_shown(value):
    assert float(read_number(typed_text(value))) == value


def test_a_field_tells_every_valid_value_while_it_is_typed(qtbot):
    field = number_field(Option("n", int, 1, "Trials", low=1, high=500), "field_n")
    qtbot.addWidget(field)
    heard = []
    field.edited.connect(heard.append)
    qtbot.keyClicks(field, "120")
    assert heard == [1, 12, 120]


def test_a_field_says_why_its_text_is_no_value_and_keeps_the_last_one(qtbot):
    field = number_field(Option("n", int, 1, "Trials", low=1, high=500), "field_n")
    qtbot.addWidget(field)
    field.show_value(40)
    field.selectAll()
    qtbot.keyClicks(field, "0")
    assert field.reason == "Give a whole number from 1 to 500."
    assert field.property("wrong")
    assert field.value == 40
    field.editingFinished.emit()
    assert field.text() == "0"
    assert field.reason == "Give a whole number from 1 to 500. 40 counts until then."
    field.show_value(40)  # another edit of the study
    assert field.text() == "0"
    field.show_value(41)  # another value
    assert (field.text(), field.reason) == ("41", "")


def test_an_empty_time_is_no_limit(qtbot):
    field = time_field("field_t", "Time")
    qtbot.addWidget(field)
    field.show_value(60.0)
    assert field.text() == "1 min"
    with qtbot.waitSignal(field.edited) as heard:
        qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert heard.args == [None]


OPTIONS = (
    Option("levels", int, 5, "Values", low=1, high=9),
    Option("shuffle", bool, True, "Random order"),
    Option("mode", str, "fast", "Mode", choices=("fast", "good")),
    Option("start", int, None, "Random first", optional=True, low=1, advanced=True),
)


@pytest.fixture
def form(qtbot):
    """A form of four options, and what it said last."""
    form = OptionForm("test")
    qtbot.addWidget(form)
    form.show_options(OPTIONS, {"mode": "good"})
    form.show()
    return form


def test_a_form_shows_values_and_defaults(form):
    assert form.fields["levels"].text() == "5"
    assert form.fields["mode"].currentText() == "good"
    assert form.fields["start"].text() == ""


def test_a_form_tells_only_what_differs_from_the_defaults(form, qtbot):
    with qtbot.waitSignal(form.edited) as heard:
        qtbot.mouseClick(form.fields["shuffle"], Qt.MouseButton.LeftButton, pos=form.fields["shuffle"].rect().center())
        if form.fields["shuffle"].isChecked():
            form.fields["shuffle"].toggle()
    assert heard.args[0] == {"shuffle": False, "mode": "good"}


def test_advanced_options_are_folded_until_asked_for(form, qtbot):
    assert not form.fields["start"].isVisible()
    qtbot.mouseClick(form.findChild(object, "button_more_test"), Qt.MouseButton.LeftButton)
    assert form.fields["start"].isVisible()


def test_showing_values_is_not_an_edit(form, qtbot):
    heard = []
    form.edited.connect(heard.append)
    form.show_options(OPTIONS, {"levels": 7, "shuffle": False})
    assert heard == []
    assert form.fields["levels"].text() == "7"


def test_other_options_make_another_form(form):
    form.show_options((Option("x", float, 0.5, "X"),), {})
    assert list(form.fields) == ["x"]
    form.show_options((), {})
    assert not form.isVisible()
