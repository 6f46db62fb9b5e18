"""The views in the list More: each draws, names what it found, selects by mouse and keys, and hands over its data."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from engine.events import TrialEnded, TrialStarted
from engine.setup import replace
from engine.study import StudyOpened
from engine.trials import Curves, History
from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
VIEWS = ("slices", "quality", "rank", "correlations", "timeline")


@pytest.mark.parametrize("key", VIEWS)
def test_a_view_draws_at_every_number_of_trials(bench: Bench, key):
    for count in (0, 1, 37):
        bench.trials(count)
        bench.show(key)
        view = bench.page.view(key)
        assert view.shows_content == bool(len(bench.page.exploration.snapshot))
        view.plot.grab()
    names, columns = view.plot.table()
    assert len(names) == len(columns)
    assert len({len(column) for column in columns}) == 1
    view.plot._menu.copy_data.trigger()
    assert len(QGuiApplication.clipboard().text().splitlines()) > 2
    assert view.plot.accessibleDescription()


@pytest.mark.parametrize("key", ["slices", "quality", "rank"])
def test_arrows_go_from_the_best_trial_to_the_next_best(bench: Bench, qtbot, key):
    bench.trials(30)
    bench.show(key)
    plot, selection = bench.page.view(key).plot, bench.window.selection
    order = np.argsort(-bench.page.exploration.snapshot.history.score)
    selection.select(int(order[0]))
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert selection.number == int(order[1])
    plot.grab()


def test_a_click_on_a_disc_selects_it(bench: Bench, qtbot):
    bench.trials(30)
    bench.show("rank")
    plot = bench.page.view("rank").plot
    x, y = plot._pixels(plot._frame(plot.surface.rect().toRectF()))
    at = next(row for row in range(30) if plot.trial_at(QPoint(int(x[row]), int(y[row])).toPointF()) == row)
    qtbot.mouseClick(plot.surface, LEFT, pos=QPoint(int(x[at]), int(y[at])))
    assert bench.window.selection.number == at


def test_the_pair_of_ranks_is_chosen_and_begins_with_what_the_good_share(bench: Bench):
    bench.trials(40)
    bench.show("rank")
    view = bench.page.view("rank")
    assert view.boxes[0].currentData() == "learning_rate"
    view.boxes[1].setCurrentIndex(2)
    view.boxes[1].activated.emit(2)
    assert view.plot.table()[0][2] == view.boxes[1].itemData(2)


def test_what_the_best_share_is_the_title(bench: Bench):
    bench.trials(40)
    bench.show("slices")
    assert bench.page.view("slices").plot.headline.sentence.startswith("The 8 best have learning rate ")


def test_a_front_of_one_objective_says_so_and_one_of_two_is_drawn(bench: Bench, qtbot):
    bench.trials(12)
    bench.show("front")
    view = bench.page.view("front")
    assert "one objective" in view.state.title.text()
    runner = bench.stage.runner
    setup = replace(runner.setup, objective=None, direction="minimize", metric_names=("loss", "size"))
    history = History(setup.search_space(), ("minimize", "minimize"))
    for number, scores in enumerate([(0.0, 10.0), (1.0, 2.0), (4.0, 1.0), (10.0, 0.0), (9.0, 9.0)]):
        history.apply(TrialStarted(number, history.space.decode([0.5] * 5), 1.0))
        history.apply(TrialEnded(number, "complete", 2.0, 1.0, scores))
    runner.say(StudyOpened(bench.window.study.path, setup, history, Curves()))
    bench.hear()
    bench.show("front")
    assert view.plot.headline.sentence.endswith("the front bends at trial 1: loss 1, size 2")
    bench.window.selection.select(0)
    view.plot.setFocus()
    qtbot.keyClick(view.plot, Qt.Key.Key_Right)
    assert bench.window.selection.number == 1
    view.plot.grab()
    assert view.plot.table()[1][3].tolist() == [True, True, True, True, False]


def test_a_contour_of_any_pair_begins_with_the_strongest_and_opens_the_profiler(bench: Bench, qtbot):
    bench.trials(40)
    bench.show("contour")
    view = bench.page.view("contour")
    assert not view.plot.is_empty
    chosen = {box.currentData() for box in view.boxes}
    assert chosen == set(view._found.pairs[0][0])
    for box, name in zip(view.boxes, ("layers", "hidden_units"), strict=True):
        box.setCurrentIndex(box.findData(name))
    view.boxes[0].activated.emit(0)
    bench.settle()
    assert set(view.plot.found.names) == {"layers", "hidden_units"}
    names, columns = view.plot.table()
    assert len(names) == 3
    assert len(columns[0]) == view.plot.found.mean.size
    qtbot.mouseClick(view.plot.surface, LEFT, pos=QPoint(view.plot.surface.width() // 2, 12))
    assert bench.window.selection.number is not None or bench.page.strip.key == "profiler"
    view.boxes[1].setCurrentIndex(view.boxes[0].currentIndex())
    view.boxes[1].activated.emit(0)
    assert view.plot.is_empty
