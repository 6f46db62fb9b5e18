"""Programs killed while they put a whole file in the place of another: either is there, complete, and nothing else.

``python -m tests.campaigns.kills_while_saving [KILLS SEED]``; ``tests/engine/store/test_kills.py`` runs a slice of it.
It forks, so it needs POSIX, and a process of its own without threads.
"""

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from engine import Float, Study, store
from engine.exporting import export_study

OLD, NEW = 200, 230
IN_LOG = 50  # of the old trials, where a crash left the log


def study_of(trials, seed=0):
    """A study in memory."""
    study = Study({"x": Float(0, 1)}, sampler="random", seed=seed)
    for _ in range(trials):
        trial = study.ask()
        trial.report(1, {"loss": 0.5})
        study.tell(trial, trial.params["x"])
    return study


def in_child(work):
    """The number of a forked process that does ``work``."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def cut_off(work):
    """Do ``work`` in a process that ends without closing anything."""
    os.waitpid(in_child(work), 0)


class Scene:
    """An old file and a deed that replaces it."""

    def __init__(self, folder, old, new):
        self.path = folder / "a.study"
        self.old, self.new = old, new

    def prepare(self):
        cut_off(lambda: (self.old.save(self.path), self.old.close()))

    def act(self):
        self.new.save(self.path)

    def check(self):
        """What is wrong, and which of the two is there."""
        with store.Reader(self.path) as reader:
            found, curves = len(reader.history().where(2)), len(reader.curves())
        store.open_writer(self.path).close()
        wrong = [] if (found, curves) in ((OLD, OLD), (NEW, NEW)) else [f"{found} trials, {curves} curves"]
        return wrong + self.leavings(), found == NEW

    def leavings(self, allowed=("a.study",)):
        for lock in self.path.parent.glob("*-lock"):
            os.utime(lock, (0, 0))  # an old one is swept
        store.open_writer(self.path).close()
        left = sorted(item.name for item in self.path.parent.iterdir() if item.name not in allowed)
        return [f"left behind: {left}"] if left else []


class OverALog(Scene):
    """A crash left the last trials of the old file in its log."""

    def prepare(self):
        def crash():
            study = study_of(OLD - IN_LOG)
            study.save(self.path)
            for _ in range(IN_LOG):
                trial = study.ask()
                trial.report(1, {"loss": 0.5})
                study.tell(trial, trial.params["x"])

        cut_off(crash)
        assert self.path.with_name("a.study-wal").stat().st_size > 4096


class Copied(OverALog):
    """The copy that the window's Save as makes."""

    def prepare(self):
        super().prepare()
        other = self.path.with_name("b.study")
        if not other.exists():
            cut_off(lambda: (self.new.save(other), self.new.close()))

    def act(self):
        with store.open_writer(self.path.with_name("b.study")) as writer:
            writer.save_as(self.path)

    def leavings(self, allowed=("a.study", "b.study")):
        store.open_writer(self.path.with_name("b.study")).close()
        return super().leavings(allowed)


class Migrated(Scene):
    """A file of version 1 that is brought up to date after a backup."""

    def prepare(self):
        for item in self.path.parent.iterdir():
            item.unlink()
        super().prepare()
        with closing(sqlite3.connect(self.path)) as connection:
            for table in ("constraint_value", "prediction", "prediction_rows", "finding", "change"):
                connection.execute(f"DROP TABLE {table}")
            connection.execute("DELETE FROM study WHERE key = 'constraints'")
            connection.execute("PRAGMA user_version = 1")
            connection.commit()

    def act(self):
        store.open_writer(self.path)

    def check(self):
        with store.Reader(self.path) as reader:
            found = len(reader.history().where(2))
        store.open_writer(self.path).close()
        backups = sorted(item.name for item in self.path.parent.glob("a.version-1*.study"))
        kept = [len(store.Reader(self.path.with_name(name)).history()) for name in backups]
        wrong = [] if found == OLD and kept and set(kept) == {OLD} else [f"{found} trials, backups of {kept}"]
        return wrong + self.leavings(("a.study", *backups)), len(backups) == 1


class Exported(Scene):
    """A table over an older one."""

    def prepare(self):
        super().prepare()
        self.table = self.path.with_name("a.csv")
        self.table.write_text("number\n" * 7)

    def act(self):
        export_study(self.path, self.table)

    def check(self):
        lines = len(self.table.read_text().splitlines())
        export_study(self.path, self.table)
        return ([] if lines in (7, OLD + 1) else [f"{lines} lines"]) + self.leavings(("a.study", "a.csv")), lines > 7


def campaign(folder, kills, seed, scenes=(Scene, OverALog, Copied, Migrated, Exported)):
    """What went wrong, and per scene how often the new file was there and how often the old one."""
    rng, wrong, tally = random.Random(seed), [], {}
    old, new = study_of(OLD), study_of(NEW, seed=1)
    export_once(folder, old)
    for scene in scenes:
        place = folder / scene.__name__
        place.mkdir()
        stage = scene(place, old, new)
        stage.prepare()
        begun = time.perf_counter()
        cut_off(stage.act)
        whole = time.perf_counter() - begun
        stage.check()
        tally[scene.__name__] = [0, 0]
        for index in range(kills):
            stage.prepare()
            child = in_child(stage.act)
            time.sleep(rng.random() * whole * 1.1)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            found, is_new = stage.check()
            wrong += [f"{scene.__name__}, seed {seed}, kill {index}: {one}" for one in found]
            tally[scene.__name__][is_new] += 1
    return wrong, tally


def export_once(folder, study):
    """Whatever an export loads is loaded before the forks."""
    cut_off(lambda: (study.save(folder / "x.study"), study.close()))
    export_study(folder / "x.study", folder / "x.csv")


def main(kills=100, seed=None):
    """Print what went wrong."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder:
        wrong, tally = campaign(Path(folder), kills, seed)
    print(f"{kills} kills a scene, seed {seed}: {len(wrong)} wrong (limit 0)", *wrong[:20], sep="\n")
    print("old file, new file:", tally)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
