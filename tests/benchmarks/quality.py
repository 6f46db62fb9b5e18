"""Whether one searcher is better than others, with the doubt that few problems and few seeds leave.

Run ``python -m tests.benchmarks.quality REFERENCE.json RUNS [RUNS ...] [--ours LABEL]``. Every file of RUNS holds one
JSON object a line: ``optimizer``, ``problem``, ``seed``, ``obs`` (values told, null for a failure) and ``true`` (their
noise-free values); REFERENCE gives each problem its ``direction``, ``group``, ``random_median`` and ``best``.

The score after t trials is (median of the best of 100 random trials - best so far) / (that median - best known), from
-1 to 1. Problems are the units: seeds are averaged first. Printed for 15, 30 and 60 trials are the mean difference to
every peer on the problems that it ran, its 95 % interval by a bootstrap of problems and, within them, of seeds (10,000
draws), the probability of superiority (Vargha and Delaney 2000) of a run of ours over one of theirs, and the two-sided
Wilcoxon signed-rank test over problems with Holm's correction; then the mean ranks with Friedman's test and the
critical difference of Nemenyi (Demsar, "Statistical comparisons of classifiers over multiple data sets", 2006).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

AT = (15, 30, 60)
DRAWS = 10_000


def load(files, reference):
    """One row a run: optimizer, problem, group, seed, and the scores at AT."""
    rows = []
    for file in files:
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
            runs = [json.loads(line) for line in lines]
        for run in runs:
            known = reference.get(run["problem"])
            if known is not None and len(run["obs"]) >= max(AT):
                rows.append((run["optimizer"], run["problem"], known["group"], run["seed"], *scores(run, known)))
    table = pd.DataFrame(rows, columns=["optimizer", "problem", "group", "seed", *AT])
    return table.drop_duplicates(["optimizer", "problem", "seed"], keep="last")


def scores(run, known):
    """Scores of one run after AT trials; the best so far is the trial with the best observed value."""
    sign = -1.0 if known["direction"] == "maximize" else 1.0
    told = sign * np.array([np.nan if value is None else value for value in run["obs"]], dtype=float)
    true = sign * np.array([np.nan if value is None else value for value in run["true"]], dtype=float)
    low, high = sign * known["best"], sign * known["random_median"]
    for trials in AT:
        seen = np.flatnonzero(np.isfinite(told[:trials]))
        best = true[seen[np.argmin(told[seen])]] if len(seen) else np.inf
        yield float(np.clip((high - best) / (high - low), -1.0, 1.0))


def compared(ours, theirs, trials, rng):
    """Mean difference, its interval, the probability of superiority and Wilcoxon's p over the problems of both."""
    pairs = [
        (mine[trials].to_numpy(), theirs.loc[theirs.problem == problem, trials].to_numpy())
        for problem, mine in ours.groupby("problem")
        if (theirs.problem == problem).any()
    ]
    differences = np.array([mine.mean() - other.mean() for mine, other in pairs])
    drawn = np.empty((len(pairs), DRAWS))
    for row, (mine, other) in enumerate(pairs):
        drawn[row] = rng.choice(mine, (len(mine), DRAWS)).mean(axis=0) - rng.choice(other, (len(other), DRAWS)).mean(0)
    chosen = rng.integers(len(pairs), size=(len(pairs), DRAWS))
    interval = np.quantile(np.take_along_axis(drawn, chosen, axis=0).mean(axis=0), (0.025, 0.975))
    wins = [np.mean(np.sign(mine[:, None] - other) / 2 + 0.5) for mine, other in pairs]
    p = stats.wilcoxon(differences).pvalue if np.any(differences) else 1.0
    return differences.mean(), *interval, np.mean(wins), p, len(pairs)


def holm(p):
    """Holm's step-down correction of p-values."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate((len(p) - np.arange(len(p))) * np.asarray(p)[order])
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def ranked(table, trials):
    """Mean ranks of those who ran every problem, Friedman's p and Nemenyi's critical difference at 5 %."""
    means = table.pivot_table(index="problem", columns="optimizer", values=trials).dropna(axis=1)
    ranks = means.rank(axis=1, ascending=False)
    k, n = means.shape[1], len(means)
    apart = stats.studentized_range.ppf(0.95, k, np.inf) / np.sqrt(2) * np.sqrt(k * (k + 1) / (6 * n))
    p = stats.friedmanchisquare(*(means[name] for name in means)).pvalue if k > 2 else np.nan
    return ranks.mean().sort_values(), p, apart


def report(table, label):
    """Print everything for one searcher against all others."""
    peers = sorted(set(table.optimizer) - {label})
    ours = table[table.optimizer == label]
    for trials in AT:
        rng = np.random.default_rng(0)
        found = {peer: compared(ours, table[table.optimizer == peer], trials, rng) for peer in peers}
        corrected = holm([row[4] for row in found.values()])
        print(f"\n{label} minus each peer after {trials} trials (problems: mean [95 % interval], superiority, Holm p)")
        for (peer, row), p in sorted(zip(found.items(), corrected, strict=True), key=lambda item: item[0][1][0]):
            seeds = table[table.optimizer == peer].groupby("problem").seed.nunique().max()
            mean, low, high, wins, _, problems = row
            ran = f"{problems:3} x {seeds:2} seeds"
            print(f"  {peer:16}{ran}  {mean:+.2f} [{low:+.2f}, {high:+.2f}]  {wins:4.0%}  {p:.3f}")
    for group in (None, *sorted(set(table.group))):
        part = table if group is None else table[table.group == group]
        means = part.groupby(["optimizer", "problem"])[list(AT)].mean().groupby("optimizer").mean()
        counts = part.groupby("optimizer").problem.nunique()
        print(f"\nmean score at {AT}: {group or 'all problems'}")
        for name, row in means.sort_values(AT[-1], ascending=False).iterrows():
            print(f"  {name:16}{counts[name]:3} problems  " + "  ".join(f"{value:+.2f}" for value in row))
    ranks, p, apart = ranked(table, AT[-1])
    print(f"\nmean rank after {AT[-1]} trials; Friedman p {p:.1e}; ranks {apart:.1f} apart differ (Nemenyi, 5 %)")
    print("  " + "  ".join(f"{name} {rank:.1f}" for name, rank in ranks.items()))


def main():
    """Compare the runs in the files named on the command line."""
    if Path(sys.argv[0]).stem != Path(__file__).stem:
        print("  needs recorded runs: python -m tests.benchmarks.quality --help")
        return
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    parser.add_argument("runs", type=Path, nargs="+", help="*.jsonl and *.jsonl.gz files, or folders of them")
    parser.add_argument("--ours", default="ours")
    given = parser.parse_args()
    files = [file for path in given.runs for file in (sorted(path.glob("*.jsonl*")) if path.is_dir() else [path])]
    report(load(files, json.loads(given.reference.read_text())), given.ours)


if __name__ == "__main__":
    main()
