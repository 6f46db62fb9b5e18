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


def test_the_method_and_the_trials_are_chosen_and_code_says_the_same(bench: Bench):
    bench.trials(120)
    bench.show("importance")
    view = bench.page.view("importance")
    for method, good_only in (("fanova", False), ("ped_anova", True), ("permutation", True)):
        for box, data in ((view.method, method), (view.over, good_only)):
            box.setCurrentIndex(box.findData(data))
            box.activated.emit(box.currentIndex())
        bench.settle()
        assert (view.plot._found.method, view.plot._found.good_only) == (method, good_only)
        assert view.plot.names[0] == "learning_rate"
        assert ("Model quality" in view.quality.text()) == (method == "permutation")
        assert f"explain({method!r}, good_only={good_only})" in view.plot.code
        assert ("among good trials" in view.plot.headline.sentence) == good_only


def test_what_needs_no_model_is_shown_where_the_model_is_poor(bench: Bench):
    bench.trials(30, noise=5.0)
    bench.show("importance")
    view = bench.page.view("importance")
    assert not view.shows_content
    assert view.method.isVisible()
    view.method.setCurrentIndex(view.method.findData("ped_anova"))
    view.method.activated.emit(2)
    bench.settle()
    assert view.shows_content
