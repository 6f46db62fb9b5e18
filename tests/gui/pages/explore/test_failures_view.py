"""The failure doctor in the window: the rule, its remedies as commands that can be undone, times and scores."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from engine.events import TrialEnded, TrialStarted
from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
DIVERGED = "Training diverged at update 7 (epoch 1) with learning rate 0.09: the loss grew beyond all bounds."


def failing(bench: Bench, count: int = 40):
    """Trials of which those with a learning rate above a thousandth of the range's upper end diverged."""
    rng, runner = np.random.default_rng(1), bench.stage.runner
    space = runner.setup.search_space()
    for _ in range(count):
        number, point = runner._next(), rng.random(len(space))
        params = space.decode(point)
        runner.say(TrialStarted(number, params, 100.0 + number))
        if params["learning_rate"] > 0.01:
            runner.say(TrialEnded(number, "failed", 100.5 + number, 0.5, (), DIVERGED))
        else:
            runner.say(TrialEnded(number, "complete", 101.0 + number, 1.0, (0.9 - 0.1 * float(point[1]),)))
    bench.hear()
    bench.show("failures")
    return bench.page.view("failures")


def test_the_rule_is_the_title_and_a_click_makes_it_a_limit_that_undo_takes_back(bench: Bench, qtbot):
    view = failing(bench)
    assert view.headline.sentence.startswith("Learning rate above 0.0")
    assert " trials diverged; elsewhere 0 of " in view.headline.sentence
    button = bench.child("button_limit_space_failures")
    assert button.text().startswith("Limit learning rate to 0.0")
    before = bench.window.study.setup
    qtbot.mouseClick(button, LEFT)
    after = bench.window.study.setup
    assert after.space["learning_rate"].high == float(button.text().rpartition(" ")[2]) < 0.1
    bench.settle()
    assert not button.isEnabled() or not button.isVisible()
    bench.window.study.undo_stack.undo()
    assert bench.window.study.setup == before


def test_diverged_trials_are_queued_again_with_clipped_gradients(bench: Bench, qtbot):
    view = failing(bench)
    failed = [one.number for one in view.found.trials]
    qtbot.mouseClick(bench.child("button_clip_gradients_failures"), LEFT)
    assert bench.window.study.setup.space["clip"].low == 1.0
    queued = [intent[1] for intent in bench.stage.runner.intents if intent[0] == "enqueue"]
    assert len(queued) == len(failed)
    assert all(params["clip"] == 1.0 for params in queued)
    first = bench.page.exploration.snapshot.history.params(failed[0])
    assert queued[0]["learning_rate"] == first["learning_rate"]


def test_the_failed_ones_are_shown_in_every_view(bench: Bench, qtbot):
    view = failing(bench)
    qtbot.mouseClick(bench.child("button_show_failed_failures"), LEFT)
    bench.settle()
    assert bench.window.selection.brushed == tuple(one.number for one in view.found.trials)
    assert bench.window.selection.filter_text == "state = failed"
    assert bench.page.exploration.snapshot.shown.sum() == len(bench.window.selection.brushed)


def test_a_row_of_the_table_and_a_cross_in_the_plot_select_the_trial(bench: Bench, qtbot):
    view = failing(bench)
    table, number = bench.child("table_failures"), view.found.trials[2].number
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(2, 0)).center())
    assert bench.window.selection.number == number
    plot = view.plot
    x, y = plot._pixels(plot._frame(plot.surface.rect().toRectF()))
    row = int(np.flatnonzero(plot._numbers == view.found.trials[0].number)[0])
    qtbot.mouseClick(plot.surface, LEFT, pos=QPoint(int(x[row]), int(y[row])))
    assert bench.window.selection.number == view.found.trials[0].number
    assert table.currentIndex().row() == 0


def test_arrows_walk_through_the_lanes_and_data_is_copied(bench: Bench, qtbot):
    view = failing(bench)
    view.timeline.setFocus()
    bench.window.selection.select(4)
    qtbot.keyClick(view.timeline, Qt.Key.Key_Right)
    assert bench.window.selection.number == 5
    for plot in (view.plot, view.timeline, view.distribution, view.durations):
        plot._menu.copy_data.trigger()
        assert len(QGuiApplication.clipboard().text().splitlines()) > 10
        assert "study.explain()" in plot.code


def test_where_none_failed_the_rest_is_still_shown(bench: Bench):
    bench.trials(20)
    bench.show("failures")
    view = bench.page.view("failures")
    assert view.headline.sentence == "No trial failed"
    assert not view.upper.isVisible()
    assert not bench.child("button_limit_space_failures").isVisible()
    assert view.timeline.isVisible()
    assert view.distribution.headline.sentence.startswith("Half of the trials reach")


def test_the_retry_of_other_failures_queues_them_as_they_were(bench: Bench, qtbot):
    runner = bench.stage.runner
    bench.trials(12)
    for _ in range(2):
        number = runner._next()
        runner.say(TrialStarted(number, runner.setup.search_space().decode([0.2] * 5), 300.0))
        runner.say(TrialEnded(number, "failed", 301.0, 1.0, (), "ValueError: no such column"))
    bench.hear()
    bench.show("failures")
    assert bench.page.view("failures").headline.sentence == "Two trials failed: too few for a rule"
    qtbot.mouseClick(bench.child("button_retry_failures"), LEFT)
    assert [intent[1] for intent in runner.intents if intent[0] == "retry"] == [12, 13]
