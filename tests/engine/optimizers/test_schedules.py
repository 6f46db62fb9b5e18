"""Schedules give the rates that their formulas, and PyTorch's schedulers, give; clipping bounds gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import UserFault
from engine.optimizers.clipping import clip_norm
from engine.optimizers.schedules import (
    Chained,
    Constant,
    Cosine,
    CosineRestarts,
    Cyclic,
    Exponential,
    MultiStep,
    OneCycle,
    Polynomial,
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


def test_further_schedules_follow_their_formulas():
    restarts = rates(CosineRestarts(first=5, growth=2, lowest=0.1))
    for period, begin in ((5, 0), (10, 5), (20, 15)):
        expected = [0.01 + 0.045 * (1 + math.cos(math.pi * e / period)) for e in range(period)]
        assert np.allclose(restarts[begin : begin + period], expected)
    assert np.allclose(rates(CosineRestarts(first=7, growth=1))[7:14], rates(CosineRestarts(first=7, growth=1))[:7])
    assert np.allclose(rates(MultiStep(milestones=[5, 5, 20], factor=0.5)), [0.1] * 5 + [0.025] * 15 + [0.0125] * 20)
    assert np.allclose(rates(Polynomial(power=2.0)), [0.1 * (1 - e / EPOCHS) ** 2 for e in range(EPOCHS)])
    cycle = rates(Cyclic(rise=4, fall=6, lowest=0.5))
    assert np.allclose(cycle[:11], [0.05, 0.0625, 0.075, 0.0875, 0.1, *(0.1 - 0.05 * k / 6 for k in range(1, 7))])
    chain = rates(Chained(parts=(WarmUp(steps=10, start=0.5), Cosine()), at=(10,)))
    assert np.allclose(chain[:10], rates(WarmUp(steps=10, start=0.5))[:10])
    assert np.allclose(chain[10:], [0.05 * (1 + math.cos(math.pi * e / 30)) for e in range(30)])


def test_milestones_are_read_from_text():
    assert rates(MultiStep(milestones="20, 5")) == rates(MultiStep(milestones=(5, 20)))
    for wrong in ("", "soon", "5, -1", "2.5"):
        with pytest.raises(UserFault, match="Epochs of drops"):
            MultiStep(milestones=wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": (Cosine(),)},
        {"parts": ()},
        {"parts": (WarmUp(), "cosine")},
        {"parts": (WarmUp(), Cosine(), Step()), "at": (9, 9)},
        {"at": (0,)},
    ],
)
def test_a_chain_that_does_not_hold_together_is_refused(wrong):
    with pytest.raises(UserFault, match="chain"):
        Chained(**wrong)


def test_a_chain_keeps_its_parts_state():
    parts = (ReduceOnPlateau(factor=0.5, patience=0), Constant())
    first, second = Chained(parts=parts, at=(10,)), Chained(parts=parts, at=(10,))
    for _ in range(3):
        first.observe(1.0)
    second.restore(first.state())
    assert first.rate(1.0, 3, 20) == second.rate(1.0, 3, 20) == 0.25
    assert parts[0].rate(1.0, 0, 20) == 1.0  # a chain has copies


PAIRS = {
    "step": (Step(every=7, factor=0.3), lambda s, o: s.StepLR(o, 7, 0.3)),
    "exponential": (Exponential(factor=0.9), lambda s, o: s.ExponentialLR(o, 0.9)),
    "cosine": (Cosine(), lambda s, o: s.CosineAnnealingLR(o, EPOCHS)),
    "warmup": (WarmUp(steps=10, start=0.2), lambda s, o: s.LinearLR(o, 0.2, 1.0, 10)),
    "restarts": (CosineRestarts(first=5, growth=2), lambda s, o: s.CosineAnnealingWarmRestarts(o, 5, 2)),
    "restarts with a lowest rate": (
        CosineRestarts(first=6, growth=1, lowest=0.2),
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 6, 1, eta_min=0.02),
    ),
    "multi-step": (MultiStep(milestones=(3, 17, 17), factor=0.3), lambda s, o: s.MultiStepLR(o, [3, 17, 17], 0.3)),
    "polynomial": (Polynomial(power=0.9), lambda s, o: s.PolynomialLR(o, EPOCHS, 0.9)),
    **{
        mode: (
            Cyclic(rise=4, fall=7, lowest=0.1, mode=mode, factor=0.97),
            lambda s, o, mode=mode: s.CyclicLR(o, 0.01, 0.1, 4, 7, mode=mode, gamma=0.97, cycle_momentum=False),
        )
        for mode in ("triangular", "triangular2", "exp_range")
    },
    "chained": (
        Chained(parts=(WarmUp(steps=10, start=0.2), Cosine()), at=(10,)),
        lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.2, 1.0, 10), s.CosineAnnealingLR(o, EPOCHS - 10)], [10]),
    ),
    "chained in three": (
        Chained(parts=(WarmUp(steps=5, start=0.1), Constant(), Polynomial(power=2.0)), at=(5, 12)),
        lambda s, o: s.SequentialLR(
            o,
            [s.LinearLR(o, 0.1, 1.0, 5), s.ConstantLR(o, 1.0), s.PolynomialLR(o, EPOCHS - 12, 2.0)],
            [5, 12],
        ),
    ),
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
