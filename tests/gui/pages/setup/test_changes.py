"""The card of changes: what was changed of a study that has trials, and its undoing by mouse and keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from engine.changing import change_event
from engine.setup import replace
from gui.bridge.background import Background
from gui.pages.setup.changes_card import ChangesCard
from gui.pages.setup.editor import SetupEditor
from tests.gui.driven import Driven
from tests.gui.fakes import Recorder


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.open()
    made.trials()
    return made


@pytest.fixture
def card(driven, qtbot) -> ChangesCard:
    document = driven.document
    made = ChangesCard(SetupEditor(document, Background(document), Recorder(), document))
    qtbot.addWidget(made)
    made.refresh()
    return made


def edit(driven, **changes) -> None:
    """An edit as the window makes it, told as the engine does."""
    before = driven.document.setup
    after = replace(before, **changes)
    driven.document.put_setup(after)
    driven.document.flush()
    driven.runner.say(change_event(before, after, len(driven.document.history), 0.0, "window"))
    driven.hear()


def sentences(card) -> list[str]:
    return [one.accessibleName().removeprefix("Undo: ") for one in card.findChildren(QPushButton) if _is_undo(one)]


def _is_undo(button) -> bool:
    return button.objectName().startswith("button_undo_change_")


def test_there_is_no_card_before_a_change_and_one_line_after(driven, card):
    assert card.isHidden()
    edit(driven, excluded=(2,))
    card.refresh()
    assert not card.isHidden()
    assert "1 change since the first trial · Trial 2 excluded" in card.head.summary


def test_a_change_is_undone_by_its_button_and_redone_from_the_edit_menu(driven, card, qtbot):
    edit(driven, excluded=(2,))
    edit(driven, starred=(1,))
    card.fold(False)
    card.refresh()
    assert sentences(card) == ["Trial 1 starred", "Trial 2 excluded"]
    button = card.findChild(QPushButton, "button_undo_change_0")
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert driven.document.setup.excluded == ()
    assert driven.document.setup.starred == (1,)
    driven.document.undo_stack.undo()
    assert driven.document.setup.excluded == (2,)


def test_what_was_changed_again_cannot_be_undone_and_says_why(driven, card):
    budget = driven.document.setup.budget
    edit(driven, budget=replace(budget, trials=30))
    edit(driven, budget=replace(budget, trials=40))
    card.fold(False)
    card.refresh()
    button = card.findChild(QPushButton, "button_undo_change_0")
    assert not button.isEnabled()
    assert "changed again" in button.toolTip()
    assert card.findChild(QPushButton, "button_undo_change_1").isEnabled()
