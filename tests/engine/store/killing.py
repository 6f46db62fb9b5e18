"""A program that records trials is killed at any moment; what it had acknowledged must be on file.

``python -m tests.engine.store.killing PATH SEED`` is that program: it prints the number of a trial once it is durable.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from engine import store
from tests.engine.store.studies import SPACE, trial

STEPS = 20


def record_until_killed(path: Path, seed: int) -> None:
    """Record trials in batches cut anywhere, flush and copy now and then, and say each number that is durable."""
    rng, dice = np.random.default_rng(seed), random.Random(seed)
    number = len(store.Reader(path).history())
    with store.open_writer(path) as writer:
        print("open", flush=True)
        while True:
            events = list(trial(number, rng, STEPS))
            cut = dice.randrange(len(events))
            writer.record(events[:cut])
            if dice.random() < 0.1:
                writer.flush()
            writer.record(events[cut:])
            print(number, flush=True)
            if dice.random() < 0.01:
                writer.save_as(path.with_name("copy.study"))
            number += 1


def kill_once(path: Path, rng: random.Random) -> tuple[set[int], set[int]]:
    """Let the program run, kill it, open the file; returns the acknowledged numbers and those of them that are lost."""
    command = [sys.executable, "-m", "tests.engine.store.killing", str(path), str(rng.randrange(10**6))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout.readline() == "open\n"
        killer = threading.Thread(target=kill_after, args=(process, rng.random() * 0.15))
        killer.start()
        lines = process.stdout.read().split("\n")
        killer.join()
    acknowledged = {int(line) for line in lines[:-1]}  # the last may be cut
    reader = store.Reader(path)  # opens without repair
    history, curves = reader.history(), reader.curves()
    whole = {number for number in history.where(2).tolist() if len(curves[number]) == STEPS}
    store.open_writer(path).close()
    assert [item.name for item in path.parent.glob(path.name + "*")] == [path.name]
    return acknowledged, acknowledged - whole


def kill_after(process: subprocess.Popen, seconds: float) -> None:
    time.sleep(seconds)
    process.kill()


def kill_again_and_again(folder: Path, kills: int, seed: int) -> tuple[int, set[int]]:
    """The number of acknowledged trials, and those that were lost, over ``kills`` kills of runs of one study."""
    path, rng = folder / "killed.study", random.Random(seed)
    store.create(path, "{}", SPACE).close()
    acknowledged, lost = set(), set()
    for _ in range(kills):
        once, gone = kill_once(path, rng)
        acknowledged |= once
        lost |= gone
    reader = store.Reader(path)
    history, curves = reader.history(), reader.curves()
    whole = {number for number in history.where(2).tolist() if len(curves[number]) == STEPS}
    return len(acknowledged), lost | (acknowledged - whole)


if __name__ == "__main__":
    record_until_killed(Path(sys.argv[1]), int(sys.argv[2]))
