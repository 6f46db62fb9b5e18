"""Any object with ask and tell chooses the trials of a study."""

import math
import random

import pytest

from engine import Categorical, Float, Int, SearchSpace, Study
from engine.errors import UserFault
from engine.samplers import SpaceExhausted

SPACE = SearchSpace({"x": Float(0, 1), "depth": Int(1, 8), "kind": Categorical(["a", "b"])})


class Climber:
    """Walks away from the best configuration it was told of; answers depend on its own seed and calls alone."""

    def __init__(self, seed=0):
        self.random = random.Random(seed)
        self.best, self.lowest, self.heard = None, math.inf, []

    def ask(self):
        if self.best is None:
            return {"x": self.random.random(), "depth": self.random.randint(1, 8), "kind": "a"}
        moved = min(1.0, max(0.0, self.best["x"] + self.random.gauss(0, 0.1)))
        depth = self.best["depth"] if self.random.random() < 0.5 else self.random.randint(1, 8)
        return {**self.best, "x": moved, "depth": depth}

    def tell(self, params, score):
        self.heard.append((params, score))
        if score < self.lowest:
            self.best, self.lowest = params, score


def objective(trial):
    return (trial.params["x"] - 0.3) ** 2 + abs(trial.params["depth"] - 5)


def test_an_object_chooses_and_hears_every_score():
    climber = Climber()
    study = Study(SPACE, sampler=climber).optimize(objective, 40)
    assert study.best.score < 0.01
    assert climber.heard == [(one.params, one.score) for one in study.trials[:39]]  # the last when it is asked again


def test_scores_are_told_so_that_smaller_is_better():
    climber = Climber()
    study = Study(SPACE, sampler=climber, direction="maximize").optimize(lambda trial: trial.params["x"], 3)
    assert [score for _, score in climber.heard] == [-one.params["x"] for one in study.trials[:2]]


def test_failures_are_told_as_nan_and_broken_constraints_as_infinity():
    climber = Climber()
    study = Study(SPACE, sampler=climber, constraints=("memory",))
    study.tell(study.ask(), state="failed")
    study.tell(study.ask(), 1.0, constraints={"memory": 1.0})
    study.tell(study.ask(), 0.5, state="pruned")
    study.tell(study.ask(), 2.0, constraints={"memory": 0.0})
    study.ask()
    scores = [score for _, score in climber.heard]
    assert math.isnan(scores[0])
    assert scores[1:] == [math.inf, 0.5, 2.0]


def test_several_scores_are_told_as_a_tuple():
    heard = []

    class Listener(Climber):
        def tell(self, params, score):
            heard.append(score)

    study = Study(SPACE, sampler=Listener(), directions=("minimize", "maximize"))
    study.tell(study.ask(), (1.0, 2.0))
    study.ask()
    assert heard == [(1.0, -2.0)]


def test_an_object_that_has_nothing_left_ends_the_search_with_a_sentence(caplog):
    class Two:
        def __init__(self):
            self.left = iter([{"x": 0.1, "depth": 1, "kind": "a"}, {"x": 0.2, "depth": 2, "kind": "b"}])

        def ask(self):
            return next(self.left)

        def tell(self, params, score):
            pass

    study = Study(SPACE, sampler=Two(), repeats=True).optimize(objective, 10)
    assert "2 of 10 trials: The strategy has no configuration left." in caplog.text
    assert "repeats" not in caplog.text
    assert len(study.trials) == 2
    with pytest.raises(SpaceExhausted, match="no configuration left"):
        study.ask()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"x": 7.0, "depth": 1, "kind": "a"}, "x cannot be 7.0"),
        ({"x": 0.5, "depth": 1}, "kind has no value"),
        ({"x": 0.5, "depth": 1, "kind": "a", "more": 1}, "'more' is not a hyperparameter"),
        ([0.5, 1, "a"], "which is not a configuration"),
    ],
)
def test_an_illegal_configuration_is_refused_in_a_sentence(answer, sentence):
    class Wrong(Climber):
        def ask(self):
            return answer

    study = Study(SPACE, sampler=Wrong())
    with pytest.raises(UserFault, match=sentence):
        study.ask()
    assert len(study.trials) == 0


@pytest.mark.parametrize("strategy", [object(), Climber, 3])
def test_what_cannot_be_asked_is_no_strategy(strategy):
    with pytest.raises(UserFault, match="is not a strategy"):
        Study(SPACE, sampler=strategy)


def test_queued_configurations_are_told_as_well():
    climber = Climber()
    study = Study(SPACE, sampler=climber)
    study.enqueue({"x": 0.3, "depth": 5, "kind": "b"})
    study.optimize(objective, 4)
    assert climber.heard[0] == ({"x": 0.3, "depth": 5, "kind": "b"}, 0.0)
    assert study.trials[1].params["kind"] == "b"


def test_a_reopened_study_goes_on_as_if_never_stopped(tmp_path):
    whole = Study(SPACE, sampler=Climber(3)).optimize(objective, 12)
    first = Study(SPACE, sampler=Climber(3)).optimize(objective, 7)
    first.save(tmp_path / "a.study")
    first.close()
    with Study.open(tmp_path / "a.study", sampler=Climber(3)) as second:
        second.optimize(objective, 5)
        assert [one.params for one in second.trials] == [one.params for one in whole.trials]


def test_a_study_that_is_reopened_without_the_object_draws_at_random(tmp_path):
    first = Study(SPACE, sampler=Climber(3)).optimize(objective, 7)
    first.save(tmp_path / "a.study")
    first.close()
    with Study.open(tmp_path / "a.study") as second:
        second.optimize(objective, 3)
        assert second.setup.strategy.sampler == "random"
        assert len(second.trials) == 10
