"""Ctrl+C again and again, at any moment of a study's calls: memory and file stay the same, and no trial is lost.

``python -m tests.campaigns.interrupts [SECONDS SEED]``; ``tests/engine/study/test_refusals.py`` runs a slice of it. A
clock of the processor's time raises what Ctrl+C raises, so it needs POSIX and a process of its own.
"""

import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from engine import Float, Study
from engine.errors import UserFault
from tests.engine.store.event_sequences import curve_picture, picture


def interrupt_again_and_again(folder, seconds, seed):
    """How many interrupts came, how many trials there are, and what went wrong."""
    rng, wrong, end = random.Random(seed), [], time.monotonic() + seconds
    study = Study({"x": Float(0, 1)}, sampler="random", seed=seed)
    study.save(folder / "a.study")
    told, interrupts = {}, 0

    def raise_interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGVTALRM, raise_interrupt)
    while time.monotonic() < end:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, rng.uniform(1e-4, 6e-3))
            for _ in range(50):  # then anew: an interrupt that comes where Python ignores it comes once
                trial = study.ask()
                trial.report(1, {"loss": 0.5})
                trial.suggest_float(f"late{rng.randrange(4)}", 0, 1)
                study.tell(trial, trial.params["x"])
                told[trial.number] = trial.params["x"]
        except KeyboardInterrupt:
            interrupts += 1
        except UserFault as fault:
            wrong.append(str(fault))
            break
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if any(study.history.trial(number).score != score for number, score in list(told.items())[-3:]):
            wrong.append("a trial that was told is lost in memory")
            break
    for number in study.history.where(1).tolist():
        study.tell(number, 0.5)
    study.flush()
    study.close()
    with Study.open(folder / "a.study") as again:
        if picture(again.history) != picture(study.history):
            wrong.append("the file differs from the study")
        if any(
            curve_picture(again.curves.get(n)) != curve_picture(study.curves.get(n)) for n in range(len(study.history))
        ):
            wrong.append("the curves on file differ from the study's")
    wrong += [f"trial {number} is lost" for number, score in told.items() if study.history.trial(number).score != score]
    return interrupts, len(study.history), wrong


def main(seconds=60, seed=None):
    """Print what went wrong."""
    seed = random.randrange(10**6) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder:
        interrupts, trials, wrong = interrupt_again_and_again(Path(folder), seconds, seed)
    print(f"seed {seed}, {interrupts} interrupts, {trials} trials: {len(wrong)} wrong (limit 0)", *wrong[:20], sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
