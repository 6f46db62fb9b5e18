"""The page Compare as a whole: its tabs by keys, and what each says before anything was done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.pages.compare.compare_page import TABS
from tests.gui.windows.conftest import Stage, opened, stage  # noqa: F401 - fixtures


@pytest.mark.parametrize("widget", ["tab_two_loops", "tabs_compare", ""])
def test_control_tab_walks_round_the_tabs(opened: Stage, qtbot, widget):  # noqa: F811
    window = opened.window
    window.activateWindow()
    window.show_page("compare")
    page = opened.child("page_compare")
    target = window if not widget else page.tabs.bar if widget == "tabs_compare" else page.tab("two_loops").copy
    if widget:
        target.setEnabled(True)
        target.setFocus()
    seen = []
    for _ in TABS:
        focused = window.focusWidget() or window
        qtbot.keyClick(focused, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        seen.append(TABS[page.tabs.currentIndex()].key)
    assert seen == [*(tab.key for tab in TABS[1:]), TABS[0].key]


def test_the_tabs_have_the_names_of_the_contract(opened: Stage):  # noqa: F811
    opened.window.show_page("compare")
    page = opened.child("page_compare")
    for tab in TABS:
        page.show_tab(tab.key)
        assert page.tab(tab.key).objectName() == f"tab_{tab.key}"
    assert [tab.key for tab in TABS] == ["two_loops", "strategies", "optimizers", "studies"]
