"""How late the window's thread is while trials keep all processors busy: ``python -m tests.benchmarks fluid``.

A timer beats every 5 ms in the window's thread. How late its beats are is taken twice in the same run: with an empty
window on the machine as it is, and with the real window while a run of networks streams into it. ``TRIALS`` and
``WORKERS`` in the environment change the run.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from engine.setup import Budget, replace
from engine.study import suggest_setup
from gui.app import create_application, windows
from tests.benchmarks._limits import judge, run_all

BEAT_MS = 5
STEPS = 200
TRIALS = int(os.environ.get("TRIALS", "2000"))
WORKERS = int(os.environ.get("WORKERS", str(os.cpu_count() or 1)))
REST_SECONDS = 10.0
MOST_LATE_P99_MS, MOST_LATE_MS = 12.0, 50.0  # of a beat, while all cores are busy with trials


class Beat(QObject):
    """Notes how late each beat of its timer comes, and how long the thread itself worked since the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.work: list[float] = []
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start(BEAT_MS)

    def _on_beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.late.append(max(1000 * (now - self._last) - BEAT_MS, 0.0))
        self.work.append(1000 * (worked - self._worked))
        self._last, self._worked = now, worked

    def take(self) -> dict[str, float]:
        """Milliseconds: how late, and the thread's own work, as percentiles; ends the beat."""
        self._timer.stop()
        found = {"beats": float(len(self.late))}
        for name, values in (("late", sorted(self.late)), ("work", sorted(self.work))):
            for share in (0.5, 0.99, 0.999, 1.0):
                label = "worst" if share == 1.0 else f"p{100 * share:g}"
                found[f"{name} {label}"] = round(values[min(int(share * len(values)), len(values) - 1)], 2)
        return found


def main() -> None:
    """Measure and print."""
    application = create_application(["benchmark"])
    loop = QEventLoop()

    def until(ready) -> None:
        while not ready():
            QTimer.singleShot(20, loop.quit)
            loop.exec()

    empty = QWidget()
    empty.show()
    beat, end = Beat(), time.perf_counter() + REST_SECONDS
    until(lambda: time.perf_counter() > end)
    found = {"empty window": beat.take()}
    empty.close()

    window = windows(application).make()
    window.resize(1366, 768)
    setup = suggest_setup("sample:wine")
    setup = replace(
        setup,
        budget=Budget(trials=TRIALS, workers=WORKERS),
        strategy=replace(setup.strategy, sampler="random"),
        objective=replace(setup.objective, settings={"epochs": STEPS}),
    )
    window.study.create(Path(tempfile.mkdtemp()) / "fluid.study", setup)
    until(lambda: window.study.is_open)
    until(lambda: window._stack.is_whole)
    window.run()
    until(lambda: window.study.has_trials)
    beat, began = Beat(), time.perf_counter()
    until(lambda: window.study.run_state == "ended")
    seconds = time.perf_counter() - began
    found[f"{TRIALS} trials of {STEPS} steps"] = beat.take()
    window.close()
    until(lambda: window.study._control.is_closed)
    window.shutdown()
    load = os.getloadavg()[0]
    for name, values in found.items():
        sys.stdout.write(f"{name}: {json.dumps(values)}\n")
    busy = found[f"{TRIALS} trials of {STEPS} steps"]
    for what, most in (("late p99", MOST_LATE_P99_MS), ("late worst", MOST_LATE_MS)):
        sys.stdout.write(f"{what}: {busy[what]} ms{judge(what, busy[what], most)}\n")
    sys.stdout.write(f"run of {seconds:.0f} s, load {load:.1f} at its end\n")


if __name__ == "__main__":
    sys.exit(run_all({"fluid": main}))
