"""A table that cannot be read as it was guessed is no dead end: how it is written can be said at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from gui.base.messages import Line, Way
from gui.pages.setup.how_written import HowWrittenDialog
from gui.views.message_bar import MessageBar
from tests.gui.windows.conftest import Stage

SLOW = 30_000


def drop(window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))  # fmt: skip


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A table whose cells stand between signs that nobody would guess."""
    path = tmp_path / "odd.csv"
    rows = [f"{i}+{i % 3}+{i * 1.5}" for i in range(60)]
    path.write_text("\n".join(["n+k+price", *rows]), encoding="utf-8")
    return path


def test_the_way_leads_to_a_study(stage: Stage, qtbot, odd: Path):
    drop(stage.window, odd)
    qtbot.waitUntil(lambda: len(stage.messages.lines) == 1, timeout=SLOW)
    line = stage.messages.lines[0]
    assert line.bad
    assert line.way is not None
    line.way.take()
    dialog = stage.window.findChild(HowWrittenDialog)
    qtbot.waitUntil(lambda: dialog.findChild(object, "label_written_trouble").isVisible(), timeout=SLOW)
    assert not dialog.findChild(object, "button_use_written").isEnabled()
    assert dialog.findChild(object, "read_sheet") is None
    field = dialog.findChild(object, "read_separator_text")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "+")
    qtbot.waitUntil(dialog.findChild(object, "button_use_written").isEnabled, timeout=SLOW)
    qtbot.waitUntil(lambda: dialog.findChild(object, "table_written").model().columnCount() == 3, timeout=SLOW)
    with qtbot.waitSignal(stage.window.study.opened, timeout=SLOW):
        qtbot.mouseClick(dialog.findChild(object, "button_use_written"), Qt.MouseButton.LeftButton)
    assert stage.window.study.setup.objective.read == {"separator": "+"}
    assert stage.window.study.setup.objective.target == "price"


def test_what_is_no_file_of_cells_has_no_such_way(stage: Stage, qtbot, tmp_path: Path):
    drop(stage.window, tmp_path / "gone.csv")
    qtbot.waitUntil(lambda: len(stage.messages.lines) == 1, timeout=SLOW)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    drop(stage.window, tmp_path / "broken.parquet")
    qtbot.waitUntil(lambda: len(stage.messages.lines) == 2, timeout=SLOW)
    assert [line.way for line in stage.messages.lines] == [None, None]


def test_the_bar_shows_the_way_by_mouse_and_keys(qtbot):
    bar, taken = MessageBar(), []
    qtbot.addWidget(bar)
    bar.show()
    button = bar.findChild(object, "button_message_way")
    for press in (qtbot.mouseClick, qtbot.keyClick):
        bar.show_line(Line("It cannot be read.", "", True, Way("How it is written…", lambda: taken.append(1))))
        assert button.isVisible()
        press(button, Qt.MouseButton.LeftButton if press is qtbot.mouseClick else Qt.Key.Key_Space)
        assert not bar.isVisible()
    assert taken == [1, 1]
    bar.show_line(Line("Another one.", bad=True))
    assert not button.isVisible()


def test_a_table_chosen_on_setup_that_cannot_be_read_leads_on_as_well(opened: Stage, qtbot, odd: Path):
    window, messages = opened.window, opened.messages
    qtbot.waitUntil(lambda: window.findChild(object, "button_choose_table") is not None, timeout=SLOW)
    messages.file = odd
    window.findChild(object, "button_choose_table").click()
    qtbot.waitUntil(lambda: bool(messages.lines), timeout=SLOW)
    assert messages.lines[-1].way is not None
    messages.lines[-1].way.take()
    dialog = window.findChild(HowWrittenDialog)
    rows = dialog.findChild(object, "table_written").model()
    qtbot.waitUntil(lambda: rows.rowCount() > 0, timeout=SLOW)
    assert rows.index(0, 0).data() == "n+k+price"  # what stands in the file helps to say how it is written
    field = dialog.findChild(object, "read_separator_text")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "+")
    qtbot.waitUntil(dialog.findChild(object, "button_use_written").isEnabled, timeout=SLOW)
    qtbot.mouseClick(dialog.findChild(object, "button_use_written"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.study.setup.objective.source == str(odd), timeout=SLOW)
    assert window.study.setup.objective.read == {"separator": "+"}


def test_the_sheets_of_a_workbook_that_cannot_be_read_are_offered(stage: Stage, qtbot, tmp_path: Path):
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"note": [f"words {i}" for i in range(99)]}).to_excel(book, sheet_name="Notes", index=False)
        pd.DataFrame({"x": [i % 7 for i in range(30)], "y": range(30)}).to_excel(book, sheet_name="Data", index=False)
    drop(stage.window, path)
    qtbot.waitUntil(lambda: len(stage.messages.lines) == 1, timeout=SLOW)
    assert "'Notes'" in stage.messages.lines[0].what
    stage.messages.lines[0].way.take()
    dialog = stage.window.findChild(HowWrittenDialog)
    field = dialog.findChild(object, "read_sheet")
    qtbot.waitUntil(lambda: field.findData("Data") > 0, timeout=SLOW)
    field.setCurrentIndex(field.findData("Data"))
    field.activated.emit(field.currentIndex())
    qtbot.waitUntil(dialog.findChild(object, "button_use_written").isEnabled, timeout=SLOW)
    with qtbot.waitSignal(stage.window.study.opened, timeout=SLOW):
        qtbot.mouseClick(dialog.findChild(object, "button_use_written"), Qt.MouseButton.LeftButton)
    assert stage.window.study.setup.objective.read == {"sheet": "Data"}
