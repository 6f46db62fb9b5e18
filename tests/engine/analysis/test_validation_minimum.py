import numpy as np
import pytest

from engine.analysis import Line, validation_minimum

STEPS = np.arange(1.0, 61.0)
NOTHING = Line(np.zeros(0), np.zeros(0))
FALLING = Line(STEPS, np.exp(-STEPS / 20))


def test_a_loss_that_rises_after_its_lowest_point_while_training_goes_on_overfits():
    found = validation_minimum(Line(STEPS, 0.3 + 0.02 * np.abs(STEPS - 12)), FALLING)
    assert (found.step, found.value, found.trend) == (12, 0.3, "overfits")
    assert found.last == pytest.approx(1.26)


def test_losses_that_rise_together_do_not_overfit():
    rising = Line(STEPS, 0.3 + 0.02 * np.abs(STEPS - 12))
    assert validation_minimum(rising, rising).trend == "rises"
    assert validation_minimum(rising, NOTHING).trend == "rises"


def test_a_loss_that_has_not_settled_still_falls():
    assert validation_minimum(FALLING, NOTHING).trend == "falls"


def test_a_loss_that_has_settled_is_level():
    assert validation_minimum(Line(STEPS, 0.2 + np.exp(-STEPS / 4)), NOTHING).trend == "level"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("count", [8, 20, 60, 300])
def test_noise_around_a_level_is_neither_a_rise_nor_a_fall(seed, count):
    noisy = 0.3 * np.exp(0.2 * np.random.default_rng(seed).standard_normal(count))
    found = validation_minimum(Line(np.arange(1.0, count + 1), noisy), NOTHING)
    assert found.trend == "level"


def test_a_rise_is_seen_through_noise():
    noise = np.exp(0.1 * np.random.default_rng(0).standard_normal(60))
    assert validation_minimum(Line(STEPS, (0.3 + 0.02 * np.abs(STEPS - 12)) * noise), FALLING).trend == "overfits"


def test_negative_losses_have_a_lowest_point_too():
    found = validation_minimum(Line(STEPS, -1.0 + 0.02 * np.abs(STEPS - 12)), FALLING)
    assert (found.step, found.trend) == (12, "overfits")


def test_of_few_or_unknown_losses_nothing_is_said():
    assert validation_minimum(Line(STEPS[:4], STEPS[:4]), NOTHING) is None
    assert validation_minimum(Line(STEPS, np.full(60, np.nan)), NOTHING) is None
