"""How the scenes of the page Compare are played: races are started, and waited for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QComboBox, QPushButton

from engine.trajectories.plane import GRIDS
from gui.pages.compare.compare_page import ComparePage
from gui.session.optimizer_race import OptimizerRace
from gui.session.side_by_side import SideBySide
from gui.session.strategy_race import StrategyRace
from gui.views.fields import CheckedField
from gui.windows.study_window import StudyWindow

SETTLE_MS = 250  # pauses of tables and plots
MOST_WAITS = 120  # for background readers


def choose_strategies(window: StudyWindow) -> None:
    """What shall race, before a race."""
    page = window.findChild(ComparePage)
    assert isinstance(page, ComparePage)
    page.show_tab("strategies")


def choose_starts(window: StudyWindow) -> None:
    """Ways to start, before a race."""
    choose_strategies(window)
    choice = window.findChild(QComboBox, "combo_race_kind")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(1)
    choice.activated.emit(1)


def race_strategies(window: StudyWindow) -> None:
    """A race of strategies on the model, to its end."""
    choose_strategies(window)
    button, race = window.findChild(QPushButton, "button_race"), window.findChild(StrategyRace)
    assert isinstance(button, QPushButton)
    assert isinstance(race, StrategyRace)
    repeats = window.findChild(CheckedField, "edit_race_repeats")
    assert isinstance(repeats, CheckedField)
    repeats.show_value(6)
    button.click()
    wait_for(lambda: not race.is_running)


def stand_side_by_side(window: StudyWindow) -> None:
    """Each bundled study beside the open one."""
    page = window.findChild(ComparePage)
    assert isinstance(page, ComparePage)
    page.show_tab("studies")
    source = page.findChild(SideBySide)
    assert isinstance(source, SideBySide)
    wait_for(lambda: source.found is not None)
    folder = window.study.path.parent if window.study.path is not None else Path()
    source.add(sorted(folder.glob("*.study")))
    wait_for(lambda: source.found is not None and len(source.found.studies) > 1)


def race_optimizers(window: StudyWindow) -> None:
    """Optimizers over a surface."""
    page = window.findChild(ComparePage)
    assert isinstance(page, ComparePage)
    page.show_tab("optimizers")
    race = page.findChild(OptimizerRace)
    assert isinstance(race, OptimizerRace)
    wait_for(lambda: race.surface is not None and bool(race.surface.counts))


def race_network(window: StudyWindow) -> None:
    """Optimizers on the study's network, and the plane of its weights."""
    race_optimizers(window)
    button, race = window.findChild(QPushButton, "button_race_optimizers"), window.findChild(OptimizerRace)
    assert isinstance(button, QPushButton)
    assert isinstance(race, OptimizerRace)
    button.click()
    wait_for(lambda: not race.is_training and race.losses is not None and len(race.losses[0]) == GRIDS[-1])
    choice = window.findChild(QComboBox, "combo_surface")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(choice.count() - 1)
    choice.activated.emit(choice.currentIndex())


def wait_for(is_settled: Callable[[], bool]) -> None:
    """Let the window go on until something is so."""
    for _ in range(MOST_WAITS):
        loop = QEventLoop()  # not the application's own: quitting that asks every window whether it may close
        QTimer.singleShot(SETTLE_MS, loop, loop.quit)
        loop.exec()
        if is_settled():
            return
