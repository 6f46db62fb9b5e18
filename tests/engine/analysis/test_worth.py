"""What is said of going on: each answer under its condition, with the numbers, and nothing before enough is known."""

import math

import pytest

from engine.analysis.worth import score_noise, worth_going_on, worth_words
from engine.events import TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import History


def history_of(scores, folds=None):
    history = History(SearchSpace({"x": Float(0.0, 1.0)}), ("maximize",))
    for number, score in enumerate(scores):
        history.apply(TrialStarted(number, {"x": number / 1000}, 0.0))
        details = {} if folds is None else {"fold_scores": [score + one for one in folds]}
        history.apply(TrialEnded(number, "complete", 1.0, 1.0, (score,), details=details))
    return history


RISING = [0.5 + 0.01 * number for number in range(20)]


def words(history, left=16, cost=""):
    return worth_words(worth_going_on(history, left, 2.0, learns=False), len(history), cost)


def test_nothing_is_said_before_enough_is_known():
    assert words(history_of(RISING[:11])) == ("Not yet known", "", "told after 1 more trial")


def test_a_likely_gain_that_can_be_told_is_worth_it():
    answer, sentence, remark = words(history_of(RISING), cost="about 30 s")
    assert (answer, sentence) == ("Yes", "44 % chance of a better score in the 16 trials left (about 30 s)")
    assert remark.startswith("by 0.01, if so · 10 more: 33 %, 25 more: 56 %, 50 more: 71 %")


def test_a_gain_below_the_noise_is_hardly_worth_it():
    answer, sentence, remark = words(history_of(RISING, (-0.1, 0.0, 0.1)), left=None)
    assert answer == "Hardly"
    assert sentence.endswith("in the next 25 trials, but by less than the noise of the score")
    assert "(noise ± 0.091), if so" in remark
    assert words(history_of(RISING, (-0.001, 0.0, 0.001)))[0] == "Yes"


def test_an_unlikely_gain_is_not_worth_it():
    answer, sentence, _ = words(history_of([0.9, *[0.5] * 400]), left=10)
    assert (answer, sentence) == ("No", "under 5 % chance of a better score in the 10 trials left")


@pytest.mark.parametrize("folds", [(), (0.1,), (0.1, math.nan)])
def test_without_folds_the_noise_is_not_known(folds):
    assert score_noise(history_of([0.5], folds)) is None


def test_the_noise_is_that_of_nadeau_and_bengio():
    assert score_noise(history_of([0.5], (-0.1, 0.1))) == pytest.approx(math.sqrt(0.02) * math.sqrt(0.5 + 1.0))
