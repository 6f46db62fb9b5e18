"""What models that fail cost the others: every fault twenty times in one study, and memory over 20,000 short trials."""

import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from engine.events import TrialStarted
from engine.objectives.description import FunctionObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Categorical, Float
from tests.benchmarks._limits import judge, run_all
from tests.helpers.runs import Listened, function_setup

FAULTY = Path(__file__).resolve().parents[1] / "helpers" / "faulty"
FAULTS = ("raise", "exit", "abort", "kill", "hang", "flood", "print", "nan", "text", "imports", "memory")
HARMLESS = ("flood", "print")
TWENTY, PLAIN = 20, 280
SHORT_TRIALS, MOST_GROWTH = 20_000, 20.0


def five_hundred_trials():
    """Every fault twenty times among 280 plain trials: how many trials of each kind ended in which state."""
    os.environ["PYTHONPATH"] = str(FAULTY)
    choices = {"fault": Categorical((*FAULTS, "none")), "x": Float(0, 1)}
    budget = Budget(trials=TWENTY * len(FAULTS) + PLAIN, workers=2, trial_seconds=3.0, trial_megabytes=600.0)
    setup = StudySetup("faults", FunctionObjective("faulty"), choices, "minimize", Strategy("random"), budget)
    order = [fault for fault in FAULTS for _ in range(TWENTY)] + ["none"] * PLAIN
    random.Random(0).shuffle(order)
    with tempfile.TemporaryDirectory() as folder, Listened() as run:
        run.runner.create(Path(folder) / "a.study", setup)
        run.opened()
        for fault in order:
            run.runner.enqueue({"fault": fault, "x": 0.5})
        run.runner.start()
        run.until_state("ended", 1200)
        chosen = {one.number: one.params["fault"] for one in run.heard if isinstance(one, TrialStarted)}
        tally = Counter((chosen[one.number], one.state) for one in run.ended_trials())
        for one in run.ended_trials():
            if one.state == "failed" and chosen[one.number] in ("none", *HARMLESS):
                print(f"  trial {one.number} ({chosen[one.number]}): {one.reason}")
        run.close()
    return tally


def growth_over_short_trials():
    """How many MB this process grows from trial 2,000 to the last of 20,000, and how many trials a second it ran."""
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder, Listened() as run:
        run.runner.create(Path(folder) / "a.study", function_setup(trials=SHORT_TRIALS, workers=2))
        run.opened()
        run.runner.start()
        ended, before, begun = 0, 0.0, time.perf_counter()
        while ended < SHORT_TRIALS:
            run.until(lambda one: type(one).__name__ == "TrialEnded")
            run.heard.clear()
            ended += 1
            if ended == 2000:
                before = process.memory_info().rss / 1e6
        growth = process.memory_info().rss / 1e6 - before
        rate = SHORT_TRIALS / (time.perf_counter() - begun)
        run.close()
    return growth, rate


def main():
    """Print both."""
    tally = five_hundred_trials()
    plain = tally["none", "complete"]
    print(f"plain trials complete: {plain}{judge('plain trials complete', plain, least=PLAIN)}")
    for fault in FAULTS:
        wanted = "complete" if fault in HARMLESS else "failed"
        found = tally[fault, wanted]
        print(f"  {fault:<8} {found:>3} {wanted}{judge(f'{fault}: {wanted}', found, least=TWENTY)}")
    growth, rate = growth_over_short_trials()
    print(
        f"memory: {growth:+.1f} MB over 18,000 short trials{judge('growth in MB', growth, MOST_GROWTH)}, "
        f"{rate:.0f} trials a second"
    )


if __name__ == "__main__":
    raise SystemExit(run_all({"faults": main}))
