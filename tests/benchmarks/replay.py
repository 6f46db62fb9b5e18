"""How fast a study is played back: ``python -m tests.benchmarks.replay``; exit 1 below ten trials a second.

A hundred trials of a Bayesian search over eight hyperparameters; each moment is worked out anew: the surrogate with its
slices and map, the acquisition, and the strategy's choice. Processor time, so that other work on the machine does not
count.
"""

from __future__ import annotations

import math
import sys
import time

import numpy as np

from engine.replaying import StudyReplay
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Categorical, Float, Int, SearchSpace
from engine.study import Study

TRIALS, LIMIT = 100, 10.0
SPACE = SearchSpace(
    {
        "rate": Float(1e-4, 10.0, log=True),
        "units": Int(8, 256, log=True),
        "dropout": Float(0.0, 0.5),
        "l2": Float(1e-7, 0.1, log=True),
        "rule": Categorical(["sgd", "adam", "rms"]),
        "momentum": Float(0.5, 0.99, when={"rule": ["sgd"]}),
        "layers": Int(1, 3),
        "activation": Categorical(["relu", "tanh"]),
    }
)


def main() -> int:
    """Measure and print."""
    study, rng = Study(SPACE, sampler="bayesian", direction="maximize", seed=3), np.random.default_rng(0)
    for _ in range(TRIALS):
        trial = study.ask()
        height = -((math.log10(trial.params["rate"]) + 2.5) ** 2) - abs(math.log2(trial.params["units"]) - 7)
        study.tell(trial, height + 0.1 * rng.standard_normal())
    setup = StudySetup("replay", None, dict(SPACE), "maximize", Strategy("bayesian", seed=3), Budget(trials=None))
    history = study._tuner.history.copy()
    for name, numbers in (("all of 100", range(TRIALS + 1)), ("the last ten", range(TRIALS - 9, TRIALS + 1))):
        replay, begun = StudyReplay(setup, history), time.process_time()
        assert all(replay.at(number).is_same for number in numbers)
        rate = len(numbers) / (time.process_time() - begun)
        is_missed = rate < LIMIT
        sys.stdout.write(f"moments a second, {name:<14}{rate:8.1f}  (at least {LIMIT:.0f}){' MISSED' * is_missed}\n")
        if is_missed:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
