"""What a search costs beyond its fits: ``SearchCV`` against ``RandomizedSearchCV`` on the same configurations.

Run ``python -m tests.benchmarks search_cv``. Both have two workers and fit the very same configurations, in turns; the
median of the ratios of the rounds counts, and is to stay within 1.05. The Bayesian search's configurations are those
that it chose, given to the other as they are; its time holds choosing them.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RandomizedSearchCV
from sklearn.svm import SVC

from engine import SearchCV
from tests.benchmarks._limits import judge, run_all

ROUNDS = 3
MOST = 1.05
SPACES = {
    "forest": (RandomForestClassifier(random_state=0), {"n_estimators": (20, 60), "max_features": (0.05, 0.9)}),
    "svc": (SVC(), {"C": loguniform(1e-1, 1e2), "gamma": loguniform(1e-4, 1e-2)}),
}


def seconds(search, X, y):
    """How long a fit takes by the clock: two workers do it."""
    begun = time.perf_counter()
    search.fit(X, y)
    return time.perf_counter() - begun


def compare(name, sampler, trials, X, y):
    """The median ratio over the rounds."""
    estimator, space = SPACES[name]
    ratios = []
    for seed in range(ROUNDS):
        usual = {"n_jobs": 2, "cv": 5, "refit": False}
        ours = SearchCV(estimator, space, sampler=sampler, n_trials=trials, random_state=seed, **usual)
        taken = seconds(ours, X, y)
        same = [{key: [value] for key, value in one.items()} for one in ours.cv_results_["params"]]
        theirs = RandomizedSearchCV(estimator, same, n_iter=len(same), random_state=0, **usual)
        ratios.append(taken / seconds(theirs, X, y))
    return float(np.median(ratios)), min(ratios), max(ratios)


def main():
    """Print one line for every estimator and sampler."""
    X, y = (part[:900] for part in load_digits(return_X_y=True))
    warnings.simplefilter("ignore")
    seconds(RandomizedSearchCV(SVC(), {"C": [0.1, 1.0]}, n_iter=2, n_jobs=2), X, y)  # the workers start here
    for name in SPACES:
        for sampler in ("random", "bayesian"):
            middle, low, high = compare(name, sampler, 30, X, y)
            limit = judge(f"{name} {sampler}", middle, MOST)
            print(
                f"{name:8} {sampler:10} {middle:5.3f} x RandomizedSearchCV ({low:.3f} to {high:.3f}){limit}",
                flush=True,
            )


if __name__ == "__main__":
    raise SystemExit(run_all({"search_cv": main}))
