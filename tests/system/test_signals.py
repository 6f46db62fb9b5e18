"""The program told to end by the system: files are closed, trials wait, no process stays."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from engine import store
from engine.commands.showing import show
from engine.objectives.description import FunctionObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Float

ROOT = Path(__file__).resolve().parents[2]
WINDOW = """
import sys
from gui.app import run_application, windows, create_application
from PySide6.QtCore import QTimer
application = create_application(["twinloop"])
def look():
    opened = windows(application).open_windows[0]
    if opened.study.is_open and opened.study.run_state == "idle":
        opened.run()
    if opened.study.history is not None and opened.study.history.counts()["running"] == 2:
        print("running", flush=True)
        timer.stop()
timer = QTimer()
timer.timeout.connect(look)
timer.start(100)
raise SystemExit(run_application(["twinloop"], sys.argv[1]))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_window_that_is_told_to_end_closes_its_study_and_its_workers(tmp_path, name):
    path = tmp_path / "a.study"
    space = {"x": Float(0, 1), "milliseconds": Float(60_000, 60_000)}
    budget = Budget(trials=5, workers=2)
    setup = StudySetup("slow", FunctionObjective("busy"), space, "minimize", Strategy("random"), budget)
    store.create(path, setup.to_json(), setup.search_space(), ("minimize",)).close()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    running = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(path)], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )
    assert running.stdout.readline() == "running\n"
    workers = psutil.Process(running.pid).children(recursive=True)
    assert len(workers) == 2
    running.send_signal(getattr(signal, name))
    running.wait(timeout=20)
    running.stdout.close()
    assert not psutil.wait_procs(workers, timeout=2)[1]
    assert sorted(one.name for one in tmp_path.glob("a.study*")) == ["a.study"]
    with store.Reader(path) as reader:
        assert reader.history().counts()["waiting"] == 2


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_killed_study_is_not_shown_as_running(tmp_path, capsys):
    path = tmp_path / "a.study"
    code = (
        "import sys, time\nfrom engine import Study, Float\n"
        "study = Study({'x': Float(0, 1)}, sampler='random')\nstudy.save(sys.argv[1])\nstudy.ask()\n"
        "print('asked', flush=True)\ntime.sleep(60)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert running.stdout.readline() == "asked\n"
    show(str(path), as_json=False)
    running.kill()
    running.wait()
    running.stdout.close()
    show(str(path), as_json=False)
    first = [text for text in capsys.readouterr().out.splitlines() if text.startswith("study:")]
    assert ": running, 1 running" in first[0]
    assert ": paused, 1 running" in first[1]
