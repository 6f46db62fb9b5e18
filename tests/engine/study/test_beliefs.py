"""What a study believes, from Python: the trial that is expected to be best, and the surrogate's slices."""

import random

import pytest

from engine import Float, Int, SearchSpace, Study

SPACE = SearchSpace({"x": Float(0.0, 1.0), "k": Int(1, 5)})


def noisy(seed: int, noise: float = 0.1):
    luck = random.Random(seed)
    return lambda trial: (trial.params["x"] - 0.3) ** 2 + 0.05 * trial.params["k"] + luck.gauss(0.0, noise)


@pytest.mark.parametrize("sampler", ["random", "bayesian", "tpe"])
def test_every_strategy_has_an_expected_best(sampler):
    study = Study(SPACE, sampler=sampler, seed=2).optimize(noisy(2), trials=25)
    found = study.expected_best
    assert found.observed == study.best.number
    assert found.predicted <= found.observed_predicted
    assert study.trials[found.number].score == found.score


def test_before_there_are_trials_nothing_is_believed():
    study = Study(SPACE, sampler="random")
    assert study.expected_best is None
    assert study.surrogate() is None


@pytest.mark.parametrize("sampler", ["random", "bayesian"])
def test_the_surrogate_is_sliced_by_name(sampler):
    study = Study(SPACE, sampler=sampler, seed=1).optimize(noisy(1, 0.0), trials=20)
    along = study.surrogate().slice("x", points=11)
    assert along.values[0] == pytest.approx([index / 10 for index in range(11)])
    assert along.values[0][along.mean.argmin()] == pytest.approx(0.3, abs=0.11)
    assert along.around == study.best.params
    assert study.surrogate().slice("k", "x", points=9).acquisition.shape == (5, 9)


def test_looking_changes_no_trial():
    plain, watched = (Study(SPACE, sampler="bayesian", seed=4) for _ in range(2))
    plain.optimize(noisy(4), trials=12)
    watched.optimize(noisy(4), trials=9)
    for _ in range(3):
        assert watched.expected_best is not None
        watched.surrogate().slice("x", points=5)
    luck = noisy(4)
    again = Study(SPACE, sampler="bayesian", seed=4)
    for _ in range(12):
        trial = again.ask()
        again.tell(trial, luck(trial))
        again.surrogate()
    assert [one.params for one in again.trials] == [one.params for one in plain.trials]
