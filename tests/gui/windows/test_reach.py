"""Everything has a name, one name only, and can be reached from the keyboard."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QWidget,
)

from tests.gui.windows.conftest import Stage

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView)


def controls(window: QWidget) -> list[QWidget]:
    """What a person can use, without the parts that Qt makes for itself."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QHeaderView):
            continue
        if widget.objectName().startswith("qt_") or isinstance(widget.parent(), QComboBox | QLineEdit):
            continue
        if widget.metaObject().className() in {"QTableCornerButton", "QComboBoxListView"}:
            continue
        found.append(widget)
    return found


@pytest.fixture
def whole(opened: Stage) -> Stage:
    """Every page built and every card unfolded."""
    for card in opened.child("page_setup").cards.values():
        card.fold(False)
    return opened


def test_every_control_has_an_object_name(whole: Stage):
    nameless = [
        f"{type(w).__name__} in {w.parent().objectName()}" for w in controls(whole.window) if not w.objectName()
    ]
    assert nameless == []


def test_no_object_name_is_used_twice(whole: Stage):
    counted = Counter(widget.objectName() for widget in controls(whole.window))
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_control_has_a_name_for_screen_readers(whole: Stage):
    missing = []
    for widget in controls(whole.window):
        interface = QAccessible.queryAccessibleInterface(widget)
        said = interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()
        if not said.strip():
            missing.append(widget.objectName())
    assert missing == []


def test_the_names_of_the_contract_are_there(whole: Stage):
    actions = ("run", "pause", "stop", "new", "open", "save_as", "export", "undo", "redo")
    for name in actions:
        assert whole.action(name).objectName() == f"action_{name}"
    for name in (
        "page_start",
        "page_setup",
        "page_live",
        "page_explore",
        "page_results",
        "table_space",
        "table_trials",
    ):
        whole.child(name)
    for name in ("plot_history", "plot_losses", "progress_study", "label_best"):
        whole.child(name)


def walk(window: QWidget, first: QWidget, most: int = 400) -> list[QWidget]:
    """The widgets that Tab visits from ``first`` until it comes round."""
    seen, widget = [first], first.nextInFocusChain()
    while widget is not first and len(seen) < most * 10:
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen.append(widget)
        widget = widget.nextInFocusChain()
    return seen


@pytest.mark.parametrize("page", ["setup", "live", "explore", "compare", "results"])
def test_tab_reaches_every_control_of_a_page(whole: Stage, page: str):
    whole.window.show_page(page)
    reached = set(map(id, walk(whole.window, whole.child("button_run"))))
    stuck = [
        widget.objectName()
        for widget in controls(whole.window)
        if widget.isVisible() and widget.isEnabled() and id(widget) not in reached
    ]
    # A group of rail buttons is one stop; arrows move inside it.
    assert [name for name in stuck if not name.startswith("rail_")] == []


def test_tab_goes_through_the_setup_from_top_to_bottom(whole: Stage):
    whole.window.show_page("setup")
    page = whole.child("page_setup").widget()
    order = [w for w in walk(whole.window, whole.child("button_run")) if page.isAncestorOf(w)]
    heads = [w.objectName() for w in order if w.objectName().startswith("button_card_")]
    assert heads == [f"button_card_{name}" for name in ("objective", "data", "model", "space", "strategy", "budget")]


def test_tab_leaves_the_table_of_the_space(whole: Stage, qtbot):
    whole.window.show_page("setup")
    table = whole.child("table_space")
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()
