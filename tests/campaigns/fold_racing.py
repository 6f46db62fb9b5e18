"""What racing of folds saves and what it costs: ten tables, each with a family, searched with and without it.

``python -m tests.campaigns.fold_racing [ORDERS] [RULE ...]`` scores 60 random configurations of each table on all of 5
and of 10 folds (kept in ``/tmp`` for the next call), then replays random searches over them in so many orders under
each rule: the share of fits that ran, and by how much the chosen configuration is worse than the best of the 60, which
a search without racing chooses: in standard deviations of the better half of their scores, and in those of the noise of
the best score (the mean over folds, had the rows been others). ``python -m tests.campaigns.fold_racing search
[SEEDS]`` runs whole Bayesian searches instead, model and all.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine import samplers
from engine.events import TrialEnded, TrialStarted
from engine.objectives import table as table_objective
from engine.objectives.base import EvaluationRequest
from engine.objectives.description import TableObjective, Validation
from engine.objectives.fold_race import Rule, rule_of
from engine.pruners import make as make_pruner
from engine.setup import replace
from engine.space import Float, SearchSpace
from engine.study import suggest_setup
from engine.trials import Curves, History
from engine.tuning import Tuner
from engine.tuning.fold_racing import plan_race, race_of

CONFIGURATIONS = 60
FOLDS = (5, 10)
RULES: tuple[Rule, ...] = ("forgiving", "paired", "wilcoxon")
ROWS = 400  # of a table that is generated


class Problem(NamedTuple):
    """A bundled table or one that is generated, and the model that is tuned on it."""

    name: str
    source: str
    target: str
    family: str
    metric: str


PROBLEMS = (
    Problem("breast cancer", "sample:breast_cancer", "target", "elastic_net", "log_loss"),
    Problem("diabetes", "sample:diabetes", "target", "elastic_net", "rmse"),
    Problem("digits", "sample:digits", "target", "neighbours", "accuracy"),
    Problem("wages", "sample:wages", "monthly_wage", "elastic_net", "rmse"),
    Problem("wine", "sample:wine", "target", "svm", "log_loss"),
    Problem("friedman", "friedman", "y", "neighbours", "rmse"),
    Problem("linear", "linear", "y", "elastic_net", "rmse"),
    Problem("moons", "moons", "y", "neighbours", "log_loss"),
    Problem("noisy classes", "classes", "y", "elastic_net", "accuracy"),
    Problem("rings", "rings", "y", "neighbours", "log_loss"),
)


def objective_of(problem: Problem, folds: int, folder: Path) -> TableObjective:
    """The objective, its table written first where it is generated."""
    source = problem.source
    if not source.startswith("sample:"):
        path = folder / f"{problem.source}.csv"
        if not path.exists():
            path.write_text("\n".join(_generated(problem.source)), encoding="utf-8")
        source = str(path)
    setup = suggest_setup(source, problem.target, family=problem.family)
    whole: TableObjective = replace(
        setup.objective, metric=problem.metric, validation=Validation(folds=folds, holdout=0.2)
    )
    return whole


def _generated(name: str) -> Iterator[str]:
    from sklearn import datasets

    made: dict[str, Callable[[], Any]] = {
        "friedman": lambda: datasets.make_friedman1(ROWS, 8, noise=1.5, random_state=1),
        "linear": lambda: datasets.make_regression(ROWS, 30, n_informative=8, noise=60.0, random_state=2),
        "moons": lambda: datasets.make_moons(ROWS, noise=0.35, random_state=3),
        "classes": lambda: datasets.make_classification(
            ROWS, 15, n_informative=5, flip_y=0.15, class_sep=0.7, random_state=4
        ),
        "rings": lambda: datasets.make_circles(ROWS, noise=0.25, factor=0.5, random_state=5),
    }
    X, y = made[name]()
    yield ",".join([*(f"x{column}" for column in range(X.shape[1])), "y"])
    is_class = y.dtype.kind == "i"
    for row, target in zip(X.tolist(), y.tolist(), strict=True):
        yield ",".join([*(f"{value:.6g}" for value in row), f"c{target}" if is_class else f"{target:.6g}"])


def fold_scores(problem: Problem, folds: int, count: int, folder: Path) -> tuple[np.ndarray, str]:
    """Scores (count, folds) of random configurations, and the direction in which they are better."""
    prepared = table_objective.prepare(objective_of(problem, folds, folder))
    space = SearchSpace(dict(prepared.family.suggest_space(prepared.description.task, _shape(prepared))))
    rng, found = np.random.default_rng(folds), []
    while len(found) < count:
        outcome = prepared.evaluate(space.sample(rng), 0, _ignore)
        found.append(outcome.details["fold_scores"])
    return np.array(found), prepared.metric.direction


def _shape(prepared: Any) -> Any:
    from engine.learners.families import TableShape

    return TableShape(*prepared.encoded.X.shape, classes=len(prepared.encoded.classes))


def _ignore(step: int, records: Any) -> None:
    """Nobody listens."""


class Replayed(NamedTuple):
    """One search over known scores: the share of fits that ran, and the chosen configuration."""

    fits: float
    chosen: int


def replay(scores: np.ndarray, direction: Any, rule: Rule | None) -> Replayed:
    """A search that tries configurations in the order of ``scores`` (n, k), by the very functions that a run uses."""
    history = History(SearchSpace({"x": Float(0.0, 1.0)}), (direction,))
    n, k = scores.shape
    fits = 0
    for number in range(n):
        race = plan_race(history, k, rule) if rule else {}
        history.apply(TrialStarted(number, {"x": number / n}, 0.0, why={"race": race}))
        plan = race_of(history, number)
        ran: dict[int, float] = {}
        reason = ""
        for fold in plan.order if plan else range(k):
            ran[fold] = float(scores[number, fold])
            reason = plan.stop_reason(ran) if plan else ""
            if reason:
                break
        fits += len(ran)
        state, values = "pruned" if reason else "complete", [ran[fold] for fold in sorted(ran)]
        details = {"fold_scores": values}
        history.apply(TrialEnded(number, state, 0.0, 0.0, (float(np.mean(values)),), reason, details))
    best = history.best_number()
    assert best is not None
    return Replayed(fits / (n * k), best)


class Compared(NamedTuple):
    """Of many orders: share of fits, and regret in standard deviations of the better half and of the noise."""

    fits: float
    regret: float
    standard_error: float
    of_noise: float
    worst_of_noise: float


def compare(scores: np.ndarray, direction: Any, rule: Rule, orders: int, seed: int = 0) -> Compared:
    """Replay so many orders."""
    losses = scores.mean(axis=1) * (1.0 if direction == "minimize" else -1.0)
    spread = float(np.std(np.sort(losses)[: -(-len(losses) // 2)])) or 1.0  # of the better half: outliers say nothing
    fits, regrets = [], []
    for order in range(orders):
        places = np.random.default_rng([seed, order]).permutation(len(scores))
        found = replay(scores[places], direction, rule)
        fits.append(found.fits)
        regrets.append((losses[places[found.chosen]] - losses.min()) / spread)
    error, k = float(np.std(regrets) / np.sqrt(orders)), scores.shape[1]
    # Nadeau and Bengio 2003: folds of equal size, whose training sets overlap.
    noise = float(np.std(scores[int(np.argmin(losses))], ddof=1)) * np.sqrt(1.0 / k + 1.0 / (k - 1)) or 1.0
    of_noise = np.array(regrets) * spread / noise
    return Compared(float(np.mean(fits)), float(np.mean(regrets)), error, float(of_noise.mean()), float(of_noise.max()))


def search(problem: Problem, folds: int, trials: int, seed: int, rule: str, folder: Path) -> tuple[float, float]:
    """A whole Bayesian search: the share of fits that ran, and the best score turned so that smaller is better."""
    prepared = table_objective.prepare(objective_of(problem, folds, folder))
    space = SearchSpace(dict(prepared.family.suggest_space(prepared.description.task, _shape(prepared))))
    history = History(space, (prepared.metric.direction,))
    tuner = Tuner(history, Curves(), samplers.make("bayesian"), make_pruner("none"), seed, trials)
    tuner.folds, tuner.fold_rule = folds, rule_of(rule, folds)
    fits = 0
    for _ in range(trials):
        trial = tuner.ask(0.0)
        request = EvaluationRequest(trial.params, seed, _ignore, None, tuner.race_of(trial.number))
        outcome = prepared.evaluate_request(request)
        fits += len(outcome.details["fold_scores"])
        state = "pruned" if outcome.reason else "complete"
        tuner.tell(trial.number, (outcome.score,), 1.0, state, outcome.reason, outcome.details, 1.0)
    best = history.best_number()
    assert best is not None
    return fits / (trials * folds), float(history.losses[best])


def main(arguments: Sequence[str]) -> int:
    """Print one line a table and rule, and the means; 1 where a bound is missed."""
    folder = Path(tempfile.gettempdir()) / "twinloop-fold-racing"
    folder.mkdir(exist_ok=True)
    if arguments and arguments[0] == "search":
        return _search_all(int(arguments[1]) if len(arguments) > 1 else 3, folder)
    orders = int(arguments[0]) if arguments else 50
    rules: Any = arguments[1:] or RULES
    missed = False
    for folds in FOLDS:
        kept: dict[str, list[float]] = {rule: [] for rule in rules}
        for problem in PROBLEMS:
            path = folder / f"{problem.name}-{folds}.npz"
            if not path.exists():
                scores, direction = fold_scores(problem, folds, CONFIGURATIONS, folder)
                np.savez(path, scores=scores, direction=direction)
            with np.load(path) as known:
                scores, direction = known["scores"], str(known["direction"])
            for rule in rules:
                found = compare(scores, direction, rule, orders)
                kept[rule].append(found.fits)
                print(
                    f"{folds:2} folds  {problem.name:14} {rule:10} fits {found.fits:.2f}  "
                    f"regret {found.regret:.3f} ± {found.standard_error:.3f} sd, "
                    f"{found.of_noise:.3f} of the noise (worst {found.worst_of_noise:.2f})",
                    flush=True,
                )
        for rule in rules:
            mean = float(np.mean(kept[rule]))
            bound = 0.60 if folds == 5 else 0.55
            missed |= rule == rule_of("on", folds) and mean > bound
            print(f"{folds:2} folds  mean           {rule:10} fits {mean:.2f}", flush=True)
    return int(missed)


def _search_all(seeds: int, folder: Path) -> int:
    shares = []
    for problem in PROBLEMS:
        for seed in range(seeds):
            share, with_racing = search(problem, 5, 40, seed, "on", folder)
            _, without = search(problem, 5, 40, seed, "off", folder)
            shares.append(share)
            print(
                f"{problem.name:14} seed {seed} fits {share:.2f} best {with_racing:.5g} without {without:.5g}",
                flush=True,
            )
    print(f"mean fits {float(np.mean(shares)):.2f}")
    return int(np.mean(shares) > 0.60)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
