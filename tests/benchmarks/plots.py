"""What a frame of the live plots costs: ``python -m tests.benchmarks.plots``.

Two hundred trials of a hundred epochs stream into the learning-curve plot. The cost of a frame (handing over and
painting) is printed beside that of a bare pyqtgraph ``PlotDataItem`` with the same points, measured in the same run;
so is the cost of a frame of the history plot with up to 100,000 trials beside a bare ``ScatterPlotItem`` of 200.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pyqtgraph as pg

from engine.analysis import Line, score_progress
from engine.events import TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import Curves, History
from gui.app import create_application
from gui.item_models.trials import TrialsModel
from gui.plots.history import HistoryData, HistoryPlot
from gui.plots.losses import LossesData, LossesPlot

TRIALS, EPOCHS, FRAMES = 200, 100, 60
SIZE = (700, 420)


class Words:
    """Nothing to say about a trial."""

    def lines(self, number: int) -> tuple[str, ...]:
        return ()


def main() -> int:
    """Measure and print."""
    application = create_application(["benchmark"])
    rng = np.random.default_rng(0)
    rows = [("what", "median ms", "worst ms", "ratio")]
    bare = _cost(application.processEvents, *_bare_curves(rng))
    rows.append(_row("bare PlotDataItem, 20,000 points", bare, bare))
    for name, frame in _curves(rng).items():
        rows.append(_row(name, _cost(application.processEvents, *frame), bare))
    cloud = _cost(application.processEvents, *_bare_cloud(rng))
    rows.append(_row("bare ScatterPlotItem, 200 points", cloud, cloud))
    for count in (200, 10_000, 100_000):
        history = _history(count, rng)
        cost = _cost(application.processEvents, *_history_plot(history))
        rows.append(_row(f"history plot, {count:,} trials", cost, cloud))
    rows.append(_row("table sorted anew, 100,000 trials", _cost(application.processEvents, *_table(history)), cloud))
    for row in rows:
        sys.stdout.write(f"{row[0]:<44}{row[1]:>12}{row[2]:>12}{row[3]:>9}\n")
    return 0


def _row(name: str, cost: list[float], base: list[float]) -> tuple[str, str, str, str]:
    middle = statistics.median(cost)
    return name, f"{middle:.2f}", f"{max(cost):.1f}", f"{middle / statistics.median(base):.1f}"


def _cost(flush: Callable[[], None], widget: object, frame: Callable[[int], None]) -> list[float]:
    widget.resize(*SIZE)  # type: ignore[attr-defined]
    widget.show()  # type: ignore[attr-defined]
    flush()
    for index in range(3):
        frame(index)
        flush()
    costs = []
    for index in range(3, FRAMES):
        begun = time.perf_counter()
        frame(index)
        flush()
        costs.append(1000 * (time.perf_counter() - begun))
    widget.hide()  # type: ignore[attr-defined]
    return costs


def _line(rng: np.random.Generator) -> Line:
    steps = np.arange(1.0, EPOCHS + 1)
    return Line(steps, 0.05 + 0.1 * rng.random() + np.exp(-steps / 30) + 0.01 * rng.random(EPOCHS))


def _bare_curves(rng: np.random.Generator) -> tuple[object, Callable[[int], None]]:
    widget = pg.PlotWidget()
    item = pg.PlotDataItem(pen=pg.mkPen("b", width=1))
    widget.addItem(item)
    lines = [_line(rng) for _ in range(TRIALS)]
    x = np.concatenate([part for line in lines for part in (line.steps, [np.nan])])
    y = np.concatenate([part for line in lines for part in (line.values, [np.nan])])
    return widget, lambda index: item.setData(x[: -1 - index], y[: -1 - index])


def _curves(rng: np.random.Generator) -> dict[str, tuple[object, Callable[[int], None]]]:
    full = _line(rng)

    def filled() -> LossesPlot:
        plot = LossesPlot(Words())
        for number in range(TRIALS - 1):
            plot.crowd.put(number, _line(rng), moving=False)
        return plot

    selected, running, ending = filled(), filled(), filled()

    def grow_selected(index: int) -> None:
        part = Line(full.steps[: index + 2], full.values[: index + 2])
        selected.show_picture(LossesData(TRIALS, part, part, subject="Trial", step_name="epoch"))
        selected.draw()

    def grow_running(index: int) -> None:
        running.crowd.put(TRIALS, Line(full.steps[: index + 2], full.values[: index + 2]), moving=True)
        running.draw()

    def end_one(index: int) -> None:
        ending.crowd.put(TRIALS + index, _line(rng), moving=False)
        ending.draw()

    return {
        "the selected trial grows by an epoch": (selected, grow_selected),
        "a trial in the background grows": (running, grow_running),
        "a trial ends and joins the background": (ending, end_one),
    }


def _bare_cloud(rng: np.random.Generator) -> tuple[object, Callable[[int], None]]:
    widget = pg.PlotWidget()
    item = pg.ScatterPlotItem(size=8)
    widget.addItem(item)
    x, y = np.arange(200.0), rng.random(200)
    return widget, lambda index: item.setData(x[: 140 + index], y[: 140 + index])


def _history(count: int, rng: np.random.Generator) -> History:
    space = SearchSpace({"a": Float(0, 1), "b": Float(1e-4, 1, log=True)})
    history = History(space, ("maximize",))
    for number in range(count):
        history.apply(TrialStarted(number, space.decode(rng.random(2)), float(number)))
        history.apply(TrialEnded(number, "complete", number + 1.0, 1.0, (1.0 - float(rng.exponential(0.1)),)))
    return history


def _history_plot(history: History) -> tuple[object, Callable[[int], None]]:
    plot = HistoryPlot(Words())

    def frame(index: int) -> None:
        plot.show_picture(HistoryData(score_progress(history), minimize=False, score_name="score"))
        plot.draw()

    return plot, frame


def _table(history: History) -> tuple[object, Callable[[int], None]]:
    model = TrialsModel()
    model.show_study(history, Curves())
    holder = pg.PlotWidget()  # something to show: what is timed is the model's sorting
    return holder, lambda index: model.take([TrialEnded(index, "complete", 0.0, 1.0, (0.5,))])


if __name__ == "__main__":
    raise SystemExit(main())
