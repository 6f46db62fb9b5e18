"""The rule of the median, step by step."""

import math

import pytest

from engine import pruners
from engine.errors import UserFault
from tests.contracts.pruner_contract import Race

PEERS = 6  # the setting's default


def race_with(levels, steps=10):
    race = Race()
    for level in levels:
        race.finish([level] * steps)
    return race


def said(race, losses, **settings):
    return pruners.make("median", settings).decide(race.history, race.curves, race.start(losses))


def test_a_trial_ends_at_the_first_step_after_its_grace_at_which_two_checks_in_a_row_agree():
    race = race_with([1.0] * PEERS)
    assert said(race, [2.0] * 3) == ""
    assert said(race, [2.0] * 4) == (
        "At step 4 its best loss was 2, worse than the median of 6 earlier trials there (1)."
    )
    assert said(race, [2.0] * 5, grace=5) == ""
    assert said(race, [2.0] * 6, grace=5).startswith("At step 6 ")


def test_one_noisy_value_ends_nothing():
    race = Race()
    for _ in range(PEERS):
        race.finish([5.0, 5.0, 5.0, 5.0, 1.0, 1.0])  # at step 4 the trial is no worse, at step 5 it is
    assert said(race, [5.0] * 5) == ""
    assert said(race, [5.1] * 5) != ""


def test_nothing_ends_that_has_come_to_its_last_step():
    assert said(race_with([1.0] * PEERS), [2.0] * 9) != ""
    assert said(race_with([1.0] * PEERS), [2.0] * 10) == ""


def test_two_checks_are_enough():
    race = Race()
    for _ in range(PEERS):
        race.finish([9.0, 9.0, 9.0, *[1.0] * 7])
    assert said(race, [2.0] * 4) == ""
    assert said(race, [2.0] * 5).startswith("At step 5 ")


def test_the_step_itself_counts():
    assert said(race_with([1.0] * PEERS), [*[9.0] * 5, 0.5]) == ""


def test_it_is_the_median_and_not_the_mean():
    assert said(race_with([1.0, 1.0, 1.0, 1.0, 100.0, 100.0]), [2.0] * 9) != ""


def test_a_peer_that_began_to_report_later_had_nothing_better_before():
    race = Race()
    for _ in range(PEERS):
        race.finish([(50, 1.0), (51, 1.0)])
    assert said(race, [2.0] * 9) == ""


def test_a_peer_that_reported_something_else_is_none():
    race = Race()
    for level in (1.0, 3.0):
        race.finish([(0, level), (1, level), (2, level)])
    race.finish([(0, 1.0), (1, 1.0)], "other_loss")
    assert said(race, [(0, 2.5), (1, 2.5)], peers=2, grace=1) != ""


@pytest.mark.parametrize(("peers", "ends"), [(PEERS - 1, False), (PEERS, True)])
def test_no_trial_ends_before_there_are_enough_to_compare_with(peers, ends):
    assert bool(said(race_with([1.0] * peers), [2.0] * 9)) is ends


@pytest.mark.parametrize(("peers", "ends"), [(2, False), (3, True)])
def test_so_many_peers_count_as_are_asked_for(peers, ends):
    assert bool(said(race_with([1.0] * peers), [2.0] * 9, peers=3)) is ends


def test_peers_that_did_not_reach_the_step_do_not_count():
    race = race_with([1.0] * (PEERS - 1))
    race.finish([1.0] * 8)
    assert said(race, [2.0] * 9) == ""
    assert said(race, [2.0] * 8) != ""


@pytest.mark.parametrize(("loss", "ends"), [(3.0, False), (3.5, False), (3.6, True)])
def test_only_what_is_worse_than_the_median_ends(loss, ends):
    assert bool(said(race_with([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [loss] * 9)) is ends


def test_the_best_loss_so_far_counts_of_the_trial_and_of_its_peers():
    race = Race()
    for _ in range(PEERS):
        race.finish([1.0, *[9.0] * 9])
    assert said(race, [0.9, *[50.0] * 8]) == ""
    assert said(race, [8.0] * 9) != ""  # now worse than 1, if not than the present 9


def test_pruned_trials_are_peers():
    race = Race()
    for _ in range(PEERS):
        race.finish([1.0] * 10, state="pruned")
    assert said(race, [2.0] * 9) != ""


@pytest.mark.parametrize("worst", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_is_the_worst(worst):
    assert said(race_with([1.0] * PEERS), [worst] * 9) != ""


def test_only_the_first_fold_is_compared():
    race = race_with([1.0] * PEERS)
    number = race.start([0.5] * 9)
    race.report(number, [50.0] * 9, fold=1)
    assert pruners.make("median").decide(race.history, race.curves, number) == ""


def test_steps_are_compared_in_their_order_and_not_in_that_of_the_reports():
    race = race_with([1.0] * PEERS)
    ahead = [(9, 2.0), (8, 2.0), (3, 2.0), (2, 2.0)]
    assert said(race, ahead).startswith("At step 9 ")


def test_a_record_of_unknown_kind_is_refused_in_a_sentence():
    race = Race()
    for _ in range(PEERS):
        race.finish([1.0] * 10, "fluff")
    number = race.start([2.0] * 9, "fluff")
    with pytest.raises(UserFault, match="Nothing says whether more of fluff is better"):
        pruners.make("median").decide(race.history, race.curves, number)
