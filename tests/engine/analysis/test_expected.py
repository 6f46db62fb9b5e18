import numpy as np
import pytest

from engine.analysis import expected_best
from engine.events import TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import History

SQUARE = SearchSpace({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})


def bowl(x: float, y: float) -> float:
    return 0.9 - (x - 0.7) ** 2 - (y - 0.2) ** 2


def told(scores: dict[int, float | None] | None = None, noise: float = 0.0, count: int = 60, **more) -> History:
    """Trials at random places of a bowl that opens downwards; ``scores`` replaces some of the scores."""
    rng = np.random.default_rng(3)
    history = History(SQUARE, ("maximize",), **more)
    for number, (x, y) in enumerate(rng.random((count, 2)).tolist()):
        score = (scores or {}).get(number, bowl(x, y) + noise * rng.standard_normal())
        history.apply(TrialStarted(number, {"x": x, "y": y}, float(number)))
        state, values = ("failed", ()) if score is None else ("complete", (score,))
        history.apply(TrialEnded(number, state, number + 0.5, 0.5, values))
    return history


def true_score(history: History, number: int) -> float:
    return bowl(*history.numbers[number])


def test_a_lucky_trial_is_not_expected_to_be_the_best():
    history = told({11: 1.4}, noise=0.1)  # trial 11 lies far from the top
    found = expected_best(history)
    assert found.is_noisy
    assert found.observed == 11
    assert found.number != 11
    assert true_score(history, found.number) > true_score(history, 11)
    assert found.predicted > found.observed_predicted
    assert found.score == history.score[found.number]


def test_under_noise_the_expected_best_is_truly_better_on_average():
    gains = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        places = rng.random((40, 2)).tolist()
        noisy = {n: bowl(x, y) + 0.15 * rng.standard_normal() for n, (x, y) in enumerate(places)}
        history = History(SQUARE, ("maximize",))
        for number, (x, y) in enumerate(places):
            history.apply(TrialStarted(number, {"x": x, "y": y}, float(number)))
            history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (noisy[number],)))
        found = expected_best(history)
        gains.append(true_score(history, found.number) - true_score(history, found.observed))
    assert np.mean(gains) > 0.02


def test_without_noise_the_best_trial_is_the_one_to_trust():
    history = told()
    found = expected_best(history)
    assert not found.is_noisy
    assert found.number == found.observed == history.best_number()
    assert found.predicted == pytest.approx(found.score, abs=0.01)


def test_the_direction_is_followed():
    history = told(noise=0.1)
    turned = History(SQUARE, ("minimize",))
    for number in range(len(history)):
        turned.apply(TrialStarted(number, history.params(number), float(number)))
        turned.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (-float(history.score[number]),)))
    one, other = expected_best(history), expected_best(turned)
    assert other.number == one.number
    assert other.predicted == pytest.approx(-one.predicted)
    assert other.spread == pytest.approx(one.spread)


def test_failed_trials_are_never_expected_to_be_best():
    history = told(dict.fromkeys(range(0, 60, 2)), noise=0.1)
    assert expected_best(history).number % 2 == 1


def test_too_few_trials_say_nothing():
    assert expected_best(told(count=7)) is None
    assert expected_best(told(count=8)) is not None


def test_several_objectives_have_no_single_best():
    history = History(SQUARE, ("maximize", "minimize"))
    for number in range(12):
        history.apply(TrialStarted(number, {"x": number / 12, "y": 0.5}, float(number)))
        history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (0.1 * number, 1.0)))
    assert expected_best(history) is None


def test_equal_scores_are_no_trouble():
    found = expected_best(told(dict.fromkeys(range(60), 0.5)))
    assert found.predicted == found.score == 0.5


def test_of_a_configuration_tried_more_than_once_the_best_trial_stands_for_all():
    rng = np.random.default_rng(0)
    history = History(SQUARE, ("maximize",))
    for number in range(30):
        place = (0.7, 0.2) if number % 3 == 0 else tuple(rng.random(2).tolist())
        score = bowl(*place) + 0.1 * float(rng.standard_normal())
        score = 1.5 if number == 12 else score
        history.apply(TrialStarted(number, {"x": place[0], "y": place[1]}, float(number)))
        history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (score,)))
    found = expected_best(history)
    assert (found.number, found.observed) == (12, 12)
    assert found.predicted < 1.2
