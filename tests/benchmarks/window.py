"""How fast the window shows, and how long its thread is held during a run: ``python -m tests.benchmarks.window``.

A hold is counted twice: by the wall clock, which on a busy machine includes waiting for a processor, and by the time
that the thread itself was at work, which is ours to answer for.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks._limits import judge, run_all

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 5
ALLOWED_FACTOR, ALLOWED_SECONDS = 1.5, 0.3
MOST_HELD_MS = 50.0
BEAT_MS = 2
TRIALS = 60

IMPORTS = "import PySide6.QtWidgets, pyqtgraph"
SHOW = """
import os
from gui.app import create_application, open_window
application = create_application(["twinloop"])
window = open_window()
while not window.windowHandle() or not window.windowHandle().isExposed():
    application.processEvents()
import sys
assert "sklearn" not in sys.modules, "scikit-learn was imported before the window showed"
os._exit(0)
"""


def seconds_of(code: str) -> float:
    """Wall time of a fresh interpreter that runs ``code``."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=_offscreen(), check=True, capture_output=True)
    return time.perf_counter() - begun


def start_up() -> dict[str, float]:
    """Seconds to import the two libraries and to show the window, in turns so that both meet the same machine."""
    seconds_of(IMPORTS), seconds_of(SHOW)  # warm the file cache
    pairs = [(seconds_of(IMPORTS), seconds_of(SHOW)) for _ in range(REPEATS)]
    imports = statistics.median(pair[0] for pair in pairs)
    shown = statistics.median(pair[1] for pair in pairs)
    return {"imports": imports, "shown": shown, "allowed": ALLOWED_FACTOR * imports + ALLOWED_SECONDS}


def heartbeat() -> dict[str, float]:
    """The longest time between two beats of a timer in the window's thread while a real run streams."""
    os.environ.update(_offscreen())
    # In here because the start-up must be measured by processes that this one does not slow.
    from PySide6.QtCore import QEventLoop, QObject, QTimer

    from engine.setup import Budget, replace
    from engine.study import suggest_setup
    from gui.app import create_application, windows

    class Beat(QObject):
        """Notes how late each beat comes."""

        def __init__(self) -> None:
            super().__init__()
            self.gaps: list[float] = []
            self.work: list[float] = []
            self._last, self._worked = time.perf_counter(), time.thread_time()
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._on_beat)
            self._timer.start(BEAT_MS)

        def _on_beat(self) -> None:
            now, worked = time.perf_counter(), time.thread_time()
            self.gaps.append(1000 * (now - self._last) - BEAT_MS)
            self.work.append(1000 * (worked - self._worked))
            self._last, self._worked = now, worked

    application = create_application(["twinloop"])
    window = windows(application).make()
    loop = QEventLoop()

    def until(ready) -> None:
        while not ready():
            QTimer.singleShot(20, loop.quit)
            loop.exec()

    setup = suggest_setup("sample:digits")
    setup = replace(setup, budget=Budget(trials=TRIALS), strategy=replace(setup.strategy, sampler="random"))
    setup = replace(setup, objective=replace(setup.objective, settings={"epochs": 20}))
    window.study.create(Path(tempfile.mkdtemp()) / "beat.study", setup)
    until(lambda: window.study.is_open)
    until(lambda: window._stack.is_whole)
    window.run()
    until(lambda: window.study.has_trials)
    beat = Beat()
    until(lambda: window.study.run_state == "ended")
    gaps, work = sorted(beat.gaps), sorted(beat.work)
    events = sum(len(window.study.curves.get(number)) for number in range(len(window.study.history)))
    window.close()
    until(lambda: window.study._control.is_closed)
    window.shutdown()
    return {
        "wall": gaps[-1],
        "work": work[-1],
        "work 99.9 %": work[int(0.999 * (len(work) - 1))],
        "beats": len(gaps),
        "steps": events,
    }


def _offscreen() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def main() -> None:
    """Print both tables."""
    found = start_up()
    ratio = found["shown"] / found["allowed"]
    print(f"imports {found['imports']:.2f} s · window shown {found['shown']:.2f} s · allowed {found['allowed']:.2f} s")
    print(f"start-up ratio {ratio:.2f}{judge('start-up ratio', ratio, 1)}")
    beat = heartbeat()
    print(f"{beat['steps']} steps streamed, {beat['beats']} beats of a timer in the window's thread")
    print(f"held at most {beat['work']:.0f} ms by its own work ({beat['work 99.9 %']:.0f} ms in all but one of 1000)")
    print(f"and {beat['wall']:.0f} ms by the wall clock on this machine{judge('hold', beat['wall'], MOST_HELD_MS)}")
    result = {"startup_ratio": ratio, "hold_work_ms": beat["work"], "hold_wall_ms": beat["wall"]}
    print(json.dumps({name: round(value, 2) for name, value in result.items()}))


if __name__ == "__main__":
    raise SystemExit(run_all({"window": main}))
