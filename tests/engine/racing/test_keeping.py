"""The winner of a race becomes the study's strategy, or its way to start, and nothing else changes."""

import pytest

from engine.errors import UserFault
from engine.racing.entrants import entrants_of
from engine.racing.keeping import with_winner
from engine.racing.starts import RACE
from engine.setup import Strategy, StudySetup, replace

SETUP = StudySetup("x", None, {}, strategy=Strategy("bayesian", pruner="hyperband", seed=7))


def kept(text, setup=SETUP, race=RACE):
    entrants = entrants_of(race)
    return with_winner(setup, entrants, next(one for one in entrants if one.name == text))


def test_a_strategy_is_kept_with_its_options_and_its_pruner():
    after = kept("tpe:start=4+median", race=["tpe:start=4+median", "random"]).strategy
    assert (after.sampler, after.options, after.pruner) == ("tpe", {"start": 4}, "median")
    assert kept("grid:levels=2", race=["grid:levels=2"]).strategy == replace(
        SETUP.strategy, sampler="grid", options={"levels": 2}
    )


def test_known_good_starts_are_tried_first_or_no_longer_and_the_strategy_stays():
    known = kept("random@known")
    assert known.strategy == replace(SETUP.strategy, portfolio=True)
    assert kept("random", known) == SETUP


def test_what_cannot_be_kept_says_why():
    with pytest.raises(UserFault, match="Queue it in Live"):
        kept("random@defaults")
    with pytest.raises(UserFault, match="Random search begins with no known configurations"):
        kept("random@known", replace(SETUP, strategy=Strategy("random")))
