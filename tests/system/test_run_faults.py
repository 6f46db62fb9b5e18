"""``twinloop run`` where its file, its disk or its output fails: told at once, gone on from, and never a lost trial."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine import Study, store
from engine.events import TrialQueued
from engine.objectives.description import FunctionObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Float

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits what a running process may write")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.study"
    space = {"x": Float(0, 1), "milliseconds": Float(40, 40)}
    budget = Budget(trials=40, workers=1)
    setup = StudySetup("short", FunctionObjective("busy"), space, "minimize", Strategy("random"), budget)
    store.create(path, setup.to_json(), setup.search_space()).close()
    return path


class Running:
    """The command as a process, line by line."""

    def __init__(self, *arguments, stdout=subprocess.PIPE):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "run", *map(str, arguments)],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.lines = []

    def until(self, word):
        for text in self.process.stdout:
            self.lines.append(text)
            if word in text:
                return text
        raise AssertionError(f"{word} was never said: {self.lines}")

    def rest(self):
        try:
            output, error = self.process.communicate(timeout=20)
        finally:
            self.process.kill()
        self.lines += (output or "").splitlines()
        return error

    def ended(self):
        told = [json.loads(text) for text in self.lines]
        return {one["number"]: one["score"] for one in told if one["event"] == "trial_ended"}

    def fill_disk(self):
        """The file may not grow from now on."""
        psutil.Process(self.process.pid).rlimit(psutil.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    def make_room(self):
        unlimited = resource.RLIM_INFINITY
        psutil.Process(self.process.pid).rlimit(psutil.RLIMIT_FSIZE, (unlimited, unlimited))


def scores_of(path):
    with store.Reader(path) as reader:
        history = reader.history()
    return {number: history.trial(number).score for number in range(len(history))}


def holds(path, ended):
    known = scores_of(path)
    return all(known[number] == score for number, score in ended.items())


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "plain"])
def test_a_full_disk_is_told_and_the_run_goes_on_by_itself_when_there_is_room(path, form):
    running = Running(path, *form)
    running.until("trial_ended" if form else "complete")
    running.fill_disk()
    told = running.until('"fault"' if form else "kept and will be written")
    assert "a.study" in told
    assert "The results are kept and will be written." in told
    time.sleep(0.5)
    running.make_room()
    assert running.rest() == ""
    assert running.process.returncode == 0
    assert sum(scores_of(path).values()) > 0
    assert len([score for score in scores_of(path).values() if score is not None]) == 40
    if form:
        assert len(running.ended()) == 40
        assert holds(path, running.ended())


def test_a_disk_that_stays_full_still_ends_on_a_signal_and_all_is_saved_elsewhere(path, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    running = Running(path, "--json")
    running.until("trial_ended")
    running.fill_disk()
    running.until('"fault"')
    begun = time.monotonic()
    running.process.terminate()
    running.rest()
    assert time.monotonic() - begun < 10
    assert running.process.returncode == 1
    assert holds(path, running.ended())
    assert "No other place could be written either." in json.loads(running.lines[-1])["sentence"]


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced", "folder"])
def test_a_study_that_vanishes_while_it_runs_is_rescued_as_a_copy_with_status_1(path, tmp_path, monkeypatch, how):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    folder = tmp_path / "folder"
    folder.mkdir()
    path = path.rename(folder / path.name)
    running = Running(path, "--json")
    running.until('"trial_ended"')
    running.until('"trial_ended"')
    if how == "deleted":
        path.unlink()
    elif how == "moved":
        path.rename(folder / "b.study")
    elif how == "replaced":
        other = Study({"x": Float(0, 1)})
        other.save(folder / "b.study")
        other.close()
        (folder / "b.study").replace(path)
    else:
        folder.rename(tmp_path / "elsewhere")
    assert running.rest() == ""
    assert running.process.returncode == 1
    faults = [one for one in map(json.loads, running.lines) if one["event"] == "fault"]
    rescued = Path(faults[-1]["rescued"])
    assert rescued == (home if how == "folder" else folder) / "a (rescued).study"
    assert len(running.ended()) >= 2
    assert holds(rescued, running.ended())
    assert faults[0]["sentence"] == "a.study was moved, deleted or replaced while it was open."
    assert not list(folder.glob("*-wal"))
    if how == "replaced":
        with store.Reader(path) as reader:
            assert len(reader.history()) == 0
    else:
        assert not path.exists()


def test_a_study_that_vanishes_is_told_to_people_and_nobody_is_told_to_go_on_with_it(path):
    running = Running(path)
    running.until("complete")
    path.unlink()
    running.rest()
    assert running.process.returncode == 1
    told = "\n".join(running.lines)
    assert "a (rescued).study" in told
    assert "Paused." not in told


def test_an_output_that_cannot_be_written_ends_the_run_with_one_sentence(path):
    with Path("/dev/full").open("w") as full:
        running = Running(path, "--json", stdout=full)
        error = running.rest()
    assert running.process.returncode == 1
    assert error == (
        "The output cannot be written (No space left on device). Make room where it goes, or send it elsewhere.\n"
    )
    store.open_writer(path).close()


def test_the_trials_that_are_wanted_are_counted_without_those_that_wait(path):
    with store.open_writer(path) as writer:
        writer.record([TrialQueued(0, {"x": 0.5, "milliseconds": 40.0}, 0.0)])
    running = Running(path, "--trials", "3")
    running.rest()
    assert running.lines[-1].startswith("3 of 3 trials")
