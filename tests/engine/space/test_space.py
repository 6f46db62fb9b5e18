"""Search spaces: sampling, encoding, validation and JSON, on spaces of every kind."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserFault
from engine.space import Categorical, Float, Int, SearchSpace, hyperparameters_from_json, problems
from tests.helpers.spaces import spaces

SEEDS = st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(spaces(), SEEDS)
def test_a_sampled_configuration_is_legal(space, seed):
    params = space.sample(np.random.default_rng(seed))
    assert space.validate(params) == params


@settings(deadline=None)
@given(spaces(), SEEDS)
def test_encoding_and_decoding_give_the_configuration_back(space, seed):
    params = space.sample(np.random.default_rng(seed))
    back = space.decode(np.nan_to_num(space.encode(params), nan=0.5))
    assert back.keys() == params.keys()
    for name, value in params.items():
        if isinstance(value, float):
            assert back[name] == pytest.approx(value, rel=1e-9, abs=1e-9)
        else:
            assert back[name] == value


@settings(deadline=None)
@given(spaces(), SEEDS)
def test_internal_numbers_hold_a_configuration_exactly(space, seed):
    params = space.sample(np.random.default_rng(seed))
    assert space.to_params(space.to_numbers(params)) == params


@settings(deadline=None)
@given(spaces())
def test_json_gives_the_same_space(space):
    again = SearchSpace.from_json(space.to_json())
    assert again == space
    assert again.to_json() == space.to_json()


@settings(deadline=None)
@given(spaces(), st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_every_point_of_the_unit_cube_decodes_to_a_legal_configuration(space, unit):
    params = space.decode(unit[: len(space)])
    assert space.validate(params) == params


def test_inactive_names_are_absent():
    space = SearchSpace({"kernel": Categorical(["rbf", "poly"]), "degree": Int(2, 5, when={"kernel": ["poly"]})})
    drawn = [space.sample(np.random.default_rng(seed)) for seed in range(50)]
    assert {("degree" in one) for one in drawn} == {True, False}
    assert all(("degree" in one) == (one["kernel"] == "poly") for one in drawn)


def test_a_child_of_an_inactive_parent_is_inactive():
    space = SearchSpace(
        {
            "c": Int(0, 1, when={"b": [True]}),
            "b": Categorical([True, False], when={"a": ["on"]}),
            "a": Categorical(["on", "off"]),
        }
    )
    for seed in range(40):
        params = space.sample(np.random.default_rng(seed))
        assert ("c" in params) == (params["a"] == "on" and params["b"] is True)


def test_a_log_range_reaches_both_ends_exactly():
    hyperparameter = Float(1e-4, 1e-1, log=True)
    assert hyperparameter.from_unit(0.0) == 1e-4
    assert hyperparameter.from_unit(1.0) == 1e-1


def test_steps_are_round_numbers():
    hyperparameter = Float(0.1, 0.9, step=0.1)
    values = [hyperparameter.from_unit((i + 0.5) / hyperparameter.levels) for i in range(hyperparameter.levels)]
    assert values == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def test_a_log_range_is_uniform_in_the_logarithm():
    space = SearchSpace({"lr": Float(1e-4, 1.0, log=True)})
    rng = np.random.default_rng(0)
    logs = np.log10([space.sample(rng)["lr"] for _ in range(4000)])
    shares, _ = np.histogram(logs, bins=[-4, -3, -2, -1, 0])
    assert np.all(np.abs(shares / 4000 - 0.25) < 0.03)


def test_every_whole_number_of_a_range_is_equally_likely():
    space = SearchSpace({"n": Int(1, 6)})
    rng = np.random.default_rng(0)
    counts = np.bincount([space.sample(rng)["n"] for _ in range(6000)], minlength=7)[1:]
    assert np.all(np.abs(counts - 1000) < 130)


def test_true_and_one_are_different_choices():
    space = SearchSpace({"flag": Categorical([True, 1, "1", None])})
    assert [space.to_numbers({"flag": value})[0] for value in (True, 1, "1", None)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("hyperparameters", "name", "field", "remedy"),
    [
        ({"x": Float(2, 1)}, "x", "low", "Exchange the two."),
        ({"l2": Float(0, 1e-2, log=True)}, "l2", "low", "Try 1e-6."),
        ({"n": Int(0, 5, log=True)}, "n", "low", "Try 1."),
        ({"c": Categorical([])}, "c", "choices", "Give at least one."),
        ({"c": Categorical(["a", "a"])}, "c", "choices", "Remove one of them."),
        ({"x": Float(0, 1, when={"gone": [1]})}, "x", "when", "Known are: none yet."),
        ({"a": Float(0, 1), "b": Int(0, 1, when={"a": [0.5]})}, "b", "when", "Depend on a whole number or a choice."),
        ({"a": Int(0, 3), "b": Int(0, 1, when={"a": [7]})}, "b", "when", "Name a value it can take."),
        ({"x": Float(0, float("inf"))}, "x", "high", "Give two numbers."),
        ({"x": Float(1, 2, log=True, step=0.5)}, "x", "step", "Clear the step, or choose a linear scale."),
        ({"x": Float(0, 1, step=0)}, "x", "step", "Give a step above 0."),
        ({"x": Float(0, 1, step=5)}, "x", "step", "Give a step of at most 1."),
        ({"x": Float(-1e308, 1e308)}, "x", "high", "Narrow it, or use a log scale."),
        ({" ": Float(0, 1)}, " ", "name", "Give it one."),
    ],
)
def test_a_bad_row_is_named_with_its_cell_and_remedy(hyperparameters, name, field, remedy):
    found = problems(hyperparameters)
    assert (found[0].name, found[0].field, found[0].remedy) == (name, field, remedy)
    with pytest.raises(UserFault, match=name):
        SearchSpace(hyperparameters)


def test_conditions_in_a_circle_are_refused():
    hyperparameters = {"a": Int(0, 1, when={"b": [1]}), "b": Int(0, 1, when={"a": [1]})}
    found = problems(hyperparameters)
    assert [one.field for one in found] == ["when"]
    assert "a, b" in found[0].what


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"x": 3.0, "k": "a"}, "x cannot be 3.0"),
        ({"x": True, "k": "a"}, "x cannot be True"),
        ({"x": "0.5", "k": "b"}, "Give"),
        ({"k": "a"}, "x has no value"),
        ({"x": 0.5, "k": "z"}, "one of a, b"),
        ({"x": 0.5, "k": "a", "q": 1}, "'q' is not a hyperparameter"),
        ({"x": 0.5, "k": ["a"]}, "k cannot be"),
    ],
)
def test_a_configuration_outside_the_space_is_refused_in_a_sentence(params, words):
    space = SearchSpace({"x": Float(0, 1), "k": Categorical(["a", "b"])})
    if params.get("x") == "0.5":
        params = {**params, "x": "half"}
    with pytest.raises(UserFault, match=words):
        space.validate(params)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": {"kind": "magic"}}', '{"x": 3}', '{"x": {"kind": "float"}}'])
def test_text_that_is_no_space_is_refused_in_a_sentence(text):
    with pytest.raises(UserFault, match="not a search space"):
        hyperparameters_from_json(text)


def test_bounds_whose_logarithms_coincide_are_one_value():
    space = SearchSpace({"x": Float(0.01, 0.010000000000000002, log=True)})
    assert space.encode({"x": 0.01}).tolist() == [0.5]
    assert space.decode([0.7]) == {"x": 0.01}


def test_an_extreme_log_range_stays_inside():
    space = SearchSpace({"x": Float(1e-300, 1e300, log=True)})
    rng = np.random.default_rng(1)
    for _ in range(200):
        params = space.sample(rng)
        assert space.validate(params) == params
