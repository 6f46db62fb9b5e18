"""How often a rule of failure is told where failures come of chance: ``python -m tests.campaigns.false_rules 200``.

Spaces of five hyperparameters, 20 to 120 trials, of which 4 to 40 % fail in three ways. Exit 1 above 5 %.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np

from engine.analysis.failures import failures_of
from engine.events import TrialEnded, TrialStarted
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import Curves, History

MOST = 0.05
SPACE = SearchSpace(
    {
        "rate": Float(1e-4, 10.0, log=True),
        "units": Int(8, 256, log=True),
        "dropout": Float(0.0, 0.5),
        "rule": Categorical(["sgd", "adam", "rms"]),
        "momentum": Float(0.5, 0.99, when={"rule": ["sgd"]}),
    }
)
REASONS = ("Training diverged at update 3 (epoch 1): the loss grew.", "It took longer than 3 s.", "ValueError")


def noise(seed: int) -> History:
    """A study whose trials fail by chance alone."""
    rng, history = np.random.default_rng(seed), History(SPACE)
    share = rng.uniform(0.04, 0.4)
    for number in range(int(rng.integers(20, 120))):
        history.apply(TrialStarted(number, SPACE.sample(rng), float(number)))
        if rng.random() < share:
            reason = REASONS[int(rng.integers(len(REASONS)))]
            history.apply(TrialEnded(number, "failed", number + 0.5, 0.5, (), reason))
        else:
            history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (float(rng.standard_normal()),)))
    return history


def rules_in_noise(seeds: Iterable[int]) -> int:
    """In how many of these studies a rule is told, of failed or of useless trials."""
    found = [failures_of(noise(seed), Curves()) for seed in seeds]
    return sum(one.rule is not None or one.useless_rule is not None for one in found)


def main() -> int:
    """Count and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    told = rules_in_noise(range(runs))
    print(f"{told} of {runs} studies of pure noise were told a rule ({told / runs:.1%}; at most {MOST:.0%})")
    return int(told > MOST * runs)


if __name__ == "__main__":
    sys.exit(main())
