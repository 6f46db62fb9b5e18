"""What the run bar says, as plain sentences."""

from __future__ import annotations

import pytest

from engine.analysis import score_error
from engine.events import TrialEnded, TrialStarted
from engine.setup import Budget
from engine.space import Float
from engine.study import SetupProblem
from engine.trials import History
from gui.session import standing
from tests.gui.fakes import wine_setup

SPACE = {"dropout": Float(0.0, 0.5)}


def history(*seconds: float, running: int = 0) -> History:
    made = History(wine_setup(space=SPACE).search_space(), ("maximize",))
    for number, taken in enumerate(seconds):
        made.apply(TrialStarted(number, {"dropout": 0.25}, 100.0))
        made.apply(
            TrialEnded(number, "complete", 100.0 + taken, taken, (0.9,), details={"fold_scores": [0.8, 0.9, 1.0]})
        )
    for number in range(len(seconds), len(seconds) + running):
        made.apply(TrialStarted(number, {"dropout": 0.25}, 100.0))
    return made


def test_a_study_in_order_has_no_obstacle():
    assert standing.run_blocker(wine_setup(space=SPACE), history(), True, "") is None


def test_what_the_check_found_is_an_obstacle_until_there_are_trials():
    found = (
        SetupProblem("duplicates", "Two rows are equal.", "", forbids=False),
        SetupProblem("folds", "There are 3 rows for 5 folds.", "Choose fewer."),
    )
    assert standing.run_blocker(wine_setup(space=SPACE), history(), True, "", found) == standing.RunBlocker(
        "There are 3 rows for 5 folds. Choose fewer.", "data"
    )
    assert standing.run_blocker(wine_setup(space=SPACE), history(), True, "", found[:1]) is None
    assert standing.run_blocker(wine_setup(space=SPACE), history(1.0), True, "", found) is None


@pytest.mark.parametrize(
    ("changes", "sentence", "card"),
    [
        ({"space": {}}, "The search space is empty. Fix this before running.", "space"),
        ({"space": {"dropout": Float(2, 1)}}, "dropout: low (2) is above high (1). Fix this before running.", "space"),
        (
            {"space": {"x": Float(0, 1)}},
            "x: neural network has no hyperparameter 'x'. Fix this before running.",
            "space",
        ),
        ({"space": {"dropout": Float(0, 1)}}, "Dropout is 1.0. Fix this before running.", "space"),
        ({"objective": None}, "This study's objective is defined in a script. Run it from there.", ""),
        ({"budget": Budget(trials=2)}, "The budget of 2 trials is used up. Raise it to continue.", "budget"),
    ],
)
def test_an_obstacle_is_a_sentence_and_a_card(changes, sentence, card):
    found = standing.run_blocker(wine_setup(**{"space": SPACE, **changes}), history(1.0, 1.0), True, "")
    assert found == standing.RunBlocker(sentence, card)


def test_time_left_comes_from_the_pace_and_the_budget():
    assert standing.seconds_left(Budget(trials=12, workers=2), history(4.0, 6.0), 5.0, 106.0) == 30.0


def test_the_band_widens_with_the_spread_of_trials_and_ends_at_a_time_limit():
    assert standing.time_left(Budget(trials=12), history(5.0, 5.0), 5.0, 110.0) == (25.0, 25.0)
    low, high = standing.time_left(Budget(trials=12), history(4.0, 6.0), 5.0, 106.0)
    assert low < 30.0 < high
    assert standing.time_left(Budget(trials=12, seconds=36.0), history(4.0, 6.0), 5.0, 106.0) == (low, 31.0)


def test_a_time_limit_that_comes_first_wins():
    assert standing.seconds_left(Budget(trials=1000, seconds=60.0), history(5.0), 20.0, 105.0) == 40.0


def test_nothing_is_forecast_before_the_first_trial_ended():
    assert standing.seconds_left(Budget(trials=12), history(running=2), 5.0, 105.0) is None


def test_words_for_the_bar():
    counts = {"waiting": 1, "running": 0, "complete": 58, "pruned": 12, "failed": 1}
    assert standing.progress_words(counts, 200) == ("71", "of 200 trials")
    assert standing.progress_words(counts, None) == ("71", "trials")
    assert standing.state_words("running", "", counts) == "12 pruned · 1 failed"
    assert standing.state_words("paused", "", counts) == "paused · 12 pruned · 1 failed · 1 waiting"
    assert standing.state_words("ended", "All 71 trials are done.", counts).startswith("All 71 trials are done · ")
    assert (
        standing.time_words(Budget(workers=2), 95.0, (240.0, 240.0), True)
        == "1 min 35 s · about 4 min left · 2 workers"
    )
    assert standing.time_words(Budget(workers=2), 0.0, (20.0, 36.0), True) == "20 to 35 s left · 2 workers"
    assert standing.time_words(Budget(workers=2), 0.0, (42.0, 130.0), True) == "40 s to 2 min left · 2 workers"
    assert standing.time_words(Budget(workers=1), 0.0, (240.0, 240.0), False) == "1 worker"


def test_the_spread_of_a_score_is_the_standard_error_over_folds():
    assert score_error(history(1.0), 0) == pytest.approx(0.1 / 3**0.5)


def test_trials_stopped_by_hand_are_counted_apart():
    counts = {"complete": 3, "pruned": 4, "failed": 1, "running": 0, "waiting": 0}
    said = standing.state_words("ended", "Stopped.", counts, stopped=3)
    assert said == "Stopped · 1 pruned · 3 stopped by hand · 1 failed"
    assert standing.state_words("paused", "", {**counts, "pruned": 0, "failed": 0}) == "paused"
