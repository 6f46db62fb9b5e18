"""A study played back comes out as it was: what was known, what was believed, what was chosen."""

import math

import numpy as np
import pytest

from engine import pruners, samplers, store
from engine.analysis.belief import nearest_trials
from engine.replaying import StudyReplay
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Categorical, Float, Int, SearchSpace
from engine.study import Study
from engine.trials import Curves, History, State
from engine.trials.notes import Notes
from engine.tuning import Tuner

SPACE = SearchSpace(
    {
        "rate": Float(1e-4, 1.0, log=True),
        "units": Int(8, 256, log=True),
        "rule": Categorical(["sgd", "adam", "rms"]),
        "momentum": Float(0.5, 0.99, when={"rule": ["sgd"]}),
    }
)
OURS = [name for name in samplers.names() if name != "optuna"]


def scored(params, rng):
    height = -((math.log10(params["rate"]) + 2.5) ** 2) - 0.1 * (params["rule"] == "sgd")
    return height - 0.1 * abs(math.log2(params["units"]) - 6) + 0.01 * rng.standard_normal()


def ran(sampler, trials=16, at_once=1, seed=3, space=SPACE):
    """A study whose trials end in another order than they began, some of them failed."""
    study = Study(space, sampler=sampler, direction="maximize", seed=seed)
    rng, pending = np.random.default_rng(0), []
    for _ in range(trials):
        pending.append(study.ask())
        while len(pending) >= at_once:
            tell(study, pending.pop(int(rng.integers(len(pending)))), rng)
    for trial in pending:
        tell(study, trial, rng)
    return study


def tell(study, trial, rng):
    if rng.random() < 0.15:
        study.tell(trial, state="failed", reason="diverged")
    else:
        study.tell(trial, scored(trial.params, rng))


def setup_of(sampler, seed=3, trials=None):
    return StudySetup("x", None, dict(SPACE), "maximize", Strategy(sampler, seed=seed), Budget(trials=trials))


def history_of(study):
    return study._tuner.history.copy()


@pytest.mark.parametrize(
    ("sampler", "at_once"), [*((name, 3) for name in OURS), ("bayesian", 1), ("tpe", 1), ("hypergradient", 1)]
)
def test_every_choice_comes_out_as_it_was_recorded(sampler, at_once):
    replay = StudyReplay(setup_of(sampler), history := history_of(ran(sampler, at_once=at_once)))
    for number in reversed(range(len(history))):  # in any order
        moment = replay.at(number)
        assert moment.is_same
        assert moment.suggested == history.params(number)
        assert len(moment.history) == number


def test_what_was_noted_of_a_choice_is_what_the_model_says_of_it_again():
    history = history_of(ran("bayesian", at_once=2))
    replay = StudyReplay(setup_of("bayesian"), history)
    compared = 0
    for number in range(len(history)):
        moment, why = replay.at(number), history.trial(number).why
        if "predicted" in why:
            assert moment.belief.predicted == pytest.approx(why["predicted"], rel=1e-9)
            assert moment.belief.std == pytest.approx(why["spread"], rel=1e-6)
            assert moment.is_own
            compared += 1
    assert compared > 6


def test_a_trial_that_ran_meanwhile_is_pending_then_and_its_score_unknown():
    history = history_of(ran("bayesian", at_once=3))
    numbers = [n for n in range(len(history)) if history.trial(n).why.get("known", {}).get("pending")]
    moment = StudyReplay(setup_of("bayesian"), history).at(numbers[-1])
    pending = history.trial(numbers[-1]).why["known"]["pending"]
    assert moment.history.where(State.RUNNING).tolist() == pending
    assert np.isnan(moment.history.score[pending]).all()
    assert all(not moment.history.notes(number).get("reason") for number in pending)
    assert np.isfinite(history.score[pending]).any(), "the study itself has not changed"


def test_a_budget_that_was_raised_later_does_not_change_the_past():
    study = Study(SPACE, sampler="tpe", direction="maximize", seed=3)
    study._tuner.budget = 12
    rng = np.random.default_rng(0)
    for number in range(16):
        if number == 8:
            study._tuner.budget = 200
        tell(study, study.ask(), rng)
    replay = StudyReplay(setup_of("tpe", trials=200), history_of(study))
    assert all(replay.at(number).is_same for number in range(16))
    assert study.trials[5].why["known"] == {"budget": 12}


@pytest.mark.parametrize("reopened", [False, True])
def test_trials_before_an_edit_of_the_space_are_seen_in_the_space_of_then(tmp_path, reopened):
    path, setup = tmp_path / "edited.study", setup_of("bayesian")
    history, curves, rng = History(SPACE, ("maximize",)), Curves(), np.random.default_rng(0)
    with store.create(path, setup.to_json(), SPACE) as writer:

        def apply(event):
            history.apply(event)
            writer.record([event])

        tuner = Tuner(history, curves, samplers.make("bayesian"), pruners.make("none"), 3, apply=apply)
        for number in range(20):
            if number == 12:
                tuner.change_space(SearchSpace({**SPACE, "rate": Float(1e-4, 0.1, log=True)}), 0.0)
            trial = tuner.ask(float(number))
            tuner.tell(trial.number, (scored(trial.params, rng),), number + 0.5)
    if reopened:
        with store.Reader(path) as reader:
            history = reader.history()
    replay = StudyReplay(setup_of("bayesian"), history)
    assert all(replay.at(number).is_same for number in range(20))
    assert replay.at(11).history.space == SPACE
    assert replay.at(12).history.space["rate"].high == 0.1


def test_without_notes_of_what_was_known_the_times_tell_it():
    history = history_of(ran("bayesian", at_once=1))
    for number in range(len(history)):
        why = {name: value for name, value in history.trial(number).why.items() if name != "known"}
        history._notes.put(number, why=why)
    replay = StudyReplay(setup_of("bayesian"), history)
    assert all(replay.at(number).is_same for number in range(len(history)))


def test_another_seed_is_said_to_choose_otherwise():
    replay = StudyReplay(setup_of("bayesian", seed=4), history_of(ran("bayesian")))
    assert not replay.at(14).is_same


def test_the_next_trial_is_what_the_study_chooses_next():
    study = ran("bayesian", at_once=1)
    moment = StudyReplay(setup_of("bayesian"), history_of(study)).at(16)
    assert moment.params is None
    assert moment.suggested == study.ask().params


def test_a_queued_trial_asked_no_strategy():
    study = Study(SPACE, sampler="bayesian", direction="maximize", seed=3)
    study.enqueue({"rate": 0.01, "units": 64, "rule": "adam"})
    study.tell(study.ask(), 1.0)
    moment = StudyReplay(setup_of("bayesian"), history_of(study)).at(0)
    assert (moment.suggested, moment.is_own, moment.belief) == (None, False, None)


def test_the_model_of_a_strategy_that_has_none_is_not_its_own():
    moment = StudyReplay(setup_of("tpe"), history_of(ran("tpe"))).at(14)
    assert not moment.is_own
    assert moment.belief is not None


def test_slices_run_through_the_choice_with_the_strongest_first():
    belief = StudyReplay(setup_of("bayesian"), history_of(ran("bayesian"))).at(15).belief
    ranges = [float(np.ptp(one.mean)) for one in belief.slices]
    assert belief.slices[0].name == "rate"
    assert ranges == sorted(ranges, reverse=True)
    for one in belief.slices:
        assert one.promise.max() == pytest.approx(1.0)
        assert (one.promise >= 0).all()
        place = SPACE[one.name].to_unit(np.array([SPACE[one.name].to_number(belief.at[one.name])]))[0]
        nearest = int(np.argmin(np.abs(one.places - place)))
        assert one.mean[nearest] == pytest.approx(belief.predicted, abs=0.3)
    assert belief.map.names == ("rate", "units")
    assert belief.map.mean.shape == tuple(map(len, belief.map.values))
    assert belief.quality <= 1.0


def test_nearest_trials_are_those_that_differ_least():
    study = Study(SPACE, sampler="random", direction="maximize", seed=0)
    for rate, units, rule in [(0.01, 64, "adam"), (0.011, 64, "adam"), (0.01, 64, "rms"), (1.0, 256, "adam")]:
        study.enqueue({"rate": rate, "units": units, "rule": rule})
        study.tell(study.ask(), rate)
    found = nearest_trials(history_of(study), {"rate": 0.01, "units": 64, "rule": "adam"})
    assert [one.number for one in found] == [0, 1, 3]
    assert found[0].distance == 0.0
    assert found[1].distance == pytest.approx(math.log10(1.1) / 4 / 4, rel=1e-6)


def test_a_strange_note_of_what_was_known_is_not_believed():
    history = history_of(ran("bayesian"))
    notes = Notes()
    notes.put_texts("why", [0, 1], ['{"known": {"pending": ["x"]}}', '{"known": {"pending": [0], "budget": -1}}'])
    assert notes.get(0)["why"] == notes.get(1)["why"] == {}
    assert len(history) == 16


def test_there_is_no_moment_before_a_trial_that_does_not_exist():
    replay = StudyReplay(setup_of("random"), history_of(ran("random", 3)))
    with pytest.raises(IndexError):
        replay.at(5)
    assert replace(setup_of("random"), title="y").title == "y"
