"""What the tabs under the curves tell of the selected trial, and how they are reached by keys."""

import math

import pytest
from PySide6.QtCore import Qt

from engine.events import LogLine
from gui.pages.live import LivePage
from gui.pages.live.trial_details import TrialDetails
from tests.gui.driven import Driven
from tests.gui.pages.test_live import live_page

REASON = (
    "Training diverged at update 634 (epoch 18) with learning rate 0.0834996: the loss grew beyond all bounds. "
    "Use a smaller learning rate, or clip the gradients."
)


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.open()
    return made


@pytest.fixture
def page(driven, qtbot) -> LivePage:
    made = live_page(driven)
    qtbot.addWidget(made)
    made.resize(1290, 655)  # what a screen of 1366 by 720 leaves to it
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def failed(page, driven) -> TrialDetails:
    driven.trials([0.8])
    number = driven.runner.begin()
    driven.steps(number, 17)
    driven.runner.finish(number, None, "failed", REASON)
    driven.hear()
    page.outer.plot.picked.emit(number)
    return page.inner.details


def test_why_a_trial_failed_is_read_whole_above_its_facts(failed, page, qtbot):
    words = failed.reason
    assert words.isVisible()
    assert words.text() == REASON
    assert words.height() >= words.heightForWidth(words.width())
    qtbot.mouseDClick(words, Qt.MouseButton.LeftButton, pos=words.contentsRect().center())
    assert words.selectedText()


def test_a_trial_that_did_not_fail_has_no_words_above_its_facts(failed, page):
    page.outer.plot.picked.emit(0)
    assert not failed.reason.isVisible()


def test_the_log_ends_with_the_reason_where_no_line_tells_it(failed, driven):
    assert failed.log.toPlainText() == REASON
    driven.runner.say(LogLine(f"Trial 1 failed. {REASON}", 100.0, "error", 1))
    driven.hear()
    assert failed.log.toPlainText().count(REASON) == 1


def test_a_line_of_the_log_without_a_time_is_shown(failed, driven):
    driven.runner.say(LogLine("Something of old.", math.nan, number=1))
    driven.hear()
    assert "Something of old." in failed.log.toPlainText()


def test_while_the_run_is_paused_every_view_says_so(page, driven):
    driven.runner.run_state("running")
    number = driven.runner.begin()
    driven.hear()
    page.outer.catch_up()
    page.outer.plot.picked.emit(number)
    driven.runner.run_state("paused")
    driven.hear()
    for plot in (page.outer.plot, page.inner.plot):
        plot._draw_now()
    model = page.outer.model
    row = model.row_of(number)
    assert page.outer.plot.headline.sentence == "The first trials are paused"
    assert page.inner.plot.headline.sentence == f"Trial {number} is paused"
    assert page.inner.plot._empty.text() == "The run is paused. Learning curves appear here when it goes on."
    assert model.index(row, 1).data() == "paused"
    assert model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) == f"Trial {number}, paused"
    assert page.outer.plot.lines_about(number)[0] == f"Trial {number} · paused"
    driven.runner.run_state("running")
    driven.hear()
    assert model.index(row, 1).data() == "running"


def test_before_the_first_trial_a_paused_run_is_told_in_place_of_the_plots(page, driven):
    driven.runner.run_state("paused")
    driven.hear()
    for plot in (page.outer.plot, page.inner.plot):
        plot._draw_now()
        assert plot._empty.text().endswith("The run is paused.")
