"""Live says what every worker does; a press on a trial's name selects it."""

import pytest
from PySide6.QtWidgets import QLabel

from engine.analysis.workers import WorkerGone, WorkerSeen, WorkersSeen
from gui.pages.live import LivePage
from gui.session.expected_best import ExpectedBestTracker
from gui.session.selection import Selection
from tests.gui.driven import Driven

LOST = WorkerGone(2, "<b>lab</b>", "The connection was lost.", 0.0)


@pytest.fixture
def driven():
    made = Driven()
    made.open()
    return made


@pytest.fixture
def page(driven, qtbot):
    made = LivePage(driven.document, Selection(driven.document), ExpectedBestTracker(driven.document, driven.document))
    qtbot.addWidget(made)
    made.resize(1500, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def told(page, name):
    return page.findChild(QLabel, name)


def test_the_strip_tells_what_workers_do_and_leads_to_their_trials(page, driven):
    assert not told(page, "label_workers").isVisible()
    driven.runner.begin(learning_rate=0.01)
    driven.runner.run_state("running")
    driven.runner.say(WorkersSeen((WorkerSeen(1, "lab", "training", (0,), 0.0),), (LOST,)))
    driven.hear()
    assert "worker 1 on lab: " in told(page, "label_workers").text()
    assert told(page, "label_workers_lost").text() == ("Worker 2 on <b>lab</b> was lost. The connection was lost.")
    picked = []
    page.inner.picked.connect(picked.append)
    told(page, "label_workers").linkActivated.emit("0")
    assert picked == [0]
    driven.runner.run_state("ended")
    driven.hear()
    assert not told(page, "label_workers").isVisible()
    assert told(page, "label_workers_lost").isVisible()


def test_a_page_that_is_made_while_a_study_runs_tells_it_too(driven, qtbot):
    driven.runner.run_state("running")
    driven.runner.say(WorkersSeen((WorkerSeen(1, "", "starting", (), 0.0),)))
    driven.hear()
    later = LivePage(driven.document, Selection(driven.document), ExpectedBestTracker(driven.document, driven.document))
    qtbot.addWidget(later)
    assert told(later, "label_workers").text().startswith("worker 1: starts")
