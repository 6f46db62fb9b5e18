"""The Budget card has trials timed and says what the run will take; nothing is timed before a person asks."""

from __future__ import annotations

from engine.setup import Budget, replace
from engine.study import Cost, suggest_setup
from gui.pages.setup.cost_row import ASK, cost_words
from tests.gui.pages.bench import SLOW, Bench


def test_the_run_is_costed_on_one_press_and_follows_the_budget(qtbot):
    bench = Bench(qtbot)
    bench.open(suggest_setup("sample:wine", family="neighbours"))
    bench.unfold("budget")
    said = bench.child("label_cost")
    assert said.text() == ""
    bench.click("button_time_trials")
    qtbot.waitUntil(lambda: "for 100 trials on 2 workers" in said.text(), timeout=SLOW)
    assert bench.child("button_time_trials").text() == ASK
    bench.type("budget_trials", "40")
    qtbot.waitUntil(lambda: "for 40 trials on 2 workers" in said.text())
    rows = dict(list(bench.setup.space.items())[:1])
    bench.document.put_setup(replace(bench.setup, space=rows))
    assert said.text() == ""
    assert "has changed" in bench.child("label_cost_source").text()
    bench.end()


def test_the_words_tell_a_range_and_what_a_grid_would_take(monkeypatch):
    monkeypatch.setattr("engine.runner.timing.cores", lambda: 4)
    setup = replace(suggest_setup("sample:wine"), budget=Budget(trials=60, workers=2))
    said = cost_words(Cost((2.0, 4.0, 8.0)), setup)
    assert said.startswith("About 2 min, 1 min 00 s to 4 min 00 s, for 60 trials on 2 workers; all ")
    assert "points of a grid about " in said
    assert cost_words(Cost((2.0, 61.0), is_cut=True), setup).startswith("At least about ")
    endless = replace(setup, budget=Budget(trials=None))
    assert (
        cost_words(Cost((2.0, 4.0)), endless)
        == "A trial takes 2.0 s to 4.0 s; there is no limit on the number of trials."
    )
