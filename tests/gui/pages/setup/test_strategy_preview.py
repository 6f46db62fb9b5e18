"""The Strategy card draws on demand how trials of each strategy would lie, and forgets it with the space."""

from __future__ import annotations

from engine.setup import replace
from tests.gui.fakes import wine_setup
from tests.gui.pages.bench import SLOW, Bench


def test_the_picture_comes_on_one_press_and_goes_with_the_space(qtbot):
    bench = Bench(qtbot)
    bench.open(wine_setup())
    bench.unfold("strategy")
    plot = bench.child("plot_strategy_preview")
    assert not plot.isVisible()
    bench.click("button_preview_strategies")
    qtbot.waitUntil(plot.isVisible, timeout=SLOW)
    said = plot.accessibleDescription()
    assert "Grid search: 5 learning rates in 30 trials" in said
    assert "Random search: 30 learning rates in 30 trials; Quasi-random search" in said
    assert "artificial" in bench.child("label_strategy_preview").text()
    assert not plot.grab().isNull()
    rows = {name: row for name, row in bench.setup.space.items() if name != "layers"}
    bench.document.put_setup(replace(bench.setup, space=rows))
    assert not plot.isVisible()
    assert bench.child("button_preview_strategies").isVisible()
    bench.end()
