"""Grids: every active combination once, counted, addressed by index and shuffled without a table."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserFault
from engine.space import Categorical, Float, Grid, Int, SearchSpace, shuffled
from tests.helpers.spaces import spaces


def key(params):
    return json.dumps(params, sort_keys=True)


@settings(deadline=None, max_examples=50)
@given(spaces(most=4), st.integers(1, 3))
def test_every_cell_is_a_legal_configuration_and_no_two_are_the_same(space, levels):
    grid = Grid(space, levels)
    if grid.count > 3000:
        return
    cells = [grid.cell(i) for i in range(grid.count)]
    assert all(space.validate(cell) == cell for cell in cells)
    assert len({repr(sorted(cell.items())) for cell in cells}) == grid.count


def test_a_plain_grid_is_the_product():
    space = SearchSpace({"x": Float(0, 1), "n": Int(1, 3), "c": Categorical(["a", "b"])})
    cells = {key(Grid(space, 3).cell(i)) for i in range(Grid(space, 3).count)}
    wanted = {key({"x": x, "n": n, "c": c}) for x, n, c in itertools.product([0.0, 0.5, 1.0], [1, 2, 3], ["a", "b"])}
    assert cells == wanted


def test_a_condition_multiplies_only_where_it_holds():
    space = SearchSpace(
        {
            "kernel": Categorical(["rbf", "poly", "linear"]),
            "degree": Int(2, 5, when={"kernel": ["poly"]}),
            "gamma": Float(1e-3, 1, log=True, when={"kernel": ["rbf", "poly"]}),
        }
    )
    assert Grid(space, 5).count == 5 + 4 * 5 + 1


def test_a_billion_cells_are_counted_and_addressed_at_once():
    space = SearchSpace({f"x{i}": Float(0, 1) for i in range(9)})
    grid = Grid(space, 10)
    assert grid.count == 10**9
    assert grid.cell(10**9 - 1) == {f"x{i}": 1.0 for i in range(9)}


def test_too_many_branches_are_refused_in_a_sentence():
    hyperparameters = {f"c{i}": Categorical(["a", "b", "c"]) for i in range(12)}
    hyperparameters |= {f"d{i}": Int(0, 1, when={f"c{i}": ["a"]}) for i in range(12)}
    with pytest.raises(UserFault, match="too many combinations"):
        Grid(SearchSpace(hyperparameters))


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(0, 2**32))
def test_the_shuffled_order_visits_every_position_once(count, seed):
    assert sorted(shuffled(i, count, seed) for i in range(count)) == list(range(count))


def test_the_shuffled_order_differs_by_seed():
    orders = {tuple(shuffled(i, 100, seed) for i in range(100)) for seed in range(5)}
    assert len(orders) == 5
    assert tuple(range(100)) not in orders
