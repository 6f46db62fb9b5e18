"""CPU time per suggestion against the number of trials, for our samplers and for Gaussian-process peers.

Run ``python -m tests.benchmarks.samplers``. Times are process seconds on one thread of linear algebra, the median over
a row of fresh trials; the peers are scikit-learn's regressor under a plain expected-improvement search and, where it
is installed, Optuna's sampler, in the same process.
"""

from __future__ import annotations

import statistics
import time
import warnings

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern, WhiteKernel
from threadpoolctl import threadpool_limits

from engine import samplers
from engine.events import TrialEnded, TrialStarted
from engine.maths.acquisition import log_expected_improvement
from engine.space import Float, SearchSpace
from engine.trials import History

try:
    import optuna
    import torch  # noqa: F401 - its Gaussian process needs it
except ImportError:
    optuna = None

DIMENSION = 8
SPACE = SearchSpace({f"x{index}": Float(0.0, 1.0) for index in range(DIMENSION)})
CENTRE = np.linspace(0.2, 0.8, DIMENSION)


def loss(x):
    """A smooth valley with ripples, (d,) -> float."""
    return float(((x - CENTRE) ** 2).sum() + 0.05 * np.sin(9 * x).sum())


def filled(trials):
    """A history as a search leaves it: a third spread out, the rest ever nearer to the best point."""
    history, rng = History(SPACE), np.random.default_rng(0)
    for number in range(trials):
        width = 1.0 if number < trials / 3 else 0.3
        x = np.clip(CENTRE + width * (rng.random(DIMENSION) - 0.5), 0, 1)
        _finish(history, number, dict(zip(SPACE, x.tolist(), strict=True)))
    return history


def _finish(history, number, params):
    history.apply(TrialStarted(number=number, params=params, time=0.0))
    score = loss(np.array(list(params.values())))
    history.apply(TrialEnded(number=number, state="complete", time=0.0, seconds=0.0, scores=(score,)))


def ours(name, trials, rounds):
    """Median CPU seconds of a suggestion, finishing every suggested trial."""
    sampler = samplers.make(name, {"levels": 12} if name == "grid" else None)
    history = filled(trials)
    spent = []
    for turn in range(rounds + 2):
        number = len(history)
        begun = time.process_time()
        suggestion = sampler.suggest(history, samplers.SuggestRequest(number, history.drawn, 0))
        if turn >= 2:  # the first calls import and fit what later ones keep
            spent.append(time.process_time() - begun)
        _finish(history, number, suggestion.params)
    return statistics.median(spent)


def scikit_learn(trials, rounds):
    """The same task with scikit-learn's regressor: one fit, 512 candidates by expected improvement."""
    history, spent = filled(trials), []
    for turn in range(rounds):
        begun = time.process_time()
        kernel = Matern(np.ones(DIMENSION), nu=2.5) + WhiteKernel(1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = GaussianProcessRegressor(kernel, normalize_y=True).fit(history.unit, -history.losses)
        mean, spread = model.predict(np.random.default_rng(turn).random((512, DIMENSION)), return_std=True)
        log_expected_improvement(mean, np.maximum(spread, 1e-9), float((-history.losses).max()))[0].argmax()
        spent.append(time.process_time() - begun)
    return statistics.median(spent)


def optuna_gp(trials, rounds):
    """Optuna's Gaussian-process sampler on the same trials."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    ranges = {name: optuna.distributions.FloatDistribution(0.0, 1.0) for name in SPACE}
    study = optuna.create_study(sampler=optuna.samplers.GPSampler(seed=0))
    history = filled(trials)
    for number in range(trials):
        value = float(history.losses[number])
        study.add_trial(optuna.trial.create_trial(params=history.params(number), distributions=ranges, value=value))
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        trial = study.ask(ranges)
        spent.append(time.process_time() - begun)
        study.tell(trial, loss(np.array(list(trial.params.values()))))
    return statistics.median(spent)


def main():
    """Print one table, ratios against the peers last."""
    with threadpool_limits(limits=1, user_api="blas"):
        print(f"CPU ms per suggestion, d = {DIMENSION}; n =      100      300    1,000")
        for name in ("bayesian", "tpe", "cmaes", "evolution", "annealing", "auto", "quasirandom", "random", "grid"):
            row = [ours(name, trials, 15 if name in ("bayesian", "auto") else 40) * 1e3 for trials in (100, 300, 1000)]
            print(f"  {name:32}" + "".join(f"{value:9.3f}" for value in row), flush=True)
        own = ours("bayesian", 100, 15)
        peer = scikit_learn(100, 5)
        print(f"scikit-learn's regressor at n = 100: {peer * 1e3:.1f} ms, {peer / own:.1f} times ours")
        if optuna is None:
            print("Optuna is not installed here, so its sampler is left out")
        else:
            peer = optuna_gp(100, 5)
            print(f"Optuna's GPSampler at n = 100: {peer * 1e3:.1f} ms, {peer / own:.1f} times ours")


if __name__ == "__main__":
    main()
