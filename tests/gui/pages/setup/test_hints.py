"""Hints stand in the Data card before a run, one press does what each asks for; columns are ticked, many are found."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.item_models.columns import TELLS, USE, Role
from tests.gui.pages.bench import LEFT, SLOW

RNG = np.random.default_rng(4)
ROWS = [(RNG.integers(9), math.exp(value), value) for value in RNG.normal(size=600)]
LEAKY = "\n".join(["n,wage,logwage", *[f"{n},{wage:.9g},{log:.9g}" for n, wage, log in ROWS]])
WIDE = "\n".join(
    [",".join([*(f"c{place}" for place in range(40)), "price"])]
    + [",".join(str(value) for value in row) for row in RNG.normal(size=(600, 41)).round(4)]
)


def hinted(bench, *kinds):
    """Wait until exactly these hints are shown."""

    def shown():
        boxes = bench.child("list_hints").findChildren(QWidget)
        return [box.hint.kind for box in boxes if hasattr(box, "hint") and box.isVisible()]

    bench.unfold("data")
    bench.qtbot.waitUntil(lambda: shown() == list(kinds) and bench.document.hints is not None, timeout=SLOW)


def test_one_press_leaves_out_what_tells_the_answer_and_undo_brings_it_back(opened):
    bench = opened(LEAKY, target_name="wage")
    hinted(bench, "leak")
    assert bench.child("label_hint_leak").text().startswith("logwage leaks the target")
    assert bench.page.cards["data"].head.summary.endswith("logwage leaks the target")
    bench.click("button_hint_leak")
    assert bench.setup.objective.ignored == ("logwage",)
    hinted(bench)
    model = bench.child("table_columns").model()
    assert model.index(model.row_of("logwage"), TELLS).data(Role.TELLING).is_leak
    bench.document.undo_stack.undo()
    assert bench.setup.objective.ignored == ()
    hinted(bench, "leak")


def test_hints_are_those_of_the_target_that_is_chosen(opened):
    bench = opened(LEAKY, target_name="wage")
    hinted(bench, "leak")
    bench.choose("combo_target", "n")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.target == "n", timeout=SLOW)
    bench.qtbot.waitUntil(lambda: not bench.background.is_busy and not bench.check.is_busy, timeout=SLOW)
    hinted(bench)


def test_a_few_rows_are_judged_repeatedly_on_one_press(opened):
    few = "\n".join(["a,kind", *[f"{value:.3f},{'xy'[n % 2]}" for n, value in enumerate(RNG.normal(size=90))]])
    bench = opened(few, target_name="kind")
    hinted(bench, "small")
    bench.click("button_hint_small")
    assert (bench.setup.objective.validation.scheme, bench.setup.objective.metric) == ("repeated", "log_loss")
    assert bench.setup.direction == "minimize"
    hinted(bench)


def test_a_click_on_a_tick_leaves_the_column_out_and_takes_it_in_again(opened):
    bench = opened(WIDE, target_name="price")
    bench.unfold("data")
    bench.read_table()
    table = bench.child("table_columns")
    for ignored in (("c1",), ()):
        bench.qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(1, USE)).center())
        assert bench.setup.objective.ignored == ignored


def test_several_selected_columns_are_turned_together_by_mouse_and_key(opened):
    bench = opened(WIDE, target_name="price")
    bench.unfold("data")
    bench.read_table()
    table = bench.child("table_columns")
    model = table.model()
    table.setFocus()
    for row, held in ((1, Qt.KeyboardModifier.NoModifier), (3, Qt.KeyboardModifier.ShiftModifier)):
        place = table.visualRect(model.index(row, TELLS)).center()
        bench.qtbot.mouseClick(table.viewport(), LEFT, held, place)
    bench.qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(model.index(2, USE)).center())
    assert bench.setup.objective.ignored == ("c1", "c2", "c3")
    bench.qtbot.keyClick(table, Qt.Key.Key_Space)
    assert bench.setup.objective.ignored == ()
    bench.document.undo_stack.undo()
    assert bench.setup.objective.ignored == ("c1", "c2", "c3")


def test_many_columns_are_found_by_name_and_shown_at_once(opened):
    bench = opened(WIDE, target_name="price")
    bench.unfold("data")
    bench.read_table()
    table, model = bench.child("table_columns"), bench.child("table_columns").model()
    assert bench.child("button_show_columns").text() == "Show all 41 columns at once"
    bench.click("button_show_columns")
    assert table.verticalScrollBar().maximum() == 0
    bench.type("edit_find_column", "C3")
    shown = [model.column_at(row).name for row in range(model.rowCount()) if not table.isRowHidden(row)]
    assert shown == ["c3", *(f"c3{place}" for place in range(10))]
    bench.type("edit_find_column", "")
    assert not any(table.isRowHidden(row) for row in range(model.rowCount()))


def test_a_table_of_few_columns_has_no_field_to_find_one(opened):
    bench = opened(LEAKY, target_name="wage")
    bench.unfold("data")
    bench.read_table()
    assert not bench.child("edit_find_column").isVisible()
    assert not bench.child("button_show_columns").isVisible()
