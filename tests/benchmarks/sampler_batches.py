"""What parallel work costs in quality: asynchronous workers with uneven durations, on simulated time.

Run ``python -m tests.benchmarks.sampler_batches``. Every worker asks as soon as it is free; trials last a log-normal
time (sigma 0.5). Printed is the mean best loss after 60 trials over five seeds for 1, 4 and 8 workers, and the share of
suggestions that repeat another one's place (within 1 % of the range in every coordinate).
"""

from __future__ import annotations

import heapq

import numpy as np

from engine import samplers
from tests.contracts.sampler_contract import Walk
from tests.engine.samplers.test_optima import MIXED, PLANE, SIX, branin, hartmann, mixed

TRIALS, SEEDS = 60, 5
PROBLEMS = {"branin": (PLANE, branin), "hartmann": (SIX, hartmann), "mixed": (MIXED, mixed)}


def simulate(name, problem, workers, seed):
    """Best loss and share of repeated places of one simulated study."""
    space, function = PROBLEMS[problem]
    walk, clock = Walk(samplers.make(name), space, seed), np.random.default_rng(seed)
    running, now = [], 0.0
    while len(walk.history) < TRIALS or running:
        while len(running) < workers and len(walk.history) < TRIALS:
            number, suggestion = walk.ask()
            heapq.heappush(running, (now + clock.lognormal(0.0, 0.5), number, suggestion.params))
        now, number, params = heapq.heappop(running)
        walk.tell(number, function(params))
    unit = np.nan_to_num(walk.history.unit, nan=-1.0)
    apart = np.abs(unit[:, None] - unit[None]).max(axis=2) + np.eye(TRIALS)
    return walk.history.losses.min(), (apart.min(axis=1) < 0.01).mean()


def main():
    """Print one line for every problem and sampler."""
    print("mean best loss (share of repeated places) with        1 worker          4 workers          8 workers")
    for problem in PROBLEMS:
        for name in ("bayesian", "tpe", "random"):
            cells = []
            for workers in (1, 4, 8):
                runs = [simulate(name, problem, workers, seed) for seed in range(SEEDS)]
                best, repeated = np.mean(runs, axis=0)
                cells.append(f"{best:11.4f} ({repeated:4.0%})")
            print(f"  {problem:12}{name:34}" + "  ".join(cells), flush=True)


if __name__ == "__main__":
    main()
