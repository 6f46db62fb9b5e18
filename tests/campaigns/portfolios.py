"""What first trials that are known to do well gain: the same strategy with and without them, on ten tables.

``python -m tests.campaigns.portfolios [FAMILIES SEEDS ROWS]``, families divided by commas. Each pair of searches has
the same seed, space and folds. The best score after 5, 10 and 15 trials is scaled to the table and the model: 0 is the
median of the first five trials without a portfolio, 1 the best of all searches. The gain is the difference of the two,
its interval that of 2000 bootstraps over tables.
"""

import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets

from engine import seeds
from engine.data import metrics, samples
from engine.errors import UserFault
from engine.learners.portfolios import portfolio_of
from engine.objectives import table
from engine.objectives.description import Validation
from engine.pruners import make as make_pruner
from engine.samplers import make as make_sampler
from engine.setup import replace
from engine.study import suggest_setup
from engine.trials import Curves, History
from engine.tuning import Tuner

AT = (5, 10, 15)
FAMILIES = ("random_forest", "boosting", "svm", "elastic_net", "neighbours")


def make_tables(folder, rows):
    """Ten tables as (path, target): samples of the project, and some that scikit-learn makes."""
    made = []
    for name in ("wine", "digits", "breast_cancer", "wages", "diabetes"):
        if name in samples.names():
            sample = samples.describe(name)
            frame = samples.frame(name)
            made.append((name, frame, sample.target))
    seed = np.random.default_rng(7)
    for name, noise in (("friedman1", 1.0), ("friedman3", 0.1)):
        X, y = getattr(datasets, f"make_{name}")(rows, noise=noise, random_state=3)
        made.append((name, pd.DataFrame(X).add_prefix("x").assign(target=y), "target"))
    for name, words in (
        ("informative", {"n_features": 20, "n_informative": 10, "n_classes": 3, "flip_y": 0.05}),
        ("noisy", {"n_features": 30, "n_informative": 4, "flip_y": 0.2}),
        ("clusters", {"n_features": 8, "n_informative": 6, "n_redundant": 0, "n_clusters_per_class": 4}),
    ):
        X, y = datasets.make_classification(rows, random_state=5, **words)
        made.append((name, pd.DataFrame(X).add_prefix("x").assign(target=np.asarray(["a", "b", "c"])[y]), "target"))
    paths = []
    for name, frame, target in made:
        path = folder / f"{name}.csv"
        picked = frame if len(frame) <= rows else frame.iloc[np.sort(seed.permutation(len(frame))[:rows])]
        picked.to_csv(path, index=False)
        paths.append((path, target))
    return paths


def search(evaluator, setup, portfolio, seed):
    """The scores of the trials, as losses; a failed one is infinite."""
    sign = 1.0 if setup.direction == "minimize" else -1.0
    history = History(setup.search_space(), (setup.direction,))
    tuner = Tuner(history, Curves(), make_sampler("bayesian"), make_pruner("none"), seed, 100)
    tuner.portfolio = portfolio
    losses = []
    for number in range(max(AT)):
        started = tuner.ask(1.0)
        try:
            model = seeds.integer(seed, "trial", number, "model")
            score = evaluator.evaluate(started.params, model, lambda step, records: None).score
        except UserFault as fault:
            tuner.tell(number, (), 2.0, "failed", str(fault))
            losses.append(np.inf)
            continue
        tuner.tell(number, (score,), 2.0)
        losses.append(sign * score)
    return np.array(losses)


def gains(path, target, family, count):
    """(seeds, len(AT)) of one table and model."""
    setup = suggest_setup(path, target, family=family, choices={"validation": Validation(folds=3, holdout=0.2)})
    metric = "log_loss" if setup.objective.task == "classification" and family != "svm" else "rmse"
    if setup.objective.task == "classification" and family == "svm":
        metric = setup.objective.metric
    metrics.get(metric)
    setup = replace(setup, objective=replace(setup.objective, metric=metric), direction=metrics.get(metric).direction)
    evaluator = table.prepare(setup.objective)
    known = portfolio_of(family, setup.objective.task)
    pairs = [[search(evaluator, setup, one, seed) for one in (None, known)] for seed in range(count)]
    everything = np.concatenate([one for pair in pairs for one in pair])
    best, usual = np.min(everything), np.median([pair[0][:5] for pair in pairs])
    scale = max(usual - best, 1e-12)
    found = [[(np.min(pair[0][:at]) - np.min(pair[1][:at])) / scale for at in AT] for pair in pairs]
    return np.array(found)


def interval(values):
    """90 % of bootstraps over tables of the mean."""
    rng = np.random.default_rng(0)
    means = [values[rng.integers(len(values), size=len(values))].mean(axis=0) for _ in range(2000)]
    return np.quantile(means, (0.05, 0.95), axis=0)


def main():
    families = tuple(sys.argv[1].split(",")) if len(sys.argv) > 1 else FAMILIES
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    warnings.simplefilter("ignore")
    by_table = {}
    with tempfile.TemporaryDirectory() as folder:
        for path, target in make_tables(Path(folder), rows):
            for family in families:
                begun = time.process_time()
                found = gains(path, target, family, count)
                by_table.setdefault(path.stem, []).append(found.mean(axis=0))
                spent = time.process_time() - begun
                print(f"{path.stem:14} {family:16} {np.round(found.mean(axis=0), 3)}  {spent:.0f} s", flush=True)
    values = np.array([np.mean(one, axis=0) for one in by_table.values()])
    low, high = interval(values)
    for place, at in enumerate(AT):
        mean = values[:, place].mean()
        print(f"gain after {at:2} trials: {mean:+.3f} [{low[place]:+.3f}, {high[place]:+.3f}] on {len(values)} tables")


if __name__ == "__main__":
    main()
