"""Parallel coordinates by mouse and by keys: brushes, axes that are moved, and one selection with everything else."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.analysis.parallel import Brush
from gui.pages.explore.explore_page import ExplorePage
from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def plot(bench: Bench):
    """The lines of forty trials."""
    bench.trials(40, failed_above=0.95)
    bench.show("parallel")
    return bench.page.view("parallel").plot


def spot(plot, axis: str, place: float) -> QPoint:
    """Where a place of an axis is on the surface."""
    painter = plot.painter
    return QPoint(round(painter._x[plot.axes.index(axis)]), round(painter._bottom - place * painter.height))


def drag(qtbot, plot, axis: str, low: float, high: float, held=Qt.KeyboardModifier.NoModifier) -> None:
    """Draw along an axis."""
    qtbot.mousePress(plot.surface, LEFT, held, spot(plot, axis, low))
    qtbot.mouseMove(plot.surface, spot(plot, axis, (low + high) / 2))
    qtbot.mouseMove(plot.surface, spot(plot, axis, high))
    qtbot.mouseRelease(plot.surface, LEFT, held, spot(plot, axis, high))
    told(qtbot, plot)


def told(qtbot, plot) -> None:
    """Wait until it is known what the brushes take in."""
    lines = plot.window().findChild(ExplorePage).view("parallel").lines
    qtbot.waitUntil(lambda: not lines.is_busy, timeout=30_000)


def test_at_first_the_best_are_brushed_here_and_nothing_elsewhere(bench: Bench, plot):
    assert set(plot.brushes) == {""}
    assert " best have learning rate " in plot.headline.sentence
    assert bench.window.selection.brushed == ()


def test_a_brush_along_an_axis_brushes_everywhere_and_a_second_one_narrows_it(bench: Bench, plot, qtbot):
    plot.reset_view()
    drag(qtbot, plot, "learning_rate", 0.3, 0.7)
    history = bench.page.exploration.snapshot.history
    column = history.space.names.index("learning_rate")
    units = history.unit[:, column]
    inside = set(np.flatnonzero((units > 0.32) & (units < 0.68)).tolist())
    first = set(bench.window.selection.brushed)
    assert inside <= first
    assert all(0.28 < units[number] < 0.72 for number in first)
    drag(qtbot, plot, "", 0.5, 1.0)
    assert set(bench.window.selection.brushed) < first
    qtbot.mouseDClick(plot.surface, LEFT, pos=spot(plot, "", 0.75))
    told(qtbot, plot)
    assert set(bench.window.selection.brushed) == first
    qtbot.mouseClick(bench.child("button_clear_brush_whole"), LEFT)
    told(qtbot, plot)
    assert bench.window.selection.brushed == ()


def test_shift_adds_a_second_range_and_an_end_can_be_moved(plot, qtbot):
    plot.reset_view()
    drag(qtbot, plot, "learning_rate", 0.1, 0.3)
    drag(qtbot, plot, "learning_rate", 0.7, 0.9, SHIFT)
    assert len(plot.brushes["learning_rate"]) == 2
    drag(qtbot, plot, "learning_rate", 0.9, 0.8)
    assert len(plot.brushes["learning_rate"]) == 2
    assert plot.brushes["learning_rate"][-1].ends == pytest.approx((0.7, 0.8), abs=0.02)


def test_an_axis_is_moved_by_its_name_and_by_keys(bench: Bench, plot, qtbot):
    names = plot.found.names
    qtbot.mousePress(plot.surface, LEFT, pos=QPoint(round(plot.painter._x[0]), 6))
    qtbot.mouseMove(plot.surface, QPoint(round(plot.painter._x[1]), 6))
    qtbot.mouseMove(plot.surface, QPoint(round(plot.painter._x[2]), 6))
    qtbot.mouseRelease(plot.surface, LEFT, pos=QPoint(round(plot.painter._x[2]), 6))
    assert plot.found.names == (names[1], names[2], names[0], *names[3:])
    plot.setFocus()
    plot._current = 2
    qtbot.keyClick(plot, Qt.Key.Key_Left, ALT)
    assert plot.found.names[1] == names[0]


def test_a_brush_is_made_moved_and_taken_away_by_keys(bench: Bench, plot, qtbot):
    plot.reset_view()
    plot.setFocus()
    plot._current = 0
    axis = plot.axes[0]
    qtbot.keyClick(plot, Qt.Key.Key_Space)
    assert axis in plot.brushes
    (before,) = plot.brushes[axis]
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    qtbot.keyClick(plot, Qt.Key.Key_Down, SHIFT)
    (after,) = plot.brushes[axis]
    assert after.ends[0] < before.ends[0]
    assert after.ends[1] < before.ends[1]
    told(qtbot, plot)
    assert bench.window.selection.brushed
    qtbot.keyClick(plot, Qt.Key.Key_Backspace)
    assert plot.brushes == {}
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Space)
    assert list(plot.brushes) == [plot.axes[1]]


def test_a_click_on_a_line_selects_its_trial(bench: Bench, plot, qtbot):
    found, painter = plot.found, plot.painter
    row = int(np.nanargmax(found.places[:, -1]))
    x = (painter._x[0] + painter._x[1]) / 2
    heights = painter._heights(np.array([row]), (0, 1))[0]
    qtbot.mouseClick(plot.surface, LEFT, pos=QPoint(round(x), round(heights.mean())))
    chosen = np.flatnonzero(found.numbers == bench.window.selection.number)
    assert painter._heights(chosen, (0, 1)).mean() == pytest.approx(heights.mean(), abs=8)


def test_of_many_trials_the_density_is_drawn_and_said(bench: Bench, monkeypatch):
    monkeypatch.setattr("gui.pages.explore.brushed_lines.MOST_LINES", 20)
    bench.trials(40)
    bench.show("parallel")
    plot = bench.page.view("parallel").plot
    assert plot.painter._picture is not None
    assert "of 40 as lines" in plot.headline.remark
    plot.grab()


def test_what_was_brushed_by_hand_stays_while_trials_come(bench: Bench, plot, qtbot):
    plot.reset_view()
    drag(qtbot, plot, "learning_rate", 0.3, 0.7)
    kept = plot.brushes
    bench.trials(5)
    bench.settle()
    assert plot.brushes == kept
    assert len(plot.found) >= 43
    assert isinstance(next(iter(kept.values()))[0], Brush)


def test_a_brush_becomes_a_wish_that_is_listed_removed_and_undone(bench: Bench, plot, qtbot):
    plot.reset_view()
    told(qtbot, plot)
    focus, avoid = bench.child("button_focus_here_whole"), bench.child("button_avoid_here_whole")
    assert not focus.isEnabled()
    assert "Drag along an axis" in focus.toolTip()
    drag(qtbot, plot, "learning_rate", 0.3, 0.7)
    assert "learning rate" in focus.toolTip()
    qtbot.mouseClick(focus, LEFT)
    wish = bench.window.study.setup.wishes["1"]
    side = wish.region["learning_rate"]
    assert (wish.kind, set(wish.region), wish.since) == ("focus", {"learning_rate"}, 40)
    assert side.low == pytest.approx(1e-4 * 1000**0.3, rel=0.2)
    assert side.high == pytest.approx(1e-4 * 1000**0.7, rel=0.2)
    listed = bench.child("list_wishes_explore_whole")
    assert listed.isVisible()
    plot.reset_view()
    drag(qtbot, plot, "optimizer", 0.6, 0.9)
    qtbot.mouseClick(avoid, LEFT)
    assert bench.window.study.setup.wishes["2"].region["optimizer"].choices == ("adam",)
    qtbot.mouseClick(listed.findChild(type(focus), "button_remove_wish_0"), LEFT)
    assert [one.kind for one in bench.window.study.setup.wishes.values()] == ["avoid"]
    for _ in range(3):
        bench.window.study.undo_stack.undo()
    assert bench.window.study.setup.wishes == {}
    assert not listed.isVisible()


def test_a_brush_over_the_score_is_a_wish_for_where_these_trials_lie(bench: Bench, plot, qtbot):
    history = bench.page.exploration.snapshot.history
    inside = bench.page.view("parallel").lines.numbers
    qtbot.mouseClick(bench.child("button_focus_here_whole"), LEFT)
    wish = bench.window.study.setup.wishes["1"]
    assert all(wish.holds(history.params(number)) for number in inside)
    assert "learning_rate" in wish.region


def test_a_brush_that_grows_is_followed_and_the_last_one_told(bench: Bench, plot, qtbot):
    lines, shown = bench.page.view("parallel").lines, []
    plot.reset_view()
    told(qtbot, plot)
    lines.told.connect(lambda: shown.append(lines.numbers))
    for high in (0.4, 0.5, 0.6, 0.7):  # faster than answers come
        plot._put({"learning_rate": (Brush(0.3, high),)})
    plot.brushed.emit()
    told(qtbot, plot)
    units = plot.found.places[:, plot.found.column("learning_rate")]
    wanted = plot.found.numbers[(units >= 0.3) & (units <= 0.7)].tolist()
    assert shown == [tuple(wanted)]
    assert list(bench.window.selection.brushed) == wanted


def test_thousands_of_lines_are_painted_piece_by_piece_and_at_once_for_a_picture(bench: Bench, plot, monkeypatch):
    monkeypatch.setattr("gui.plots.parallel_painter.PIECE", 0.0)  # no time at all: one piece, whatever it takes
    monkeypatch.setattr("gui.plots.stroked_lines.AT_ONCE", 4)
    plot.painter.forget()
    plot.drawing.grab()
    assert plot.painter.is_done  # they are few: half a picture would flicker on a busy machine
    monkeypatch.setattr("gui.plots.stroked_lines.FEW", 8)
    plot.painter.forget()
    plot.drawing.grab()
    assert not plot.painter.is_done
    plot.finish()
    assert plot.painter.is_done
