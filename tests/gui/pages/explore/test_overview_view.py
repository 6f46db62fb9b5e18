"""The overview: its findings, what a click on each opens, its remedy, and what stands there without a model."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton


def shown(bench: Bench, count: int = 40, **rule):
    """The overview of so many trials, with all its pictures."""
    bench.trials(count, **rule)
    bench.show("overview")
    bench.settle()
    return bench.page.view("overview")


def test_every_title_is_a_finding(bench: Bench):
    view = shown(bench, 60, failed_above=0.85)
    assert view.importance.headline.sentence.startswith("Learning rate decides:")
    assert view.slices.headline.sentence.startswith("Good lies at learning rate ")
    assert "together" in view.interaction.headline.sentence or "for itself" in view.interaction.headline.sentence
    assert view.failures.headline.sentence.startswith("Learning rate above ")
    assert "diverged" in view.failures.headline.sentence
    assert " best have learning rate " in view.parallel.headline.sentence
    assert "Model quality" in view.quality.text()
    for plot in (view.importance, view.slices, view.interaction, view.failures, view.parallel):
        assert not plot.is_empty
        names, columns = plot.table()
        assert len(names) == len(columns) == len({id(one) for one in columns})
        assert len({len(column) for column in columns}) == 1
        plot.grab()


def test_each_picture_opens_its_view(bench: Bench, qtbot):
    view = shown(bench)
    qtbot.mouseClick(view.importance.surface, LEFT, pos=QPoint(60, 10))
    assert bench.page.strip.key == "profiler"
    bench.page.show_view("overview")
    bench.settle()
    qtbot.mouseClick(view.slices.surface, LEFT, pos=view.slices.surface.rect().center())
    assert bench.page.strip.key == "profiler"
    bench.page.show_view("overview")
    qtbot.mouseClick(bench.child("button_open_profiler"), LEFT)
    assert bench.page.strip.key == "profiler"


def test_the_remedy_limits_the_space_and_is_undone(bench: Bench, qtbot):
    view = shown(bench, 60, failed_above=0.85)
    before = bench.window.study.setup.space["learning_rate"]
    button = bench.child("button_limit_space")
    assert button.text().startswith("Limit learning rate to ")
    qtbot.mouseClick(button, LEFT)
    after = bench.window.study.setup.space["learning_rate"]
    assert before.low == after.low < after.high < before.high
    assert not button.isEnabled()
    bench.window.study.undo_stack.undo()
    assert bench.window.study.setup.space["learning_rate"] == before
    qtbot.mouseClick(view.show_failed, LEFT)
    assert bench.window.selection.filter_text == "state = failed"


def test_without_a_model_the_trials_are_shown_and_the_rest_says_what_it_needs(bench: Bench):
    view = shown(bench, 3)
    assert view.shows_content
    assert view.importance.headline.sentence == "What matters is not known yet"
    assert "8 scored trials" in view.importance._empty.text()
    assert len(view.parallel.found) == 3
    assert view.nevertheless.isHidden()
    bench.trials(20)
    bench.settle()
    assert view.importance.headline.sentence.startswith("Learning rate decides:")


def test_a_poor_model_is_shown_where_a_person_asks_for_it(bench: Bench, qtbot):
    view = shown(bench, 30, noise=5.0)
    assert view.importance.is_empty
    qtbot.mouseClick(view.nevertheless, LEFT)
    bench.settle()
    assert not view.importance.is_empty
    assert "not to be trusted" in view.importance.headline.remark + view.quality.text()


def test_panels_stand_two_and_two_where_there_is_little_room(bench: Bench, qtbot):
    view = shown(bench)
    bench.window.resize(1000, 900)
    qtbot.waitUntil(lambda: view.panels[2].y() > view.panels[0].y())
    bench.window.resize(1366, 768)
    qtbot.waitUntil(lambda: view.panels[2].y() == view.panels[0].y())
