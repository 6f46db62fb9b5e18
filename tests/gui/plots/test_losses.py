import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from engine.analysis import MEASURES, Line
from gui.base.theme import apply_theme, tokens
from gui.plots.background_curves import BATCH, MOST_LINES
from gui.plots.losses import LossesData, LossesPlot
from tests.gui.driven import Described

LOSS, SCORE, GAP = MEASURES[:3]


def line(level: float = 0.1, steps: int = 30) -> Line:
    x = np.arange(1.0, steps + 1)
    return Line(x, level + np.exp(-x / 6))


@pytest.fixture
def plot(qtbot) -> LossesPlot:
    made = LossesPlot(Described())
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


def settled(plot: LossesPlot, shown: LossesData) -> None:
    plot.show_picture(shown)
    plot._draw_now()
    plot._draw_now()


def selected(number: int = 1, **more) -> LossesData:
    return LossesData(number, line(0.1), line(0.05), f"Trial {number}", "is training", step_name="epoch", **more)


def test_an_empty_plot_says_what_will_appear(plot):
    settled(plot, LossesData())
    assert plot.is_empty


def test_the_selected_trial_is_drawn_in_full_and_labelled_at_its_ends(plot):
    settled(plot, selected())
    assert plot._validation.getData()[1] == pytest.approx(np.log10(line(0.1).values))
    assert len(plot._train.getData()[0]) == 30
    words = [label.words for label in plot._labels._labels]
    assert words == [f"validation {line(0.1).last:.3g}", f"train {line(0.05).last:.3g}"]
    assert plot._train.opts["pen"].dashPattern()
    assert not plot._validation.opts["pen"].dashPattern()


def test_others_are_one_item_with_gaps_and_leave_out_the_selected(plot):
    for number in range(3):
        plot.crowd.put(number, line(0.2), moving=False)
    settled(plot, selected(1))
    x, _ = plot.crowd._items["fresh"].getData()
    assert np.isnan(x).sum() == 2
    settled(plot, selected(0))
    assert np.isnan(plot.crowd._items["fresh"].getData()[0]).sum() == 2


def test_only_what_changed_is_handed_over(plot):
    for number in range(BATCH + 1):
        plot.crowd.put(number, line(0.2), moving=False)
    settled(plot, selected(99))
    before = plot.crowd._items["settled"].getData()[0]
    assert np.isnan(before).sum() == BATCH + 1
    plot.crowd.put(50, line(0.3, 4), moving=True)
    plot.refresh()
    plot._draw_now()
    assert plot.crowd._items["settled"].getData()[0] is before
    assert len(plot.crowd._items["moving"].getData()[0]) == 5


def test_a_trial_that_ends_moves_to_those_that_are_over(plot):
    plot.crowd.put(5, line(), moving=True)
    plot.crowd.put(5, line(), moving=False)
    settled(plot, selected(9))
    assert len(plot.crowd._items["moving"].getData()[0]) == 0
    assert len(plot.crowd._items["fresh"].getData()[0]) == 31


def test_the_crowd_does_not_grow_without_end(plot):
    for number in range(MOST_LINES + 5 * BATCH):
        plot.crowd.put(number, line(0.2, 3), moving=False)
    assert len(plot.crowd.lines()) <= MOST_LINES + BATCH
    assert 0 not in plot.crowd.lines()


def test_the_switch_offers_the_measures_that_exist(plot, qtbot):
    settled(plot, selected())
    plot.choice.offer((LOSS, SCORE))
    assert plot.choice.isVisible()
    with qtbot.waitSignal(plot.measure_chosen) as blocker:
        plot.choice.menu_of_measures.actions()[1].trigger()
    assert blocker.args == [SCORE]
    plot.choice.offer((SCORE,))
    assert not plot.choice.isVisible()


def test_each_measure_keeps_its_own_scale(plot, qtbot):
    settled(plot, selected())
    plot.choice.offer((LOSS, SCORE))
    qtbot.keyClick(plot, Qt.Key.Key_L)
    assert not plot.log
    plot.take_measure(SCORE)
    qtbot.keyClick(plot, Qt.Key.Key_L)
    plot.take_measure(LOSS)
    assert not plot.log
    plot.take_measure(SCORE)
    assert plot.log


def test_a_click_on_a_dim_line_picks_its_trial(plot, qtbot):
    plot.crowd.put(7, line(2.0), moving=False)
    settled(plot, selected(1))
    x, y = plot.pixels(np.array([20.0]), np.log10(np.array([line(2.0).values[19]])))
    at = plot.view.mapFromScene(QPointF(float(x[0]), float(y[0])))
    with qtbot.waitSignal(plot.picked) as blocker:
        qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert blocker.args == [7]


def test_axes_keep_still_while_a_trial_goes_on(plot):
    plot.crowd.put(0, line(0.1), moving=False)
    whole = line(0.1)
    homes = set()
    for k in range(5, 31):
        settled(plot, LossesData(1, Line(whole.steps[:k], whole.values[:k]), subject="Trial 1", step_name="epoch"))
        homes.add(str(plot.box.viewRange()))
    assert len(homes) == 1


def test_losses_of_zero_and_nan_and_infinity_do_no_harm(plot):
    x = np.arange(1.0, 6.0)
    settled(plot, LossesData(0, Line(x, np.array([1.0, 0.0, np.nan, np.inf, 0.5])), subject="Trial 0"))
    assert all(np.isfinite(plot.box.viewRange()).ravel())


def test_folds_of_a_model_without_steps_are_dots(plot):
    folds = Line(np.array([1.0, 2.0, 3.0]), np.array([0.9, 0.95, 0.85]))
    plot.take_measure(SCORE)
    settled(plot, LossesData(0, folds, subject="Trial 0", step_name="fold"))
    assert plot._dots.getData()[0].tolist() == [1, 2, 3]
    assert plot._labels._labels == ()


def test_the_theme_recolours_what_is_there(plot):
    settled(plot, selected())
    app = QApplication.instance()
    apply_theme(app, "dark")
    try:
        assert plot._validation.opts["pen"].color().name() == tokens().inner.lower()
        assert plot.crowd._items["settled"].opts["pen"].color().name() == tokens().inner.lower()
    finally:
        apply_theme(app, "light")


def test_a_plot_is_freed(qtbot):
    made = LossesPlot(Described())
    made.show()
    settled(made, selected())
    made.hide()
    gone = weakref.ref(made)
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del made
    gc.collect()
    assert gone() is None


def photograph(plot: LossesPlot, scale: float) -> QImage:
    image = QImage(plot.size() * scale, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(scale)
    plot.render(image)
    return image


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_background_curves_are_where_a_fresh_picture_has_them_through_a_whole_run(plot, scale):
    rng = np.random.default_rng(0)
    item = plot.crowd._items["settled"]
    for number in range(90):
        length = 10 + number // 3  # so that the axes grow
        steps = np.arange(1.0, length + 1)
        plot.crowd.put(number, Line(steps, 0.05 + rng.random() * np.exp(-steps / (5 + number))), moving=False)
        settled(plot, LossesData(number, line(0.1, length), line(0.05, length), "Trial", "learns", step_name="epoch"))
        if number % 7 == 0:
            plot.box.setRange(xRange=(0.0, length * rng.uniform(0.5, 1.5)), padding=0.0)
        if number % 11 == 0:
            plot.resize(700 + number, 420 - number)
        cached = photograph(plot, scale)
        item._key = ()
        assert cached == photograph(plot, scale), number
    assert item.getData()[0] is not None
    assert not item._picture.isNull()


def test_settled_curves_are_not_stroked_again_while_nothing_of_them_changes(plot, monkeypatch):
    for number in range(40):
        plot.crowd.put(number, line(0.1 + number / 100), moving=False)
    settled(plot, selected(50))
    photograph(plot, 1.0)
    made = plot.crowd._items["settled"]._picture.cacheKey()
    for _ in range(3):
        plot.crowd.put(41, line(0.4), moving=True)
        plot.view.viewport().update()
        photograph(plot, 1.0)
    assert plot.crowd._items["settled"]._picture.cacheKey() == made
    apply_theme(QApplication.instance(), "dark")
    photograph(plot, 1.0)
    assert plot.crowd._items["settled"]._picture.cacheKey() != made
    apply_theme(QApplication.instance(), "light")
