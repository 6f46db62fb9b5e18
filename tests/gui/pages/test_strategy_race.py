"""The race of strategies as a person drives it: chosen, raced, stopped, and its winner kept."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from engine.events import TrialEnded, TrialStarted
from engine.objectives.description import TableObjective
from engine.space import Categorical, Int
from gui.pages.compare.strategies import StrategiesTab
from gui.pages.compare.strategy_choice import NAME
from tests.gui.fakes import wine_setup
from tests.gui.windows.conftest import Stage, open_study, opened, stage  # noqa: F401 - fixtures

SLOW = 60_000


@pytest.fixture
def tab(opened: Stage, qtbot) -> StrategiesTab:  # noqa: F811
    return with_trials(opened, qtbot, lambda params: 0.9 - 0.05 * (np.log10(params["learning_rate"]) + 2.5) ** 2)


def with_trials(stage: Stage, qtbot, score) -> StrategiesTab:  # noqa: F811
    """The tab of a study that has just told 30 trials."""
    stage.window.activateWindow()
    stage.window.show_page("compare")
    stage.child("page_compare").show_tab("strategies")
    found = stage.child("tab_strategies")
    assert "8 trials" in found.start_fast.toolTip()
    assert not found.start_fast.isEnabled()
    space, rng = stage.window.study.history.space, np.random.default_rng(0)
    for number in range(30):
        params = space.sample(rng)
        ended = TrialEnded(number, "complete", 2.0, 1.0, (float(score(params)),))
        stage.runner.say(TrialStarted(number, params, 1.0), ended)
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


def test_before_a_race_the_tab_says_what_it_costs(tab: StrategiesTab, qtbot):
    assert tab.pages.currentIndex() == 0
    assert tab.start_fast.isEnabled()
    qtbot.waitUntil(lambda: "about" in tab.start_fast.text(), timeout=SLOW)  # once choices were timed here
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
    first = [one.seen.names for one in tab.maps.maps]
    assert tab.pair.count() == 10  # of five hyperparameters
    tab.pair.setCurrentIndex(9)
    tab.pair.activated.emit(9)
    assert {one.seen.names for one in tab.maps.maps} == {tab.pair.currentData()} != set(first)
    assert tab.maps.maps[0].ends[0] != ("", "")
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


def test_ways_to_start_race_on_one_choice_and_a_press(stage: Stage, qtbot, tmp_path):  # noqa: F811
    objective = TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy")
    space = {"n_neighbors": Int(1, 50), "weights": Categorical(["uniform", "distance"])}
    space["metric"] = Categorical(["euclidean", "manhattan"])
    open_study(stage, qtbot, tmp_path / "k.study", wine_setup(objective=objective, space=space))
    tab = with_trials(stage, qtbot, lambda params: 0.9 - 0.001 * params["n_neighbors"])
    qtbot.keyClick(tab.choice.kind, Qt.Key.Key_Down)  # opens the list
    qtbot.keyClick(tab.choice.kind.view(), Qt.Key.Key_Down)
    qtbot.keyClick(tab.choice.kind.view(), Qt.Key.Key_Return)
    assert tab.choice.races_starts
    assert not tab.choice.pruner.isEnabled()
    assert "Defaults: n neighbors 5, weights uniform" in tab.choice.starts.text()
    tab.choice.repeats.show_value(3)
    tab.choice.trials.show_value(8)
    qtbot.mouseClick(tab.start_fast, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not tab.race.is_running and tab.race.race is not None, timeout=SLOW)
    found = tab.race.race
    assert found.titles == ("Known good starts", "Defaults", "Random")
    first = found.entrants[0].first
    assert len(first) > 1
    assert found.configurations[0][0][: len(first)] == first
    assert {title.split(":")[0] for title in tab.maps.titles} == {"Known good starts", "Defaults", "Random"}
    qtbot.mouseClick(tab.start_fast, Qt.MouseButton.LeftButton)  # race again
    assert tab.choice.races_starts


def test_where_nothing_is_known_no_race_of_starts_is_offered_and_the_reason_stands_there(tab: StrategiesTab, qtbot):
    tab.choice.kind.setCurrentIndex(1)
    tab.choice.kind.activated.emit(1)
    assert not tab.start_fast.isEnabled()
    assert "does well on many tables lies in this space" in tab.choice.caution.text()
