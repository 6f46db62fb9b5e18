import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication

from engine.events import StepReported
from engine.trials import Curve, Curves
from gui.base.theme import apply_theme
from gui.plots.inner import InnerData, InnerPlot, registry
from gui.plots.inner.faceted import MOST_LAYERS
from gui.plots.inner.layers import LayersPlot

QUANTILES = ("q05", "q25", "q50", "q75", "q95")
GRADIENTS, WEIGHTS = LayersPlot.measures


def curve_of(layers: int = 2, steps=(1, 2, 4, 8), scale: float = 1.0, dead: float | None = None) -> Curve:
    """A curve whose every layer told of weights and gradients; gradients shrink with the steps."""
    curves = Curves()
    for step in steps:
        told = {"train_loss": 1.0 / step}
        for layer in range(1, layers + 1):
            for place, name in enumerate(QUANTILES):
                told[f"weights/layer{layer}/{name}"] = scale * (place - 2) * layer
                told[f"gradients/layer{layer}/{name}"] = scale * (place - 2) * 10.0**-step
            if dead is not None and layer < layers:
                told[f"dead/layer{layer}"] = dead
        curves.apply(StepReported(0, step, told))
    return curves.get(0)


def picture(curve: Curve, **more) -> InnerData:
    return InnerData(curve, "Trial 7", "learned 90 parameters in 8 epochs", "epoch", **more)


@pytest.fixture
def plot(qtbot) -> LayersPlot:
    made = LayersPlot()
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.take_measure(WEIGHTS)
    made.show()
    qtbot.waitExposed(made)
    return made


def settled(plot: LayersPlot, shown: InnerData) -> None:
    plot.show_picture(shown)
    plot._draw_now()
    plot._draw_now()  # the first drawing may have changed the room there is


def names(plot: LayersPlot) -> list[str]:
    return [item.toPlainText() for item in plot._names if item.isVisible()]


def test_the_plot_is_found_by_its_file():
    assert issubclass(registry.get("layers"), InnerPlot)


def test_every_layer_has_a_facet_with_median_and_bands(plot):
    settled(plot, picture(curve_of(3)))
    assert names(plot) == ["layer 1", "layer 2", "output layer"]
    x, y = plot._points
    assert [int(place) for place in x] == [0] * 4 + [1] * 4 + [2] * 4
    assert y == pytest.approx(np.zeros(12))
    outer, inner = (band.path().boundingRect() for band in plot._bands)
    assert (outer.top(), outer.bottom()) == (-6.0, 6.0)
    assert (inner.top(), inner.bottom()) == (-3.0, 3.0)


def test_the_axes_have_names_and_epochs(plot):
    settled(plot, picture(curve_of(1)))
    assert plot._values.labelText == "weight"
    assert plot._facets.labelText == "epoch (log scale)"
    positions = plot._facets.tickValues(*plot.box.viewRange()[0], 600)[0][1]
    assert plot._facets.tickStrings(positions, 1.0, None) == ["1", "2", "4", "8"]


def test_gradients_have_a_scale_of_powers_that_passes_through_zero(plot):
    plot.take_measure(GRADIENTS)
    settled(plot, picture(curve_of(1)))
    assert plot.log
    assert plot._values.labelText == "gradient (signed log scale)"
    ticks = plot._values.tickValues(*plot.box.viewRange()[1], 300)[0][1]
    texts = plot._values.tickStrings(ticks, 1.0, None)
    assert texts[texts.index("-0.01") :] == ["-0.01", "-1e-5", "0", "1e-5", "0.01", "10"]
    sizes = plot._bands[0].path().boundingRect()
    assert sizes.top() == pytest.approx(-sizes.bottom())


def test_each_measure_keeps_its_own_scale(plot, qtbot):
    settled(plot, picture(curve_of()))
    assert not plot.log
    qtbot.keyClick(plot, Qt.Key.Key_L)
    assert plot.log
    plot.take_measure(GRADIENTS)
    qtbot.keyClick(plot, Qt.Key.Key_L)
    assert not plot.log
    plot.take_measure(WEIGHTS)
    assert plot.log


def test_dead_units_are_counted_by_layer(plot):
    settled(plot, picture(curve_of(3, dead=4.0)))
    assert names(plot) == ["layer 1 · 4 dead", "layer 2 · 4 dead", "output layer"]
    assert "8 dead units: the same output for every row" in plot.headline.remark
    settled(plot, picture(curve_of(3, dead=0.0)))
    assert names(plot)[0] == "layer 1"
    assert "dead" not in plot.headline.remark


def test_of_many_layers_an_even_choice_is_shown(plot):
    settled(plot, picture(curve_of(20)))
    assert len(names(plot)) == MOST_LAYERS
    assert names(plot)[0] == "layer 1"
    assert names(plot)[-1] == "output layer"
    assert f"showing {MOST_LAYERS} of 20 layers" in plot.headline.remark


def test_a_single_epoch_is_seen(plot):
    settled(plot, picture(curve_of(2, steps=(1,))))
    assert plot._bands[0].path().boundingRect().width() > 0
    assert all(np.isfinite(plot.box.viewRange()).ravel())


def test_equal_weights_do_no_harm(plot):
    for measure in (WEIGHTS, GRADIENTS):
        plot.take_measure(measure)
        settled(plot, picture(curve_of(scale=0.0)))
        assert all(np.isfinite(plot.box.viewRange()).ravel())


def test_a_trial_that_told_nothing_is_said_to_have_told_nothing(plot):
    settled(plot, picture(Curve(), is_over=True))
    assert plot.is_empty
    assert plot._empty.text().startswith("Trial 7 did not record weights;")
    settled(plot, picture(Curve()))
    assert plot._empty.text() == "Weights appear here at epochs 1, 2, 4, 8 and so on while the trial learns."
    settled(plot, InnerData(empty="Press Run to start."))
    assert plot._empty.text() == "Press Run to start."


def test_the_card_tells_the_quantiles_under_the_mouse(plot):
    settled(plot, picture(curve_of()))
    x, y = plot.pixels(plot._points[0][5:6], plot._points[1][5:6])
    index = plot.nearest(QPointF(float(x[0]), float(y[0])))
    assert index == 5
    assert plot.lines_about(index) == (
        "output layer, epoch 2: median 0",
        "interquartile range −2 to 2",
        "5 to 95 % −4 to 4",
    )


def test_a_click_on_a_point_picks_no_trial(plot, qtbot):
    settled(plot, picture(curve_of()))
    x, y = plot.pixels(plot._points[0][5:6], plot._points[1][5:6])
    at = plot.view.mapFromScene(QPointF(float(x[0]), float(y[0])))
    with qtbot.assertNotEmitted(plot.picked):
        qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.keyClick(plot, Qt.Key.Key_Right)


def test_the_data_are_copied_as_a_table(plot):
    settled(plot, picture(curve_of(2)))
    plot._menu.copy_data.trigger()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0] == "layer\tepoch\t5 %\t25 %\tmedian\t75 %\t95 %"
    assert len(rows) == 1 + 8
    assert rows[5].split("\t")[:3] == ["2", "1", "-4.0"]


def test_a_screen_reader_hears_where_the_layers_ended(plot):
    settled(plot, picture(curve_of(1)))
    assert "layer 1: median 0, 5 to 95 % −2 to 2" in plot.accessibleDescription()


def test_colours_follow_the_theme(plot, qapp):
    settled(plot, picture(curve_of()))
    before = plot._bands[0].brush().color()
    apply_theme(qapp, "dark")
    try:
        assert plot._bands[0].brush().color() != before
    finally:
        apply_theme(qapp, "light")
