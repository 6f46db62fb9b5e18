"""The history: columns, transitions, space changes and copies, driven by events as the file and the window do."""

import numpy as np
import pytest

from engine.errors import Bug
from engine.events import (
    ParamsAdded,
    SpaceChanged,
    StepReported,
    TrialEnded,
    TrialInterrupted,
    TrialQueued,
    TrialStarted,
)  # fmt: skip
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import Curves, History, State

SPACE = SearchSpace({"x": Float(0, 1), "k": Categorical(["a", "b"]), "n": Int(1, 3, when={"k": ["b"]})})


def run(history, number, params, score, state="complete"):
    history.apply(TrialStarted(number, params, 100.0 + number))
    scores = () if score is None else (score,)
    history.apply(TrialEnded(number, state, 101.0 + number, 1.0, scores, "because" if state == "failed" else ""))


def test_columns_hold_what_the_events_said():
    history = History(SPACE, ("maximize",))
    for number in range(200):
        run(history, number, {"x": number / 200, "k": "a"}, number % 7)
    assert len(history) == 200
    assert history.best_number() == 6
    assert np.array_equal(history.score, np.arange(200) % 7)
    assert np.isnan(history.numbers[:, 2]).all()
    assert history.params(50) == {"x": 0.25, "k": "a"}
    assert history.counts()["complete"] == 200


def test_columns_cannot_be_written_from_outside():
    history = History(SPACE)
    run(history, 0, {"x": 0.5, "k": "a"}, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        history.score[0] = 3.0


def test_the_earliest_of_equal_scores_is_the_best_and_failures_never_are():
    history = History(SPACE)
    run(history, 0, {"x": 0.1, "k": "a"}, None, "failed")
    run(history, 1, {"x": 0.2, "k": "a"}, 2.0)
    run(history, 2, {"x": 0.3, "k": "a"}, 2.0)
    assert history.best_number() == 1
    assert history.trial(0).reason == "because"
    assert history.trial(0).score is None


@pytest.mark.parametrize(
    "event",
    [
        TrialEnded(0, "complete", 0, 0, (1.0,)),
        TrialStarted(5, {}, 0),
        TrialEnded(9, "failed", 0, 0),
        TrialInterrupted(0, 0),
    ],
)
def test_an_impossible_transition_is_our_bug(event):
    history = History(SPACE)
    run(history, 0, {"x": 0.1, "k": "a"}, 1.0)
    with pytest.raises(Bug):
        history.apply(event)


def test_a_waiting_trial_keeps_its_number_when_it_starts():
    history = History(SPACE)
    history.apply(TrialQueued(0, {"x": 0.5, "k": "b", "n": 2}, 1.0))
    assert history.where(State.WAITING).tolist() == [0]
    history.apply(TrialStarted(0, {"x": 0.5, "k": "b", "n": 2}, 2.0, source="queue"))
    assert history.trial(0).state is State.RUNNING
    assert history.drawn == 0


def test_an_interrupted_trial_waits_with_an_empty_curve():
    history, curves = History(SPACE), Curves()
    events = [TrialStarted(0, {"x": 0.5, "k": "a"}, 2.0), StepReported(0, 1, {"val_loss": 0.5}), TrialInterrupted(0, 3)]
    for event in events:
        history.apply(event)
        curves.apply(event)
    assert history.trial(0).state is State.WAITING
    assert len(curves.get(0)) == 0


def test_a_changed_space_keeps_what_old_trials_had():
    history = History(SPACE)
    run(history, 0, {"x": 0.9, "k": "b", "n": 3}, 1.0)
    narrow = SearchSpace({"x": Float(0, 0.5), "k": Categorical(["b", "c"]), "new": Int(0, 9)})
    history.apply(SpaceChanged(narrow.to_json(), 5.0))
    assert history.params(0) == {"x": 0.9, "k": "b", "n": 3}
    assert np.isnan(history.numbers[0]).tolist() == [True, False, True]
    history.apply(SpaceChanged(SPACE.to_json(), 6.0))
    assert history.params(0) == {"x": 0.9, "k": "b", "n": 3}
    assert not np.isnan(history.numbers[0]).any()


def test_a_copy_is_independent():
    history = History(SPACE)
    run(history, 0, {"x": 0.5, "k": "a"}, 1.0)
    twin = history.copy()
    run(history, 1, {"x": 0.6, "k": "a"}, 0.5)
    assert (len(twin), twin.best_number(), history.best_number()) == (1, 0, 1)


@pytest.mark.parametrize("changed", ["original", "copy"])
def test_what_becomes_of_a_configuration_is_seen_on_its_own_side_alone(changed):
    history = History(SPACE)
    history.apply(TrialStarted(0, {"x": 0.25, "k": "a"}, 0.0))
    history.apply(TrialStarted(1, {"x": 0.5}, 0.0))
    twin = history.copy()
    assert np.shares_memory(twin.numbers, history.numbers)  # so that a copy of very many trials takes no time
    one, other = (history, twin) if changed == "original" else (twin, history)
    before = other.params(0), other.params(1), other.unit.copy()
    one.apply(TrialEnded(0, "complete", 1.0, 1.0, (3.0,), asked=("x",)))
    one.apply(ParamsAdded(1, {"k": "b", "n": 2}))
    run(one, 2, {"x": 0.75, "k": "a"}, 1.0)
    assert (one.params(0), one.params(1)["n"], one.params(2)["x"]) == ({"x": 0.25}, 2, 0.75)
    assert (len(other), other.params(0), other.params(1)) == (2, *before[:2])
    np.testing.assert_array_equal(other.unit, before[2])
    assert np.isnan(other.scores).all()
    run(other, 2, {"x": 0.1, "k": "a"}, 2.0)
    assert (one.params(2)["x"], other.params(2)["x"]) == (0.75, 0.1)


def test_curves_fill_gaps_with_nan_and_tell_folds_apart():
    curves = Curves()
    curves.apply(StepReported(3, 1, {"train_loss": 1.0}))
    curves.apply(StepReported(3, 1, {"train_loss": 2.0, "val_loss": 3.0}, fold=1))
    curve = curves.get(3)
    assert curve.names == ("train_loss", "val_loss")
    steps, values = curve.fold(0, "val_loss")
    assert steps.tolist() == [1]
    assert np.isnan(values).all()
    assert curve.fold(1, "val_loss")[1].tolist() == [3.0]


def test_trials_that_a_person_stopped_are_counted():
    history = History(SearchSpace({"x": Float(0.0, 1.0)}))
    for number, reason in enumerate(("stopped by hand", "no better than the median", "stopped by hand")):
        history.apply(TrialStarted(number, {"x": 0.5}, 1.0))
        history.apply(TrialEnded(number, "pruned", 2.0, 1.0, (), reason))
    assert history.stopped_by_hand == history.copy().stopped_by_hand == 2
