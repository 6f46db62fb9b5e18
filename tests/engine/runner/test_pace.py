"""Where workers ask faster than a model answers, some configurations are drawn otherwise, and say so."""

import pytest

from engine import pruners, samplers
from engine.runner.pace import MOST_LOAD, Pace
from engine.space import Float, SearchSpace, Wish, make_region
from engine.trials import Curves, History
from engine.tuning import Tuner

SPACE = SearchSpace({"x": Float(0, 1), "y": Float(0, 1)})


class Clock:
    """Every look at it is ``step`` later, so that a suggestion takes so long."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def searched(strategy="tpe", seconds=1.0, trials=20):
    """A study of so many trials that took so long each."""
    tuner = Tuner(History(SPACE), Curves(), samplers.make(strategy), pruners.make("none"), 0)
    for number in range(trials):
        tuner.ask(float(number))
        tuner.tell(number, (tuner.history.params(number)["x"],), float(number), seconds=seconds)
    return tuner


def phases(tuner, pace, workers, count=200):
    said = []
    for number in range(count):
        suggestion = pace.suggest(tuner, workers)
        said.append(suggestion.why.get("phase"))
        tuner.draw(100.0, number, suggestion)
    return said


def test_a_model_that_cannot_keep_up_is_left_as_many_as_it_can_make():
    said = phases(searched(), Pace(Clock(0.01)), workers=300)  # a load of three
    assert said.count("hurried") / len(said) == pytest.approx(1 - MOST_LOAD / 3.0, abs=0.04)
    assert "model" in said


@pytest.mark.parametrize(
    ("strategy", "cost", "workers"),
    [("tpe", 0.1, 8), ("tpe", 0.0001, 300), ("quasirandom", 0.01, 300)],
)
def test_nobody_hurries_without_need(strategy, cost, workers):
    assert "hurried" not in phases(searched(strategy), Pace(Clock(cost)), workers, 40)


def test_wishes_are_obeyed_in_a_hurry():
    tuner = searched()
    tuner.wishes = (Wish("avoid", make_region(SPACE, {"x": (0.0, 0.9)})),)
    drawn = [tuner.suggest_quickly().params["x"] for _ in range(3)]
    assert min(drawn) > 0.9
