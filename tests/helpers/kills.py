"""Killing a running study again and again, and holding its file to what it had said."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from engine import store
from engine.objectives.description import FunctionObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Float

ROOT = Path(__file__).resolve().parents[2]


def kill_and_reopen(path, kills, seed):
    """Run a study in a process, kill it ``kills`` times at random moments, and go on each time.

    Gives the number of acknowledged trials, of those that the file lacks or holds otherwise, and of files that did not
    open at once.
    """
    rng = random.Random(seed)
    space = {"x": Float(0, 1), "milliseconds": Float(5, 30)}
    budget = Budget(trials=None, workers=2)
    setup = StudySetup("kills", FunctionObjective("busy"), space, "minimize", Strategy("random"), budget)
    store.create(path, setup.to_json(), setup.search_space(), ("minimize",)).close()
    acknowledged, broken = {}, 0
    for _ in range(kills):
        for line in _run_and_kill(path, rng.uniform(0.0, 1.2)):
            acknowledged[line["number"]] = (line["state"], line["score"], line["params"])
        try:
            with store.Reader(path) as reader:
                history = reader.history()
        except Exception:  # noqa: BLE001 - whatever it is, it counts
            broken += 1
            continue
    lost = 0
    for number, told in acknowledged.items():
        trial = history.trial(number) if number < len(history) else None
        lost += trial is None or (trial.state.label, trial.score, trial.params) != told
    return len(acknowledged), lost, broken


def _run_and_kill(path, delay):
    """What one process acknowledged before it was killed, ``delay`` seconds after its first trial ended."""
    running = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "run", str(path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    lines = []
    for text in running.stdout:
        lines.append(text)
        if '"trial_ended"' in text:
            break
    time.sleep(delay)
    running.kill()
    lines += running.stdout.read().splitlines(keepends=True)
    running.wait()
    running.stdout.close()
    return list(ended(lines).values())


def ended(lines):
    """The trials, by number, that whole lines of ``run --json`` say have ended."""
    whole = (json.loads(text) for text in lines if text.endswith("\n"))
    return {line["number"]: line for line in whole if line["event"] == "trial_ended"}
