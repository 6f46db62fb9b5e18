"""The race of optimizers as a person drives it: by mouse and keys, over surfaces and on the study's network."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engine.trajectories import paths
from gui.pages.compare.optimizers import OptimizersTab
from gui.pages.compare.race_pictures import NETWORK
from tests.gui.windows.conftest import Stage, opened, stage  # noqa: F401 - fixtures

SLOW = 30_000


@pytest.fixture
def tab(opened: Stage, qtbot) -> OptimizersTab:  # noqa: F811
    opened.window.activateWindow()
    opened.window.show_page("compare")
    opened.child("page_compare").show_tab("optimizers")
    found = opened.child("tab_optimizers")
    qtbot.waitUntil(lambda: found.race.surface is not None and bool(found.race.surface.counts), timeout=SLOW)
    return found


def choose(tab: OptimizersTab, surface: str) -> None:
    """Choose a surface as the list does."""
    combo = tab.surface.choice
    combo.setCurrentIndex(combo.findData(surface))
    combo.activated.emit(combo.currentIndex())


def texts(tab: OptimizersTab, column: int) -> list[str]:
    model = tab.surface.rows
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def test_the_first_look_shows_a_finished_race(tab: OptimizersTab, qtbot):
    assert tab.surface.plot.headline.sentence == "Only CMA-ES found the deepest of four valleys, from this one start"
    assert texts(tab, 0)[0] == "CMA-ES"
    assert texts(tab, 3)[0] == "0"  # gradients
    assert tab.surface.player.slider.maximum() == paths.STEPS == tab.surface.player.slider.value()


def test_another_surface_is_another_race(tab: OptimizersTab, qtbot):
    choose(tab, "rosenbrock")
    qtbot.waitUntil(lambda: "the minimum" in tab.surface.plot.headline.sentence, timeout=SLOW)
    assert tab.race.surface.name == "rosenbrock"
    assert "L-BFGS" in texts(tab, 0)


def test_arrow_keys_move_the_start_and_all_paths_with_it(tab: OptimizersTab, qtbot):
    plot = tab.surface.plot
    plot.setFocus()
    before = tab.race.surface.start
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: tab.race.surface.start != before, timeout=SLOW)
    start = tab.race.surface.start
    assert start[0] > before[0]
    assert start[1] == before[1]
    assert all(tuple(path.points[0]) == start for path in tab.race.surface.paths)
    assert tab.race.surface.counts  # restarts do not depend on this start


def test_a_start_cannot_be_carried_out_of_the_picture(tab: OptimizersTab, qtbot):
    tab.surface.plot._move_start(1e9, -1e9)
    qtbot.waitUntil(lambda: tab.race.surface.start == (4.0, -3.0), timeout=SLOW)


def test_the_player_goes_to_the_start_plays_and_pauses(tab: OptimizersTab, qtbot):
    player = tab.surface.player
    qtbot.mouseClick(player.first, Qt.MouseButton.LeftButton)
    assert player.slider.value() == 0 == tab.surface.plot.step
    player.slider.setFocus()
    qtbot.keyClick(player.slider, Qt.Key.Key_Right)
    assert tab.surface.plot.step == 1
    qtbot.keyClick(player.slider, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: tab.surface.plot.step > 3, timeout=SLOW)
    assert player.play.accessibleName() == "Pause"
    qtbot.keyClick(player.slider, Qt.Key.Key_Space)
    stopped = player.slider.value()
    assert player.play.accessibleName() == "Play"
    qtbot.mouseClick(player.last, Qt.MouseButton.LeftButton)
    assert player.slider.value() == player.slider.maximum() > stopped


def test_optimizers_can_be_left_out_but_one_stays(tab: OptimizersTab, qtbot):
    actions = {action.data(): action for action in tab.surface.menu.actions()}
    actions["cmaes"].trigger()
    qtbot.waitUntil(lambda: "CMA-ES" not in texts(tab, 0), timeout=SLOW)
    for name, action in actions.items():
        if action.isChecked() and name != "adam":
            action.trigger()
    actions["adam"].trigger()
    assert actions["adam"].isChecked()
    qtbot.waitUntil(lambda: texts(tab, 0) == ["Adam"], timeout=SLOW)
    actions["lion"].trigger()
    qtbot.waitUntil(lambda: set(texts(tab, 0)) == {"Adam", "Lion"}, timeout=SLOW)


def few(tab: OptimizersTab, *names: str) -> None:
    for action in tab.surface.menu.actions():
        action.setChecked(action.data() in names)
    tab.surface.names_chosen.emit(names)


def test_the_network_is_trained_by_each_and_its_plane_drawn(tab: OptimizersTab, qtbot):
    few(tab, "sgd", "adam", "lbfgs", "cmaes")
    qtbot.mouseClick(tab.network.button, Qt.MouseButton.LeftButton)
    assert tab.network.button.text() == "Stop"
    qtbot.waitUntil(lambda: not tab.race.is_training and bool(tab.race.trainings), timeout=SLOW)
    assert {one.optimizer for one in tab.race.trainings} | set(tab.race.refusals) == {"sgd", "adam", "lbfgs", "cmaes"}
    assert "ends lowest" in tab.network.curves.headline.sentence or "end lowest" in tab.network.curves.headline.sentence
    assert tab.network.sweep.headline.sentence.startswith("Learning rates")
    assert all(sweep.rates for sweep in tab.race.sweeps if sweep.optimizer in {"sgd", "adam"})
    choose(tab, NETWORK)
    qtbot.waitUntil(lambda: tab.race.losses is not None and len(tab.race.losses[0]) == 41, timeout=SLOW)
    assert "of the movement of" in tab.surface.plot.headline.sentence
    assert np.all(np.isfinite(tab.race.losses[2]))
    assert tab.surface.player.slider.maximum() == 40
    share = tab.race.plane.share
    assert not tab.race.plane.ends
    tab.surface.plane.setCurrentIndex(1)
    tab.surface.plane.activated.emit(1)
    qtbot.waitUntil(lambda: tab.race.losses is not None and len(tab.race.losses[0]) == 41, timeout=SLOW)
    assert len(tab.race.plane.ends) == 2
    assert tab.race.plane.share <= share


def test_a_race_can_be_stopped_and_what_is_known_stays(tab: OptimizersTab, qtbot):
    qtbot.mouseClick(tab.network.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(tab.race.trainings), timeout=SLOW)
    qtbot.mouseClick(tab.network.button, Qt.MouseButton.LeftButton)
    known = len(tab.race.trainings)
    assert not tab.race.is_training
    assert tab.network.button.text() == "Train again"
    qtbot.wait(200)
    assert len(tab.race.trainings) == known


def test_a_study_without_a_network_says_so(stage: Stage, qtbot):  # noqa: F811
    panel = OptimizersTab(stage.window.study, stage.messages)
    qtbot.addWidget(panel)
    assert isinstance(panel, QWidget)
    assert not panel.network.button.isEnabled()
    assert "Open a study" in panel.network.invitation.text()
