"""A study played back in the window: by mouse, by keys, by itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from engine.events import TrialEnded, TrialStarted
from engine.study import Study
from tests.gui.pages.explore.conftest import Bench


def searched(bench: Bench, count: int = 14):
    """Trials that the study's own strategy chose."""
    runner = bench.stage.runner
    setup = runner.setup
    study = Study(setup.search_space(), sampler="bayesian", direction="maximize", seed=setup.strategy.seed)
    study._tuner.budget = setup.budget.trials
    for number in range(count):
        trial = study.ask()
        score = 0.9 - 0.1 * (np.log10(trial.params["learning_rate"]) + 2.4) ** 2
        study.tell(trial, float(score))
        told = study.trials[number]
        runner._next()
        runner.say(TrialStarted(number, told.params, 100.0 + number, why=told.why))
        runner.say(TrialEnded(number, "complete", 100.9 + number, 0.9, (float(score),)))
    bench.hear()
    bench.show("replay")
    return bench.page.view("replay")


def test_the_present_comes_first_and_says_what_would_be_chosen_next(bench: Bench):
    view = searched(bench)
    assert view.moment.number == 14
    assert view.slices.headline.sentence.startswith("After 14 trials the search believed in ")
    assert view.slices.headline.remark == "This is what it would choose next."
    assert view.map.headline.sentence == "Where it looked next"
    assert bench.child("fact_replay_scored").text() == "–"


def test_an_arrow_goes_a_trial_back_and_the_choice_comes_out_as_it_was(bench: Bench, qtbot):
    view = searched(bench)
    slider = bench.child("slider_replay")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    bench.settle()
    assert view.moment.number == 13
    assert view.moment.is_same
    assert view.slices.headline.sentence.startswith("After 13 trials ")
    assert view.slices.headline.remark.startswith("Trial 13 was chosen, to ex")
    assert bench.child("fact_replay_scored").text() != "–"
    assert "±" in bench.child("fact_replay_predicted").text()
    assert view.nearest.text().startswith("Nearest earlier trials: ")
    assert "13 of 14" in bench.child("label_place_replay").text()
    qtbot.keyClick(slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    better = bench.page.exploration.snapshot.history.score
    best = np.maximum.accumulate(better)
    assert slider.value() == max(n + 1 for n in range(12) if better[n] == best[n] and (n == 0 or best[n] > best[n - 1]))
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert slider.value() == 14


def test_space_plays_and_stops(bench: Bench, qtbot):
    view = searched(bench)
    slider = bench.child("slider_replay")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert view.strip.is_playing
    qtbot.waitUntil(lambda: slider.value() >= 1, timeout=5000)
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert not view.strip.is_playing
    assert bench.child("button_play_replay").accessibleName() == "Play"


def test_spread_trials_asked_no_model(bench: Bench):
    view = searched(bench)
    view.take(1)
    bench.settle()
    assert "still spread its trials evenly" in view.slices.headline.sentence
    assert view.slices.headline.remark.startswith("Trial 1 was spread evenly; no model was asked.")
    view.take(0)
    bench.settle()
    assert view.slices.is_empty


def test_predictions_are_counted_and_a_click_goes_to_that_moment(bench: Bench, qtbot):
    view = searched(bench)
    plot = view.calibration
    assert plot.headline.sentence.startswith("Predictions ")
    assert "that the model chose" in plot.headline.sentence
    plot.setFocus()
    bench.window.selection.select(int(plot._found.numbers[2]))
    bench.settle()
    assert view.moment.number == int(plot._found.numbers[2])
    for one in (view.slices, view.map, plot):
        names, columns = one.table()
        assert len(names) == len(columns)
        assert len({len(column) for column in columns}) == 1


def test_another_strategy_is_said_not_to_have_used_the_model(bench: Bench):
    bench.trials(14)
    bench.show("replay")
    view = bench.page.view("replay")
    view.take(12)
    bench.settle()
    assert "did not use this model" in view.slices.headline.remark
    assert view.calibration.is_empty


def test_the_moment_stays_while_more_trials_come(bench: Bench):
    view = searched(bench)
    view.take(9)
    bench.settle()
    bench.trials(1)
    bench.page.exploration.look_soon()
    bench.settle()
    assert (view.moment.number, bench.child("slider_replay").maximum()) == (9, 15)
