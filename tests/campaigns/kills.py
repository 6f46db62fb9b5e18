"""Programs killed (-9) at random moments of everything they do with a study: no acknowledged trial is lost, none hangs.

``python -m tests.campaigns.kills [KILLS SEED]`` shares the kills out among ``twinloop run``, its workers, the window,
closing, creating, and what :mod:`tests.campaigns.kills_while_saving` does: save, save as, an upgrade, an export.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from engine import Float, store
from engine.errors import UserFault
from engine.objectives.description import FunctionObjective
from engine.setup import Budget, Strategy, StudySetup
from tests.campaigns import kills_while_saving
from tests.helpers.kills import ended, kill_and_reopen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds for a program to begin, or to end
WINDOW = """
import os, sys
os.environ.update(QT_QPA_PLATFORM="offscreen")
from PySide6.QtCore import QStandardPaths
QStandardPaths.setTestModeEnabled(True)
from gui.app import create_application, open_window
application = create_application(["twinloop"])
window = open_window(sys.argv[1])
told = set()
def tell():
    history = window.study.history
    for number in range(len(history) if history is not None else 0):
        trial = history.trial(number)
        if trial.state.label == "complete" and number not in told:
            told.add(number)
            print(number, repr(trial.score), flush=True)
window.study.trials_changed.connect(tell)
window.study.opened.connect(window.run)
application.exec()
"""
CLOSE = """
import sys
from engine import store
from engine.events import TrialEnded, TrialStarted
writer = store.open_writer(sys.argv[1])
with store.Reader(sys.argv[1]) as reader:
    first = len(reader.history())
for number in range(first, first + 30):
    begun = TrialStarted(number, {"x": 0.5, "milliseconds": 5.0}, 1.7e9)
    writer.record([begun, TrialEnded(number, "complete", 1.7e9, 1.0, (0.5,))])
    print(number, repr(0.5), flush=True)
print("closing", flush=True)
writer.close()
print("closed", flush=True)
"""


def busy(path, milliseconds=(5, 30), workers=2, trials=None):
    """A study whose trials take some milliseconds each."""
    space = {"x": Float(0, 1), "milliseconds": Float(*milliseconds)}
    budget = Budget(trials=trials, workers=workers)
    setup = StudySetup("kills", FunctionObjective("busy"), space, "minimize", Strategy("random"), budget)
    store.create(path, setup.to_json(), setup.search_space(), ("minimize",)).close()
    return path


def program(*arguments):
    """A Python process of ours whose lines can be read."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment, text=True
    )


def missing(path, told):
    """What is wrong with a file, given the scores that were told: ``{number: score}``."""
    try:
        with store.Reader(path) as reader:
            history = reader.history()
    except UserFault as fault:
        return [f"the file: {fault}"]
    kept = {number: history.trial(number).score for number in told if number < len(history)}
    return [f"trial {number} is lost" for number, score in told.items() if kept.get(number) != score]


def lines_until(running, is_wanted):
    """The lines of a program up to a wanted one; it is killed where that takes too long."""
    late = threading.Timer(PATIENCE, running.kill)
    late.start()
    lines = []
    for line in running.stdout:
        lines.append(line)
        if is_wanted(line):
            break
    late.cancel()
    return lines


def rest_after_kill(running):
    """Kill a program; the lines it had said by then."""
    running.kill()
    rest = running.stdout.read().splitlines(keepends=True)
    running.wait()
    running.stdout.close()
    return rest


def scores(lines):
    """``{number: score}`` of lines that are whole."""
    pairs = (line.split() for line in lines if line[:1].isdigit() and line.endswith("\n"))
    return {int(number): float(score) for number, score in pairs}


def kill_windows(folder, kills, rng):
    """The window with a run in it."""
    path, told, wrong = busy(folder / "a.study"), {}, []
    for index in range(kills):
        running = program("-c", WINDOW, path)
        first = len(told)
        lines = lines_until(running, lambda line: scores([line]).keys() - told.keys())
        time.sleep(rng.uniform(0, 0.5))
        told.update(scores(lines + rest_after_kill(running)))
        wrong += [f"window {index}: {one}" for one in missing(path, told)]
        if len(told) == first:
            wrong.append(f"window {index}: nothing ran")
    return wrong, len(told)


def kill_workers(folder, kills, rng):
    """The workers of a run that goes on."""
    path = busy(folder / "a.study", (20, 60))
    running = program("-m", "engine.cli", "run", path, "--json")
    said, killed, at = [], 0, 0
    reading = threading.Thread(target=lambda: said.extend(running.stdout), daemon=True)
    reading.start()
    end = time.monotonic() + PATIENCE + kills * 4
    while killed < kills and time.monotonic() < end and running.poll() is None:
        time.sleep(rng.uniform(0.05, 0.6))
        workers = [one for one in psutil.Process(running.pid).children() if one.is_running()]
        count = len(ended(said))
        if workers and count > at + 4:  # all work again: a run whose workers never begin gives up
            with suppress(psutil.Error):
                min(workers, key=psutil.Process.create_time).kill()  # one that has begun
                killed, at = killed + 1, count
    wait_until = time.monotonic() + PATIENCE
    while len(ended(said)) <= at + 5 and time.monotonic() < wait_until:
        time.sleep(0.1)
    wrong = [] if len(ended(said)) > at + 5 else [f"workers: the run stands still: {said[-2:]}"]
    running.send_signal(signal.SIGINT)
    try:
        running.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        running.kill()
        wrong.append("workers: the run does not end")
    reading.join(5.0)
    told = ended(said)
    wrong += [f"workers: {one}" for one in missing(path, {n: one["score"] for n, one in told.items()})]
    return wrong + ([] if killed == kills else [f"workers: {killed} kills only"]), len(told)


def kill_closing(folder, kills, rng):
    """A writer that closes, and a run that was told to end."""
    wrong, told = [], {}
    path = busy(folder / "a.study")
    for index in range(kills // 2):
        running = program("-c", CLOSE, path)
        lines = lines_until(running, "closing\n".__eq__)
        if lines[-1:] != ["closing\n"]:
            wrong.append(f"closing {index}: it never closes")
        time.sleep(rng.uniform(0, 0.02))
        told |= scores(lines + rest_after_kill(running))
        wrong += [f"closing {index}: {one}" for one in missing(path, told)]
    other, acknowledged = busy(folder / "b.study"), {}
    for index in range(kills - kills // 2):
        running = program("-m", "engine.cli", "run", other, "--json")
        lines = lines_until(running, lambda line: '"trial_ended"' in line)
        running.send_signal(signal.SIGINT)
        time.sleep(rng.uniform(0, 0.6))
        lines += rest_after_kill(running)
        acknowledged |= {n: one["score"] for n, one in ended(lines).items()}
        wrong += [f"ending {index}: {one}" for one in missing(other, acknowledged)]
    return wrong, len(told) + len(acknowledged)


def kill_creating(folder, kills, rng):
    """A study that is being made is there, whole, or not at all; nothing is in the way of making it again."""
    wrong, made = [], 0
    path = folder / "a.study"
    begun = time.perf_counter()
    kills_while_saving.cut_off(lambda: _create(path))
    whole = time.perf_counter() - begun
    path.unlink()
    for index in range(kills):
        child = kills_while_saving.in_child(lambda: _create(path))
        time.sleep(rng.random() * whole * 1.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        try:
            if path.exists():
                made += 1
                store.open_writer(path).close()
            else:
                _create(path)
        except UserFault as fault:
            wrong.append(f"creating {index}: {fault}")
        for item in folder.iterdir():
            item.unlink()
    return wrong, made


def _create(path):
    busy(path)


def kill_runs(folder, kills, rng):
    """``twinloop run``, taken up again and again."""
    acknowledged, lost, broken = kill_and_reopen(folder / "a.study", kills, rng.randrange(2**32))
    return [f"runs: {lost} trials lost"] * bool(lost) + [f"runs: {broken} files"] * bool(broken), acknowledged


SCENES = {kill_creating: 0.15, kill_runs: 0.2, kill_workers: 0.1, kill_windows: 0.1, kill_closing: 0.15}  # forks first
SAVING = 0.3  # the rest: save, save over a log, save as, upgrade, export


def campaign(folder, kills, seed):
    """What went wrong, and how many trials were acknowledged in each scene."""
    wrong, tally = [], {}
    os.environ["TWINLOOP_HOME"] = str(folder)
    for scene, share in SCENES.items():
        place = folder / scene.__name__
        place.mkdir()
        count = max(1, round(kills * share))
        begun = time.monotonic()
        found, acknowledged = scene(place, count, random.Random(seed))
        wrong += found
        tally[scene.__name__] = f"{count} kills, {acknowledged}, {time.monotonic() - begun:.0f} s"
    return wrong, tally


def main(kills=500, seed=None):
    """Print what went wrong."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder:
        wrong, tally = campaign(Path(folder), kills, seed)
    saving = [sys.executable, "-m", "tests.campaigns.kills_while_saving", str(round(kills * SAVING / 5)), str(seed)]
    done = subprocess.run(saving, capture_output=True, text=True, check=False, cwd=ROOT)  # it forks: no threads
    print(f"{kills} kills, seed {seed}: {len(wrong)} wrong (limit 0)", *wrong[:30], sep="\n")
    for scene, what in tally.items():
        print(f"  {scene}: {what}")
    print("while saving:", done.stdout, done.stderr[-500:])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
