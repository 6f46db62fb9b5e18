"""What Explore costs with many trials: ``python -m tests.benchmarks.explore``.

Eight hyperparameters, 10,000 and 100,000 trials. Importance (the model of the scores and its Sobol indices) is worked
out beside the window within a second. Of every view, what the window's own thread does is timed: from the answer to
the first picture, and every picture that is painted anew; of parallel coordinates also the longest turn of the event
loop while a brush grows. Processor time of the thread that works, so that other work on the machine does not count.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from engine.analysis.importance import importance_of
from engine.analysis.parallel import Brush
from engine.analysis.score_model import fit_score_model
from engine.analysis.snapshot import Snapshot
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.setup import replace
from engine.space import Categorical, Float, Int
from engine.study import StudyOpened, suggest_setup
from engine.trials import Curves, History
from gui.app import create_application
from gui.base.settings import Settings
from gui.gallery.still_runner import Still, StillRunner
from gui.pages.explore.explore_page import ExplorePage
from gui.plots.plot_base import Plot
from gui.windows.study_window import StudyWindow
from tests.benchmarks._limits import judge, run_all
from tests.benchmarks.fluid import Beat

COUNTS = (10_000, 100_000)
SECONDS, FIRST_MS, AGAIN_MS, BRUSH_MS = (
    1.0,
    300.0,
    16.0,
    33.0,
)  # what a person waits for gladly, and a screen's frames: design figures
AGAIN = 7
SPACE = {
    "learning_rate": Float(1e-4, 1.0, log=True),
    "hidden_units": Int(8, 256, log=True),
    "dropout": Float(0.0, 0.5),
    "l2": Float(1e-7, 0.1, log=True),
    "optimizer": Categorical(("sgd", "adam", "rmsprop")),
    "momentum": Float(0.5, 0.99, when={"optimizer": ("sgd",)}),
    "layers": Int(1, 3),
    "activation": Categorical(("relu", "tanh")),
}


def study_of(count: int) -> StudyOpened:
    """Trials whose scores follow a rule; one in twelve fails at large learning rates."""
    setup = replace(suggest_setup("sample:wine"), space=SPACE)
    space, rng, curves = setup.search_space(), np.random.default_rng(0), Curves()
    history = History(space, (setup.direction,))
    units = rng.random((count, len(space)))
    noise = 0.01 * rng.standard_normal(count)
    for number, unit in enumerate(units):
        history.apply(TrialStarted(number, space.decode(unit), float(number)))
        if unit[0] > 0.92:
            history.apply(TrialEnded(number, "failed", number + 1.0, 1.0, (), "The loss is no longer finite."))
            continue
        if number >= count - 200:
            curves.apply(StepReported(number, 1, {"train_loss": 0.5, "val_loss": 0.6}))
            curves.apply(StepReported(number, 2, {"train_loss": 0.3, "val_loss": 0.5}))
        score = 0.9 - (unit[0] - 0.5) ** 2 - 0.3 * unit[0] * unit[1] + 0.02 * unit[4] + noise[number]
        history.apply(TrialEnded(number, "complete", number + 1.0, 1.0, (float(score),)))
    return StudyOpened(Path(tempfile.mkdtemp()) / "many.study", setup, history, curves)


def importance(study: StudyOpened) -> str:
    """The model and its indices, of three runs the middle one."""
    costs = []
    for _ in range(3):
        begun = time.process_time()
        importance_of(fit_score_model(study.history.copy()))
        costs.append(time.process_time() - begun)
    middle, count = statistics.median(costs), len(study.history)
    what = f"importance of {count:,} x {len(SPACE)}"
    return f"{what:<44}{middle:8.2f} s{judge(what, middle, most=SECONDS)}"


def views(study: StudyOpened) -> Iterator[str]:
    """Every view of the page."""
    window = StudyWindow(Settings(), partial(StillRunner, Still(study)))
    window.resize(1366, 768)
    window.show()
    study.path.write_bytes(b"")
    window.study.open(study.path)
    wait(lambda: window.study.is_open and window._stack.is_whole)
    window.show_page("explore")
    page = window.findChild(ExplorePage)
    assert isinstance(page, ExplorePage)
    wait(lambda: page.exploration.snapshot is not None)
    for key in page.keys:
        yield one_view(page, key, len(study.history))
    yield brushing(page, len(study.history))
    window.close()


def one_view(page: ExplorePage, key: str, count: int) -> str:
    """How long the answer takes beside the window, and what the window's thread does for the pictures."""
    view, held = page.view(key), []
    take = view._take

    def timed(snapshot: Snapshot, found: object) -> None:
        begun = time.thread_time()
        take(snapshot, found)
        view.grab()
        held.append(1000 * (time.thread_time() - begun))

    view._take = timed  # type: ignore[method-assign]
    begun = time.perf_counter()
    page.show_view(key)
    wait(lambda: not page.is_busy)
    answer = time.perf_counter() - begun
    view._take = take  # type: ignore[method-assign]
    plots = [plot for plot in view._plots if isinstance(plot, Plot) and plot.isVisible() and not plot.is_empty]
    again = max((frame(plot) for plot in plots), default=0.0)
    first, what = held[0] if held else 0.0, f"{key}, {count:,} trials"
    said = f"answer {answer:6.2f} s (wall), first {first:6.1f} ms{judge(what + ', first', first, most=FIRST_MS)}"
    return f"{what:<36}{said}, again {again:5.1f} ms{judge(what + ', again', again, most=AGAIN_MS)}"


def frame(plot: Plot) -> float:
    """What painting a plot anew takes, also of one that keeps its picture; of several times the middle one."""
    costs = []
    for _ in range(AGAIN):
        plot.looks_changed()
        begun = time.thread_time()
        plot.drawing.grab()
        costs.append(1000 * (time.thread_time() - begun))
    return statistics.median(costs)


def brushing(page: ExplorePage, count: int) -> str:
    """The longest work of the window's thread between two beats while a brush grows over the first axis."""
    page.show_view("parallel")
    wait(lambda: not page.is_busy)
    plot = page.view("parallel").plot  # type: ignore[attr-defined]
    beat = Beat()
    for step in range(12):
        plot._put({plot.axes[0]: (Brush(0.2, 0.3 + 0.05 * step),)})
        wait(lambda: not page.is_busy and plot.painter.is_done)
    worst, what = beat.take()["work worst"], f"brushing {count:,} lines"
    return f"{what:<36}{worst:8.1f} ms at most in a turn{judge(what, worst, most=BRUSH_MS)}"


def wait(ready) -> None:
    """Until something is so."""
    loop = QEventLoop()
    while not ready():
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def main() -> None:
    """Measure and print."""
    application = create_application(["benchmark"])
    assert application is not None
    for count in COUNTS:
        study = study_of(count)
        for line in chain([importance(study)], views(study)):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run_all({"explore": main}))
