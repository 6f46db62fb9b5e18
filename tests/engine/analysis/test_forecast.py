"""A forecast says what its trials allow, and what it says comes true about as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.forecast import FEWEST, chance_of_record, forecast, records_of
from engine.space import Float, SearchSpace
from engine.study import Study
from engine.trials import History
from tests.campaigns.forecasts import simulate, table


def told(scores: list[float | None], direction: str = "minimize") -> History:
    """A history of these scores; *None* is a failed trial."""
    study = Study(SearchSpace({"x": Float(0.0, 1.0)}), sampler="random", direction=direction)
    for score in scores:
        trial = study.ask()
        study.tell(trial, score) if score is not None else study.tell(trial, state="failed", reason="no")
    return study._tuner.history


def test_independent_trials_give_the_chance_of_records_exactly():
    assert chance_of_record(np.zeros(40, dtype=bool), 10, learns=False) == 10 / 50
    rng = np.random.default_rng(0)
    came = [records_of(rng.random(50))[40:].any() for _ in range(20_000)]
    assert np.mean(came) == pytest.approx(0.2, abs=0.01)


def test_what_is_said_to_have_thirty_percent_happens_about_as_often():
    said = list(simulate(("random", "tpe", "cmaes", "evolution"), 300, seed=20, trials=60))
    rows = list(table(said))
    near = [row for row in rows if 0.22 <= row[0] < 0.38]
    assert sum(count for *_, count in near) >= 100
    assert 0.22 <= sum(came * count for _, came, count in near) / sum(count for *_, count in near) <= 0.38
    for mean, came, count in rows:
        assert count < 50 or abs(mean - came) < 0.1  # nine forecasts of one study are not independent


def test_few_trials_forecast_nothing():
    found = forecast(told([0.5] * (FEWEST - 1)), 10, pace=2.0)
    assert found.chance is None
    assert found.seconds == 20.0
    assert forecast(told([0.5] * FEWEST), 10).chance is not None


def test_a_search_that_still_improves_promises_more_than_one_that_stands_still():
    rising = forecast(told([1.0 - 0.01 * number for number in range(40)]), 10)
    standing = forecast(told([0.1] + [0.5] * 39), 10)
    assert rising.chance > 1.5 * standing.chance
    assert rising.gain == pytest.approx(0.01)
    assert standing.gain is None


def test_maximizing_is_minimizing_turned_round_and_failures_are_no_records():
    scores = [0.3, None, 0.1, 0.4, 0.2, 0.05, None, 0.6, 0.01, 0.3, 0.2, 0.1, 0.5, 0.4]
    turned = [None if one is None else -one for one in scores]
    down, up = forecast(told(scores), 10), forecast(told(turned, "maximize"), 10)
    assert down == up
    assert forecast(told([None] * 20), 10).gain is None


def test_more_trials_promise_more_and_earlier_promises_are_counted():
    history = told([1.0 - 0.01 * number for number in range(60)])
    chances = [forecast(history, trials).chance for trials in (5, 10, 25, 50)]
    assert chances == sorted(chances)
    found = forecast(history, 10)
    assert found.tested == 4  # spans that end at 60, 50, 40, 30
    assert found.held == 4
    begun = [chance_of_record(np.ones(end, dtype=bool), 10, learns=True) for end in (50, 40, 30, 20)]
    assert found.said == pytest.approx(sum(begun))  # each by what was known before it
    assert 0.0 < found.said < 4.0
