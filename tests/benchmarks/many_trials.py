"""The window with a hundred thousand trials: ``python -m tests.benchmarks many_trials``.

Opening, each page's first picture, sorting, painting the table, switching pages, and going on with the run, in a fresh
process. Seconds and milliseconds are the work of the window's own thread but for *opened*, which is by the clock; a
*hold* is the longest work between two beats of a timer. ``TRIALS`` in the environment is another number of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPixmap

from engine import store
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.setup import Budget, replace
from engine.study import suggest_setup
from gui.app import create_application, windows
from tests.benchmarks._limits import judge, run_all
from tests.benchmarks.fluid import Beat

TRIALS = int(os.environ.get("TRIALS", "100000"))
FURTHER = 60  # trials run on at the end
CURVES = 2000  # the last so many trials have learning curves of 20 epochs
LIMITS = {
    "opened s": 1.5,
    "opening, longest hold ms": 50,
    "results first drawn ms": 50,
    "switch ms": 50,
    "sort ms": 100,
    "table painted ms": 4,
    "memory MB": 350,
    "run on, p99 ms": 16,
}


def make(path: Path) -> None:
    """A study of a network with so many finished trials."""
    setup = suggest_setup("sample:wine")
    setup = replace(
        setup,
        budget=Budget(trials=TRIALS + FURTHER, workers=1),
        strategy=replace(setup.strategy, sampler="random"),
    )
    space, rng = setup.search_space(), np.random.default_rng(0)
    with store.create(path, setup.to_json(), space) as writer:
        for first in range(0, TRIALS, 5000):
            events: list[object] = []
            for number in range(first, min(first + 5000, TRIALS)):
                events.append(TrialStarted(number, space.sample(rng), 1.7e9 + number))
                if number >= TRIALS - CURVES:
                    curve = 1.0 / np.arange(1, 21) + rng.random(20) / 10
                    events += [StepReported(number, step, {"val_loss": float(v)}) for step, v in enumerate(curve, 1)]
                state = "failed" if rng.random() < 0.02 else "complete"
                folds = (0.98 * rng.random() + 0.02 * rng.random(5)).tolist()
                score = () if state == "failed" else (float(np.mean(folds)),)
                details = {"fold_scores": folds} if score else {}
                events.append(TrialEnded(number, state, 1.7e9 + number + 1, 0.9, score, details=details))
            writer.record(events)


def measure(path: Path) -> dict[str, float]:
    """All figures of one process."""
    application = create_application(["benchmark"])
    loop = QEventLoop()

    def until(ready: Callable[[], bool]) -> None:
        while not ready():
            QTimer.singleShot(5, loop.quit)
            loop.exec()

    def rest(seconds: float = 1.0) -> None:
        end = time.perf_counter() + seconds
        until(lambda: time.perf_counter() > end)

    found: dict[str, float] = {}
    window = windows(application).make()
    window.resize(1366, 768)
    rest()
    empty = psutil.Process().memory_info().rss / 1e6
    beat, begun = Beat(), time.perf_counter()
    window.take(str(path))
    until(lambda: window.study.is_open and window.study.history is not None)
    application.processEvents()
    found["opened s"] = time.perf_counter() - begun
    until(lambda: window._stack.is_whole)
    rest(2.0)
    found["opening, longest hold ms"] = beat.take()["work worst"]

    def shown(key: Qt.Key | str) -> float:
        beat = Beat()
        window.show_page(str(key))
        rest(0.6)
        return beat.take()["work worst"]

    found["results first drawn ms"] = shown("results")
    found["switch ms"] = max(shown(name) for name in ("live", "setup", "results", "live"))
    model = window._stack.page("live").outer.model
    header = window._stack.page("live").outer.table.horizontalHeader()
    sorts = {}
    for column in range(model.columnCount()):
        begun = time.thread_time()
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder)
        application.processEvents()
        sorts[column] = 1000 * (time.thread_time() - begun)
    found["sort ms"] = max(sorts.values())
    viewport, picture, painted = window._stack.page("live").outer.table.viewport(), QPixmap(1366, 768), []
    for _ in range(20):
        begun = time.thread_time()
        viewport.render(picture)
        painted.append(1000 * (time.thread_time() - begun))
    found["table painted ms"] = sorted(painted)[10]
    found["memory MB"] = psutil.Process().memory_info().rss / 1e6
    found["memory of the empty window MB"] = empty
    beat = Beat()
    window.run()
    until(lambda: window.study.run_state == "ended")
    told = beat.take()
    found["run on, p99 ms"], found["run on, worst ms"] = told["work p99"], told["work worst"]
    window.close()
    until(lambda: window.study._control.is_closed)
    window.shutdown()
    return found


def main() -> None:
    """Make the study, measure it in a process of its own, and print each figure beside its limit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.study"
        make(path)
        command = [sys.executable, "-m", "tests.benchmarks.many_trials", str(path)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(printed.splitlines()[-1])
    for name, value in found.items():
        limit = judge(name, value, LIMITS[name]) if name in LIMITS else ""
        sys.stdout.write(f"{name}: {value:.2f}{limit}\n")
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[1]))) + "\n")
    else:
        sys.exit(run_all({"many_trials": main}))
