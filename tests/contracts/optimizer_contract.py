"""What every optimizer must do: derive a test class from this and give :meth:`make`."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from engine.errors import UserFault
from engine.optimizers import Optimizer
from engine.options import describe

Weights = np.ndarray[Any, Any]


def gradient(weights: Weights, step: int) -> Weights:
    """An uneven bowl's gradient that also depends on the step, so that order matters."""
    scale = np.linspace(0.5, 2.0, weights.shape[-1])
    return (scale * weights + 0.1 * np.sin(step + np.arange(weights.shape[-1]))).astype(weights.dtype)


def walk(optimizer: Optimizer, weights: Weights, steps: int, start: int = 0) -> Weights:
    """``weights`` after some steps, changed in place."""
    for step in range(start, start + steps):
        optimizer.step(weights, gradient(weights, step))
    return weights


class OptimizerContract:
    def make(self) -> Optimizer:
        raise NotImplementedError

    def test_weights_move_in_place_and_gradients_are_left_alone(self) -> None:
        weights, g = np.ones(7), np.linspace(0.5, 1.0, 7)
        before = g.copy()
        self.make().step(weights, g)
        assert np.array_equal(g, before)
        assert not np.array_equal(weights, np.ones(7))

    def test_a_restored_state_continues_bit_for_bit(self) -> None:
        first = self.make()
        weights = walk(first, np.linspace(-1, 1, 9), 5)
        state, copy = first.state(), weights.copy()
        expected = walk(first, weights, 5, start=5)
        second = self.make()
        second.restore(state)
        assert np.array_equal(walk(second, copy, 5, start=5), expected)

    def test_a_state_is_a_copy(self) -> None:
        optimizer = self.make()
        weights = walk(optimizer, np.linspace(-1, 1, 9), 3)
        state = optimizer.state()
        kept = {name: np.copy(value) for name, value in state.items()}
        walk(optimizer, weights, 3, start=3)
        assert all(np.array_equal(kept[name], state[name]) for name in kept)

    def test_a_fresh_copy_has_the_settings_and_no_state(self) -> None:
        used = self.make()
        walk(used, np.linspace(-1, 1, 9), 4)
        fresh = used.fresh()
        assert fresh.settings() == self.make().settings()
        assert np.array_equal(walk(fresh, np.ones(5), 3), walk(self.make(), np.ones(5), 3))

    def test_float32_stays_float32(self) -> None:
        weights = walk(self.make(), np.linspace(-1, 1, 9, dtype=np.float32), 20)
        assert weights.dtype == np.float32
        expected = walk(self.make(), np.linspace(-1, 1, 9), 20)
        assert np.allclose(weights, expected, atol=1e-3)

    def test_many_weights_are_updated_like_few(self) -> None:
        small = np.linspace(-1, 1, 1000)
        large = np.tile(small, 60)
        one, many = self.make(), self.make()
        for step in range(5):
            g = gradient(small, step)
            one.step(small, g)
            many.step(large, np.tile(g, 60))
        assert np.allclose(large, np.tile(small, 60), rtol=0, atol=1e-12)

    def test_a_stack_moves_each_row_as_if_alone(self) -> None:
        members = [self.make(), self.make(), self.make()]
        for scale, member in zip((0.5, 1.0, 3.0), members, strict=True):
            member.lr *= scale
        stack = type(members[0]).stack(members)
        weights = np.random.default_rng(0).normal(size=(3, 11))
        alone = [row.copy() for row in weights]
        for step in range(12):
            stack.step(weights, np.array([gradient(row, step) for row in weights]))
        for member, row in zip(members, alone, strict=True):
            walk(member, row, 12)
        assert np.allclose(weights, alone, rtol=0, atol=1e-12)

    def test_rows_dropped_from_a_stack_leave_the_others_as_they_were(self) -> None:
        members = [self.make(), self.make(), self.make()]
        members[2].lr *= 2.0
        stack = type(members[0]).stack(members)
        weights = np.random.default_rng(0).normal(size=(3, 5))
        alone = weights[2].copy()
        for step in range(4):
            stack.step(weights, np.array([gradient(row, step) for row in weights]))
        weights = np.ascontiguousarray(weights[[2]])
        stack.keep_rows([2])
        for step in range(4, 8):
            stack.step(weights, np.array([gradient(row, step) for row in weights]))
        assert np.allclose(weights[0], walk(members[2], alone, 8), rtol=0, atol=1e-12)

    def test_steps_allocate_no_arrays(self) -> None:
        optimizer = self.make()
        weights, g = np.ones(20_000), np.full(20_000, 0.01)
        optimizer.step(weights, g)
        optimizer.step(weights, g)
        tracemalloc.start()
        for _ in range(20):
            optimizer.step(weights, g)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 20_000, f"{peak} bytes allocated; one array would take 160,000"

    def test_other_weights_after_the_first_step_are_refused(self) -> None:
        optimizer = self.make()
        optimizer.step(np.ones(4), np.ones(4))
        if optimizer.slots:
            with pytest.raises(UserFault, match="shape"):
                optimizer.step(np.ones(5), np.ones(5))

    def test_gradients_that_do_not_fit_are_refused(self) -> None:
        with pytest.raises(UserFault, match="shape or dtype"):
            self.make().step(np.ones(4), np.ones(3))

    def test_every_setting_describes_itself(self) -> None:
        described = {item.name: item for item in describe(type(self.make()))}
        assert set(described) == set(self.make().settings())
        assert all(item.label for item in described.values())

    def test_a_negative_learning_rate_is_refused(self) -> None:
        with pytest.raises(UserFault, match="Learning rate"):
            type(self.make())(lr=-1.0)
