import ast
import json

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QMenu, QPushButton, QTableView

from engine.setup import Budget, replace
from gui.bridge.background import Background
from gui.item_models.trials import Role
from gui.pages.live import LivePage
from gui.pages.setup.editor import SetupEditor
from gui.session.expected_best import ExpectedBestTracker
from gui.session.selection import Selection
from gui.views.wish_list import WishList
from tests.gui.driven import Driven
from tests.gui.fakes import Recorder

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.open()
    made.trials()
    return made


@pytest.fixture
def page(driven, qtbot) -> LivePage:
    made = live_page(driven, qtbot)
    caught_up(made)
    return made


def live_page(driven, qtbot) -> LivePage:
    document = driven.document
    made = LivePage(document, Selection(document), ExpectedBestTracker(document, document))
    qtbot.addWidget(made)
    made.resize(1500, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def caught_up(page: LivePage) -> None:
    page.outer.catch_up()
    page.outer.plot._draw_now()


def click(page: LivePage, qtbot, number: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    table, model = page.outer.table, page.outer.model
    at = table.visualRect(model.index(model.row_of(number), 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def marked(page: LivePage, role: Role) -> set[int]:
    model = page.outer.model
    return {model.number_at(row) for row in range(model.rowCount()) if model.index(row, 0).data(role)}


def sent(driven: Driven):
    """The definition as the file has it after what was done."""
    driven.document.flush()
    driven.hear()
    return driven.runner.setup


def test_rows_are_selected_as_in_any_table(page, driven, qtbot):
    table = page.outer.table
    click(page, qtbot, 4)
    click(page, qtbot, 1, CONTROL)
    assert sorted(table.selected_numbers()) == [1, 4]
    assert page._selection.number == 1
    order = [page.outer.model.number_at(row) for row in range(6)]
    click(page, qtbot, order[0])
    click(page, qtbot, order[3], SHIFT)
    assert table.selected_numbers() == order[:4]
    qtbot.keyClick(table, Qt.Key.Key_A, CONTROL)
    assert table.selected_numbers() == order
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert len(table.selected_numbers()) == 1


def test_rows_are_copied_with_their_header_and_every_digit(page, driven, qtbot):
    click(page, qtbot, 4)
    click(page, qtbot, 1, CONTROL)
    qtbot.keyClick(page.outer.table, Qt.Key.Key_C, CONTROL)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    head = lines[0]
    assert head[:3] == ["trial", "state", "score"]
    assert [row[0] for row in lines[1:]] == ["4", "1"]
    rate = head.index("learning rate")
    assert float(lines[2][rate]) == driven.document.history.params(1)["learning_rate"]
    assert {len(row) for row in lines} == {len(head)}


def test_a_letter_stars_the_selected_trials_and_takes_the_star_back(page, driven, qtbot):
    click(page, qtbot, 4)
    click(page, qtbot, 1, CONTROL)
    qtbot.keyClick(page.outer.table, Qt.Key.Key_S)
    assert marked(page, Role.IS_STARRED) == {1, 4}
    assert sent(driven).starred == (1, 4)
    driven.document.undo_stack.undo()
    assert marked(page, Role.IS_STARRED) == set()
    driven.document.undo_stack.redo()
    qtbot.keyClick(page.outer.table, Qt.Key.Key_S)
    assert sent(driven).starred == ()


def test_an_excluded_trial_is_not_the_best_any_more(page, driven, qtbot):
    assert marked(page, Role.IS_BEST) == {4}
    click(page, qtbot, 4)
    qtbot.keyClick(page.outer.table, Qt.Key.Key_X)
    assert sent(driven).excluded == (4,)
    caught_up(page)
    assert marked(page, Role.IS_EXCLUDED) == {4}
    assert marked(page, Role.IS_BEST) == {5}
    assert driven.document.history.best_number() == 5
    assert page.outer.plot.headline.sentence.startswith("Best 0.93")


def test_a_note_is_kept_and_its_column_appears(page, driven, qtbot):
    note = page.outer.model.names.index("note")
    assert page.outer.table.isColumnHidden(note)
    click(page, qtbot, 1)
    qtbot.keyClick(page.outer.table, Qt.Key.Key_N)
    edit = page.findChild(QLineEdit, "edit_note")
    qtbot.keyClicks(edit, "too slow")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert sent(driven).notes == {1: "too slow"}
    assert not page.outer.table.isColumnHidden(note)
    assert page.outer.model.index(page.outer.model.row_of(1), note).data() == "too slow"


def test_two_trials_stand_side_by_side_with_what_differs(page, driven, qtbot):
    click(page, qtbot, 4)
    click(page, qtbot, 1, CONTROL)
    qtbot.keyClick(page.outer.table, Qt.Key.Key_B)
    table = page.findChild(QTableView, "table_compare")
    model = table.model()
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in (1, 2)] == ["trial 4", "trial 1"]
    page.findChild(QCheckBox, "check_only_differing").click()
    names = {model.index(row, 0).data() for row in range(model.rowCount())}
    assert "learning rate" in names
    assert "hidden units" not in names
    assert all(model.index(row, 1).data() is not None for row in range(model.rowCount()))


def test_the_menu_key_opens_the_menu_of_the_selected_trials(page, driven, qtbot):
    click(page, qtbot, 3)
    table = page.outer.table
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(table, event)
    menu = page.findChild(QMenu, "menu_trial")
    assert menu.isVisible()
    entries = {action.objectName(): action for action in menu.actions()}
    assert not entries["action_trial_stop"].isEnabled()
    assert entries["action_trial_stop"].toolTip() == "Only trials that run can be stopped."
    entries["action_trial_retry"].trigger()
    assert driven.runner.intents[-1] == ("retry", 3)
    menu.close()


def test_trials_are_copied_for_python_json_and_the_command_line(page, driven, qtbot):
    click(page, qtbot, 1)
    params = driven.document.history.params(1)
    page.trial_actions.copy("dict")
    assert ast.literal_eval(QGuiApplication.clipboard().text()) == params
    page.trial_actions.copy("json")
    assert json.loads(QGuiApplication.clipboard().text())["params"] == params
    page.trial_actions.copy("options")
    assert f"--set learning_rate={params['learning_rate']}" in QGuiApplication.clipboard().text()


def test_no_row_moves_while_several_are_selected(page, driven, qtbot):
    click(page, qtbot, 4)
    click(page, qtbot, 1, CONTROL)
    qtbot.waitUntil(lambda: page.outer.model.is_order_held)
    before = page.outer.model.numbers.tolist()
    driven.trials([0.99])
    caught_up(page)
    assert page.outer.model.numbers.tolist() == [*before, 6]
    page.outer.table.selectionModel().select(
        page.outer.model.index(0, 0),
        QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
    )
    qtbot.waitUntil(lambda: page.outer.model.number_at(0) == 6)


def test_columns_are_left_out_and_moved_and_that_is_kept(page, driven, qtbot):
    table, names = page.outer.table, page.outer.model.names
    menu = table.columns_menu()
    next(action for action in menu.actions() if action.data() == "momentum").trigger()
    rate = names.index("learning_rate")
    table.header.moveSection(table.header.visualIndex(rate), 1)
    qtbot.waitUntil(lambda: not table.header._keep.isActive())
    again = live_page(driven, qtbot).outer.table
    assert again.isColumnHidden(names.index("momentum"))
    assert again.header.columns()[:2] == [0, rate]
    again.header.forget()
    assert not again.isColumnHidden(names.index("momentum"))
    assert again.header.columns()[1] == 1


def test_the_filter_of_a_study_is_kept_and_offered_to_others(page, driven, qtbot):
    page.outer.filter.put("score > 0.86")
    caught_up(page)
    assert page.outer.filter.words == "3 of 6 trials · sorted by score"
    again = live_page(driven, qtbot)
    assert again.outer.filter.line.text() == "score > 0.86"
    assert sorted(again.outer.model.numbers.tolist()) == [1, 4, 5]
    again.outer.filter.put("")
    assert page.outer.model.total == again.outer.model.rowCount() == 6
    assert live_page(driven, qtbot).outer.filter.offered == ["score > 0.86"]


def test_a_filter_reads_the_names_that_the_page_shows(page, driven, qtbot):
    for text, passing in (("accuracy > 0.86", [1, 4, 5]), ("epochs = 20", [0, 1, 2, 3, 4, 5]), ("top 2", [4, 5])):
        page.outer.filter.put(text)
        assert sorted(page.outer.model.numbers.tolist()) == passing
    driven.trials([0.99])
    caught_up(page)
    assert sorted(page.outer.model.numbers.tolist()) == [4, 6]


def test_what_is_queued_in_a_finished_study_gets_room_in_its_budget(page, driven, qtbot):
    driven.document.put_setup(replace(driven.document.setup, budget=Budget(trials=6)))
    sent(driven)
    said = []
    page.told.connect(said.append)
    page.trial_actions.retry([1, 2])
    page.trial_actions.queue(driven.document.history.params(0))
    assert [line.split(".")[0] for line in said] == [
        "Queued as trials 6 to 7, and the budget raised to 8",
        "Queued as trial 8, and the budget raised to 9",
    ]
    assert sent(driven).budget.trials == 9
    assert driven.runner.names().count("retry") == 2
    driven.document.undo_stack.undo()
    assert sent(driven).budget.trials == 8


def test_what_is_queued_within_the_budget_leaves_it_alone(page, driven, qtbot):
    said = []
    page.told.connect(said.append)
    page.trial_actions.retry([1])
    assert said == ["Queued as trial 6. It runs with the next Run."]
    assert sent(driven).budget.trials == 20


def test_a_region_of_trials_becomes_a_wish_that_is_listed_removed_and_undone(page, driven, qtbot):
    said = []
    page.told.connect(said.append)
    click(page, qtbot, 4)
    choose_entry(page, "avoid")
    wish = sent(driven).wishes["1"]
    assert (wish.kind, wish.since) == ("avoid", 6)
    assert wish.holds(driven.document.history.params(4))
    assert "avoids" in said[-1]
    assert "Setup lists it" in said[-1]
    choose_entry(page, "focus")
    assert [one.kind for one in sent(driven).wishes.values()] == ["avoid", "focus"]
    editor = SetupEditor(driven.document, Background(driven.document), Recorder(), driven.document)
    listed = WishList()
    qtbot.addWidget(listed)
    listed.removed.connect(lambda kept: editor.edit_parts("wish", wishes=kept))
    listed.show_wishes(editor.setup.wishes)
    button = listed.findChild(QPushButton, "button_remove_wish_0")
    assert button.accessibleName().startswith("Remove the wish to avoid ")
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert [one.kind for one in sent(driven).wishes.values()] == ["focus"]
    for _ in range(3):
        driven.document.undo_stack.undo()
    assert not sent(driven).wishes


def test_the_space_is_narrowed_to_several_trials_and_comes_back(page, driven, qtbot):
    before = driven.document.setup.space
    click(page, qtbot, 0)
    click(page, qtbot, 1, CONTROL)
    menu = page.trial_actions.menu()
    assert "Narrow the space to these 2 trials" in [action.text().strip() for action in menu.actions()]
    choose_entry(page, "narrow")
    narrowed = sent(driven).space["learning_rate"]
    assert before["learning_rate"].low <= narrowed.low < 1e-3 < 2e-3 < narrowed.high < before["learning_rate"].high
    driven.document.undo_stack.undo()
    assert sent(driven).space == before


def choose_entry(page, name: str) -> None:
    """Choose an entry of the menu of the trials that are meant now."""
    menu = page.trial_actions.menu()
    menu.findChild(QAction, f"action_trial_{name}").trigger()
