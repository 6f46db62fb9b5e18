"""The window by keys alone: Tab goes everywhere, Enter presses, shortcuts lead to pages, places are kept."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QTableView, QWidget

from tests.gui.windows.conftest import Stage
from tests.gui.windows.test_reach import controls

MOST = 300  # presses of Tab


def tab_round(stage: Stage, qtbot, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """The widgets that have the focus one after another, until the first one has it again."""
    stage.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    visited: list[QWidget] = []
    for _ in range(MOST):
        widget = QApplication.focusWidget()
        if widget in visited:
            return visited
        visited.append(widget)
        qtbot.keyClick(widget, key)
    raise AssertionError("Tab never comes round")


def usable(window: QWidget) -> set[str]:
    """The names of what can be used now; rail buttons are one stop, where arrows move."""
    return {
        widget.objectName()
        for widget in controls(window)
        if widget.isVisible() and widget.isEnabled() and not widget.objectName().startswith("rail_")
    }


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
@pytest.mark.parametrize("page", ["setup", "live", "explore", "compare", "results"])
def test_tab_alone_reaches_every_control_and_comes_round(opened: Stage, qtbot, page: str, key: Qt.Key):
    for score in (0.8, 0.9):
        opened.runner.trial(score)
    opened.window.study._control._inbox.deliver()
    for card in opened.child("page_setup").cards.values():
        card.fold(False)
    opened.window.show_page(page)
    opened.child("rail_setup").setFocus()
    visited = {widget.objectName() for widget in tab_round(opened, qtbot, key)}
    assert usable(opened.window) - visited == set()
    assert any(name.startswith("rail_") for name in visited)


def test_tab_alone_reaches_every_control_of_the_start_page(stage: Stage, qtbot):
    qtbot.waitUntil(lambda: bool(stage.window.findChildren(QPushButton, "button_new")))
    stage.child("button_new").setFocus()
    assert usable(stage.window) - {widget.objectName() for widget in tab_round(stage, qtbot)} == set()


def test_enter_presses_the_button_that_has_the_focus(opened: Stage, qtbot):
    run = opened.child("button_run")
    run.setFocus()
    qtbot.keyClick(run, Qt.Key.Key_Return)
    assert "start" in opened.runner.names()


def test_after_run_the_focus_is_where_the_run_is_paused(opened: Stage, qtbot):
    opened.window.activateWindow()
    run, pause = opened.child("button_run"), opened.child("button_pause")
    run.setFocus()
    qtbot.keyClick(run, Qt.Key.Key_Space)
    qtbot.waitUntil(pause.hasFocus)
    qtbot.keyClick(pause, Qt.Key.Key_Space)
    qtbot.waitUntil(run.hasFocus)


def test_after_run_in_a_page_the_focus_stays_there(opened: Stage, qtbot):
    opened.window.activateWindow()
    opened.runner.trial(0.8)
    opened.window.study._control._inbox.deliver()
    opened.window.show_page("live")
    line = opened.child("edit_filter")
    line.setFocus()
    opened.action("run").trigger()
    opened.window.study._control._inbox.deliver()
    assert line.hasFocus()
    opened.window.show_page("results")
    assert not line.hasFocus()
    opened.window.show_page("live")
    assert line.hasFocus()


def test_no_two_letters_of_a_menu_are_alike(opened: Stage):
    for menu in (opened.window.menuBar(), *opened.window.menuBar().findChildren(QMenu)):
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        letters = Counter(text.replace("&&", "").partition("&")[2][:1].lower() for text in texts)
        assert [letter for letter, count in letters.items() if letter and count > 1] == [], menu.objectName()
        own = [action.objectName() for action in menu.actions() if action.objectName().startswith("action_")]
        assert letters[""] <= len(texts) - len(own), menu.objectName()


def test_no_two_shortcuts_are_alike(opened: Stage):
    keys = Counter(key.toString() for action in opened.window.menus.actions.values() for key in action.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize(
    ("key", "page"), [("1", "setup"), ("2", "live"), ("3", "explore"), ("4", "compare"), ("5", "results")]
)
def test_ctrl_and_a_digit_lead_to_a_page(opened: Stage, qtbot, key: str, page: str):
    opened.window.activateWindow()
    opened.window.show_page("live" if page != "live" else "setup")
    qtbot.keyClick(opened.window, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)
    assert opened.window.page == page
    assert f"(Ctrl+{key})" in opened.child(f"rail_{page}").toolTip()


def test_a_shortcut_over_the_menu_bar_leaves_no_focus_in_the_page_that_was(opened: Stage, qtbot):
    window = opened.window
    window.activateWindow()
    window.show_page("live")
    table = window.findChild(QTableView, "table_trials")
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    window.menuBar().setFocus()
    window.show_page("explore")
    assert QApplication.focusWidget() is not None
    assert window.findChild(QWidget, "page_explore").isAncestorOf(QApplication.focusWidget())


def test_enter_in_a_field_that_it_disables_presses_no_button(stage: Stage, qtbot):
    stage.window.activateWindow()
    field, button = QLineEdit(stage.window), QPushButton("Never meant", stage.window)
    for widget in (field, button):
        widget.show()
    field.returnPressed.connect(button.setFocus)
    field.setFocus()
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert button.hasFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return)


def test_the_focus_of_the_rail_is_at_the_page_that_is_shown(opened: Stage, qtbot):
    opened.window.activateWindow()
    opened.child("rail_setup").setFocus()
    opened.window.show_page("live")
    qtbot.waitUntil(opened.child("rail_live").hasFocus)
    assert opened.child("rail_setup").focusPolicy() == Qt.FocusPolicy.ClickFocus  # not where a disabled button leads
    qtbot.keyClick(opened.child("rail_live"), Qt.Key.Key_Down)
    qtbot.waitUntil(opened.child("rail_explore").hasFocus)
