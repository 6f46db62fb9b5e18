"""The race of strategies as a person drives it: chosen, raced, stopped, and its winner kept."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from engine.events import TrialEnded, TrialStarted
from gui.pages.compare.strategies import StrategiesTab
from gui.pages.compare.strategy_choice import NAME
from tests.gui.windows.conftest import Stage, opened, stage  # noqa: F401 - fixtures

SLOW = 60_000


@pytest.fixture
def tab(opened: Stage, qtbot) -> StrategiesTab:  # noqa: F811
    opened.window.activateWindow()
    opened.window.show_page("compare")
    opened.child("page_compare").show_tab("strategies")
    found = opened.child("tab_strategies")
    assert "8 trials" in found.start_fast.toolTip()
    assert not found.start_fast.isEnabled()
    space, rng = opened.window.study.history.space, np.random.default_rng(0)
    for number in range(30):
        params = space.sample(rng)
        score = 0.9 - 0.05 * (np.log10(params["learning_rate"]) + 2.5) ** 2
        opened.runner.say(TrialStarted(number, params, 1.0), TrialEnded(number, "complete", 2.0, 1.0, (float(score),)))
    qtbot.waitUntil(found.start_fast.isEnabled)
    return found


def check(tab: StrategiesTab, *names: str) -> None:
    found: QListWidget = tab.choice.list
    for row in range(found.count()):
        item = found.item(row)
        item.setCheckState(Qt.CheckState.Checked if item.data(NAME) in names else Qt.CheckState.Unchecked)


def race(tab: StrategiesTab, qtbot, *names: str) -> None:
    check(tab, *names)
    tab.choice.repeats.show_value(3)
    tab.choice.trials.show_value(8)
    qtbot.mouseClick(tab.start_fast, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not tab.race.is_running and tab.race.race is not None, timeout=SLOW)


def test_before_a_race_the_tab_says_what_it_costs(tab: StrategiesTab):
    assert tab.pages.currentIndex() == 0
    assert tab.start_fast.isEnabled()
    assert "about" in tab.start_fast.text()
    check(tab, "random")
    assert not tab.start_fast.isEnabled()
    assert "two strategies" in tab.start_fast.toolTip()


def test_a_race_ends_with_a_verdict_a_table_and_maps(tab: StrategiesTab, qtbot):
    race(tab, qtbot, "random", "grid")
    assert tab.pages.currentIndex() == 1
    assert tab.headline.sentence
    assert tab.rows.rowCount() == 2
    assert tab.rows.columnCount() == 5
    assert {title.split(":")[0] for title in tab.maps.titles} == {"Grid", "Random"}
    assert "quality" in tab.foot.text()
    qtbot.mouseClick(tab.start_fast, Qt.MouseButton.LeftButton)  # race again
    assert tab.pages.currentIndex() == 0


def test_the_winner_is_kept_as_an_edit_that_can_be_undone(tab: StrategiesTab, opened: Stage, qtbot):  # noqa: F811
    race(tab, qtbot, "random", "quasirandom")
    document = opened.window.study
    before = document.setup.strategy.sampler
    assert tab.keep.isEnabled()
    qtbot.mouseClick(tab.keep, Qt.MouseButton.LeftButton)
    assert document.setup.strategy.sampler in {"random", "quasirandom"}
    assert not tab.keep.isEnabled()
    assert "already" in tab.keep.toolTip()
    document.undo_stack.undo()
    assert document.setup.strategy.sampler == before
    assert tab.keep.isEnabled()


def test_stop_keeps_what_was_found_and_gives_the_focus_on(tab: StrategiesTab, qtbot):
    check(tab, "random", "bayesian")
    tab.choice.repeats.show_value(100)
    tab.choice.trials.show_value(60)
    tab.start_fast.click()
    qtbot.waitUntil(lambda: tab.race.race is not None and tab.race.race.finished_trials > 10, timeout=SLOW)
    assert tab.stop.hasFocus()
    tab.stop.click()
    assert not tab.race.is_running
    assert tab.race.race.finished_trials > 10
    assert tab.stop.isHidden()
    assert tab.start_fast.hasFocus() or tab.keep.hasFocus()
