import gc
import math
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.analysis import score_progress
from engine.trials import State
from gui.base.theme import apply_theme, tokens
from gui.plots.history import MOST_POINTS, HistoryData, HistoryPlot, Running
from tests.engine.analysis.studies import history_of
from tests.gui.driven import Described


def picture(scores, **more) -> HistoryData:
    return HistoryData(score_progress(history_of(scores)), False, "accuracy", "Random search", 10, **more)


@pytest.fixture
def plot(qtbot) -> HistoryPlot:
    made = HistoryPlot(Described())
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


def place_of(plot: HistoryPlot, number: int) -> QPoint:
    x, y = plot.pixels(plot._x[number : number + 1], plot._y[number : number + 1])
    return plot.view.mapFromScene(QPointF(float(x[0]), float(y[0])))


def settled(plot: HistoryPlot, shown: HistoryData) -> None:
    plot.show_picture(shown)
    plot._draw_now()
    plot._draw_now()  # the first drawing may have changed the room there is


def test_an_empty_plot_says_what_will_appear(plot):
    assert plot.is_empty
    assert "Press Run" in plot._empty.text()


def test_the_title_is_a_sentence_with_the_best_score(plot):
    settled(plot, picture([0.5, 0.9, 0.7]))
    assert plot.headline.sentence == "Best 0.9 after 3 of 10 trials"
    assert "last improvement 1 trial ago" in plot.headline.remark
    assert "Best 0.9" in plot.accessibleDescription()


def test_every_state_has_its_own_mark(plot):
    settled(plot, picture([0.5, "failed", "pruned", None, 0.9], running={3: Running(0.5, 0.6)}))
    assert len(plot._clouds[State.COMPLETE].getData()[0]) == 2
    assert plot._clouds[State.FAILED].getData()[0].tolist() == [1]
    assert plot._clouds[State.PRUNED].getData()[0].tolist() == [2]
    (ring,) = plot._highlights.rings
    assert (ring.x, ring.y, ring.share) == (3.0, 0.6, 0.5)
    assert plot._highlights.best_mark.words == "4 · 0.9"


def test_trials_without_a_score_lie_below_those_with_one(plot):
    settled(plot, picture([0.5, "failed", 0.9]))
    assert plot._y[1] < min(plot._y[0], plot._y[2])
    low, high = plot.box.viewRange()[1]
    assert low <= plot._y[1] <= high


def test_a_click_on_a_point_picks_its_trial(plot, qtbot):
    settled(plot, picture([0.5, 0.9, 0.7]))
    with qtbot.waitSignal(plot.picked) as blocker:
        qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(plot, 2))
    assert blocker.args == [2]


def test_a_click_on_nothing_picks_nothing(plot, qtbot):
    settled(plot, picture([0.5, 0.9, 0.7]))
    corner = plot.view.mapFromScene(plot.box.sceneBoundingRect().bottomRight()) - QPoint(5, 5)
    with qtbot.assertNotEmitted(plot.picked, wait=50):
        qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=corner)


def test_arrow_keys_go_from_trial_to_trial(plot, qtbot):
    settled(plot, picture([0.5, 0.9, 0.7]))
    plot.select(1)
    for key, wanted in ((Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 0)):
        with qtbot.waitSignal(plot.picked) as blocker:
            qtbot.keyClick(plot, key)
        assert blocker.args == [wanted]


def test_the_mouse_over_a_point_shows_three_lines(plot, qtbot):
    settled(plot, picture([0.5, 0.9, 0.7]))
    plot._on_mouse_moved(plot.view.mapToScene(place_of(plot, 1)))
    assert plot._card.isVisible()
    assert plot._card.text().splitlines() == ["Trial 1", "score", "params"]
    plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not plot._card.isVisible()


def test_r_takes_a_moved_view_home(plot, qtbot):
    settled(plot, picture([0.5, 0.9, 0.7]))
    home = plot.box.viewRange()
    plot.box.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
    plot.box.sigRangeChangedManually.emit([True, True])
    settled(plot, picture([0.5, 0.9, 0.7, 0.8]))
    assert plot.box.viewRange()[0] == [0, 1]
    qtbot.keyClick(plot, Qt.Key.Key_R)
    assert plot.box.viewRange()[0] == home[0]


def test_l_switches_to_a_logarithmic_axis(plot, qtbot):
    settled(plot, picture([0.5, 0.05, 0.005]))
    qtbot.keyClick(plot, Qt.Key.Key_L)
    assert plot._clouds[State.COMPLETE].getData()[1] == pytest.approx(np.log10([0.5, 0.05, 0.005]))
    assert plot.y_axis.labelText.endswith("(log scale)")


def test_scores_without_a_logarithm_are_spoken_of(plot, qtbot):
    settled(plot, picture([0.5, -0.5]))
    qtbot.keyClick(plot, Qt.Key.Key_L)
    assert "cannot be shown on a log axis" in plot.headline.remark


def test_a_hopeless_score_is_pinned_to_the_end_of_the_axis(plot):
    settled(plot, picture([*np.linspace(0.8, 0.9, 30).tolist(), -1e6]))
    low, _ = plot.box.viewRange()[1]
    assert plot._pinned.getData()[0].tolist() == [30]
    assert low <= plot._pinned.getData()[1][0] <= 0.8
    assert "1 poor score off the axis" in plot.headline.remark


def test_a_poor_running_trial_does_not_move_the_axis(plot):
    settled(plot, picture([0.8, 0.9, None], running={2: Running(0.5, 0.8)}))
    still = plot.box.viewRange()
    settled(plot, picture([0.8, 0.9, None], running={2: Running(0.5, 0.85)}))
    assert plot.box.viewRange() == still
    settled(plot, picture([0.8, 0.9, None], running={2: Running(0.5, 0.1)}))
    assert plot._pinned.getData()[0].tolist() == []
    low, _ = plot.box.viewRange()[1]
    assert plot._highlights.rings[0].y > low


def test_the_best_trials_words_stand_beside_its_mark(plot):
    settled(plot, picture([0.8, 0.9, 0.7, 0.6]))
    plot.grab()
    assert plot._highlights.boundingRect().contains(plot._highlights.best_mark.x, plot._highlights.best_mark.y)


def test_of_a_great_many_trials_a_sample_is_drawn_and_said_to_be(plot):
    rng = np.random.default_rng(0)
    settled(plot, picture(rng.random(8000).tolist()))
    drawn = len(plot._clouds[State.COMPLETE].getData()[0])
    assert MOST_POINTS <= drawn < MOST_POINTS + 50
    assert "showing" in plot.headline.remark
    best = plot._picture.progress.best
    assert best in plot._clouds[State.COMPLETE].getData()[0]


def test_the_sample_stays_while_the_cloud_grows(plot):
    scores = np.random.default_rng(0).random(8000).tolist()
    settled(plot, picture(scores))
    before = set(plot._clouds[State.COMPLETE].getData()[0])
    settled(plot, picture([*scores, *([0.5] * 80)]))
    after = set(plot._clouds[State.COMPLETE].getData()[0])
    assert len(before & after) > 0.95 * len(before)


def test_the_theme_recolours_what_is_there(plot):
    settled(plot, picture([0.5, 0.9]))
    app = QApplication.instance()
    before = plot._best_line.opts["pen"].color().name()
    apply_theme(app, "dark")
    try:
        assert plot._best_line.opts["pen"].color().name() == tokens().outer.lower() != before
        assert plot.view.backgroundBrush().color().name() == tokens().window.lower()
    finally:
        apply_theme(app, "light")


def test_data_are_copied_as_a_table(plot):
    settled(plot, picture([0.5, "failed"]))
    plot._menu.copy_data.trigger()
    assert QGuiApplication.clipboard().text() == "trial\tstate\taccuracy\n0\tcomplete\t0.5\n1\tfailed\t\n"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_picture_is_saved(plot, tmp_path, ending):
    settled(plot, picture([0.5, 0.9]))
    plot._menu.save(tmp_path / f"history.{ending}")
    written = (tmp_path / f"history.{ending}").read_bytes()
    assert written.startswith(b"\x89PNG" if ending == "png" else b"<?xml")


def test_nothing_is_drawn_while_the_plot_is_hidden(plot):
    plot.hide()
    plot.show_picture(picture([0.5]))
    assert plot._x.size == 0
    plot.show()
    assert plot._x.size == 1


def test_scores_that_are_not_finite_do_no_harm(plot):
    settled(plot, picture([math.inf, 0.5, -math.inf]))
    assert all(math.isfinite(edge) for axis in plot.box.viewRange() for edge in axis)


def test_a_plot_is_freed(qtbot):
    made = HistoryPlot(Described())
    made.show_picture(picture([0.5, 0.9]))
    made.show()
    made.hide()
    gone = weakref.ref(made)
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del made
    gc.collect()
    assert gone() is None
