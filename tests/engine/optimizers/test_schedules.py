"""Schedules give the rates that their formulas, and PyTorch's schedulers, give; clipping bounds gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import UserFault
from engine.optimizers.clipping import clip_norm
from engine.optimizers.schedules import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    Step,
    WarmUp,
    schedule,
)

EPOCHS = 40


def rates(schedule):
    return [schedule.rate(0.1, now, EPOCHS) for now in range(EPOCHS)]


def test_each_schedule_follows_its_formula():
    assert rates(Constant()) == [0.1] * EPOCHS
    assert rates(Step(every=10, factor=0.5)) == [0.1 * 0.5 ** (e // 10) for e in range(EPOCHS)]
    assert np.allclose(rates(Exponential(factor=0.9)), [0.1 * 0.9**e for e in range(EPOCHS)])
    expected = [0.01 + 0.5 * 0.09 * (1 + math.cos(math.pi * e / EPOCHS)) for e in range(EPOCHS)]
    assert np.allclose(rates(Cosine(lowest=0.1)), expected)
    warm = rates(WarmUp(steps=10, start=0.5))
    assert np.allclose(warm[:11], np.linspace(0.05, 0.1, 11))
    assert warm[11:] == [0.1] * (EPOCHS - 11)


def test_one_cycle_starts_low_peaks_and_ends_lowest():
    given = np.array(rates(OneCycle()))
    assert np.isclose(given[0], 0.1 / 25)
    assert np.argmax(given) == 11
    assert np.isclose(given.max(), 0.1)
    assert np.isclose(given[-1], 0.1 / 25e4)


PAIRS = {
    "step": (Step(every=7, factor=0.3), lambda s, o: s.StepLR(o, 7, 0.3)),
    "exponential": (Exponential(factor=0.9), lambda s, o: s.ExponentialLR(o, 0.9)),
    "cosine": (Cosine(), lambda s, o: s.CosineAnnealingLR(o, EPOCHS)),
    "warmup": (WarmUp(steps=10, start=0.2), lambda s, o: s.LinearLR(o, 0.2, 1.0, 10)),
    "onecycle": (OneCycle(), lambda s, o: s.OneCycleLR(o, 0.1, EPOCHS, cycle_momentum=False)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_rates_equal_those_of_pytorch(name):
    torch = pytest.importorskip("torch")
    own, make = PAIRS[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    theirs = make(torch.optim.lr_scheduler, optimizer)
    expected = []
    for _ in range(EPOCHS):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        theirs.step()
    assert np.allclose(rates(own), expected, rtol=1e-9)


# Where a peak after exactly one step is asked for, PyTorch divides by zero.
CYCLES = [
    (steps, rise)
    for steps in (1, 2, 3, 4, 5, 7, 10, 33, 100)
    for rise in (0.01, 0.1, 0.25, 0.3, 0.5, 0.77, 0.9, 0.95, 0.99)
    if rise * steps != 1.0
]


@pytest.mark.parametrize(("steps", "rise"), CYCLES)
def test_one_cycle_equals_that_of_pytorch_however_few_steps_are_left_to_fall(steps, rise):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, steps, pct_start=rise, cycle_momentum=False)
    own, expected = OneCycle(rise=rise), []
    for step in range(steps):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < steps - 1:
            theirs.step()
    assert np.allclose([own.rate(0.1, step, steps) for step in range(steps)], expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(("steps", "rise"), [(2, 0.9), (5, 0.95), (10, 0.95), (50, 0.99)])
def test_one_cycle_ends_at_its_last_rate_however_late_it_peaks(steps, rise):
    assert OneCycle(rise=rise).rate(1.0, steps - 1, steps) == pytest.approx(1.0 / 25e4)


LOSSES = [1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.89, 0.89, 0.89, 0.89, 0.89, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]


def test_a_plateau_lowers_the_rate_after_patience_is_used_up():
    plateau = ReduceOnPlateau(factor=0.5, patience=2)
    given = []
    for epoch, loss in enumerate(LOSSES):
        given.append(plateau.rate(1.0, epoch, EPOCHS))
        plateau.observe(loss)
    assert given == [1.0] * 5 + [0.5] * 5 + [0.25] * 5 + [0.125] * 3 + [0.0625]


def test_a_plateau_equals_that_of_pytorch():
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, cooldown=1)
    own = ReduceOnPlateau(factor=0.5, patience=2, cooldown=1)
    for epoch, loss in enumerate(LOSSES):
        assert own.rate(1.0, epoch, EPOCHS) == optimizer.param_groups[0]["lr"]
        own.observe(loss)
        theirs.step(loss)


def test_a_restored_plateau_goes_on_where_it_was():
    first = ReduceOnPlateau(factor=0.5, patience=1)
    for loss in (1.0, 1.0, 1.0, 1.0):
        first.observe(loss)
    second = ReduceOnPlateau(factor=0.5, patience=1)
    second.restore(first.state())
    first.observe(1.0)
    second.observe(1.0)
    assert second.rate(1.0, 5, 9) == first.rate(1.0, 5, 9) == 0.25


def test_an_unknown_schedule_is_refused_with_the_known_names():
    with pytest.raises(UserFault, match="cosine"):
        schedule("zigzag")


def test_clipping_by_norm_keeps_the_direction():
    g = np.array([3.0, 4.0])
    assert clip_norm(g, 1.0) == 5.0
    assert np.allclose(g, [0.6, 0.8], atol=1e-6)
    assert clip_norm(g, 2.0) == pytest.approx(1.0, abs=1e-6)
    assert np.allclose(g, [0.6, 0.8], atol=1e-6)
