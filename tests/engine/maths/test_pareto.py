"""Fronts and volumes against brute force."""

import itertools

import numpy as np
import pytest

from engine.maths.pareto import crowding_distance, front_indices, hypervolume, is_efficient, rank


def volume_by_inclusion_and_exclusion(losses, reference):
    total = 0.0
    for size in range(1, len(losses) + 1):
        for chosen in itertools.combinations(losses, size):
            sides = np.maximum(reference - np.max(chosen, axis=0), 0.0)
            total += (-1) ** (size + 1) * sides.prod()
    return total


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
def test_hypervolume_equals_inclusion_and_exclusion(objectives):
    losses = np.random.default_rng(objectives).random((7, objectives))
    reference = np.full(objectives, 0.9)
    expected = volume_by_inclusion_and_exclusion(losses[(losses < reference).all(axis=1)], reference)
    assert hypervolume(losses, reference) == pytest.approx(expected)


def test_no_row_of_the_first_front_is_dominated_and_every_other_row_is():
    losses = np.random.default_rng(0).random((60, 2))
    first = is_efficient(losses)
    for row, is_first in zip(losses, first, strict=True):
        dominated = ((losses <= row).all(axis=1) & (losses < row).any(axis=1)).any()
        assert dominated != is_first


def test_fronts_are_numbered_as_they_are_peeled_off():
    losses = np.random.default_rng(1).random((40, 3))
    left, level = np.arange(40), 0
    index = front_indices(losses)
    while len(left):
        efficient = is_efficient(losses[left])
        assert (index[left[efficient]] == level).all()
        left, level = left[~efficient], level + 1


def test_the_ends_of_a_front_are_the_least_crowded():
    front = np.array([[0.0, 1.0], [0.1, 0.8], [0.5, 0.4], [1.0, 0.0]])
    distance = crowding_distance(front)
    assert np.isinf(distance[[0, 3]]).all()
    assert distance[2] > distance[1]


def test_one_objective_ranks_by_value_then_age():
    assert rank(np.array([[2.0], [1.0], [2.0], [0.5]])).tolist() == [3, 1, 0, 2]
