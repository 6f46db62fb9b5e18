"""What asking and telling a study costs beyond its sampler, in CPU time of this process, as ratios in one run.

Run ``python -m tests.benchmarks ask_tell``. Of Bayesian search and TPE the whole is compared with what the sampler
itself took, measured inside of the same calls; random search, and TPE after 10,000 trials, with Optuna's, where that is
installed, by an objective that names eight hyperparameters as it runs. All studies are without a file.
"""

from __future__ import annotations

import statistics
import time

from threadpoolctl import threadpool_limits

from engine import Float, SearchSpace, Study, create_study
from tests.benchmarks._limits import judge, run_all

try:
    import optuna
except ImportError:
    optuna = None

NAMES = [f"x{index}" for index in range(8)]
SPACE = SearchSpace({name: Float(0.0, 1.0) for name in NAMES})
MOST_BESIDE_SAMPLER, MOST_OF_RANDOM, MOST_OF_TPE = 1.2, 1.0, 0.25


def objective(trial):
    """A valley with a narrow floor."""
    return sum((trial.suggest_float(name, 0.0, 1.0) - 0.3) ** 2 for name in NAMES)


def run(study, trials):
    """CPU seconds that asking, suggesting and telling take."""
    begun = time.process_time()
    for _ in range(trials):
        trial = study.ask()
        study.tell(trial, loss(trial.params) if len(trial.params) else objective(trial))
    return time.process_time() - begun


def loss(params):
    """The same valley where the trial has its values already."""
    return sum((params[name] - 0.3) ** 2 for name in NAMES)


def beside_sampler(name, trials, space):
    """The whole in terms of the sampler's own time."""
    study = Study(space, sampler=name)
    inside, sampler = 0.0, study.sampler
    suggest = sampler.suggest

    def timed(history, draw):
        nonlocal inside
        begun = time.process_time()
        try:
            return suggest(history, draw)
        finally:
            inside += time.process_time() - begun

    sampler.suggest = timed
    whole = run(study, trials)
    return whole / inside, whole / trials


def against_optuna(name, theirs, before, trials):
    """The median of the ratios of a few rounds, in turns."""
    ratios = []
    for seed in range(3):
        ours = create_study(sampler=name, seed=seed)
        other = optuna.create_study(sampler=theirs(seed=seed))
        run(other, 2)
        run(ours, 2)
        if before:
            done = [
                optuna.create_trial(value=float(i % 97), params=params, distributions=rows)
                for i, (params, rows) in enumerate(_drawn(before))
            ]
            other.add_trials(done)
            ours.add_trials(done)
        ratios.append(run(ours, trials) / run(other, trials))
    return statistics.median(ratios)


def _drawn(count):
    rows = {name: optuna.distributions.FloatDistribution(0.0, 1.0) for name in NAMES}
    for i in range(count):
        yield {name: ((i + 1) * (j + 2) * 0.6180339887) % 1.0 for j, name in enumerate(NAMES)}, rows


def main():
    """Print one line for each ratio."""
    with threadpool_limits(1):
        for name, trials in (("bayesian", 100), ("tpe", 500)):
            for space, word in ((SPACE, "declared"), (None, "named as it runs")):
                ratio, each = beside_sampler(name, trials, space)
                of = f"the sampler's own, {1e3 * each:.2f} ms each"
                told(f"{name}, {trials} trials, {word}", ratio, MOST_BESIDE_SAMPLER, of)
        if optuna is None:
            print("Optuna is not installed: nothing to compare with")
            return
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        random, tpe = optuna.samplers.RandomSampler, optuna.samplers.TPESampler
        told("random, 2,000 trials", against_optuna("random", random, 0, 2000), MOST_OF_RANDOM, "Optuna's")
        told("tpe after 10,000 trials", against_optuna("tpe", tpe, 10_000, 20), MOST_OF_TPE, "Optuna's")


def told(what, ratio, most, of):
    """One line with the ratio and what it may be."""
    print(f"{what:40} {ratio:6.3f} x {of}{judge(what, ratio, most)}", flush=True)


if __name__ == "__main__":
    raise SystemExit(run_all({"ask_tell": main}))
