"""What the window shows before a study is open: the comparison of the two loops, told of a sample."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from tests.gui.fakes import wine_setup
from tests.gui.windows.conftest import Stage, open_study

SECONDS = 60_000  # milliseconds that reading and comparing the sample may take on a busy machine


def press(stage: Stage, qtbot, kind: type, name: str) -> None:
    button = stage.window.findChild(kind, name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def two_loops(stage: Stage):
    return stage.window._stack.page("compare").tab("two_loops")


def test_the_two_loops_are_explained_with_a_sample(stage, qtbot):
    press(stage, qtbot, QPushButton, "button_two_loops")
    tab = two_loops(stage)
    qtbot.waitUntil(lambda: tab.source.found is not None, timeout=SECONDS)
    assert stage.window.page == "compare"
    assert tab.source.found.is_sample
    assert "9 hyperparameters" in tab.view.title.text()
    cards = [card for card in tab.view.cards if not card.isHidden()]
    assert cards
    assert [card.button.isEnabled() for card in cards] == [False] * len(cards)
    assert all("sample" in card.button.toolTip() for card in cards)
    assert stage.window._stack.page("compare")._remark.text() == "A sample: digits · neural network"


def test_pages_of_a_study_wait_for_one_and_the_start_page_is_a_press_away(stage, qtbot):
    stage.action("show_compare").trigger()
    assert stage.window.page == "compare"
    rail = {button.objectName(): button for button in stage.window.findChildren(QToolButton)}
    assert not rail["rail_setup"].isEnabled()
    assert not rail["rail_live"].isEnabled()
    assert not rail["rail_results"].isEnabled()
    assert stage.child("run_bar").isHidden()
    press(stage, qtbot, QToolButton, "rail_start")
    assert stage.window.page == "start"


def test_a_study_takes_the_place_of_the_sample(stage, qtbot, tmp_path):
    press(stage, qtbot, QPushButton, "button_two_loops")
    tab = two_loops(stage)
    qtbot.waitUntil(lambda: tab.source.found is not None, timeout=SECONDS)
    open_study(stage, qtbot, tmp_path / "wine.study", wine_setup())
    stage.window.show_page("compare")
    qtbot.waitUntil(lambda: tab.source.found is not None and not tab.source.found.is_sample, timeout=SECONDS)
    rail = {button.objectName(): button for button in stage.window.findChildren(QToolButton)}
    assert rail["rail_setup"].isEnabled()
    assert rail["rail_start"].isHidden()
