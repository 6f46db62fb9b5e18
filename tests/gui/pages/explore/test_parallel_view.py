"""Parallel coordinates by mouse and by keys: brushes, axes that are moved, and one selection with everything else."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.analysis.parallel import Brush
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
    assert set(bench.window.selection.brushed) == first
    qtbot.mouseClick(bench.child("button_clear_brush_whole"), LEFT)
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
