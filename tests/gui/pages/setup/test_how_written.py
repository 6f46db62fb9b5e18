"""How a table is written is seen and changed in a dialog, by clicks and keys, and undone as one edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt

from engine.study import suggest_setup
from gui.pages.setup.how_written import HowWrittenDialog
from tests.gui.keys import choose_by_keys
from tests.gui.pages.bench import LEFT, SLOW, Bench

ROWS = [f"{i};2021-03-{1 + i % 28:02d};{'yYn'[i % 3]}es;{i},5" for i in range(90)]
SEMICOLON = "\n".join(["n;day;good;price", *ROWS])


class Desk:
    """The dialog of a setup page."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.qtbot = bench.qtbot
        bench.unfold("data")
        bench.click("button_how_written")
        self.dialog = bench.page.findChild(HowWrittenDialog)
        self.settle()

    def child(self, name: str):
        found = self.dialog.findChild(object, name)
        assert found is not None, name
        return found

    def settle(self) -> None:
        """Wait for what is being read."""

        def is_settled() -> bool:
            return not self.dialog._pause.isActive() and not self.dialog._background.is_busy

        self.qtbot.waitUntil(is_settled, timeout=SLOW)

    def choose(self, name: str, entry: str) -> None:
        """Choose an entry by the keys."""
        combo = self.child(name)
        combo.setFocus()
        place = combo.findText(entry, Qt.MatchFlag.MatchExactly)
        assert place >= 0, [combo.itemText(at) for at in range(combo.count())]
        choose_by_keys(self.qtbot, combo, place)
        self.settle()

    def type(self, name: str, text: str) -> None:
        line = self.child(f"{name}_text")
        line.setFocus()
        line.selectAll()
        self.qtbot.keyClicks(line, text)

    def header(self) -> list[str]:
        model = self.child("table_written").model()
        across = Qt.Orientation.Horizontal
        return [str(model.headerData(at, across)).replace("\n", ":") for at in range(model.columnCount())]

    def cell(self, row: int, column: int) -> str:
        return self.child("table_written").model().index(row, column).data()


@pytest.fixture
def desk(opened: Callable[..., Bench]) -> Desk:
    """The dialog on a table with semicolons and decimal commas."""
    return Desk(opened(SEMICOLON, target_name="price"))


def test_what_was_found_is_shown(desk: Desk):
    said = {name: desk.child(f"read_{name}").currentText() for name in ("separator", "decimal", "encoding", "header")}
    assert said == {
        "separator": "semicolon (found)",
        "decimal": "comma (found)",
        "encoding": "utf-8 (found)",
        "header": "in the first row (found)",
    }
    assert not desk.child("button_use_written").isEnabled()
    assert desk.header()[:2] == ["n:number", "day:time"]
    assert desk.cell(1, 3) == "1.5"
    tip = desk.child("table_written").model().index(1, 3).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "1.5, written 1,5"


def test_the_preview_follows_what_is_said(desk: Desk):
    desk.choose("read_separator", "comma")
    assert len(desk.header()) == 2
    assert desk.child("button_use_written").isEnabled()
    desk.choose("read_separator", "automatic")
    assert desk.header()[0] == "n:number"
    assert not desk.child("button_use_written").isEnabled()


def test_using_it_is_one_edit_that_is_undone(desk: Desk):
    before = desk.bench.setup
    desk.choose("read_labels", "exactly as written")
    desk.qtbot.mouseClick(desk.child("button_use_written"), LEFT)
    desk.qtbot.waitUntil(lambda: desk.bench.setup != before, timeout=SLOW)
    after = desk.bench.setup
    assert after.objective.read == {"labels": "exact"}
    assert (after.objective.target, after.objective.task) == ("price", "regression")
    assert after.objective.target_confirmed
    assert after.space == before.space
    desk.bench.document.undo_stack.undo()
    assert desk.bench.setup == before


def test_cancel_and_escape_change_nothing(opened):
    bench = opened(SEMICOLON, target_name="price")
    before = bench.setup
    for leave in ("button_cancel_written", Qt.Key.Key_Escape):
        desk = Desk(bench)
        desk.choose("read_decimal", "point")
        if isinstance(leave, str):
            desk.qtbot.mouseClick(desk.child(leave), LEFT)
        else:
            desk.qtbot.keyClick(desk.dialog, leave)
        desk.qtbot.waitUntil(lambda: bench.page.findChild(HowWrittenDialog) is None)
        assert bench.setup == before
        assert not bench.background.is_busy


def test_what_cannot_be_meant_is_said_under_its_field(desk: Desk):
    desk.type("read_separator", "abc")
    reason = desk.child("label_read_separator")
    assert reason.isVisible()
    assert "semicolon" in reason.text()
    assert desk.child("read_separator").property("wrong")
    assert desk.child("read_separator").accessibleDescription() == reason.text()
    assert not desk.child("button_use_written").isEnabled()
    desk.type("read_separator", ";")
    desk.settle()
    assert not reason.isVisible()
    assert desk.child("button_use_written").isEnabled()


def test_what_cannot_be_read_so_is_said_under_the_field_that_was_changed(desk: Desk):
    desk.choose("read_separator", "tab")
    assert "one column" in desk.child("label_read_separator").text()
    desk.settle()
    assert desk.header() == ["first lines"]
    assert desk.cell(0, 0) == "n;day;good;price"
    assert not desk.child("button_use_written").isEnabled()


def test_words_that_mean_missing_are_typed(opened):
    bench = opened(SEMICOLON.replace("yes", "unknown"), target_name="price")
    desk = Desk(bench)
    desk.type("read_missing", "unknown, Yes")
    desk.settle()
    desk.qtbot.mouseClick(desk.child("button_use_written"), LEFT)
    desk.qtbot.waitUntil(lambda: bench.setup.objective.read == {"missing": ["unknown", "Yes"]}, timeout=SLOW)
    desk.qtbot.waitUntil(lambda: not bench.background.is_busy, timeout=SLOW)
    model = bench.child("table_columns").model()
    assert model.column_at(model.row_of("good")).missing == 60


def test_the_dates_of_a_column_have_a_field(desk: Desk):
    field = next(one for one in desk.dialog._fields.values() if one.accessibleName() == "Dates of day")
    assert field.currentText() == "ISO, 2022-12-31 (found)"
    desk.type(field.objectName(), "%Y-%d-%m")
    desk.settle()
    assert desk.dialog._read == {"dates.day": "%Y-%d-%m"}
    assert desk.cell(2, 1) == "2021-03-03"
    assert desk.cell(15, 1) == ""  # there is no sixteenth month
    desk.type(field.objectName(), "nonsense")
    desk.settle()
    assert "not a date format" in desk.child(f"label_{field.objectName()}").text()


def test_a_header_that_is_denied_takes_the_target_along(opened):
    bench = opened(SEMICOLON, target_name="price")
    desk = Desk(bench)
    desk.choose("read_header", "none: columns are numbered")
    desk.qtbot.mouseClick(desk.child("button_use_written"), LEFT)
    desk.qtbot.waitUntil(lambda: bench.setup.objective.read == {"header": False}, timeout=SLOW)
    assert bench.setup.objective.target != "price"
    assert not bench.setup.objective.target_confirmed


def test_everything_is_found_again_on_request(opened, tmp_path: Path):
    bench = opened(SEMICOLON, target_name="price")
    desk = Desk(bench)
    desk.choose("read_labels", "exactly as written")
    desk.choose("read_decimal", "comma")
    desk.qtbot.mouseClick(desk.child("button_forget_written"), LEFT)
    desk.settle()
    assert desk.child("read_labels").currentText() == "case ignored (found)"
    assert not desk.child("button_use_written").isEnabled()


def test_tab_reaches_every_field_and_button(desk: Desk):
    first = desk.child("read_separator")
    seen, widget = set(), first
    for _ in range(200):
        widget = widget.nextInFocusChain()
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen.add(widget.objectName())
    wanted = {field.objectName() for field in desk.dialog._fields.values()}
    assert wanted <= seen
    assert "button_cancel_written" in seen


def test_a_sample_is_not_asked_how_it_is_written(qtbot):
    from tests.gui.fakes import wine_setup

    bench = Bench(qtbot)
    bench.open(wine_setup())
    bench.unfold("data")
    assert not bench.child("button_how_written").isVisible()
    bench.end()


def test_the_sheets_of_a_workbook_are_listed(qtbot, tmp_path: Path):
    path = tmp_path / "book.xlsx"
    book = Workbook()
    for place, name in enumerate(("March", "Second <b>half<-b>", "Notes")):
        sheet = book.active if not place else book.create_sheet(name)
        sheet.title = name
        sheet.append(["n", "price"])
        for i in range(30 - place):
            sheet.append([i, i * (place + 1.5)])
    book.save(path)
    bench = Bench(qtbot)
    bench.open(suggest_setup(path))
    bench.read_table()
    qtbot.waitUntil(lambda: not bench.background.is_busy, timeout=SLOW)
    desk = Desk(bench)
    field = desk.child("read_sheet")
    assert [field.itemText(place) for place in range(field.count())] == [
        "March (found)", "March", "Second <b>half<-b>", "Notes",
    ]  # fmt: skip
    desk.choose("read_sheet", "Notes")
    assert desk.child("table_written").model().rowCount() == 28
    desk.qtbot.mouseClick(desk.child("button_use_written"), LEFT)
    qtbot.waitUntil(lambda: bench.setup.objective.read == {"sheet": "Notes"}, timeout=SLOW)
    bench.end()
