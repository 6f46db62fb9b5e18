"""Thirty trials of each strategy in a space: a grid repeats its values, spreads do not, a search comes closer."""

import numpy as np
import pytest

from engine.errors import UserFault
from engine.setup import Strategy, StudySetup, replace
from engine.space import Categorical, Float, Int
from engine.study import preview_strategies

SETUP = StudySetup(
    "s",
    None,
    {"layers": Int(1, 3), "kind": Categorical(("a", "b")), "lr": Float(1e-4, 0.1, log=True), "l2": Float(0.0, 1.0)},
)


def test_each_strategy_lies_as_it_is_known_for():
    grid, random, even, search = preview_strategies(SETUP)
    assert [one.sampler for one in (grid, random, even, search)] == ["grid", "random", "quasirandom", "bayesian"]
    assert {one.names for one in (grid, random, even, search)} == {("lr", "l2")}
    assert grid.different == 5
    assert random.different == even.different == 30
    near = {
        one.sampler: int((np.abs(one.places - [0.3, 0.7]).max(axis=1) < 0.15).sum())
        for one in (grid, random, even, search)
    }
    assert near.pop("bayesian") > 2 * max(near.values())


def test_the_same_study_is_drawn_alike_and_its_own_strategy_is_among_them():
    setup = replace(SETUP, strategy=Strategy("tpe", seed=3))
    one, other = preview_strategies(setup), preview_strategies(setup)
    assert one[-1].sampler == "tpe"
    assert all(np.array_equal(a.places, b.places) for a, b in zip(one, other, strict=True))


def test_a_space_without_a_number_and_a_stopped_preview_are_refused():
    with pytest.raises(UserFault, match="no number"):
        preview_strategies(replace(SETUP, space={"kind": Categorical(("a", "b"))}))
    with pytest.raises(UserFault, match="stopped"):
        preview_strategies(SETUP, lambda: True)
    (one, *_) = preview_strategies(replace(SETUP, space={"lr": Float(0.0, 1.0)}))
    assert set(one.places[:, 1]) == {0.5}
