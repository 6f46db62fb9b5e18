"""Whether a confirmation tells the truth, over studies of known truth: real cross-validation of ridge regressions.

``python -m tests.campaigns.confirmed_winners [STUDIES]`` (200 where nobody says) draws a table of a linear model with
noise, searches over penalties and subsets of columns, and has the winner, its rivals and two baselines confirmed by the
rounds that a study uses. It counts how often the winner is the true best or not told apart from it, how often any
verdict is false, how often the 95 % interval of the search's best covers its true score, and by how much the search's
score and the fresh one flatter it. Exit status 1 where the winner is a false one in over 5 %, or a verdict false in
over 10 %.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from engine.confirming.rounds import ConfirmOptions, Rounds
from engine.judging.confirmation import Candidate, FreshFit, Plan, confirm_rows

COLUMNS, NOISE, FOLDS, LEADERS = 12, 1.5, 5, 6
DATASETS = 60  # that the truth of a configuration is averaged over


@dataclass(frozen=True)
class Found:
    """Shares of studies, and how much the score of the search's best flatters: in the search, and fresh."""

    winner_holds: float
    false_verdicts: float
    coverage: float
    searched: float
    fresh: float
    fits: float
    studies: int


def fit_ridge(X, y, configuration):
    """The weights (columns,) of a ridge regression on a subset of columns."""
    penalty, kept = configuration
    weights = np.zeros(X.shape[1])
    if kept.any():
        some = X[:, kept]
        weights[kept] = np.linalg.solve(some.T @ some + penalty * np.eye(some.shape[1]), some.T @ y)
    return weights


def true_losses(configurations, beta, rows, rng):
    """The expected mean squared error of each configuration after training on ``rows`` rows, over tables."""
    losses = np.zeros(len(configurations))
    for _ in range(DATASETS):
        X = rng.standard_normal((rows, COLUMNS))
        y = X @ beta + NOISE * rng.standard_normal(rows)
        losses += [np.sum((fit_ridge(X, y, one) - beta) ** 2) + NOISE**2 for one in configurations]
    return losses / DATASETS


def split(rows, rng):
    """Random folds: (training, validation) places."""
    fold = rng.permutation(rows) % FOLDS
    return [(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in range(FOLDS)]


def confirm_study(seed, rows, trials, spread):
    """One study searched and confirmed: the confirmation and the true loss of each of its rows."""
    rng = np.random.default_rng([seed, rows, trials])
    beta = rng.standard_normal(COLUMNS) * (rng.random(COLUMNS) < 0.5)
    X = rng.standard_normal((rows, COLUMNS))
    y = X @ beta + NOISE * rng.standard_normal(rows)
    configurations = [
        (10 ** rng.uniform(-2, 3 if spread else 0.5), rng.random(COLUMNS) < (0.8 if spread else 1.0))
        for _ in range(trials)
    ]
    folds = split(rows, rng)

    def loss(configuration, fold):
        train, judged = fold
        return float(np.mean((y[judged] - X[judged] @ fit_ridge(X[train], y[train], configuration)) ** 2))

    searched = [float(np.mean([loss(one, fold) for fold in folds])) for one in configurations]
    order = np.argsort(searched)[:LEADERS]
    chosen = [configurations[place] for place in order]
    chosen += [(1.0, np.ones(COLUMNS, dtype=bool)), (1.0, np.zeros(COLUMNS, dtype=bool))]
    candidates = tuple(
        Candidate(f"trial {place}", "trial", int(place), "ridge", {}, {}, searched[place]) for place in order
    ) + tuple(Candidate(name, "baseline", None, "ridge", {}, {}) for name in ("defaults", "guessing"))
    plan = Plan("made", candidates, FOLDS, 1.0 / (FOLDS - 1), "mean_squared_error", "minimize")
    fresh = {}
    rounds = Rounds(plan, [], ConfirmOptions(), np.inf)
    while wanted := rounds.next_round():
        for task in wanted:
            if task.repeat not in fresh:
                fresh[task.repeat] = split(rows, np.random.default_rng([seed, task.repeat, 7]))
            score = loss(chosen[task.row], fresh[task.repeat][task.fold])
            rounds.fits.append(FreshFit(task.row, task.repeat, task.fold, score, 1e-3))
    truth = true_losses(chosen, beta, rows - rows // FOLDS, rng)
    return confirm_rows(plan, rounds.fits), truth


def judge_study(found, truth):
    """What is true of one confirmation, as a row of :class:`Found`."""
    top = found.rows[0]
    trials = [place for place, row in enumerate(found.rows) if row.candidate.kind == "trial"]
    best = min(trials, key=lambda place: truth[place])
    # One within a thousandth of the noise of the best is as good as it: the truth is an average over tables.
    holds = truth[found.best] <= truth[best] * 1.001 or (
        (found.best == 0 and found.rows[best].verdict == "") or found.rows[best].verdict == "better"
    )
    false = any(
        (row.verdict == "better" and truth[place] > truth[0]) or (row.verdict == "worse" and truth[place] < truth[0])
        for place, row in enumerate(found.rows)
    )
    covered = top.low <= truth[0] <= top.high
    flattered = truth[0] - top.candidate.search_score, truth[0] - top.score
    return holds, false, covered, *(one / top.standard_error for one in flattered), found.fits


def campaign(studies=200, rows=(80, 300), trials=(20, 60), print_line=None):
    """Confirm ``studies`` studies, shared between the kinds."""
    kinds = [(n, count, spread) for n in rows for count in trials for spread in (False, True)]
    every = []
    for kind in kinds:
        mine = [judge_study(*confirm_study(seed, *kind)) for seed in range(-(-studies // len(kinds)))]
        every += mine
        if print_line:
            print_line(f"{kind[0]:4} rows {kind[1]:3} trials {'spread' if kind[2] else 'alike '}: {_found(mine)}")
    return _found(every)


def _found(every):
    means = np.mean(np.array(every, dtype=float), axis=0).tolist()
    return Found(*(round(one, 3) for one in means), len(every))


if __name__ == "__main__":
    result = campaign(int(sys.argv[1]) if len(sys.argv) > 1 else 200, print_line=print)
    print(result)
    sys.exit(not (result.winner_holds >= 0.95 and result.false_verdicts <= 0.10))
