"""A study in Python whose file refuses, is interrupted, goes and comes back at random; nothing told may be lost.

``python -m tests.campaigns.refusals [LIVES SEED]``; ``tests/engine/study/test_refusals.py`` runs a slice of it.
"""

import random
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from engine import Categorical, Float, Study, store
from engine.errors import UserFault
from tests.engine.store.event_sequences import curve_picture, picture

SPACE = {"x": Float(0, 1), "kind": Categorical(["a", "b"])}
CALLS = ("ask", "ask", "tell", "tell", "tell", "report", "late", "queue", "flush", "close", "save")
REFUSED = UserFault("There is no room left on the disk.", "Free some space.")


class Fail:
    """Stands in for one function: refuses or interrupts it, before or after its work, while it is told to."""

    def __init__(self, where, name):
        self.where, self.name, self.real = where, name, getattr(where, name)
        self.error, self.is_after = None, False

        def stand_in(*values, **more):  # a function: as a method it is given its object
            return self.call(*values, **more)

        setattr(where, name, stand_in)

    def call(self, *values, **more):
        if self.error is not None and not self.is_after:
            raise self.error
        done = self.real(*values, **more)
        if self.error is not None:
            raise self.error
        return done

    def undo(self):
        setattr(self.where, self.name, self.real)


class Life:
    """One study, what it acknowledged or kept, and the same told to a study without a file."""

    def __init__(self, folder, seed):
        self.rng = random.Random(seed)
        self.path = folder / "a.study"
        self.away = folder / "away"
        self.study = Study(SPACE, sampler="random", seed=seed)
        self.study.save(self.path)
        self.running, self.scores, self.queued = [], {}, 0
        self.places = [
            Fail(store.Writer, "record"),
            Fail(store.Writer, "_run_transaction"),
            Fail(store.Writer, "flush"),
            Fail(type(self.study._outbox), "add"),
            Fail(type(self.study.history), "apply"),
            Fail(store.Writer, "abandon"),
        ]

    def live(self, calls):
        try:
            for _ in range(calls):
                self.trouble()
                self.call()
                self.ease()
                self.compare_in_memory()
        finally:
            for place in self.places:
                place.undo()
        self.bring_back()
        return self.check()

    def trouble(self):
        dice = self.rng.random()
        place = self.rng.choice(self.places)
        if dice < 0.25:
            self.places[0].error = REFUSED
        elif dice < 0.45:
            place.error = KeyboardInterrupt()
            place.is_after = self.rng.random() < 0.5
        elif dice < 0.55:
            place.error = RuntimeError("anything")
            place.is_after = self.rng.random() < 0.5
        elif dice < 0.62 and self.path.exists():
            self.path.rename(self.away)

    def ease(self):
        for place in self.places:
            place.error, place.is_after = None, False
        if self.rng.random() < 0.5:
            self.bring_back()

    def bring_back(self):
        if self.away.exists():
            self.away.rename(self.path)

    def call(self):
        name = self.rng.choice(CALLS)
        with suppress(UserFault, KeyboardInterrupt, RuntimeError):
            getattr(self, name)()

    def ask(self):
        self.running.append(self.study.ask())

    def tell(self):
        if not self.running:
            return
        trial, score = self.running[0], self.rng.random()
        try:
            self.study.tell(trial, score)
        finally:
            if self.study.history.state[trial.number] != 1:  # it is in memory, so it has to reach the file
                self.running.pop(0)
                self.scores[trial.number] = score

    def report(self):
        if self.running:
            self.running[-1].report(len(self.study.curves.get(self.running[-1].number)), {"loss": self.rng.random()})

    def late(self):
        if self.running:
            self.running[-1].suggest_float(f"late{self.rng.randrange(3)}", 0, 1)

    def queue(self):
        self.study.enqueue(
            {"x": self.rng.random(), "kind": "a", **{name: 0.5 for name in self.study.space if "late" in name}}
        )

    def flush(self):
        self.study.flush()

    def close(self):
        self.study.close()

    def save(self):
        self.study.save(self.path)

    def compare_in_memory(self):
        """What was told is there, whatever was refused."""
        for number, score in self.scores.items():
            assert self.study.trials[number].scores == (score,), f"trial {number} was lost in memory"

    def check(self):
        """The same object goes on, its file is it, and a copy elsewhere is it as well."""
        study, handed = self.study, {trial.number for trial in self.running}
        orphans = set(study.history.where(1).tolist()) - handed
        study.save(self.path.with_name("elsewhere.study"))
        for trial in self.running:
            study.tell(trial, 0.5)
        study.tell(study.ask(), 0.25)
        study.close()
        wrong = [f"trial {number} runs for nobody" for number in orphans]
        with Study.open(study._outbox.path) as again:
            if picture(again.history) != picture(study.history):
                wrong.append("the file differs from the study")
            pairs = [(again.curves.get(number), study.curves.get(number)) for number in range(len(study.history))]
            if any(curve_picture(one) != curve_picture(other) for one, other in pairs):
                wrong.append("the curves on file differ from the study's")
        if study.is_written is not True:
            wrong.append("it says that something waits")
        return wrong


def campaign(folder, lives, seed, calls=30):
    """What went wrong in so many lives."""
    wrong = []
    for index in range(lives):
        place = folder / f"life{index}"
        place.mkdir()
        try:
            found = Life(place, seed * 100_000 + index).live(calls)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            found = [repr(error)]
        wrong += [f"seed {seed}, life {index}: {one}" for one in found]
    assert threading.active_count() < 50
    return wrong


def main(lives=500, seed=None):
    """Print what went wrong."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder:
        wrong = campaign(Path(folder), lives, seed)
    print(f"{lives} lives, seed {seed}: {len(wrong)} wrong (limit 0)", *wrong[:20], sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
