"""Racing: which fits come next, and when there are enough."""

import numpy as np
import pytest

from engine.confirming.rounds import FEWEST_FOLDS, MOST_FITS, ConfirmOptions, Rounds
from engine.judging.confirmation import Candidate, FreshFit, Plan, confirm_rows


def made_plan(count=3, folds=5):
    rows = tuple(Candidate(f"trial {n}", "trial", n, "random_forest", {}, {"depth": n}, 0.9) for n in range(count))
    guess = Candidate("guessing", "baseline", None, "dummy", {}, {})
    return Plan("made", (*rows, guess), folds, 1 / (folds - 1), "accuracy", "maximize")


USUAL = ConfirmOptions()


def race(plan, score_of, options=USUAL, seconds=np.inf, before=()):
    """Carry rounds out with ``score_of(row, repeat, fold)``; the rounds at their end."""
    rounds = Rounds(plan, list(before), options, seconds)
    while wanted := rounds.next_round():
        rounds.fits += [
            FreshFit(one.row, one.repeat, one.fold, score_of(one.row, one.repeat, one.fold), 1.0) for one in wanted
        ]
    return rounds


def noisy(means, spread=0.01):
    """Scores around ``means`` that share the difficulty of a fold."""

    def score_of(row, repeat, fold):
        shared = np.random.default_rng([repeat, fold]).normal(0, 0.02)
        return means[row] + shared + np.random.default_rng([row, repeat, fold]).normal(0, spread)

    return score_of


def test_a_race_ends_at_once_where_everything_is_told_apart():
    found = race(made_plan(), noisy([0.9, 0.7, 0.6, 0.3]))
    assert len(found.fits) == 4 * FEWEST_FOLDS
    assert confirm_rows(found.plan, found.fits).is_decided


def test_equal_configurations_end_the_race_since_no_fit_could_part_them():
    found = race(made_plan(), lambda row, repeat, fold: 0.9 if row < 3 else 0.3)
    assert len(found.fits) == 4 * FEWEST_FOLDS
    assert not confirm_rows(found.plan, found.fits).is_decided


def test_only_who_may_still_be_told_apart_goes_on():
    found = race(made_plan(), noisy([0.9, 0.875, 0.6, 0.3]))
    counts = [sum(fit.candidate == row for fit in found.fits) for row in range(4)]
    assert counts[0] == counts[1] > FEWEST_FOLDS
    assert counts[2] == counts[3] == FEWEST_FOLDS


@pytest.mark.parametrize("fits", [7, 25, 60])
def test_no_more_fits_than_allowed_are_trained_and_guessing_costs_none(fits):
    found = race(made_plan(), noisy([0.9, 0.89, 0.89, 0.3], 0.03), ConfirmOptions(fits=fits))
    assert sum(fit.candidate < 3 for fit in found.fits) <= fits


def test_without_a_number_there_is_a_limit_and_a_time():
    hard = noisy([0.9, 0.889, 0.889, 0.3], 0.012)
    assert sum(fit.candidate < 3 for fit in race(made_plan(), hard).fits) <= MOST_FITS
    late = race(made_plan(), hard, seconds=5.0)  # a second a fit: late after the first round, yet two are needed
    assert len(late.fits) == 4 * FEWEST_FOLDS


def test_what_was_trained_before_is_taken_up():
    plan, scores = made_plan(), noisy([0.9, 0.7, 0.6, 0.3])
    whole = race(plan, scores)
    again = race(plan, scores, before=whole.fits)
    assert again.fits == whole.fits
    rest = race(plan, scores, before=whole.fits[:11])
    assert sorted(rest.fits, key=repr) == sorted(whole.fits, key=repr)


def test_twenty_more_fits_each_end_after_twenty():
    plan, scores = made_plan(), noisy([0.9, 0.9, 0.9, 0.3], 0.03)
    whole = race(plan, scores, ConfirmOptions(fits=30))
    more = race(plan, scores, ConfirmOptions(more=True), before=whole.fits)
    counts = [sum(fit.candidate == row for fit in more.fits) for row in range(3)]
    assert counts == [30, 30, 30]


def test_a_row_that_fails_is_trained_no_more():
    def score_of(row, repeat, fold):
        return None if row == 1 and fold == 2 else noisy([0.9, 0.9, 0.6, 0.3])(row, repeat, fold)

    found = race(made_plan(), score_of)
    assert sum(fit.candidate == 1 for fit in found.fits) == 5  # the round that it failed in
