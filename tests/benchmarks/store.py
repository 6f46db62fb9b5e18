"""The study file: commits a second, opening time and memory, size, and what kills, faults and mutations cost.

``python -m tests.benchmarks.store [KILLS MUTATIONS SEED]``; 200 kills and 10,000 mutated files take some minutes.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil

from engine import store
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.space import Categorical, Float, Int, SearchSpace
from engine.store import connection as connections
from tests.benchmarks._limits import judge, run_all
from tests.engine.store.disk_faults import sweep
from tests.engine.store.failing_files import failing_files
from tests.engine.store.killing import kill_again_and_again
from tests.engine.store.mutating import campaign
from tests.engine.store.studies import SPACE, trial

try:
    import resource
except ImportError:  # Windows has the peak in psutil instead
    resource = None

TEN = SearchSpace(
    {
        "lr": Float(1e-5, 1.0, log=True),
        "l2": Float(1e-8, 1.0, log=True),
        "momentum": Float(0.0, 0.99),
        "dropout": Float(0.0, 0.5),
        "width": Int(8, 1024, log=True),
        "layers": Int(1, 8),
        "batch": Categorical([16, 32, 64, 128]),
        "activation": Categorical(["relu", "tanh", "gelu"]),
        "optimizer": Categorical(["adam", "sgd"]),
        "nesterov": Categorical([True, False], when={"optimizer": ["sgd"]}),
    }
)


def main(kills=200, mutations=10_000, seed=None):
    """Every figure, each beside its limit."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rate = commits(folder)
        optuna_storages(folder, rate)
        size(folder)
        opening(folder, 100_000, 1.5, 300)
        opening(folder, 1_000_000, 15.0, None)
        print(f"seed {seed}")
        killing(folder, kills, seed)
        failing(folder)
        mutating(folder, mutations, seed)


def commits(folder, trials=2000):
    """Durable commits a second, one a trial with a curve of 100 steps, against bare SQLite inserting the same bytes."""
    rng = np.random.default_rng(0)
    batches = [list(trial(number, rng, steps=100)) for number in range(trials)]
    with store.create(folder / "rehearsal.study", "{}", SPACE) as writer:
        for batch in batches:
            writer.record(batch)
    rows = rows_of(folder / "rehearsal.study")
    sqlite3.connect(folder / "bare.db").close()
    ours, bare = np.zeros(trials), np.zeros(trials)
    with (
        store.create(folder / "commits.study", "{}", SPACE) as writer,
        closing(connections.writing(folder / "bare.db")) as connection,
    ):
        connection.execute("CREATE TABLE t (number INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h, i, j)")
        for number, (batch, row) in enumerate(zip(batches, rows, strict=True)):  # in turn: a busy machine slows both
            start = time.perf_counter()
            writer.record(batch)
            between = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
            ours[number], bare[number] = between - start, time.perf_counter() - between
    total, typical = bare.sum() / ours.sum(), np.median(bare) / np.median(ours)
    print(
        f"commits: {1 / ours.mean():.0f} a second, {total:.2f} of bare SQLite{judge('commits', total, least=0.5)}, "
        f"median {typical:.2f}"
    )
    return 1 / ours.mean()


def optuna_storages(folder, rate, trials=8):
    """The same trials through Optuna's storages: five hyperparameters, a hundred reported steps, one score."""
    try:
        import optuna
        from optuna.storages import JournalStorage, RDBStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError:
        print("Optuna's storages: Optuna is not installed")
        return
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storages = {
        "SQLite": RDBStorage(f"sqlite:///{(folder / 'optuna.db').as_posix()}"),
        "journal": JournalStorage(JournalFileBackend(str(folder / "optuna.log"))),
    }
    for name, storage in storages.items():
        study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))
        begun = time.perf_counter()
        for _ in range(trials):
            asked = study.ask()
            for column in range(5):
                asked.suggest_float(f"p{column}", 0.0, 1.0)
            for step in range(100):
                asked.report(1.0 / (step + 1), step)
            study.tell(asked, 0.5)
        theirs = trials / (time.perf_counter() - begun)
        print(f"Optuna's {name} storage: {theirs:.1f} trials a second; ours is {rate / theirs:.0f} times that")


def rows_of(path):
    """The bytes of each trial as they lie in the file."""
    statement = """SELECT number, state, params, score, source, started, ended, seconds, why, details, data
        FROM trial JOIN curve ON curve.id = trial.number * 1048576 ORDER BY number"""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def size(folder, trials=10_000):
    """Megabytes of 10,000 trials with 100 steps of two records, reported in single and in double precision."""
    for words, kind in (("single precision", np.float32), ("double precision", np.float64)):
        rng = np.random.default_rng(0)
        path = folder / f"size-{kind.__name__}.study"
        with store.create(path, "{}", SPACE) as writer:
            for first in range(0, trials, 500):
                events = []
                for number in range(first, first + 500):
                    events += long_trial(number, rng, kind)
                writer.record(events)
        megabytes = path.stat().st_size / 1e6
        limit = judge("size in MB", megabytes, 12) if kind is np.float32 else " (for comparison)"
        print(f"size: {megabytes:.1f} MB for curves of two records in {words}{limit}")


def long_trial(number, rng, kind):
    """100 steps with noise in every digit, which is the hardest to make small."""
    yield TrialStarted(number, SPACE.sample(rng), 1.7e9 + number)
    scale, rate, floor = rng.uniform(0.3, 2), rng.uniform(0.01, 0.1), rng.uniform(0.01, 0.4)
    train = (scale * np.exp(-rate * np.arange(100)) + floor) * (1 + 0.01 * rng.standard_normal(100))
    valid = train * (1.1 + 0.02 * rng.standard_normal(100))
    pairs = zip(train.astype(kind).tolist(), valid.astype(kind).tolist(), strict=True)
    for step, (loss, val_loss) in enumerate(pairs):
        yield StepReported(number, step, {"train_loss": loss, "val_loss": val_loss})
    yield TrialEnded(number, "complete", 1.7e9 + number + 1.5, float(rng.random()), (float(rng.random()),))


def opening(folder, trials, seconds, megabytes):
    """Time and memory in which a new process has the history of many trials with 10 hyperparameters and fold scores."""
    path = folder / f"many{trials}.study"
    rng = np.random.default_rng(0)
    with store.create(path, "{}", TEN) as writer:
        for first in range(0, trials, 5000):
            events = []
            for number in range(first, first + 5000):
                events.append(TrialStarted(number, TEN.sample(rng), 1.7e9 + number))
                details = {"fold_scores": rng.random(5).tolist()}
                score = (float(rng.random()),)
                events.append(TrialEnded(number, "complete", 1.7e9 + number + 1, 0.9, score, details=details))
            writer.record(events)
    command = [sys.executable, "-c", "from tests.benchmarks.store import open_once; open_once()", str(path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    taken, busy, peak = map(float, printed.split())
    memory = f"{peak:.0f} MB" + (judge("MB while opening", peak, megabytes) if megabytes else "")
    limit = judge(f"opening {trials:,} trials, s", taken, seconds)
    print(f"opening {trials:,} trials: {taken:.2f} s{limit}, of the processor {busy:.2f} s, {memory}")
    path.unlink()


def open_once():
    """In a process of its own: print seconds on the clock and of the processor (with its start), and megabytes."""
    start = time.perf_counter()
    history = store.Reader(sys.argv[1]).history()
    taken = time.perf_counter() - start
    assert len(history)
    print(taken, time.process_time(), peak_megabytes())


def peak_megabytes():
    """The most memory that this process had."""
    if resource is None:
        return psutil.Process().memory_info().peak_wset / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def killing(folder, kills, seed):
    """Trials lost to kills at random moments."""
    acknowledged, lost = kill_again_and_again(folder, kills, seed)
    print(
        f"kills: {len(lost)} of {acknowledged} acknowledged trials lost in {kills} kills"
        f"{judge('lost to kills', len(lost), 0)}"
    )


def failing(folder):
    """Trials lost when each call to the disk fails in turn, once and twenty times in a row."""
    if failing_files() is None:
        print("disk faults: not measured, this Python does not show its SQLite library")
        return
    (folder / "faults").mkdir()
    outcomes = list(sweep(folder / "faults"))
    lost = sum(len(outcome[2]) for outcome in outcomes)
    print(
        f"disk faults: {lost} acknowledged trials lost in {len(outcomes)} lives with a failing disk"
        f"{judge('lost to the disk', lost, 0)}"
    )


def mutating(folder, mutations, seed):
    """What becomes of mutated files."""
    outcomes, longest, wrong = campaign(folder, mutations, seed)
    opened = sum(count for (_, outcome), count in outcomes.items() if outcome == "opened")
    refused = sum(outcomes.values()) - opened
    print(
        f"mutated files: {opened} opened, {refused} refused in a sentence, {len(wrong)} otherwise"
        f"{judge('mutated files', len(wrong), 0)}; "
        f"the longest took {longest:.2f} s{judge('a mutated file, s', longest, 2)}"
    )
    print(*wrong[:3], sep="\n")


if __name__ == "__main__":
    raise SystemExit(run_all({"store": lambda: main(*map(int, sys.argv[1:4]))}))
