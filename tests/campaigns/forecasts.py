"""Whether forecasts come true: of what is said to have a chance of 30 %, about 30 % must happen.

``python -m tests.campaigns.forecasts [check|fit] [STUDIES SEED]`` runs simulated studies of several strategies on
random functions (bowls, valleys, many minima, with and without noise, of one to six hyperparameters), and prints what
was said beside what came; ``fit`` prints the constants of :mod:`engine.analysis.forecast` as they would be fitted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from engine.analysis.forecast import FITTED, chance_of_record, late_records, records_of
from engine.samplers import registry
from engine.space import Float, SearchSpace
from engine.study import Study

STRATEGIES = ("random", "tpe", "bayesian", "cmaes", "evolution")
SPANS = ((15, 10), (20, 10), (30, 10), (25, 25), (40, 10), (50, 25), (60, 10), (60, 20), (40, 30))
"""After how many trials something is said, and of how many more."""
EDGES = (0.0, 0.1, 0.22, 0.38, 0.5, 0.65, 0.8, 1.01)


class Said(NamedTuple):
    """One forecast: which strategy ran, what was seen, of how many more trials, and whether a better score came."""

    strategy: str
    records: np.ndarray
    trials: int
    came: bool

    @property
    def chance(self) -> float:
        """What is said of it."""
        return chance_of_record(self.records, self.trials, registry.get(self.strategy).learns)


def simulate(strategies: tuple[str, ...], studies: int, seed: int, trials: int = 80) -> Iterator[Said]:
    """What can be said in so many studies of strategies in turn."""
    for number in range(studies):
        strategy = strategies[number % len(strategies)]
        losses = _run(strategy, np.random.default_rng([seed, number]), trials)
        records = records_of(losses)
        for before, more in SPANS:
            if before + more <= len(records):
                yield Said(strategy, records[:before], more, bool(records[before : before + more].any()))


def _run(strategy: str, rng: np.random.Generator, trials: int) -> np.ndarray:
    space, function = _problem(rng)
    study = Study(space, sampler=strategy, seed=int(rng.integers(1_000_000)))
    losses = []
    for _ in range(trials):
        trial = study.ask()
        losses.append(function(trial.params))
        study.tell(trial, losses[-1])
    return np.array(losses)


def _problem(rng: np.random.Generator) -> tuple[SearchSpace, Callable[[dict[str, Any]], float]]:
    count = int(rng.integers(1, 7))
    best, weights = rng.random(count), rng.uniform(0.2, 5.0, count)
    noise, kind, power = 10.0 ** rng.uniform(-4.0, -0.5), rng.integers(3), rng.uniform(0.5, 2.0)
    names = [f"x{place}" for place in range(count)]

    def function(params: dict[str, Any]) -> float:
        at = np.array([params[name] for name in names])
        value = float((weights * np.abs(at - best) ** power).sum())
        value += 0.3 * float(np.sin(9.0 * at).sum()) if kind == 1 else 0.0
        value = float(np.log1p(10.0 * abs(value))) if kind == 2 else value
        return value + noise * rng.standard_normal()

    return SearchSpace({name: Float(0.0, 1.0) for name in names}), function


def table(said: list[Said]) -> Iterator[tuple[float, float, int]]:
    """For chances of one size: their mean, the share that came, and how many there are."""
    chances, came = np.array([one.chance for one in said]), np.array([one.came for one in said])
    for low, high in pairwise(EDGES):
        inside = (chances >= low) & (chances < high)
        if inside.any():
            yield float(chances[inside].mean()), float(came[inside].mean()), int(inside.sum())


def fit(said: list[Said]) -> np.ndarray:
    """The constants with the highest likelihood, over strategies that learn."""
    from scipy.optimize import minimize

    learning = [one for one in said if registry.get(one.strategy).learns]
    came = np.array([one.came for one in learning])
    features = np.array([_features(one) for one in learning])

    def loss(constants: np.ndarray) -> float:
        means = np.exp(np.clip(features @ constants, -20.0, 5.0))
        return float(-np.sum(np.where(came, np.log(-np.expm1(-means)), -means)))

    return np.asarray(minimize(loss, np.array(FITTED), method="BFGS").x)


def _features(one: Said) -> tuple[float, ...]:
    n = len(one.records)
    since = int(np.argmax(one.records[::-1])) if one.records.any() else n
    span = np.log(np.log((n + one.trials) / n))
    return 1.0, float(span), float(np.log(late_records(one.records))), float(np.log((since + 1) / n))


def main() -> None:
    """Simulate and print."""
    what, studies, seed = [*sys.argv[1:], *("check", "300", "1")[len(sys.argv) - 1 :]][:3]
    said = list(simulate(STRATEGIES, int(studies), int(seed)))
    if what == "fit":
        print("constants:", fit(said).round(3))
    for mean, came, count in table(said):
        print(f"said {mean:.2f}  came {came:.2f}  of {count}")


if __name__ == "__main__":
    main()
