"""The profiler as a person uses it: lines are dragged, values typed, the point runs."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def profiler(bench: Bench):
    bench.trials(40)
    bench.show("profiler")
    view = bench.page.view("profiler")
    bench.qtbot.waitUntil(lambda: view.pair.found is not None, timeout=30_000)
    return view


def rest(bench: Bench, view) -> None:
    """Wait until maps and numbers have followed."""
    bench.qtbot.waitUntil(lambda: not view._rest.isActive(), timeout=30_000)
    bench.settle()


def drag(qtbot, plot, name: str, unit: float) -> None:
    box = plot.box_of(name)
    y = int(box.top()) - 6
    start = QPoint(int(box.center().x()), y)
    end = QPoint(int(box.left() + unit * box.width()), y)
    qtbot.mousePress(plot.surface, LEFT, pos=start)
    qtbot.mouseMove(plot.surface, pos=end)
    qtbot.mouseRelease(plot.surface, LEFT, pos=end)


def test_it_begins_at_the_best_trial(bench: Bench, profiler):
    history = bench.window.study.history
    best = history.best_number()
    assert profiler.params == history.params(best)
    assert profiler.plot.order[0] == "learning_rate"
    assert bench.page.strip.remark.text() == f"the point of trial {best}"
    assert "Here accuracy" in profiler.plot.headline.sentence


def test_a_dragged_line_moves_the_point_and_every_chart_follows(bench: Bench, profiler, qtbot):
    before = profiler._found
    drag(qtbot, profiler.plot, "learning_rate", 0.1)
    assert profiler.params["learning_rate"] == pytest.approx(1e-4 * 10**0.3, rel=0.1)
    after = profiler._found
    assert after.here.mean[0] < before.here.mean[0]
    assert after.slice_of("hidden_units").band.mean.max() < before.slice_of("hidden_units").band.mean.max()
    rest(bench, profiler)
    assert "worse than the best trial" in profiler.plot.headline.sentence
    assert bench.page.strip.remark.text() == "point not yet tried"


def test_keys_move_the_line_and_change_the_chart(bench: Bench, profiler, qtbot):
    plot = profiler.plot
    plot.setFocus()
    before = profiler._found.point[0]
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert profiler._found.point[0] == pytest.approx(min(before + 1 / 60, 1.0))
    qtbot.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert profiler._found.point[0] == pytest.approx(before + 1 / 60 - 10 / 60)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert profiler._found.point[0] == 0.0
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    assert plot.current == plot.order[1]


def test_a_value_is_typed_and_one_out_of_range_is_refused_in_a_sentence(bench: Bench, profiler, qtbot):
    field = bench.child("edit_point_learning_rate")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.003")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert profiler.params["learning_rate"] == pytest.approx(0.003)
    field.selectAll()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert profiler.params["learning_rate"] == pytest.approx(0.003)
    assert "goes from" in bench.stage.messages.lines[-1].what


def test_what_plays_no_part_becomes_a_card(bench: Bench, profiler):
    profiler._on_typed("optimizer", "adam")
    assert not profiler._found.slice_of("momentum").plays
    assert not bench.child("edit_point_momentum").isEnabled()
    profiler._on_typed("optimizer", "sgd")
    assert profiler._found.slice_of("momentum").plays
    assert bench.child("edit_point_momentum").isEnabled()


def test_the_point_is_queued_and_nothing_starts(bench: Bench, profiler, qtbot):
    profiler._on_typed("learning_rate", 0.002)
    qtbot.mouseClick(bench.child("button_run_point"), LEFT)
    asked = [intent for intent in bench.stage.runner.intents if intent[0] == "enqueue"]
    assert asked[-1][1]["learning_rate"] == pytest.approx(0.002)
    assert "start" not in bench.stage.runner.names()
    assert bench.child("label_point_queued").text() == "Queued as trial 40"


def test_it_is_pinned_compared_and_reset(bench: Bench, profiler, qtbot):
    profiler._on_typed("learning_rate", 0.0002)
    qtbot.mouseClick(bench.child("button_pin_point"), LEFT)
    qtbot.mouseClick(bench.child("button_maximise"), LEFT)
    rest(bench, profiler)
    assert "the pinned point" in profiler.outlook.headline.sentence
    here = profiler.outlook.cells["chance of better"][1].text()
    assert "over 99" in here or int(here.split()[0]) > 80
    assert bench.child("edit_point_learning_rate").property("main")
    qtbot.mouseClick(bench.child("button_reset_point"), LEFT)
    assert profiler.params == bench.window.study.history.params(bench.window.study.history.best_number())


def test_the_map_moves_the_point(bench: Bench, profiler, qtbot):
    box = profiler.pair._box
    assert not box.isEmpty()
    spots = [QPoint(int(box.left() + x * box.width()), int(box.top() + 4)) for x in np.linspace(0.05, 0.95, 30)]
    free = next(spot for spot in spots if profiler.pair.trial_at(spot.toPointF()) is None)
    qtbot.mouseClick(profiler.pair.surface, LEFT, pos=free)
    names = profiler.pair.found.names
    at = bench.window.study.history.space.names.index(names[0])
    assert profiler._found.point[at] == pytest.approx((free.x() - box.left()) / box.width(), abs=0.26)


def test_a_disc_is_a_trial(bench: Bench, profiler, qtbot):
    plot = profiler.plot
    box = plot.box_of("learning_rate")
    one = profiler._found.slice_of("learning_rate")
    places = [plot._place_of(box, one, row) for row in range(len(plot._numbers))]
    row = next(r for r, (x, y) in enumerate(places) if box.top() < y < box.bottom())
    number = int(plot._numbers[row])
    qtbot.mouseClick(plot.surface, LEFT, pos=QPoint(round(places[row][0]), round(places[row][1])))
    assert bench.window.selection.number is not None
    assert plot.trial_at(QPoint(round(places[row][0]), round(places[row][1])).toPointF()) is not None
    assert number in plot._numbers


def test_a_nearest_trial_is_gone_to(bench: Bench, profiler, qtbot):
    profiler._on_typed("learning_rate", 0.001)
    rest(bench, profiler)
    number = profiler.outlook.buttons[1].property("trial")
    qtbot.mouseClick(profiler.outlook.buttons[1], LEFT)
    assert profiler.params == bench.window.study.history.params(number)
    assert bench.window.selection.number == number


def test_another_view_hands_over_what_stands_first(bench: Bench, profiler):
    bench.page.show_view("profiler", "layers")
    assert profiler.plot.order[0] == "layers"


def test_the_slices_are_copied(bench: Bench, profiler):
    profiler.plot._menu.copy_data.trigger()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0].startswith("hyperparameter\tplace_in_range\tmean")
    assert len(rows) > 60


def test_faded_curves_follow_the_point_when_it_rests(bench: Bench, profiler, qtbot):
    box = bench.child("combo_curves")
    assert [box.itemData(at) for at in range(box.count())] == ["", *profiler.plot.order]
    plain = profiler.plot.surface.grab().toImage()
    box.setFocus()
    box.showPopup()
    qtbot.keyClicks(box.view(), "hidden")
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    legend = bench.child("label_curves_legend")
    bench.qtbot.waitUntil(lambda: "dotted" in legend.text(), timeout=30_000)
    assert profiler.plot.surface.grab().toImage() != plain
    first = profiler.plot._curves
    drag(qtbot, profiler.plot, "learning_rate", 0.1)
    rest(bench, profiler)
    bench.qtbot.waitUntil(lambda: profiler.plot._curves not in (None, first), timeout=30_000)
    assert profiler.plot._curves.point[0] == pytest.approx(profiler._found.point[0])
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert legend.text() == ""
    assert profiler.plot._curves is None
