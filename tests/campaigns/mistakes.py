"""An exception at every call of the runner's, the store's and the workers' functions in turn; nothing may be lost.

``python -m tests.campaigns.mistakes [LIVES SEED]``; ``tests/engine/runner/test_own_mistakes.py`` runs a slice of it.
In every life a study is created, run, edited, copied, paused, taken up, run to its end and closed, and one function
fails at one of its calls. Afterwards the runner must have closed within three seconds, no worker or lock be left, and
the file be what whoever listened was told, with every acknowledged trial; a run that stands still counts as a hang.
"""

import ast
import gc
import os
import queue
import random
import sys
import tempfile
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from engine import store
from engine.errors import UserFault
from engine.events import Event, RunStateChanged, TrialEnded
from engine.objectives.description import FunctionObjective
from engine.runner import Closed, Rejected, Runner, StudyOpened
from engine.runner.intents import StartRun, WarmUp
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Float
from engine.trials import State
from tests.helpers.fair_clock import FairClock

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(str(ROOT / "engine" / name) + os.sep for name in ("runner", "store", "execution"))
THREADS = {"Runner._serve", "LocalWorker._listen", "Worker._listen"}  # a thread that never began is no call of ours
WORKER_FILES = ("execution/worker.py", "execution/reporting.py", "execution/channel.py")
TRIALS = 6
PATIENCE = 20.0  # seconds for a whole life after which it hangs; those in which it had to wait for others are none
LOOK = 0.1  # seconds between looks at that clock
CLOSING = 3.0
SPACE = {"x": Float(0, 1), "milliseconds": Float(15, 15)}


class Injected(Exception):
    """What is raised."""


class Tracer:
    """Counts the calls of our functions in all threads but the main one, and fails at one of them."""

    def __init__(self, target=None, call=0):
        self.counts = Counter()
        self.target, self.call = target, call
        self.hit = False

    def __call__(self, frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ROOMS) and code.co_qualname not in THREADS:
            key = code.co_filename.removeprefix(str(ROOT)), code.co_qualname
            self.counts[key] += 1
            if key == self.target and self.counts[key] == self.call and not self.hit:
                self.hit = True
                raise Injected(f"{code.co_qualname}, call {self.call}")


class Stuck(Exception):
    """Something that has to come did not."""


class Life:
    """One study with its runner and what it said."""

    def __init__(self, folder):
        self.path = folder / "a.study"
        self.folder = folder
        self.said = queue.SimpleQueue()
        self.known = None
        self.acknowledged, self.state, self.mistakes, self.rescued = {}, "idle", 0, []
        self.clock = FairClock()
        self.end = PATIENCE
        self.runner = Runner(lambda batch: [self.said.put(one) for one in batch])

    def hear(self, wanted):
        """Take over what is said until ``wanted`` holds of one; after a mistake, do what a person does."""
        while True:
            try:
                one = self.said.get(timeout=LOOK)
            except queue.Empty:
                if self.clock.now() > self.end:
                    raise Stuck(f"waited in vain, {self.state}, {self.known and self.known.counts()}") from None
                continue
            self.take(one)
            if wanted(one):
                return one

    def take(self, one):
        if isinstance(one, StudyOpened):
            self.known = one.history.copy()
            for number in self.known.where(State.COMPLETE, State.FAILED).tolist():
                self.acknowledged[number] = self.known.trial(number).scores
        elif isinstance(one, Event):
            self.known.apply(one)
        if isinstance(one, TrialEnded):
            self.acknowledged[one.number] = one.scores
        elif isinstance(one, RunStateChanged):
            self.state = one.state
        elif isinstance(one, Rejected):
            self.mistakes += one.is_mistake
            if one.rescued:
                self.rescued.append(one.rescued)

    def live(self):
        """A study's life; where something is refused, it is asked for once more."""
        budget = Budget(trials=TRIALS, workers=1)
        setup = StudySetup("life", FunctionObjective("busy"), SPACE, "minimize", Strategy("random"), budget)
        runner = self.runner
        while self.known is None:
            if self.path.exists():
                runner.open(self.path)
            else:
                runner.create(self.path, setup)
            self.hear(lambda one: isinstance(one, StudyOpened | Rejected))
        runner.warm()
        runner.enqueue({"x": 0.5, "milliseconds": 15.0})
        runner.start()
        self.go_on(lambda one: isinstance(one, TrialEnded))
        runner.save_as(self.folder / "copy.study")
        runner.edit(replace(setup, space={**SPACE, "x": Float(0, 0.9)}))
        runner.pause()
        runner.start()
        self.go_on(lambda one: self.state == "ended")

    def go_on(self, wanted):
        """Until ``wanted`` or the end of the run; whatever pauses the run, somebody presses Run."""
        self.hear(lambda one: wanted(one) or self._presses_run(one) or self.state == "ended")

    def _presses_run(self, one):
        is_refused = isinstance(one, Rejected) and (one.intent in {StartRun, WarmUp} or self.state == "idle")
        if is_refused or (isinstance(one, RunStateChanged) and one.state == "paused"):
            self.runner.start()
        return False

    def close(self):
        begun = self.clock.now()
        self.end = begun + PATIENCE
        self.runner.close()
        self.hear(lambda one: isinstance(one, Closed))
        self.runner.join(5)
        return self.clock.now() - begun

    def check(self):
        """What is wrong with the file."""
        places = [self.path, *self.rescued]
        wrong = []
        with store.Reader(places[-1]) as reader:
            history = reader.history()
            reader.curves()
        if len(history) != len(self.known):
            wrong.append(f"{len(history)} trials on file, {len(self.known)} told")
        for number in range(min(len(history), len(self.known))):
            told, kept = self.known.trial(number), history.trial(number)
            if (told.params, told.state, told.scores) != (kept.params, kept.state, kept.scores):
                wrong.append(f"told {told}, on file {kept}")
        for number, scores in self.acknowledged.items():
            if number >= len(history) or history.trial(number).scores != scores:
                wrong.append(f"trial {number} is lost")
        gc.collect()  # what a traceback held open
        with suppress(FileNotFoundError):
            store.open_writer(self.path).close()
        return wrong


def live_once(folder, target=None, call=0, environment=None):
    """What went wrong in one life, what was called in it, and how long its end took."""
    tracer = Tracer(target, call)
    before = set(psutil.Process().children(recursive=True))
    os.environ.update(environment or {})
    threading.settrace(tracer)
    wrong, took, life = [], 0.0, None
    try:
        life = Life(folder)
        try:
            life.live()
        except Stuck as stuck:
            wrong.append(f"hangs: {stuck}")
        took = life.close()
    except Stuck as stuck:
        wrong.append(f"does not close: {stuck}")
    finally:
        threading.settrace(None)
        for name in environment or {}:
            del os.environ[name]
    if took > CLOSING:
        wrong.append(f"closing took {took:.1f} s")
    workers = [one for one in psutil.Process().children(recursive=True) if one not in before]
    wrong += [f"process {one.pid} is left" for one in psutil.wait_procs(workers, timeout=2)[1]]
    if not wrong:
        try:
            wrong += life.check()
        except UserFault as fault:
            wrong.append(f"the file: {fault}")
    return wrong, tracer, life


def worker_functions():
    """The functions of a worker's process: file and qualified name."""
    for name in WORKER_FILES:
        tree = ast.parse((ROOT / "engine" / name).read_text())
        for node in tree.body:
            inside = node.body if isinstance(node, ast.ClassDef) else [node]
            prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
            for one in inside:
                if isinstance(one, ast.FunctionDef) and not any(
                    isinstance(mark, ast.Name) and mark.id == "property" for mark in one.decorator_list
                ):
                    yield name, prefix + one.name


def campaign(folder, lives, seed):
    """So many lives: pairs of where a function failed and what went wrong, and how many functions did fail."""
    rng, wrong, hits = random.Random(seed), [], 0
    first = folder / "first"
    first.mkdir()
    found, counted, _ = live_once(first)
    wrong += [("nothing failed", one) for one in found]
    ours = [("ours", *key) for key in sorted(counted.counts)]
    theirs = [("worker", *key) for key in sorted(worker_functions()) if key[1] not in THREADS]
    places = [*ours, *theirs]
    rng.shuffle(places)
    for index in range(lives):
        where, file, function = places[index % len(places)]
        place = folder / f"life{index}"
        place.mkdir()
        if where == "ours":
            call = rng.randint(1, counted.counts[file, function])
            found, tracer, _ = live_once(place, (file, function), call)
            hits += tracer.hit
        else:
            call, mark = rng.choice((1, 1, 2, 3, 8)), place / "hit"
            paths = os.pathsep.join([str(ROOT / "tests" / "helpers" / "mistaken"), str(ROOT)])
            wanted = {"TWINLOOP_MISTAKE": f"{file}|{function}|{call}|{mark}", "PYTHONPATH": paths}
            found, _, _ = live_once(place, environment=wanted)
            hits += mark.exists()
        wrong += [(f"life {index}, {file} {function} call {call}", one) for one in found]
    return wrong, hits


def main(lives=500, seed=None):
    """Print what went wrong."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder:
        wrong, hits = campaign(Path(folder), lives, seed)
    print(f"{lives} lives, {hits} of them with a mistake, seed {seed}: {len(wrong)} wrong (limit 0)")
    for where, one in wrong:
        print(where, one, sep=": ")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
