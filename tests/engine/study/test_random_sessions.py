"""Sessions at random: branches, ranges that change, failures, interrupts, workers, queues and reopened files."""

import contextlib
import random

import pytest

from engine import Study, TrialPruned
from engine.trials import State

KINDS = ["a", "b", ("c", 1)]


class Objective:
    """Asks for what its branch needs, and ends in every way there is."""

    def __init__(self, rng):
        self.rng = rng

    def __call__(self, trial):
        kind = trial.suggest_categorical("kind", KINDS)
        value = trial.suggest_float("x", 0, self.rng.choice([1, 1, 2, 0.1]))
        if kind == "b":
            value += sum(trial.suggest_float(f"u{i}", 0, 1) for i in range(trial.suggest_int("n", 1, 3)))
        trial.set_user_attr("kind", str(kind))
        for step in range(4):
            trial.report(value / (step + 1), step)
            if trial.should_prune():
                raise TrialPruned
        fate = self.rng.random()
        if fate < 0.08:
            raise ValueError("by chance")
        if fate < 0.1:
            raise KeyboardInterrupt
        return float("inf") if fate < 0.13 else value


def told(study):
    return [
        (one.params, one.scores, one.state, one.reason, one.user_attrs if one.state.is_finished() else {})
        for one in study.trials
    ]


def asked_for(params):
    if params["kind"] != "b":
        return {"kind", "x"}
    return {"kind", "x", "n"} | {f"u{i}" for i in range(params["n"])}


@pytest.mark.parametrize("seed", range(12))
def test_a_session_at_random_keeps_every_promise(tmp_path, seed):
    rng = random.Random(seed)
    sampler = ["random", "tpe", "bayesian", "cmaes", "evolution", "quasirandom", "grid", "annealing"][seed % 8]
    study = Study(sampler=sampler, seed=seed, pruner=rng.choice(["none", "median"]), repeats=True)
    study.save(tmp_path / "a.study")
    for _ in range(4):
        if rng.random() < 0.5:
            study.enqueue_trial({"kind": "b", **({"n": 2} if rng.random() < 0.5 else {})})
        with contextlib.suppress(KeyboardInterrupt):
            workers = rng.choice([1, 3])
            study.optimize(Objective(rng), rng.randint(1, 10), n_jobs=workers, catch=Exception)
        assert study.history.counts()["running"] == 0
        before = told(study)
        study.close()
        study = Study.open(tmp_path / "a.study")
        study.repeats = True
        assert told(study) == before
    complete = study.get_trials(states=[State.COMPLETE])
    assert all(set(one.params) == asked_for(one.params) for one in complete)
    assert complete
    study.close()
