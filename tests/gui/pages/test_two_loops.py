"""The tab of the two loops, as a person sees and uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from gui.base.theme import apply_theme, tokens
from gui.pages.compare.two_loops import TwoLoopsTab
from tests.gui.windows.conftest import Stage, opened, stage  # noqa: F401 - fixtures

SLOW = 30_000


@pytest.fixture
def tab(opened: Stage, qtbot) -> TwoLoopsTab:  # noqa: F811
    for score in (0.6, 0.9, 0.7):
        opened.runner.trial(score)
    opened.window.study._control._inbox.deliver()
    opened.window.show_page("compare")
    found = opened.child("tab_two_loops")
    qtbot.waitUntil(lambda: found.source.found is not None and found.source._guess is not None, timeout=SLOW)
    qtbot.waitUntil(lambda: "by guessing" in found.view.remark.text(), timeout=SLOW)
    return found


def test_it_is_the_first_tab_and_shows_the_study_s_numbers(opened: Stage, tab: TwoLoopsTab):  # noqa: F811
    assert opened.child("tabs_compare").currentIndex() == 0
    texts = [(left.text(), right.text()) for _, left, right in tab.view.cells]
    assert len(texts) == 8
    assert any("0.6 to 0.9" in left for left, _ in texts)
    assert "3 choices of" in tab.view.title.text()
    assert "bar" in tab.view.ring.accessibleDescription()


def test_another_trial_is_in_it_within_two_seconds(opened: Stage, tab: TwoLoopsTab, qtbot):  # noqa: F811
    opened.runner.trial(0.95)
    opened.window.study._control._inbox.deliver()
    qtbot.waitUntil(lambda: "4 choices of" in tab.view.title.text(), timeout=SLOW)


def test_it_is_copied_as_a_table(tab: TwoLoopsTab, qtbot):
    qtbot.mouseClick(tab.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text.count("\n|") == 10
    assert "Hyperparameter tuning" in text


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_it_is_saved_as_a_picture(opened: Stage, tab: TwoLoopsTab, tmp_path, qtbot, ending):  # noqa: F811
    place = tmp_path / f"loops.{ending}"
    opened.messages.file = place
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    assert place.stat().st_size > 5000
    assert place.name in str(opened.messages.lines[-1])


def test_the_picture_is_light_whatever_the_window(opened: Stage, tab: TwoLoopsTab, tmp_path, qtbot):  # noqa: F811
    opened.messages.file = tmp_path / "dark.png"
    apply_theme(QApplication.instance(), "dark")
    try:
        qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
        assert tokens().name == "dark"
    finally:
        apply_theme(QApplication.instance(), "light")
    found = QImage(str(opened.messages.file))
    assert found.pixelColor(2, 2).name() == tokens().window.lower()
    dark = [found.pixelColor(x, 40).lightness() < 80 for x in range(found.width())]
    assert any(dark)  # words, which have the light theme's colour too
    assert found.width() >= 2 * 1366
    opened.messages.file = tmp_path / "none" / "x.svg"
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    assert "could not be written" in str(opened.messages.lines[-1])


def test_more_trials_raise_the_budget_run_and_can_be_undone(opened: Stage, tab: TwoLoopsTab, qtbot):  # noqa: F811
    study = opened.window.study
    before = study.setup.budget.trials
    button = opened.child("button_more_trials")
    assert button.text() == "Add 5 trials"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert study.setup.budget.trials == max(before, 3) + 5
    assert "start" in opened.runner.names()
    study.undo_stack.undo()
    assert study.setup.budget.trials == before


def test_nothing_is_worked_out_while_nobody_looks(opened: Stage, tab: TwoLoopsTab, qtbot):  # noqa: F811
    opened.window.show_page("live")
    found = tab.source.found
    opened.runner.trial(0.99)
    opened.window.study._control._inbox.deliver()
    qtbot.wait(300)
    assert tab.source.found is found
    opened.window.show_page("compare")
    qtbot.waitUntil(lambda: tab.source.found is not found, timeout=SLOW)
