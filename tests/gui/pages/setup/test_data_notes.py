"""What the reader of a table doubts or leaves out is seen in the card, beside its column, and is changed there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

from engine.study import suggest_setup
from gui.delegates.column_cells import _button_box
from gui.item_models.columns import KIND, NOTED, Role
from gui.pages.setup.how_written import HowWrittenDialog
from tests.gui.pages.bench import LEFT, SLOW, Bench

# Column d is in doubt (07/04 or 04/07), the labels of good differ in case, key names each row, note is free text.
WORDS = ("please call them back about it", "the parcel was late and wet again", "asked for another colour of it")
DAYS = ("07", "03", "11", "01", "08", "12", "05")  # in no order that would tell day and month apart
ROWS = [
    f"K-{1000 + 7 * i},{DAYS[i % 7]}/{DAYS[i * i % 7]}/2021,{('yes', 'no', 'Yes')[i % 3]},"
    f"{WORDS[i % 3]} {i},{i % 7},{i * 1.5 if i % 30 else ''}"
    for i in range(90)
]
DOUBTFUL = "\n".join(["key,d,good,note,n,price", *ROWS])
PLAIN = "\n".join(["n,colour,price", *[f"{i % 9},{'rgb'[i % 3]},{i * 1.5}" for i in range(60)]])


def notes(bench: Bench) -> dict[str, list[str]]:
    """The sentences under each column."""
    model, found = bench.child("table_columns").model(), {}
    for row in range(model.rowCount()):
        if model.note_at(row) is not None:
            found.setdefault(model.column_at(row).name, []).append(model.index(row, NOTED).data())
    return found


def row_of_note(bench: Bench, column: str) -> int:
    model = bench.child("table_columns").model()
    return next(
        row for row in range(model.rowCount()) if model.note_at(row) is not None and model.column_at(row).name == column
    )


def press_note(bench: Bench, column: str) -> None:
    """Press the button of a column's note by the mouse."""
    table = bench.child("table_columns")
    index = table.model().index(row_of_note(bench, column), NOTED)
    table.scrollTo(index)
    box = _button_box(table.visualRect(index), index.data(Role.NOTE))
    bench.qtbot.mouseClick(table.viewport(), LEFT, pos=box.center())


def settled(bench: Bench) -> None:
    bench.qtbot.waitUntil(lambda: not bench.background.is_busy, timeout=SLOW)


def test_a_plain_table_has_no_caution_at_all(opened):
    bench = opened(PLAIN)
    assert bench.page.cards["data"].head.note == ""
    assert notes(bench) == {}
    assert not bench.child("list_cautions").isVisible()
    assert not bench.child("label_notes").isVisible()


def test_the_folded_card_counts_cautions_and_columns_left_out(opened):
    bench = opened(DOUBTFUL)
    head = bench.page.cards["data"].head
    assert head.note == "3 cautions, 2 columns left out"
    assert head.note in head.accessibleName()


def test_every_caution_and_every_column_left_out_has_its_line(opened):
    bench = opened(DOUBTFUL)
    found = notes(bench)
    assert set(found) == {"key", "d", "good", "note", "price"}
    assert found["key"] == ["Left out: names each row."]
    assert found["note"] == ["Left out: free text."]
    assert "cannot be told apart" in found["d"][0]
    assert "'yes' as 'Yes'" in found["good"][0]
    assert found["price"] == ["3 rows have no price and are left out."]
    for row in range(bench.child("table_columns").model().rowCount()):
        index = bench.child("table_columns").model().index(row, NOTED)
        if index.data(Role.NOTE) is not None:
            assert index.data(Qt.ItemDataRole.ToolTipRole) == index.data()
            assert index.data() in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_what_a_column_is_called_is_never_markup(opened):
    name = '<img src="file:///etc/passwd"> & <b>key</b>'
    bench = opened(DOUBTFUL.replace("key,", f'"{name.replace(chr(34), chr(34) * 2)}",', 1))
    model = bench.child("table_columns").model()
    for row in range(model.rowCount()):
        for place in range(model.columnCount()):
            tip = model.index(row, place).data(Qt.ItemDataRole.ToolTipRole) or ""
            page = QTextDocument()
            page.setHtml(tip)
            assert "\ufffc" not in page.toPlainText()  # the sign of a picture
    tip = model.index(0, NOTED).data(Qt.ItemDataRole.ToolTipRole)
    page = QTextDocument()
    page.setHtml(tip)
    assert page.toPlainText() == name
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in bench.child("card_data").findChildren(QLabel)
               if name in label.text())  # fmt: skip


def test_a_column_left_out_is_put_back_by_one_click(opened):
    bench = opened(DOUBTFUL)
    bench.unfold("data")
    press_note(bench, "key")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.kinds == {"key": "category"}, timeout=SLOW)
    settled(bench)
    assert "key" not in notes(bench)
    assert bench.page.cards["data"].head.note == "3 cautions, 1 column left out"
    bench.document.undo_stack.undo()
    settled(bench)
    assert notes(bench)["key"] == ["Left out: names each row."]


def test_a_note_is_done_by_the_keys_alone(opened):
    bench = opened(DOUBTFUL)
    bench.unfold("data")
    table = bench.child("table_columns")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, NOTED))
    bench.qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.currentIndex().row() == row_of_note(bench, "key")
    bench.qtbot.keyClick(table, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: bench.setup.objective.kinds == {"key": "category"}, timeout=SLOW)
    settled(bench)
    assert table.hasFocus()
    assert table.model().column_at(table.currentIndex().row()).name == "key"


def test_a_column_left_out_by_hand_says_so_and_comes_back(opened):
    bench = opened(PLAIN)
    bench.unfold("data")
    model = bench.child("table_columns").model()
    model.setData(model.index(0, KIND), "left out")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.ignored == ("n",), timeout=SLOW)
    settled(bench)
    assert notes(bench) == {"n": ["Left out by you."]}
    assert bench.page.cards["data"].head.note == ""  # nobody has to be told what they did themselves
    press_note(bench, "n")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.ignored == (), timeout=SLOW)
    settled(bench)
    assert notes(bench) == {}


def test_dates_in_doubt_are_read_the_other_way_by_one_click(opened):
    bench = opened(DOUBTFUL)
    bench.unfold("data")
    table = bench.child("table_columns")
    note = table.model().note_at(row_of_note(bench, "d"))
    assert note.verb in ("Read as day first", "Read as month first")
    before = bench.setup
    press_note(bench, "d")
    bench.qtbot.waitUntil(lambda: bench.setup != before, timeout=SLOW)
    settled(bench)
    assert bench.setup.objective.read == {"dates.d": note.verb.removeprefix("Read as ")}
    assert "d" not in notes(bench)
    assert bench.setup.space == before.space
    bench.document.undo_stack.undo()
    assert bench.setup == before


def test_doubts_of_the_whole_table_stand_in_a_list(opened):
    broken = PLAIN.splitlines()
    broken[5:5] = ["1,r,2,3,4"]
    bench = opened("\n".join(broken))
    said = bench.child("list_cautions")
    bench.unfold("data")
    assert said.isVisible()
    assert said.sentences == ("1 broken row was left out: too many cells.",)
    assert bench.child("label_caution_0").text() == said.sentences[0]
    assert bench.page.cards["data"].head.note == "1 caution"


@pytest.mark.parametrize("place", [0.02, 0.5])
def test_a_click_on_the_sentence_of_a_note_does_nothing(opened, place):
    bench = opened(DOUBTFUL)
    bench.unfold("data")
    table = bench.child("table_columns")
    index = table.model().index(row_of_note(bench, "key"), NOTED)
    table.scrollTo(index)
    box = table.visualRect(index)
    before = bench.setup
    bench.qtbot.mouseClick(table.viewport(), LEFT, pos=box.topLeft() + type(box.topLeft())(int(place * box.width()), 8))
    assert not bench.background.is_busy
    assert bench.setup == before


def test_what_is_left_out_whole_has_its_line_too(qtbot, tmp_path: Path):
    frame = pd.DataFrame(
        {"n": range(40), "nested": [{"a": row, "b": [row]} for row in range(40)], "y": [0.5, 1.5] * 20}
    )
    frame.to_parquet(tmp_path / "nested.parquet")
    bench = Bench(qtbot)
    bench.open(suggest_setup(tmp_path / "nested.parquet"))
    bench.read_table()
    settled(bench)
    said = [*bench.child("list_cautions").sentences, *[one for some in notes(bench).values() for one in some]]
    assert any("'nested'" in sentence and "left out" in sentence for sentence in said)
    assert bench.page.cards["data"].head.note == f"{len(said)} caution{'s' if len(said) > 1 else ''}"
    bench.end()


def test_another_sheet_is_read_by_one_press(qtbot, tmp_path: Path):
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        pd.DataFrame({"a": range(40), "b": [0.5, 1.5] * 20}).to_excel(book, sheet_name="R&D", index=False)
        pd.DataFrame({"c": range(9), "d": range(9)}).to_excel(book, sheet_name="Q & A", index=False)
    bench = Bench(qtbot)
    bench.open(suggest_setup(tmp_path / "book.xlsx"))
    bench.read_table()
    settled(bench)
    button = bench.child("button_caution_0")
    assert button.accessibleName() == "Read Q & A"
    assert button.shortcut().isEmpty()
    bench.unfold("data")
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: bench.setup.objective.read == {"sheet": "Q & A"}, timeout=SLOW)
    settled(bench)
    assert bench.child("table_columns").model().column_at(0).name == "c"
    assert not bench.child("list_cautions").isVisible()
    bench.end()


def test_a_word_counts_as_missing_by_one_click_and_is_shown_in_the_dialog(opened):
    rows = [f"{i},{['None', 'Brick', 'Stone'][i % 3]},{i / 4}" for i in range(60)]
    bench = opened("\n".join(["n,wall,price", *rows]), target_name="price")
    bench.unfold("data")
    assert bench.child("table_columns").model().note_at(row_of_note(bench, "wall")).verb == "Missing: None"
    press_note(bench, "wall")
    bench.qtbot.waitUntil(lambda: bench.setup.objective.read == {"missing.wall": ["None"]}, timeout=SLOW)
    settled(bench)
    assert "wall" not in notes(bench)
    assert bench.document.undo_stack.undoText() == "missing values of wall"
    bench.click("button_how_written")
    dialog = bench.page.findChild(HowWrittenDialog)
    bench.qtbot.waitUntil(lambda: not dialog._background.is_busy, timeout=SLOW)
    field = next(one for one in dialog._fields.values() if one.accessibleName() == "Missing in wall")
    assert field.currentText() == "None"
    dialog.reject()
    bench.document.undo_stack.undo()
    assert bench.setup.objective.read == {}


def test_how_a_table_is_written_can_still_be_seen_once_there_are_trials(opened):
    bench = opened("\n".join(["n;wall;price", *[f"{i};{'ab'[i % 2]};{i},5" for i in range(60)]]), target_name="price")
    bench.unfold("data")
    assert not bench.child("button_see_written").isVisible()
    bench.runners[0].trial(0.9)
    bench.qtbot.waitUntil(lambda: bench.document.has_trials)
    bench.click("button_see_written")
    dialog = bench.page.findChild(HowWrittenDialog)
    bench.qtbot.waitUntil(lambda: not dialog._background.is_busy, timeout=SLOW)
    field = dialog.findChild(object, "read_separator")
    assert field.currentText() == "semicolon (found)"
    assert not field.isEnabled()
    assert not dialog.findChild(object, "button_use_written").isVisible()
    assert dialog.findChild(object, "button_cancel_written").text() == "Close"
    bench.page.cards["data"].fold(True)
    assert not bench.child("button_see_written").isVisible()
