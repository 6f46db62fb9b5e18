"""The bars of importance: by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from tests.gui.pages.explore.conftest import Bench

LEFT = Qt.MouseButton.LeftButton


def test_the_title_names_what_decides(bench: Bench):
    bench.trials(40)
    bench.show("importance")
    plot = bench.page.view("importance").plot
    assert plot.names[0] == "learning_rate"
    assert plot.headline.sentence.startswith("Learning rate decides:")
    assert "Model quality" in bench.child("label_importance_quality").text()


def test_a_bar_is_chosen_by_mouse_and_by_keys(bench: Bench, qtbot):
    bench.trials(40)
    bench.show("importance")
    plot = bench.page.view("importance").plot
    said = []
    plot.chosen.connect(said.append)
    qtbot.mouseClick(plot.surface, LEFT, pos=QPoint(60, 10))
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    qtbot.keyClick(plot, Qt.Key.Key_Space)
    assert said == ["learning_rate", plot.names[1]]


def test_rows_keep_their_order_while_trials_run(bench: Bench):
    bench.trials(30)
    bench.stage.runner.run_state("running")
    bench.hear()
    bench.show("importance")
    plot = bench.page.view("importance").plot
    order = plot.names
    found = plot._found
    plot.show_importance(
        type(found)(
            found.names[::-1], found.first, found.total, found.low, found.high, found.pairs, found.leads, found.quality
        ),
        keeps_order=True,
    )
    assert plot.names == order
