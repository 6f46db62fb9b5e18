"""The command palette and the help: found by letters, taken by keys, and true to what they speak of."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget

from gui.base.help import sections
from gui.base.help_button import TOPIC, HelpButton
from gui.dialogs.help_browser import HelpBrowser
from gui.dialogs.palette import Palette
from gui.dialogs.palette_match import DO, GO, READ, TRIALS, PaletteEntry, matching, spans
from tests.gui.windows.conftest import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ran(opened: Stage) -> Stage:
    """The window with two trials."""
    for score in (0.8, 0.9):
        opened.runner.trial(score)
    opened.window.study._control._inbox.deliver()
    opened.window.activateWindow()
    return opened


def palette(stage: Stage, qtbot, text: str = "") -> Palette:
    stage.action("palette").trigger()
    found = stage.window.findChild(Palette)
    qtbot.keyClicks(found.line, text)
    return found


def texts(found: Palette, group: str) -> list[str]:
    return [entry.text for entry in found.entries if entry.group == group]


def test_a_few_letters_find_commands_places_trials_and_help(ran: Stage, qtbot):
    found = palette(ran, qtbot, "lear")
    assert "Setup, search space: learning_rate" in texts(found, GO)
    assert any(text.startswith("Trial 1: learning rate ") for text in texts(found, TRIALS))
    assert "Learning curves" in texts(found, READ)


def test_enter_takes_the_first_and_the_focus_goes_back_on_escape(ran: Stage, qtbot):
    ran.window.show_page("live")
    line = ran.child("edit_filter")
    line.setFocus()
    found = palette(ran, qtbot, "sort tri")
    qtbot.keyClick(found.line, Qt.Key.Key_Escape)
    assert line.hasFocus()
    found = palette(ran, qtbot, "show the setup")
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    assert ran.window.page == "setup"
    assert not found.isVisible()


def test_the_focus_goes_nowhere_where_what_had_it_is_gone(ran: Stage, qtbot):
    editor = QLineEdit(ran.window.centralWidget())  # of a cell, say, which is ended meanwhile
    editor.show()
    editor.setFocus()
    found = palette(ran, qtbot)
    editor.setParent(None)
    shiboken6.delete(editor)
    qtbot.keyClick(found.line, Qt.Key.Key_Escape)
    assert not found.isVisible()


def test_a_number_goes_to_that_trial(ran: Stage, qtbot):
    found = palette(ran, qtbot, "0")
    assert texts(found, TRIALS)[0] == "Trial 0"
    while found.list.currentItem().data(Qt.ItemDataRole.UserRole).text != "Trial 0":
        qtbot.keyClick(found.line, Qt.Key.Key_Down)
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    assert ran.window.page == "live"
    assert ran.window.selection.number == 0


def test_a_comparison_filters_the_trials(ran: Stage, qtbot):
    found = palette(ran, qtbot, "accuracy > 0.85")
    assert texts(found, TRIALS) == ["Trials with accuracy > 0.85"]
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    assert ran.child("edit_filter").text() == "accuracy > 0.85"
    assert ran.window._stack.shown_trials() == [1]


def test_a_hyperparameter_is_gone_to(ran: Stage, qtbot):
    found = palette(ran, qtbot, "search space: layers")
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    table = ran.child("table_space")
    assert table.currentIndex().row() == table.model().row_of("layers")
    assert table.hasFocus()


@pytest.mark.parametrize(
    ("words", "page", "part"), [("optimizers", "compare", "optimizers"), ("rank", "explore", "rank")]
)
def test_tabs_and_views_are_gone_to(ran: Stage, qtbot, words: str, page: str, part: str):
    qtbot.waitUntil(lambda: ran.window._stack.is_whole)
    found = palette(ran, qtbot, words)
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    assert ran.window.page == page
    qtbot.waitUntil(lambda: ran.child(f"tab_{part}" if page == "compare" else f"view_{part}").isVisible())


def test_what_cannot_be_done_stays_with_its_reason_and_does_nothing(stage: Stage, qtbot):
    found = palette(stage, qtbot, ">export")
    entry = next(entry for entry in found.entries if entry.text == "Export…")
    assert entry.reason == "Open a study first."
    assert {one.group for one in found.entries} == {DO}
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    assert found.isVisible()
    qtbot.keyClick(found.line, Qt.Key.Key_Escape)


def test_every_action_of_the_menus_is_in_the_palette(ran: Stage, qtbot):
    found = palette(ran, qtbot)
    known = {entry.text for entry in found._find("")}
    for action in ran.window.menus.actions.values():
        said = action.text().replace("&", "")
        if action.objectName() not in ("action_palette",) and "theme" not in action.objectName():
            assert said in known


def test_matches_stand_where_the_letters_are():
    assert spans("Limit learning rate", "lear ra") == [(6, 10), (15, 17)]
    entries = [PaletteEntry(DO, text, print) for text in ("Clear all", "Add and learn", "Learn")]
    assert [entry.text for entry in matching(entries, "lear")] == ["Learn", "Add and learn", "Clear all"]


def test_f1_opens_the_help_of_what_has_the_focus(ran: Stage, qtbot):
    ran.window.show_page("live")
    for name, topic in (("plot_history", "window:best_so_far"), ("edit_filter", "window:filter")):
        ran.child(name).setFocus()
        ran.action("help").trigger()
        browser = ran.window.findChild(HelpBrowser)
        assert browser.topic == topic
        browser.close()


def test_every_help_button_and_topic_leads_to_a_section(ran: Stage, qtbot):
    known = {section.topic for section in sections()}
    buttons = ran.window.findChildren(HelpButton)
    assert {button.objectName() for button in buttons} >= {
        *(f"button_help_card_{name}" for name in ("objective", "data", "model", "space", "strategy", "budget", "best")),
        "button_help_card_exports",
        "button_help_plot_history",
        "button_help_plot_losses",
        "button_help_filter",
    }
    for button in buttons:
        assert button._topic in known
        button.click()
        assert ran.window.findChild(HelpBrowser).topic == button._topic
    assert ran.child("table_trials").property(TOPIC) in known
    ran.window.findChild(HelpBrowser).close()


def test_the_help_is_searched_by_words(ran: Stage, qtbot):
    ran.action("help_keys").trigger()
    browser = ran.window.findChild(HelpBrowser)
    assert "Ctrl+K" in browser.text.toPlainText()
    qtbot.keyClicks(browser.line, "between missing")
    listed = browser.findChild(QListWidget, "list_help")
    assert listed.item(0).text() == "Filter"
    assert listed.count() < len(sections())
    assert "top 10" in browser.text.toPlainText()
    qtbot.keyClick(browser, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not browser.isVisible()


def test_ctrl_f_goes_to_the_filter_and_ctrl_g_to_the_best_trial(ran: Stage, qtbot):
    ran.window.show_page("setup")
    qtbot.keyClick(ran.window, Qt.Key.Key_F, CONTROL)
    assert ran.window.page == "live"
    assert ran.child("edit_filter").hasFocus()
    ran.window.selection.select(0)
    qtbot.keyClick(ran.window, Qt.Key.Key_G, CONTROL)
    assert ran.window.selection.number == 1


def test_the_shown_trials_are_exported_in_their_order(ran: Stage, qtbot, tmp_path, monkeypatch):
    written = {}
    monkeypatch.setattr(
        "gui.windows.ways.export_study",
        lambda path, target, numbers: written.update(path=path, target=target, numbers=numbers) or target,
    )
    ran.messages.file = tmp_path / "shown.csv"
    ran.window._ways.filter("score > 0.85")
    ran.action("export_shown").trigger()
    qtbot.waitUntil(lambda: bool(ran.messages.lines))
    assert written["numbers"] == [1]
    assert "Wrote 1 trial to shown.csv" in str(ran.messages.lines[-1])


def test_every_plot_that_is_seen_is_saved_from_menu_and_palette(ran: Stage, qtbot, monkeypatch):
    ran.window.show_page("live")
    plots = [ran.child("plot_history"), ran.child("plot_losses")]
    qtbot.waitUntil(lambda: not plots[0].is_empty)
    found = palette(ran, qtbot, "save picture")
    names = [plot.accessibleName() for plot in plots if not plot.is_empty]
    assert texts(found, DO) == ["Save a picture…", *(f"Save picture: {name}…" for name in names)]
    qtbot.keyClick(found.line, Qt.Key.Key_Escape)
    opened_for = []
    for plot in plots:
        monkeypatch.setattr(plot, "save_picture", lambda plot=plot: opened_for.append(plot))
    plots[0].setFocus()
    ran.action("save_picture").trigger()
    assert opened_for == [plots[0]]


def test_a_card_that_is_gone_to_is_seen_as_a_whole(ran: Stage, qtbot):
    ran.window.show_page("setup")
    ran.window.resize(1000, 700)
    page, card = ran.child("page_setup"), ran.child("card_strategy")
    page.cards["data"].fold(False)
    card.fold(True)
    QApplication.processEvents()
    page.verticalScrollBar().setValue(0)
    found = palette(ran, qtbot, "setup: strategy")
    qtbot.keyClick(found.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._wanted_card is None)

    def is_whole() -> bool:
        top = card.mapTo(page.viewport(), card.rect().topLeft()).y()
        return top >= 0 and (top + card.height() <= page.viewport().height() or top <= 32)

    qtbot.waitUntil(is_whole)
