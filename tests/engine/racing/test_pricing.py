"""What a race costs is told by timing its strategies here, not by somebody else's machine."""

import pytest

from engine.data.reading.cancelling import Cancelled
from engine.racing.entrants import entrants_of
from engine.racing.pricing import choosing_seconds, fast_seconds
from engine.space import Categorical, Float, SearchSpace

SPACE = SearchSpace({"x": Float(0, 1), "y": Float(0, 1)}).to_json()


def test_a_model_costs_more_than_chance():
    found = choosing_seconds(["bayesian", "random"], SPACE, "minimize", 20)
    assert found["bayesian"] > 3 * found["random"] > 0.0  # some hundred times


def test_the_price_grows_with_repeats_and_trials_and_is_unknown_until_all_were_timed():
    entrants = entrants_of(["random", "tpe"])
    price = [fast_seconds(entrants, {"random": 0.1, "tpe": 0.3}, *many) for many in ((1, 10), (2, 10), (2, 20))]
    assert price[1] - price[0] == pytest.approx(2.0, rel=0.02)  # 0.4 s, ten more trials of either, by two workers
    assert price[2] - price[1] == pytest.approx(4.0, rel=0.02)
    assert fast_seconds(entrants, {"random": 0.1}, 1, 10) is None


def test_one_that_cannot_run_there_is_free_and_nobody_waits_for_what_is_not_wanted():
    parents = {f"p{place}": Categorical(list("abcdefghijkl")) for place in range(5)}
    children = {f"c{place}": Float(0, 1, when={f"p{place}": ["a"]}) for place in range(5)}
    assert choosing_seconds(["grid"], SearchSpace(parents | children).to_json(), "minimize", 4) == {"grid": 0.0}
    with pytest.raises(Cancelled):
        choosing_seconds(["random"], SPACE, "minimize", 4, cancelled=lambda: True)
