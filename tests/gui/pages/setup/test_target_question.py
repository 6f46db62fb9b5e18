"""A new table asks what is to be predicted; its guess is confirmed by one press, or by choosing in the list."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.setup import StudySetup
from engine.study import suggest_setup
from gui.item_models.columns import KIND
from tests.gui.fakes import wine_setup
from tests.gui.pages.bench import LEFT, SLOW, Bench

TABLE = "\n".join(["n,R&D,colour,price", *[f"{i % 9},{i % 5},{'rgb'[i % 3]},{i * 1.5}" for i in range(60)]])


def test_a_new_table_is_shown_with_the_question(opened):
    bench = opened(TABLE)
    assert not bench.page.cards["data"].is_folded
    button = bench.child("button_confirm_target")
    assert button.isVisible()
    assert button.text() == button.accessibleName() == "Predict price"
    assert button.hasFocus()
    assert "confirm" in bench.page.cards["data"].head.summary


@pytest.mark.parametrize("key", [None, Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_one_press_confirms_the_guess(opened, key):
    bench = opened(TABLE)
    before = bench.setup
    if key is None:
        bench.click("button_confirm_target")
    else:
        bench.qtbot.keyClick(bench.child("button_confirm_target"), key)
    assert bench.setup.objective.target_confirmed
    assert not bench.child("button_confirm_target").isVisible()
    assert bench.child("combo_target").hasFocus()
    bench.document.undo_stack.undo()
    assert bench.setup == before
    assert bench.child("button_confirm_target").isVisible()
    bench.document.undo_stack.redo()
    assert bench.setup.objective.target_confirmed


def test_choosing_the_guess_again_confirms_it(opened):
    bench = opened(TABLE)
    combo = bench.child("combo_target")
    combo.showPopup()
    QApplication.processEvents()
    bench.qtbot.keyClick(combo.view(), Qt.Key.Key_Return)
    assert bench.setup.objective.target == "price"
    assert bench.setup.objective.target_confirmed


def test_choosing_another_column_confirms_that_one(opened):
    bench = opened(TABLE)
    combo = bench.child("combo_target")
    bench.choose("combo_target", "colour")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.target == "colour", timeout=SLOW)
    assert bench.setup.objective.target_confirmed
    assert bench.setup.objective.task == "classification"
    bench.qtbot.waitUntil(combo.hasFocus)  # as before the card had to wait


def test_an_entry_that_a_program_sets_counts_as_chosen(opened):
    bench = opened(TABLE)
    bench.child("combo_target").setCurrentText("R&D")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.target == "R&D", timeout=SLOW)
    assert bench.setup.objective.target_confirmed


def test_a_click_on_the_mark_of_the_guess_confirms_it(opened):
    bench = opened(TABLE)
    table = bench.child("table_columns")
    row = table.model().row_of("price")
    bench.qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(row, 0)).center())
    assert bench.setup.objective.target_confirmed


def test_another_kind_of_a_column_leaves_the_question_open(opened):
    bench = opened(TABLE)
    model = bench.child("table_columns").model()
    model.setData(model.index(0, KIND), "category")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.kinds == {"n": "category"}, timeout=SLOW)
    assert not bench.setup.objective.target_confirmed
    assert bench.child("button_confirm_target").isVisible()


def test_the_name_of_a_column_is_no_key(opened):
    bench = opened(TABLE.replace("price", "cost_R&D"))
    button = bench.child("button_confirm_target")
    assert button.text() == "Predict cost_R&&D"
    assert button.accessibleName() == "Predict cost_R&D"
    assert button.shortcut().isEmpty()


def test_a_sample_asks_nothing(qtbot):
    bench = Bench(qtbot)
    bench.open(suggest_setup("sample:wine"))
    assert bench.setup.objective.target_confirmed
    assert bench.page.cards["data"].is_folded
    assert not bench.child("button_confirm_target").isVisible()
    bench.end()


def test_a_target_that_was_named_asks_nothing(opened):
    bench = opened(TABLE, target_name="colour")
    assert bench.setup.objective.target_confirmed
    assert bench.page.cards["data"].is_folded


def test_files_of_before_count_as_confirmed():
    text = wine_setup().to_json().replace(',"target_confirmed":true', "")
    assert "target_confirmed" not in text
    assert StudySetup.from_json(text) == wine_setup()


def test_another_table_asks_again(opened, tmp_path: Path):
    bench = opened(TABLE, target_name="colour")
    bench.unfold("data")
    other = tmp_path / "other.csv"
    other.write_text("\n".join(["a,b,c", *[f"{i},{i * i},{i % 2}" for i in range(60)]]))
    bench.messages.file = other
    bench.click("button_choose_table")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.source == str(other), timeout=SLOW)
    assert not bench.setup.objective.target_confirmed
    assert bench.child("button_confirm_target").isVisible()
