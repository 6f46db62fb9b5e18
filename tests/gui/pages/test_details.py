"""What the tabs under the curves tell of the selected trial, and how they are reached by keys."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine.analysis import Line
from engine.events import LogLine, StepReported, TrialEnded
from engine.setup import replace
from gui.delegates.sparkline import corners
from gui.pages.live import LivePage
from gui.pages.live.trial_details import TrialDetails
from gui.views.focus_ring import FocusRing
from tests.gui.driven import Driven
from tests.gui.fakes import wine_setup
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


def stops(page: LivePage, first: QWidget) -> list[str]:
    """The names of what Tab visits on the page, from ``first`` on."""
    names, widget = [first.objectName()], first.nextInFocusChain()
    while widget is not first:
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            names.append(widget.objectName() or type(widget).__name__)
        widget = widget.nextInFocusChain()
    return names


def test_tab_goes_as_one_reads_beside_each_other_and_below(page, driven):
    driven.trials()
    page.outer.catch_up()
    details = ["FlatTabBar", "area_summary", "button_variation", "button_retry", "button_copy_trial"]
    history = ["plot_history", "button_help_plot_history"]
    curves = ["plot_losses", "button_help_plot_losses", "choice_measure"]
    trials = ["edit_filter", "button_help_filter", "table_trials"]
    whole = len([*history, *curves, *trials, *details])
    found = [name for name in stops(page, page.outer.plot) if name != "QWidget"]
    assert found[:whole] == [*history, *curves, *trials, *details]
    page.resize(900, 655)
    found = [name for name in stops(page, page.outer.plot) if name != "QWidget"]
    assert found[:whole] == [*history, *trials, *curves, *details]


@pytest.mark.parametrize("name", ["table_trials", "log_trial", "area_summary"])
def test_what_is_reached_by_tab_shows_a_ring_and_what_is_clicked_does_not(page, driven, qtbot, name):
    driven.trials()
    page.inner.details.tabs.setCurrentIndex(2 if name == "log_trial" else 0)
    view = page.findChild(QWidget, name)
    ring = view.findChild(FocusRing)
    page.activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.isVisible()
    assert ring.size() == view.size()
    page.outer.plot.setFocus()
    assert not ring.isVisible()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ring.isVisible()


def test_the_summary_is_scrolled_by_keys(failed, page, qtbot):
    area = page.findChild(QWidget, "area_summary")
    page.resize(900, 300)
    failed.setMaximumHeight(200)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_Down)
    assert area.verticalScrollBar().value() > 0


def test_the_table_is_sorted_by_keys_alone(page, driven, qtbot):
    driven.trials()
    page.outer.catch_up()
    table, model = page.outer.table, page.outer.model
    table.choose_sorting()
    menu = table.findChildren(QMenu, "menu_sort")[-1]
    assert menu.activeAction().text() == "score"
    qtbot.keyClick(menu, Qt.Key.Key_Up)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert model.names[model.sort_column] == "trial"
    assert page.outer.filter.words == "6 trials · sorted by trial"
    assert [model.number_at(row) for row in range(6)] == [0, 1, 2, 3, 4, 5]
    table.sorting_menu().findChild(QAction, "action_sort_turn").trigger()
    assert [model.number_at(row) for row in range(6)] == [5, 4, 3, 2, 1, 0]


def test_a_model_that_learns_in_one_go_has_no_columns_of_losses_and_steps(page, driven):
    names = page.outer.model.names
    assert not page.outer.table.isColumnHidden(names.index("loss"))
    setup = wine_setup()
    neighbours = replace(setup, objective=replace(setup.objective, family="neighbours"))
    driven.runner._opened(driven.document.path, neighbours)
    driven.hear()
    hidden = {name for column, name in enumerate(names) if page.outer.table.isColumnHidden(column)}
    assert hidden == {"loss", "steps", "note"}
    driven.trials([0.8])
    titles = [action.text() for action in page.outer.table.sorting_menu().actions()]
    assert "score" in titles
    assert "loss" not in titles


def test_a_rise_of_the_validation_loss_and_dead_units_stand_in_the_summary(page, driven):
    number = driven.runner.begin()
    for step, loss in enumerate((0.9, 0.33, 0.5, 0.7, 0.9, 1.1, 1.3, 1.55), 1):
        told = {f"weights/layer1/q{q}": 0.1 for q in ("05", "25", "50", "75", "95")}
        driven.runner.say(StepReported(number, step, {"val_loss": loss, "dead/layer1": 3.0, **told}))
    driven.hear()
    page.outer.plot.picked.emit(number)
    known = {fact.name: fact.value for fact in page.inner.details.facts._shown[1]}
    assert known["lowest, at epoch 2"] == "0.33"
    assert known["rise since then"] == "1.22"
    assert known["dead units"] == "3"


def test_hypergradients_are_shown_by_name_where_there_are_some(page, driven):
    driven.trials([0.8])
    number = driven.runner.begin()
    told = {"hypergradient": {"learning_rate": -0.125}}
    driven.runner.say(TrialEnded(number, "complete", 101.0, 1.0, (0.9,), details=told))
    driven.hear()
    page.outer.plot.picked.emit(0)
    details = page.inner.details
    assert not details.slopes.isVisible()
    page.outer.plot.picked.emit(number)
    assert [(fact.name, fact.value) for fact in details.slopes._shown[0]] == [
        ("d validation loss / d learning_rate", "−0.125")
    ]
    assert details.slopes_title.isVisible()


@pytest.mark.parametrize("size", [(825, 655), (1290, 400)])
def test_a_small_window_scrolls_instead_of_crushing(page, size):
    page.resize(*size)
    for loop in (page.outer, page.inner):
        assert loop.height() >= loop.minimumHeight() > 450


def test_a_single_epoch_is_a_dot():
    line = Line(np.array([1.0]), np.array([0.5]))
    assert corners(line, QRectF(0.0, 0.0, 60.0, 10.0)) == [QPointF(60.0, 5.0)]
