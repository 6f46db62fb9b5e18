"""What every view of the inner loop must do. Subclass :class:`InnerPlotContract` and say which one it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from engine.events import StepReported
from engine.trials import Curves
from gui.base.theme import apply_theme
from gui.plots.inner import InnerData


def curve(**records):
    """A curve of three epochs that told of its losses, and of ``records`` besides."""
    curves = Curves()
    for step in (1, 2, 3):
        told = {"train_loss": 1.0 / step, "val_loss": 1.1 / step, "learning_rate": 0.1 / step, **records}
        curves.apply(StepReported(0, step, told))
    return curves.get(0)


class InnerPlotContract:
    """Give ``kind`` in the subclass, a fixture: the class. ``records`` are those that it draws, where there are any."""

    records = {f"{what}/layer1/{q}": float(place) for what in ("weights", "gradients") for place, q in
               enumerate(("q05", "q25", "q50", "q75", "q95"))} | {"dead/layer1": 0.1}  # fmt: skip

    @pytest.fixture
    def kind(self):
        raise NotImplementedError

    @pytest.fixture
    def plot(self, kind, qtbot):
        made = kind()
        qtbot.addWidget(made)
        made.resize(640, 400)
        made.show()
        qtbot.waitExposed(made)
        return made

    def show(self, plot, picture, qtbot):
        plot.show_picture(picture)
        qtbot.waitUntil(lambda: bool(plot.accessibleDescription()) or plot.is_empty)
        plot.grab()

    def test_it_has_a_name_and_measures(self, plot, kind):
        assert plot.objectName().startswith("plot_")
        assert len(set(kind.measures)) == len(kind.measures) > 0

    def test_a_trial_that_told_nothing_is_explained(self, plot, qtbot):
        self.show(plot, InnerData(curve(), "Trial 7", "learned nothing", "epoch", is_over=True), qtbot)
        assert plot.is_empty

    def test_a_trial_is_drawn_in_both_themes_and_its_table_is_whole(self, plot, kind, qtbot):
        try:
            for theme in ("dark", "light"):
                apply_theme(QApplication.instance(), theme)
                for measure in kind.measures:
                    plot.take_measure(measure)
                    self.show(plot, InnerData(curve(**self.records), "Trial 7", "learned", "epoch"), qtbot)
        finally:
            apply_theme(QApplication.instance(), "light")
        names, columns = plot.table()
        assert len(names) == len(columns) > 1
        assert len({len(column) for column in columns}) == 1
