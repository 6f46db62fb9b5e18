"""How honest the corrected score is, over studies whose truth is known: bias, coverage, and the naive score beside it.

``python -m tests.campaigns.honest_scores [STUDIES]`` simulates so many studies of each kind (56 make 1,008 in all):
100, 500 and 2,000 rows; 20, 60 and 200 trials; all equally good, and spread by 0.03 in accuracy. It ends with exit
status 1 where the bias is over a quarter of the standard error, or the 90 % interval covers less than 87 or more than
97 %, over all studies; the kinds are printed one by one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from engine.judging.corrected import correct_score
from engine.judging.metric_choice import choose_metric
from tests.engine.judging.made import made_study


@dataclass(frozen=True)
class Found:
    """``bias`` and ``naive`` (that of the score as chosen) in standard errors; ``coverage`` of the 90 % interval."""

    bias: float
    naive: float
    coverage: float
    studies: int


def campaign(studies=56, rows=(100, 500, 2000), trials=(20, 60, 200), print_line=None):
    """Simulate ``studies`` of each kind."""
    every = []
    for n in rows:
        for count in trials:
            for spread in (0, 1):
                mine = [_one(n, count, spread, seed) for seed in range(studies)]
                every += mine
                if print_line:
                    found = _found(mine)
                    kind = "spread" if spread else "equal "
                    print_line(
                        f"{n:5} rows {count:4} trials {kind}: bias {found.bias:+.2f} s.e. "
                        f"(naive {found.naive:+.2f}), coverage {found.coverage:.1%}"
                    )
    return _found(every)


def _one(n, count, spread, seed):
    made, models, truth = made_study(n, count, spread, seed)
    found = correct_score(choose_metric("accuracy", made, 1), made, models, range(count), seed=seed)
    true = truth[found.number]
    error = found.standard_error
    return (found.score - true) / error, (found.naive - true) / error, found.low <= true <= found.high


def _found(rows):
    bias, naive, covered = np.mean(np.array(rows, dtype=float), axis=0)
    return Found(float(bias), float(naive), float(covered), len(rows))


if __name__ == "__main__":
    result = campaign(int(sys.argv[1]) if len(sys.argv) > 1 else 56, print_line=print)
    print(result)
    sys.exit(not (abs(result.bias) <= 0.25 and 0.87 <= result.coverage <= 0.97))
