"""The view of dead units, as a person reaches it on the live page."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication

from engine.events import StepReported, TrialEnded
from engine.objectives.description import TableObjective
from gui.pages.live import LivePage
from gui.plots.inner.faceted import MOST_LAYERS
from gui.plots.inner.units import UnitsPlot
from gui.session.expected_best import ExpectedBestTracker
from gui.session.selection import Selection
from tests.gui.driven import Driven
from tests.gui.fakes import wine_setup

STEPS = (1, 2, 4, 5)


@pytest.fixture
def driven() -> Driven:
    return Driven()


@pytest.fixture
def page(driven, qtbot) -> LivePage:
    objective = TableObjective("sample:wine", "target", "classification", "mlp", "accuracy")
    driven.document.create(Path("wine.study"), wine_setup(objective=objective))
    driven.hear()
    made = LivePage(driven.document, Selection(driven.document), ExpectedBestTracker(driven.document, driven.document))
    qtbot.addWidget(made)
    made.resize(1500, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def tell(driven: Driven, *layers, fold: int = 0, number: int | None = None) -> int:
    """A trial whose hidden layers each told ``layers`` dead units at :data:`STEPS`; its other epochs told none."""
    number = driven.runner.begin() if number is None else number
    for step in range(1, STEPS[-1] + 1):
        told = {"train_loss": 1.0 / step, "val_loss": 1.2 / step}
        if step in STEPS:
            told |= {f"dead/layer{layer}": dead[STEPS.index(step)] for layer, dead in enumerate(layers, 1)}
            told |= {f"weights/layer{layer}/q50": 0.0 for layer in range(1, len(layers) + 2)}
        driven.runner.say(StepReported(number, step, told, fold))
    return number


def end(driven: Driven, number: int) -> None:
    driven.runner.say(TrialEnded(number, "complete", 200.0, 1.0, (0.9,)))


def shown(page: LivePage, driven: Driven, number: int = 0) -> UnitsPlot:
    driven.hear()
    page.inner.picked.emit(number)
    page.findChild(QAction, "action_measure_dead").trigger()
    plot = page.inner.stack.currentWidget()
    assert isinstance(plot, UnitsPlot)
    plot._draw_now()
    plot._draw_now()  # the first drawing may have changed the room there is
    return plot


def names(plot: UnitsPlot) -> list[str]:
    return [item.toPlainText() for item in plot._names if item.isVisible()]


def test_each_hidden_layer_has_a_facet_with_its_dead_units_over_the_epochs(page, driven):
    end(driven, tell(driven, (0, 1, 2, 3), (5, 5, 6, 7)))
    plot = shown(page, driven)
    assert names(plot) == ["layer 1 · 3 dead", "layer 2 · 7 dead"]
    x, y = plot._points
    assert [int(place) for place in x] == [0] * 4 + [1] * 4
    assert y.tolist() == [0, 1, 2, 3, 5, 5, 6, 7]
    assert (plot.y_axis.labelText, plot.x_axis.labelText) == ("dead units", "epoch (log scale)")


def test_the_headline_says_which_layer_has_most_at_the_end(page, driven):
    number = tell(driven, (9, 9, 9, 3), (0, 0, 0, 4))
    assert shown(page, driven).headline.remark.startswith("Most dead units now: 4 in layer 2 · ")
    end(driven, number)
    said = "Most dead units at the end: 4 in layer 2 · dead unit: same output for every row"
    assert shown(page, driven).headline.remark == said


def test_of_one_hidden_layer_no_other_is_spoken_of(page, driven):
    end(driven, tell(driven, (0, 1, 1, 2)))
    assert shown(page, driven).headline.remark.startswith("2 of the units dead at the end")


def test_folds_are_averaged_and_words_round_up_as_beside_the_weights(page, driven):
    number = tell(driven, (0, 0, 0, 1), (0, 0, 0, 2))
    tell(driven, (0, 0, 0, 2), (0, 0, 0, 4), fold=1, number=number)
    end(driven, number)
    plot = shown(page, driven)
    assert plot._points[1][-1] == 3.0
    assert names(plot) == ["layer 1 · 2 dead", "layer 2 · 3 dead"]
    assert plot.headline.remark.endswith("mean of 2 folds")
    assert plot.lines_about(3) == ("layer 1, epoch 5", "1.5 dead units, mean over folds")


def test_zeros_alone_are_a_line_and_a_sentence(page, driven):
    end(driven, tell(driven, (0, 0, 0, 0), (0, 0, 0, 0)))
    plot = shown(page, driven)
    assert not plot.is_empty
    assert names(plot) == ["layer 1 · none dead", "layer 2 · none dead"]
    assert plot.headline.remark.startswith("No unit was dead at any of these epochs")
    assert plot.box.viewRange()[1][1] >= 5.0


def test_units_that_came_back_to_life_are_told_of(page, driven):
    end(driven, tell(driven, (0, 3, 0, 0), (0, 0, 0, 0)))
    said = "No unit is dead at the end; at most 3 in layer 1 at epoch 2"
    assert shown(page, driven).headline.remark.startswith(said)


def test_the_axis_counts_in_whole_units(page, driven):
    end(driven, tell(driven, (0, 0, 0, 12)))
    plot = shown(page, driven)
    for height in (60.0, 120.0, 200.0, 400.0):
        values = plot.y_axis.tickValues(*plot.box.viewRange()[1], height)[0][1]
        assert values == [float(round(value)) for value in values]


def test_a_logarithmic_scale_keeps_zero(page, driven, qtbot):
    end(driven, tell(driven, (0, 1, 10, 99)))
    plot = shown(page, driven)
    qtbot.keyClick(plot, Qt.Key.Key_L)
    assert plot._points[1] == pytest.approx(np.log10([1, 2, 11, 100]))
    assert plot.y_axis.labelText == "dead units (signed log scale)"


def test_a_model_without_hidden_layers_says_so(page, driven):
    end(driven, tell(driven))
    plot = shown(page, driven)
    assert plot.is_empty
    assert plot._empty.text() == "Trial 0 has no hidden layer, so it has no units that could be dead."


def test_before_the_first_word_the_plot_says_when_it_comes(page, driven):
    driven.runner.say(StepReported(driven.runner.begin(), 1, {"train_loss": 1.0, "val_loss": 1.0}))
    said = "Dead units appear here at epochs 1, 2, 4, 8 and so on while the trial learns."
    assert shown(page, driven)._empty.text() == said


def test_a_model_that_tells_of_no_layers_does_not_offer_it(page, driven):
    objective = TableObjective("sample:wine", "target", "classification", "sgd", "accuracy")
    driven.document.create(Path("wine.study"), wine_setup(objective=objective))
    driven.hear()
    driven.runner.say(StepReported(driven.runner.begin(), 1, {"train_loss": 1.0, "val_loss": 1.0}))
    driven.hear()
    page.inner.picked.emit(0)
    assert "dead" not in [measure.name for measure in page.inner.plot.choice.offered]


def test_of_many_layers_the_worst_is_named_though_it_may_not_be_drawn(page, driven):
    layers = [(0, 0, 0, 1)] * 20
    layers[1] = (0, 0, 0, 9)
    end(driven, tell(driven, *layers))
    plot = shown(page, driven)
    assert len(names(plot)) == MOST_LAYERS
    assert "layer 2 · 9 dead" not in names(plot)
    assert "Most dead units at the end: 9 in layer 2" in plot.headline.remark
    assert f"showing {MOST_LAYERS} of 20 layers" in plot.headline.remark


def test_the_card_is_that_of_the_point_under_the_mouse(page, driven):
    end(driven, tell(driven, (0, 0, 0, 3), (0, 1, 2, 7)))
    plot = shown(page, driven)
    x, y = plot.pixels(plot._points[0][5:6], plot._points[1][5:6])
    index = plot.nearest(QPointF(float(x[0]), float(y[0])))
    assert index == 5
    assert plot.lines_about(index) == ("layer 2, epoch 2", "1 dead unit")


def test_the_numbers_are_copied_and_spoken(page, driven):
    end(driven, tell(driven, (0, 0, 0, 3), (0, 1, 2, 7)))
    plot = shown(page, driven)
    plot._menu.copy_data.trigger()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0] == "layer\tepoch\tdead units"
    assert rows[-1] == "2\t5\t7.0"
    assert plot.accessibleDescription().endswith("Dead units by layer: layer 1: 3; layer 2: 7.")
