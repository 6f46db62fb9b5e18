"""Inside a trial in the window: its curves, a landscape on demand, arrows, a step that is queued, notes on views."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from engine.events import StepReported, TrialEnded, TrialStarted
from engine.setup import replace
from engine.space import Categorical
from engine.study import StudyOpened
from engine.trials import Curves, History
from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton


def sloped(bench: Bench):
    """Twelve trials of a small network that told slopes."""
    runner = bench.stage.runner
    objective = replace(runner.setup.objective, settings={"epochs": 3, "hypergradients": True})
    space = {**runner.setup.space, "optimizer": Categorical(("sgd",))}
    setup = replace(runner.setup, objective=objective, space=space)
    history, curves, rng = History(setup.search_space(), ("maximize",)), Curves(), np.random.default_rng(0)
    for number in range(12):
        params = {**history.space.sample(rng), "hidden_units": 16, "layers": 1}
        off = math.log10(params["learning_rate"]) + 2.0
        slopes = {"learning_rate": off / params["learning_rate"], "momentum": 0.01}
        history.apply(TrialStarted(number, params, 1.0))
        for step in (1, 2, 3):
            curves.apply(
                StepReported(number, step, {"train_loss": 1 / step, "val_loss": 1.1 / step, "gradient_norm": 0.1})
            )
        history.apply(TrialEnded(number, "complete", 2.0, 1.0, (0.9 - off**2 / 10,), "", {"hypergradient": slopes}))
    runner.setup, runner.number = setup, 12
    runner.say(StudyOpened(bench.window.study.path, setup, history, curves))
    bench.hear()
    bench.show("inside")
    return bench.page.view("inside")


def test_the_best_trial_comes_first_and_brackets_go_to_others(bench: Bench, qtbot):
    view = sloped(bench)
    best = bench.page.exploration.snapshot.best
    assert view.seen.number == best
    assert view.small.headline.sentence
    assert view.arrows.headline.sentence.startswith(("Learning rate", "More learning rate", "Less learning rate"))
    bench.window.selection.select(3)
    bench.settle()
    assert view.seen.number == 3
    qtbot.keyClick(bench.page, Qt.Key.Key_BracketRight)
    bench.settle()
    assert view.seen.number == 4
    assert "trial 4" in bench.page.strip.remark.text()


def test_a_step_that_way_is_shown_and_then_queued(bench: Bench, qtbot):
    view = sloped(bench)
    bench.window.selection.select(2)
    bench.settle()
    before = bench.page.exploration.snapshot.history.params(2)
    shown = view.step_words.text()
    assert shown.startswith("A step of 0.02 of the ranges: learning rate ")
    qtbot.mouseClick(bench.child("button_take_step"), LEFT)
    ((queued,),) = [intent[1:2] for intent in bench.stage.runner.intents if intent[0] == "enqueue"]
    off = math.log10(before["learning_rate"]) + 2.0
    assert abs(math.log10(queued["learning_rate"]) + 2.0) < abs(off)
    assert f"{queued['learning_rate']:.3g}"[:4] in shown


def test_the_landscape_is_drawn_on_demand_and_played(bench: Bench, qtbot):
    view = sloped(bench)
    button = bench.child("button_draw_landscape")
    assert button.text().startswith("Draw the landscape: about ")
    assert view.landscape.is_empty
    qtbot.mouseClick(button, LEFT)
    assert button.text() == "Stop"
    qtbot.waitUntil(lambda: not view.inside.is_busy, timeout=60_000)
    assert not view.landscape.is_empty, view.words.text()
    assert view.landscape.headline.sentence.startswith(f"Trial {view.seen.number} ")
    assert "of the path" in view.landscape.headline.remark
    assert view.curvature.headline.sentence.startswith("Curvature ")
    slider = bench.child("slider_path")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert view.landscape._point == 0
    view.landscape.grab()
    names, columns = view.landscape.table()
    assert names[0] == "step"
    assert len(columns[0]) == slider.maximum() + 1


def test_a_drawing_can_be_stopped(bench: Bench, qtbot):
    view = sloped(bench)
    qtbot.mouseClick(bench.child("button_draw_landscape"), LEFT)
    qtbot.mouseClick(bench.child("button_draw_landscape"), LEFT)
    assert view.inside.drawing is None
    assert bench.child("button_draw_landscape").text().startswith("Draw the landscape")


def test_a_check_is_stopped_alone_and_by_its_own_trial(bench: Bench, qtbot):
    view = sloped(bench)
    draw, check = bench.child("button_draw_landscape"), bench.child("button_check_step")
    first = view.seen.number
    for button in (draw, check):
        qtbot.mouseClick(button, LEFT)
    assert (view.inside.drawing, view.inside.checking, check.text()) == (first, first, "Stop")
    qtbot.mouseClick(check, LEFT)
    assert (view.inside.drawing, view.inside.checking) == (first, None)
    bench.window.selection.select(3)
    bench.settle()
    qtbot.mouseClick(draw, LEFT)  # of another trial: the first one gives way
    assert (view.inside.drawing, draw.text()) == (3, "Stop")
    qtbot.mouseClick(draw, LEFT)
    assert view.inside.drawing is None


def test_a_study_whose_trials_tell_no_slopes_says_why(bench: Bench):
    bench.trials(10)
    bench.show("inside")
    view = bench.page.view("inside")
    assert view.arrows.is_empty
    assert "optimizers other than sgd" in view.arrows._empty.text()
    assert not view.slope_part.isVisible()
    assert view.small.is_empty


def test_a_note_is_pinned_to_a_view_kept_in_the_study_and_undone(bench: Bench, qtbot):
    bench.trials(10)
    bench.show("slices")
    view = bench.page.view("slices")
    assert not view.note.isVisible()
    view.plot._menu.note.trigger()
    dialog = bench.window.findChild(QDialog, "dialog_view_note")
    dialog.line.setText("  small rates win ")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert bench.window.study.setup.view_notes == {"slices": "small rates win"}
    assert view.note.isVisible()
    assert view.note.words.text() == "small rates win"
    bench.window.study.undo_stack.undo()
    assert bench.window.study.setup.view_notes == {}
    assert not view.note.isVisible()
