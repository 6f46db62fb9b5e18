"""Arrows point down the validation loss, a step follows them, and the gap is blamed on what grows it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.analysis.gaps import gaps_of, gaps_title
from engine.analysis.slopes import slope_rows, slopes_of, slopes_title, steepest_of, step_from, step_title, step_words
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import Curves, History

SPACE = SearchSpace(
    {"rate": Float(1e-4, 1.0, log=True), "momentum": Float(0.5, 0.9), "l2": Float(1e-6, 1e-2, log=True)}
)


def valley(count=30, seed=0, best=-2.0):
    """Trials of which each tells the derivatives of a valley in the logarithm of the rate."""
    rng, history = np.random.default_rng(seed), History(SPACE, ("minimize",))
    for number in range(count):
        params = SPACE.sample(rng)
        off = math.log10(params["rate"]) - best
        slopes = {"rate": 2 * off / math.log(10) / params["rate"], "momentum": 0.001, "l2": 0.0}
        history.apply(TrialStarted(number, params, 0.0))
        history.apply(TrialEnded(number, "complete", 1.0, 1.0, (off**2,), "", {"hypergradient": slopes}))
    return history


def test_slopes_are_those_of_central_differences_in_the_unit_cube():
    history = valley()
    found = slopes_of(history)
    for row, number in enumerate(found.numbers.tolist()):
        unit, column = history.unit[number].copy(), SPACE.names.index("rate")

        def loss(place, unit=unit, column=column):
            moved = unit.copy()
            moved[column] = place
            return (math.log10(SPACE.decode(moved)["rate"]) + 2.0) ** 2

        at = float(np.clip(unit[column], 0.01, 0.99))
        if at == unit[column]:
            measured = (loss(at + 1e-5) - loss(at - 1e-5)) / 2e-5
            assert found.slopes[row, 0] == pytest.approx(measured, rel=1e-3, abs=1e-6)


def test_the_best_trial_has_rank_share_1_whatever_the_direction():
    history = valley(5)
    found = slopes_of(history)
    assert found.rank_share[found.score.argmin()] == 1.0
    assert found.rank_share[found.score.argmax()] == 0.0
    history.judge_by(("maximize",), ())
    assert slopes_of(history).rank_share.tolist() == (1.0 - found.rank_share).tolist()


def test_a_step_goes_down_by_a_fiftieth_of_the_ranges_and_stays_inside():
    history = valley()
    found = slopes_of(history)
    for row, number in enumerate(found.numbers.tolist()):
        before = history.params(number)
        after = step_from(SPACE, before, dict(zip(found.names, found.slopes[row].tolist(), strict=True)))
        assert SPACE.validate(after)
        moved = np.linalg.norm(SPACE.encode(after) - SPACE.encode(before))
        assert moved <= 0.02 + 1e-9
        off = math.log10(before["rate"]) + 2.0
        if abs(off) > 0.1:
            assert abs(math.log10(after["rate"]) + 2.0) < abs(off)
            assert step_words(before, after).startswith("A step of 0.02 of the ranges: rate ")
    assert step_from(SPACE, before, {}) == before


def test_the_two_steepest_hyperparameters_are_drawn():
    found = slopes_of(valley())
    columns, steepness = steepest_of(found)
    assert [found.names[column] for column in columns] == ["rate", "momentum"]
    lengths = np.hypot(*found.slopes[:, columns].T)
    np.testing.assert_allclose(steepness, lengths / lengths.max())


def test_titles_say_which_way_most_point():
    assert slopes_title(slopes_of(valley(best=0.5))).sentence == "More rate, said training itself in 30 of 30 trials"
    assert slopes_title(slopes_of(valley(best=-5.0))).sentence == "Less rate, said training itself in 30 of 30 trials"
    assert slopes_title(slopes_of(valley())).rest.startswith("has its best within:")
    assert slopes_title(slopes_of(History(SPACE))).sentence == "No trial told slopes"
    found = slopes_of(valley(best=0.5))
    assert (
        step_title(found, 0).sentence == f"At trial {found.numbers[0]} more rate would lower the validation loss most"
    )


def test_ten_percent_more_in_words():
    history = valley(4)
    found = slopes_of(history)
    rows = dict(slope_rows(found, 1, history.params(1)))
    params = history.params(1)
    assert rows["rate"] == pytest.approx(0.1 * params["rate"] * found.told[1, 0])
    assert rows["1 − momentum, less"] == pytest.approx(0.1 * (1 - params["momentum"]) * 0.001)


def gapped(rule, count=40, seed=1):
    rng, history, curves = np.random.default_rng(seed), History(SPACE), Curves()
    for number in range(count):
        params = SPACE.sample(rng)
        history.apply(TrialStarted(number, params, 0.0))
        for step in (1, 2):
            curves.apply(StepReported(number, step, {"train_loss": 0.1, "val_loss": 0.1 + rule(params, rng)}))
        history.apply(TrialEnded(number, "complete", 1.0, 1.0, (0.5,)))
    return gaps_of(history, curves)


def test_the_gap_is_blamed_on_what_grows_it_and_on_nothing_by_chance():
    found = gapped(lambda p, rng: -0.1 * math.log10(p["l2"]) + 0.01 * rng.standard_normal())
    assert (found.name, found.rho < -0.9) == ("l2", True)
    assert gaps_title(found).sentence.startswith("The gap between validation and training shrinks with l2 (ρ −")
    told = [seed for seed in range(20) if gapped(lambda p, rng: rng.random(), seed=seed).name]
    assert told == [1, 8]  # one in twenty is expected
    assert "Too few trials" in gaps_title(gapped(lambda p, rng: 0.1, 4)).sentence
