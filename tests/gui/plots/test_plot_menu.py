"""What every plot offers on a right click: data as a spreadsheet takes it, and a picture, or why there is none."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gui.plots.plot_menu import PlotMenu
from tests.gui.fakes import Recorder


class Drawn(QWidget):
    """A window that is a plot of two rows."""

    code, log, takes_notes, is_empty = "", False, False, False
    note_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.messages = Recorder()

    def table(self):
        return ("trial", "=SUM(A1)"), (np.array([0, 1]), np.array(["=1+1", "-plain\n"], dtype=object))

    def finish(self) -> None:
        return

    def reset_view(self) -> None:
        return

    def toggle_log(self) -> None:
        return


@pytest.fixture
def plot(qtbot) -> Drawn:
    made = Drawn()
    qtbot.addWidget(made)
    return made


def test_no_copied_cell_is_a_formula(plot: Drawn):
    PlotMenu(plot, plot).copy_data.trigger()
    assert QGuiApplication.clipboard().text() == "trial\t'=SUM(A1)\n0\t'=1+1\n1\t'-plain\n"


@pytest.mark.parametrize("name", ["picture.png", "picture.svg", "picture.unknown"])
def test_a_picture_that_could_not_be_written_is_told(plot: Drawn, tmp_path, name):
    assert not PlotMenu(plot, plot).save(tmp_path / "missing" / name)
    assert [line.what for line in plot.messages.lines] == [f"{name} could not be written."]
    assert plot.messages.lines[0].bad


def test_where_a_picture_went_is_told(plot: Drawn, tmp_path):
    assert PlotMenu(plot, plot).save(tmp_path / "picture")
    assert (tmp_path / "picture.png").exists()
    assert [line.what for line in plot.messages.lines] == [f"Wrote picture.png into {tmp_path}."]
