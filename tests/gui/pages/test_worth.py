"""Under the trials of Live stands whether the study is worth going on with; a run that is not is stopped there."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from engine.events import TrialEnded
from engine.setup import Strategy
from tests.gui.driven import Driven
from tests.gui.fakes import wine_setup
from tests.gui.pages.test_trial_actions import live_page


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.document.create(Path("wine.study"), wine_setup(strategy=Strategy("random")))
    made.hear()
    made.trials()
    return made


def test_worth_going_on_is_told_and_a_run_that_is_not_ends_from_there(driven, qtbot):
    page = live_page(driven, qtbot)
    label, stop = page.findChild(QLabel, "label_forecast"), page.findChild(QPushButton, "button_stop_here")
    source = page.outer.forecast.source
    qtbot.waitUntil(lambda: label.accessibleName() == "Worth going on? Not yet known")
    assert page.outer.forecast.remark.text() == "told after 6 more trials"
    assert not stop.isVisible()
    driven.runner.start()
    for _ in range(600):  # of which 25 more beat the best of a random search with a chance of 4 %
        driven.runner.say(TrialEnded(driven.runner.begin(), "complete", 1.0, 1.0, (0.5,)))
    driven.hear()
    source.look_now()  # at most every two seconds otherwise
    qtbot.waitUntil(lambda: label.accessibleName().startswith("Worth going on? No: under 5 % chance"))
    assert stop.isVisible()
    qtbot.keyClick(stop, Qt.Key.Key_Space)
    driven.hear()
    assert "stop" in driven.runner.names()
    assert not stop.isVisible()
