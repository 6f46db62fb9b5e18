"""Makes the finished studies that the gallery shows: ``python -m tests.making.gallery_study [NAME]``.

They are kept in the repository, rather than made whenever pictures are wanted, so that the pictures show the same times
and scores on every machine. ``digits.study`` was made once, by an older version, and stands for all study files that
older versions have written; ``layers.study`` tells of weights and gradients, and of what the strategy predicted.
"""

from __future__ import annotations

import queue
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from engine.events import RunStateChanged
from engine.setup import Strategy, replace
from engine.study import Rejected, Runner, suggest_setup

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FOLDS = 4
STUDIES = {
    "digits": (Strategy("tpe", pruner="median", pruner_options={"peers": 10, "grace": 8}, seed=3), 48),
    "layers": (Strategy("auto", seed=1), 18),
}


def main(name: str = "digits") -> int:
    """Run a study; the exit status."""
    said: queue.SimpleQueue[object] = queue.SimpleQueue()

    def listen(batch: tuple[object, ...]) -> None:
        for item in batch:
            said.put(item)

    target = RESOURCES / "gallery" / f"{name}.study"
    strategy, trials = STUDIES[name]
    setup = suggest_setup("sample:digits")
    assert setup.objective is not None
    validation = replace(setup.objective.validation, folds=FOLDS)
    setup = replace(
        setup,
        objective=replace(setup.objective, validation=validation),
        strategy=strategy,
        budget=replace(setup.budget, trials=trials, workers=2),
    )
    target.unlink(missing_ok=True)
    runner = Runner(listen)
    runner.create(target, setup)
    runner.start()
    while True:
        item = said.get()
        if isinstance(item, Rejected):
            sys.stderr.write(f"{item.what} {item.remedy}\n")
            break
        if isinstance(item, RunStateChanged) and item.state == "ended":
            break
    runner.close()
    runner.join(30)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("VACUUM")  # pages of checkpoints that are no longer needed
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
