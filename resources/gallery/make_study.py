"""Makes ``digits.study``, the finished study that the gallery shows: ``python -m resources.gallery.make_study``.

It is kept in the repository, rather than made whenever pictures are wanted, so that the pictures show the same times
and scores on every machine; and it stands for all study files that older versions have written.
"""

from __future__ import annotations

import queue
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from engine.events import RunStateChanged
from engine.setup import Strategy, replace
from engine.study import Refused, Runner, suggest_setup

TARGET = Path(__file__).with_name("digits.study")
TRIALS, FOLDS = 48, 4


def main() -> int:
    """Run the study; the exit status."""
    said: queue.SimpleQueue[object] = queue.SimpleQueue()

    def listen(batch: tuple[object, ...]) -> None:
        for item in batch:
            said.put(item)

    setup = suggest_setup("sample:digits")
    assert setup.objective is not None
    validation = replace(setup.objective.validation, folds=FOLDS)
    setup = replace(
        setup,
        objective=replace(setup.objective, validation=validation),
        strategy=Strategy("tpe", pruner="median", pruner_options={"peers": 10, "grace": 8}, seed=3),
        budget=replace(setup.budget, trials=TRIALS, workers=2),
    )
    TARGET.unlink(missing_ok=True)
    runner = Runner(listen)
    runner.create(TARGET, setup)
    runner.start()
    while True:
        item = said.get()
        if isinstance(item, Refused):
            sys.stderr.write(f"{item.what} {item.remedy}\n")
            break
        if isinstance(item, RunStateChanged) and item.state == "ended":
            break
    runner.close()
    runner.join(30)
    with closing(sqlite3.connect(TARGET)) as connection:
        connection.execute("VACUUM")  # pages of checkpoints that are no longer needed
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
