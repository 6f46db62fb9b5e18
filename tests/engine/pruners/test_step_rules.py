"""Every pruner on steps: what it ends, when, and with which numbers; the published tables of rungs and brackets."""

import math

import numpy as np
import pytest

from engine import pruners
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.pruners.extrapolation import continue_curve
from engine.pruners.hyperband import bracket_of, bracket_starts
from engine.pruners.peers import Peers
from engine.pruners.reported_losses import reported_losses
from engine.pruners.rung_pruner import keeps, rung_steps
from engine.pruners.sparing import is_spared
from engine.space import Float, Int, SearchSpace
from engine.trials import Curves, History, State
from tests.contracts.pruner_contract import Race

STEPS = 27


def race_with(levels, steps=STEPS):
    race = Race()
    for level in levels:
        race.finish([level] * steps)
    return race


def said(name, race, losses, **settings):
    return pruners.make(name, settings).decide(race.history, race.curves, race.start(losses))


def test_a_percentile_asks_for_more_or_for_less_than_the_median():
    race = race_with([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    assert said("percentile", race, [3.0] * 6) != ""
    assert said("median", race, [3.0] * 6) == ""
    assert said("percentile", race, [2.5] * 6) == ""
    assert said("percentile", race, [7.0] * 6, percentile=95.0) == ""


def test_a_reason_has_the_numbers():
    race = race_with([1.0] * 6)
    assert said("median", race, [2.5] * 5) == (
        "At step 5 its best loss was 2.5, worse than the median of 6 earlier trials there (1)."
    )


def test_nothing_ends_in_the_first_twentieth_of_the_longest_trial():
    race = race_with([1.0] * 6, steps=200)
    assert said("median", race, [9.0] * 9) == ""
    assert said("median", race, [9.0] * 10) != ""


@pytest.mark.parametrize(("losses", "ends"), [([9.0] * 6, True), ([*[1.0] * 5, 9.0], False), ([1.0] * 6, False)])
def test_a_threshold_ends_what_is_outside_twice(losses, ends):
    assert bool(said("threshold", Race(), losses, upper=5.0)) is ends
    assert bool(said("threshold", Race(), [-loss for loss in losses], lower=-5.0)) is ends


def test_a_threshold_takes_what_is_no_number_for_outside():
    assert "not a number" in said("threshold", Race(), [math.nan] * 6, upper=5.0)


def test_patience_ends_a_plateau_that_is_behind_and_leaves_the_best_alone():
    race = race_with([1.0] * 3)
    falling = [10.0 - step for step in range(5)]
    assert said("patience", race, [*falling, *[6.0] * 9]) == ""
    ended = said("patience", race, [*falling, *[6.0] * 10])
    assert ended.startswith("Its loss has not improved since step 5 (6); the best earlier trial had 1 by step 15")
    assert said("patience", race, [*falling, *[0.5] * 20]) == ""


def test_rungs_stand_a_factor_apart_below_the_whole():
    assert rung_steps(1, 3, 81) == [1, 3, 9, 27]
    assert rung_steps(2, 4, 100) == [2, 8, 32]


@pytest.mark.parametrize(
    ("others", "mine", "continues"),
    [((), 1.0, True), ((1.0,), 2.0, False), ((1.0,), 0.5, True), ((1.0, 2.0), 0.5, True), ((1.0, 2.0), 1.5, False),
     ((1.0, 2.0, 3.0, 4.0, 5.0), 1.5, True), ((1.0, 2.0, 3.0, 4.0, 5.0), 2.5, False)],
)  # fmt: skip
def test_one_in_three_continues_at_a_rung_and_the_first_ones_where_they_are_best(others, mine, continues):
    assert keeps(mine, others, 3) is continues


def test_asha_promotes_about_one_in_so_many_at_every_rung():
    rng = np.random.default_rng(3)
    race, asha = Race(), pruners.make("asha", {"first": 1, "factor": 3, "most": 27})
    reached = np.zeros(4, dtype=int)
    for _ in range(300):
        level = float(rng.random())
        number = race.start([])
        for step in range(1, 28):
            race.report(number, [(step, level + 1.0 / step)])
            if asha.decide(race.history, race.curves, number):
                race._apply(TrialEnded(number=number, state="pruned", time=0.0, seconds=0.0))
                break
        else:
            race._apply(TrialEnded(number=number, state="complete", time=0.0, seconds=0.0, scores=(level,)))
        reached += [race.curves.get(number).last_step > rung for rung in (0, 1, 3, 9)]
    shares = reached[1:] / reached[:-1]
    assert (np.abs(shares - 1 / 3) < 0.1).all(), shares  # the first few of a rung pass more easily


def test_successive_halving_waits_until_there_is_a_cohort_and_asha_does_not():
    race = race_with([1.0])
    assert said("asha", race, [2.0], most=27) != ""
    assert said("successive_halving", race, [2.0], most=27) == ""
    race.finish([1.5] * STEPS)
    assert said("successive_halving", race, [2.0], most=27) != ""


def test_brackets_are_those_of_the_paper():
    assert bracket_starts(1, 3, 81) == [81, 34, 15, 8, 5]  # Li et al. 2018, table 1


def test_trials_are_spread_over_brackets_by_their_shares():
    total = sum(bracket_starts(1, 3, 81))
    numbers = [bracket_of(number, 1, 3, 81) for number in range(total)]
    assert [numbers.count(place) for place in range(5)] == [81, 34, 15, 8, 5]
    assert set(numbers[:12]) >= {0, 1, 2}  # not one bracket after the other


def test_hyperband_compares_inside_a_bracket_alone():
    race, pruner = Race(), pruners.make("hyperband", {"most": 27})
    by_bracket = {}
    for _ in range(60):
        by_bracket.setdefault(bracket_of(len(race.history), 1, 3, 27), []).append(race.finish([1.0] * 27))
    found = {}
    for _ in range(24):
        number = race.start([9.0])  # one step: judged there in the first bracket alone
        found.setdefault(bracket_of(number, 1, 3, 27), set()).add(
            bool(pruner.decide(race.history, race.curves, number))
        )
    assert found[0] == {True}
    assert all(ends == {False} for bracket, ends in found.items() if bracket)


def test_pasha_ends_where_the_order_no_longer_changes_and_asha_goes_on():
    race = Race()
    for level in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0):
        race.finish([level] * STEPS)
    mine = [1.5] * 5
    assert said("asha", race, mine, most=27) == ""
    assert "no longer changes" in said("pasha", race, mine, most=27)
    assert said("pasha", race, [0.5] * 5, most=27) == ""


def test_pasha_opens_a_rung_while_the_order_changes():
    race = Race()
    for level in range(8):
        race.finish([*[float(level)] * 2, *[8.0 - level] * 6, *[float(level % 3) - 9.0] * 19])
    assert said("pasha", race, [0.5, 0.5, 0.9, 0.9], most=27) == ""


def test_one_epoch_looks_once():
    race = race_with([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    assert said("one_epoch", race, [1.5]) == ""
    assert said("one_epoch", race, [2.5, 0.0, 0.0]).startswith(
        "At step 1 its loss, 2.5, was number 3 of 10; the best 2"
    )


@pytest.mark.parametrize(
    "curve", [lambda t: 0.3 + 2.0 * t**-0.5, lambda t: 0.3 + 0.7 * np.exp(-t / 20.0), lambda t: 0.3 + 0.0 * t]
)
def test_a_curve_is_continued_within_its_own_spread(curve):
    steps = np.arange(1, 41)
    mean, spread = continue_curve(steps, curve(steps.astype(float)), 100)
    assert abs(mean - float(curve(np.array(100.0)))) < 3.0 * spread + 0.03


def test_extrapolation_spares_a_late_bloomer_and_ends_the_hopeless():
    race = Race()
    for level in (0.2, 0.25, 0.3):
        race.finish([level + 2.0 / step for step in range(1, 101)])
    hopeless = [3.0 + 0.5 / step for step in range(1, 31)]
    bloomer = [3.0 * math.exp(-step / 25.0) for step in range(1, 31)]
    ended = said("extrapolation", race, hopeless)
    assert "heading for" in ended
    assert "by step 100" in ended
    assert said("extrapolation", race, bloomer) == ""


def test_trials_of_another_cost_class_are_no_peers():
    space = SearchSpace({"x": Float(0.0, 1.0), "epochs": Int(1, 1000)})
    history, curves = History(space), Curves()

    def start(epochs, losses):
        number = len(history)
        events = [TrialStarted(number, {"x": number / 1000, "epochs": epochs}, 0.0)]
        events += [StepReported(number, step, {"val_loss": loss}) for step, loss in enumerate(losses, 1)]
        for event in events:
            history.apply(event)
            curves.apply(event)
        return number

    for _ in range(8):
        number = start(100, [1.0] * 20)
        history.apply(TrialEnded(number, "complete", 0.0, 0.0, (1.0,)))
    pruner = pruners.make("median")
    assert pruner.decide(history, curves, start(110, [2.0] * 9)) != ""
    assert pruner.decide(history, curves, start(500, [2.0] * 9)) == ""


def test_one_trial_in_ten_is_spared_by_its_number():
    spared = [is_spared(number) for number in range(10_000)]
    assert 0.09 < np.mean(spared) < 0.11
    assert max(np.diff(np.flatnonzero(spared))) < 40  # no long stretch without


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_trial_by_trial_is_what_a_fresh_look_finds(seed):
    """The index is the plain rule: medians of the best losses so far, however trials come, end and are excluded."""
    rng = np.random.default_rng(seed)
    race, kept = Race(), Peers()
    race.finish([0.0] * 12)
    for _ in range(40):
        length = int(rng.integers(1, 12))
        race.finish(rng.normal(size=length).tolist(), state=str(rng.choice(["complete", "pruned", "failed"])))
        if rng.random() < 0.1:
            race.history.exclude(rng.integers(1, len(race.history), size=3).tolist())
        number = race.start(rng.normal(size=5).tolist())
        trial = kept.running(race.history, race.curves, number)
        for step in range(1, 8):
            peers = [n for n in range(len(race.history)) if race.history.state[n] in (State.COMPLETE, State.PRUNED)]
            peers = [n for n in peers if not race.history.excluded[n]]
            curves = [reported_losses(race.history, race.curves.get(n), "val_loss") for n in peers]
            assert kept.losses_at(trial, step) == sorted(c.best_until(step) for c in curves if c.last >= step)
        race._apply(TrialEnded(number=number, state="complete", time=0.0, seconds=0.0, scores=(1.0,)))
