"""The page Explore as a whole: its strip, its keys, the filter and the selection that it shares, its states."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engine.space import SearchSpace
from engine.study import Study
from gui.pages.explore.views import registry
from tests.gui.pages.explore.conftest import Bench
from tests.gui.windows.test_reach import controls

LEFT = Qt.MouseButton.LeftButton


def test_every_view_registers_itself_and_is_made_when_it_is_first_seen(bench: Bench):
    bench.trials(12)
    assert bench.page._made == {}
    for key in registry.names():
        bench.show(key)
        assert bench.page.stack.currentWidget() is bench.page.view(key)
        assert bench.page.view(key).objectName() == f"view_{key}"
    assert bench.page.keys == sorted(registry.names(), key=lambda one: registry.get(one).place)


def test_control_tab_walks_round_the_views(bench: Bench, qtbot):
    bench.show()
    strip, first = bench.page.strip, bench.page.strip.key
    seen = []
    for _ in strip.keys:
        qtbot.keyClick(bench.window.focusWidget() or bench.page, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        seen.append(strip.key)
    assert seen == [*strip.keys[1:], first]


def test_the_filter_is_the_one_of_live(bench: Bench, qtbot):
    bench.trials(30)
    bench.show("importance")
    line = bench.child("edit_filter_explore")
    line.setFocus()
    qtbot.keyClicks(line, "trial < 20")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    bench.settle()
    assert bench.page.exploration.snapshot.shown.sum() == 20
    assert bench.child("edit_filter").text() == "trial < 20"
    assert "20 scored trials" in bench.page.strip.remark.text()
    bench.child("page_live").outer.filter.put("")
    bench.settle()
    assert line.text() == ""
    assert bench.page.exploration.snapshot.shown.sum() == 30


def test_what_is_not_understood_is_said_under_the_strip(bench: Bench):
    bench.show()
    bench.page.strip.filter.put("learning_rate < small")
    fault = bench.page.strip.filter.fault
    assert fault.isVisible()
    assert "small" in fault.text()


def test_brackets_step_through_the_trials_and_enter_shows_one_live(bench: Bench, qtbot):
    bench.trials(12)
    bench.show("importance")
    bench.window.selection.select(4)
    qtbot.keyClick(bench.page, Qt.Key.Key_BracketRight)
    assert bench.window.selection.number == 5
    qtbot.keyClick(bench.page, Qt.Key.Key_BracketLeft)
    qtbot.keyClick(bench.page, Qt.Key.Key_BracketLeft)
    assert bench.window.selection.number == 3
    bench.page.strip.filter.put("trial > 6")
    bench.settle()
    bench.window.selection.select(7)
    qtbot.keyClick(bench.page, Qt.Key.Key_BracketLeft)
    assert bench.window.selection.number == 7
    qtbot.keyClick(bench.page, Qt.Key.Key_BracketRight)
    assert bench.window.selection.number == 8
    qtbot.keyClick(bench.page, Qt.Key.Key_Return)
    assert bench.window.page == "live"


def test_before_the_first_trial_it_says_what_each_part_needs_and_runs(bench: Bench, qtbot):
    bench.show("importance")
    state = bench.page.view("importance").state
    assert state.isVisible()
    assert "Nothing to explain yet" in state.title.text()
    assert state.needs.isVisible()
    qtbot.mouseClick(bench.child("button_run_importance"), LEFT)
    assert "start" in bench.stage.runner.names()


def test_too_few_trials_show_their_scores_and_more_can_be_added(bench: Bench, qtbot):
    bench.trials(3)
    bench.show("importance")
    view = bench.page.view("importance")
    assert "3 scored trials" in view.state.title.text()
    assert "5 more trials" in view.state.words.text()
    assert view.state.scores.isVisible()
    assert not view.state.nevertheless.isVisible()
    before = bench.window.study.setup.budget.trials
    qtbot.mouseClick(bench.child("button_add_trials_importance"), LEFT)
    assert bench.window.study.setup.budget.trials == before + 20
    assert "start" in bench.stage.runner.names()
    bench.window.study.undo_stack.undo()
    assert bench.window.study.setup.budget.trials == before


def test_a_poor_model_is_refused_and_shown_when_asked_for(bench: Bench, qtbot):
    bench.trials(14, noise=0.5)
    bench.show("importance")
    view = bench.page.view("importance")
    assert not view.shows_content
    assert "No model can be trusted yet" in view.state.title.text() or "too few" in view.state.title.text()
    qtbot.mouseClick(bench.child("button_nevertheless_importance"), LEFT)
    bench.settle()
    assert view.shows_content
    assert view.plot.names
    bench.stage.window.study.opened.emit()
    assert not bench.page.exploration.shows_poor_models


def test_the_last_picture_stays_while_the_next_is_worked_out(bench: Bench, qtbot):
    bench.trials(20)
    bench.show("importance")
    view = bench.page.view("importance")
    names = view.plot.names
    bench.page.exploration.look_soon()
    said = []
    bench.page.view("importance").remarked.connect(said.append)
    view._patience.setInterval(0)
    qtbot.waitUntil(lambda: "working out …" in said, timeout=10_000)
    assert view.shows_content
    assert view.plot.names == names
    bench.settle()
    assert bench.page.strip.remark.text() == "20 scored trials"


def test_nothing_is_worked_out_while_nobody_looks(bench: Bench, qtbot):
    bench.trials(12)
    bench.show("importance")
    snapshot = bench.page.exploration.snapshot
    bench.window.show_page("live")
    bench.trials(3)
    qtbot.wait(50)
    assert bench.page.exploration.snapshot is snapshot
    bench.show()
    assert len(bench.page.exploration.snapshot) == 15


def test_while_trials_run_snapshots_come_at_most_every_two_seconds(bench: Bench):
    bench.trials(12)
    bench.show("importance")
    seen = []
    bench.page.exploration.changed.connect(lambda: seen.append(1))
    for _ in range(3):
        bench.trials(1)
    assert seen == []
    assert bench.page.exploration._pause.interval() == 2000


def test_the_menu_of_a_view_copies_data_and_code(bench: Bench):
    bench.trials(20)
    bench.show("importance")
    plot = bench.page.view("importance").plot
    plot._menu.copy_data.trigger()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0].split("\t")[:2] == ["hyperparameter", "first_order"]
    assert {row.split("\t")[0] for row in rows[1:]} == set(plot.names)
    plot._menu.copy_code.trigger()
    assert "Study.open" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("key", registry.names())
def test_every_control_of_a_view_has_a_name_of_its_own(bench: Bench, key: str):
    bench.trials(20)
    bench.show(key)
    names = [widget.objectName() for widget in controls(bench.window)]
    assert all(names)
    assert len(set(names)) == len(names)


def test_code_that_is_copied_runs(bench: Bench, tmp_path, capsys):
    bench.trials(30, failed_above=0.9)
    study = Study(SearchSpace(bench.window.study.setup.space), sampler="random", direction="maximize", seed=1)
    for _ in range(30):
        trial = study.ask()
        study.tell(trial, float(trial.params["learning_rate"]))
    place = tmp_path / "told.study"
    study.save(place)
    study.close()
    shown = []
    for key in registry.names():
        bench.show(key)
        code = bench.page.view(key).code()
        if code and key != "slices":  # that one draws with pandas, which takes Matplotlib
            shown.append(key)
            code = code.replace("from twinloop import", "from engine.public import")
            exec(code.replace(repr(str(bench.window.study.path)), repr(str(place))), {})
    assert {"importance", "profiler", "failures", "parallel", "contour"} <= set(shown)
    assert "learning_rate: " in capsys.readouterr().out
