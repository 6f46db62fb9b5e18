"""A space as a person may give it: ours, lists, distributions, tuples; what comes back is what the estimator takes."""

import numpy as np
import pytest
from scipy import stats

from engine import Categorical, Float, Int, SearchSpace
from engine.errors import UserFault
from engine.search_cv.space import EstimatorSpace


def space_of(given):
    return EstimatorSpace(given, lambda: np.random.RandomState(0))


def drawn(given, count=200):
    """Configurations of the estimator, drawn at random."""
    made, rng = space_of(given), np.random.default_rng(0)
    return [made.params(made.space.sample(rng)) for _ in range(count)]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (Float(0.1, 2.0, log=True), Float(0.1, 2.0, log=True)),
        ((1, 10), Int(1, 10)),
        ((np.int64(1), 10, "uniform"), Int(1, 10)),
        ((0.5, 10), Float(0.5, 10.0)),
        ((1e-6, 1e6, "log-uniform"), Float(1e-6, 1e6, log=True)),
        ((1, 100, "log-uniform", 2), Int(1, 100, log=True)),
        (stats.loguniform(1e-3, 10.0), Float(1e-3, 10.0, log=True)),
        (stats.uniform(2, 3), Float(2.0, 5.0)),
        (stats.randint(3, 8), Int(3, 7)),
        (stats.randint(3, 8, loc=10), Int(13, 17)),
        (["a", "b"], Categorical(("a", "b"))),
        (("a", "b"), Categorical(("a", "b"))),
        ((1, 2, 3), Categorical((1, 2, 3))),
        ((True, False), Categorical((True, False))),
        ([1, True, 1.0, None, 1], Categorical((1, True, 1.0, None))),
        (np.array([0.1, 1.0]), Categorical((0.1, 1.0))),
        (range(3), Categorical((0, 1, 2))),
    ],
)
def test_what_a_value_means(given, meant):
    assert space_of({"x": given}).space == SearchSpace({"x": meant})


def test_choices_come_back_as_the_very_objects():
    def function(x):
        return x

    choices = [None, "None", function, (1, 2), [1, 2], np.float64(0.5), np.nan, {"a": 1}, object(), object(), 2**70]
    found = [params["x"] for params in drawn({"x": choices}, 400)]
    assert {id(value) for value in found} == {id(value) for value in choices}


def test_lists_that_look_alike_stay_apart():
    made = space_of({"x": [[1], [1], "[1]"]})
    assert made.space["x"].levels == 3
    assert len(set(made.space["x"].choices)) == 3


@pytest.mark.parametrize("given", [stats.norm(3.0, 2.0), stats.expon(scale=2.0), stats.poisson(4), stats.beta(2, 5)])
def test_another_distribution_keeps_its_shape(given):
    values = np.array([params["x"] for params in drawn({"x": given}, 2000)])
    assert np.isfinite(values).all()
    assert values.mean() == pytest.approx(given.mean(), abs=4 * given.std() / np.sqrt(2000))
    assert values.std() == pytest.approx(given.std(), rel=0.15)
    assert isinstance(values[0].item(), int) == hasattr(given, "pmf")


def test_the_table_says_where_values_are_quantiles():
    assert list(space_of({"x": stats.norm()}).space) == ["x (quantile)"]


def test_what_can_only_be_drawn_is_drawn_with_its_own_shape():
    class Cubes:
        def rvs(self, random_state=None):
            return float(random_state.uniform() ** 3)

    values = [params["x"] for params in drawn({"x": Cubes()}, 2000)]
    assert np.mean(values) == pytest.approx(0.25, abs=0.04)


def test_conditions_leave_names_out():
    for params in drawn({"kernel": ["rbf", "poly"], "degree": Int(2, 5, when={"kernel": ["poly"]})}):
        assert ("degree" in params) == (params["kernel"] == "poly")


def test_of_several_mappings_each_trial_takes_one():
    given = [{"kernel": ["rbf"], "C": (0.1, 1.0)}, {"kernel": ["linear"], "C": [7]}, {"space": ["x"]}]
    found = drawn(given)
    assert {params.get("kernel") for params in found} == {"rbf", "linear", None}
    for params in found:
        if params.get("kernel") == "linear":
            assert params == {"kernel": "linear", "C": 7}
        elif "kernel" in params:
            assert 0.1 <= params["C"] <= 1.0
        else:
            assert params == {"space": "x"}


def test_a_condition_holds_within_its_own_mapping():
    part = {"kernel": ["rbf", "poly"], "degree": Int(2, 5, when={"kernel": ["poly"]})}
    for params in drawn([part, part]):
        assert ("degree" in params) == (params["kernel"] == "poly")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"C": 1}, "C"),
        ({"C": "rbf"}, "C"),
        ({"C": {"a": 1}}, "C"),
        ({"C": []}, "C"),
        ({"C": (2.0, 1.0)}, "C"),
        ({"C": (0, 1.0, "log-uniform")}, "C"),
        ({1: [1]}, "1"),
        ([], "mapping"),
        ([1], "mapping"),
        ({"C": Int(1, 2, when={"kernel": ["rbf"]})}, "kernel"),
    ],
)
def test_a_wrong_space_is_answered_with_its_name(given, named):
    with pytest.raises(UserFault, match=named) as caught:
        space_of(given)
    assert isinstance(caught.value, ValueError)
    assert caught.value.remedy


def test_dimensions_and_distributions_of_optuna_are_understood():
    optuna = pytest.importorskip("optuna")
    of = optuna.distributions
    given = {
        "a": of.FloatDistribution(0.1, 1.0, log=True),
        "b": of.IntDistribution(1, 9, step=2),
        "c": of.CategoricalDistribution(["x", None]),
    }
    meant = {"a": Float(0.1, 1.0, log=True), "b": Int(1, 9, step=2), "c": Categorical(("x", None))}
    assert space_of(given).space == SearchSpace(meant)


def test_pairs_with_numbers_of_trials_are_mappings():
    made = EstimatorSpace([({"a": [1]}, 20), ({"b": [2]}, 16)], lambda: np.random.RandomState(0))
    assert made.trials(50) == 36
    assert list(made.space) == ["space", "a", "b"]
    assert EstimatorSpace([({"a": [1]}, 20), {"b": [2]}], lambda: np.random.RandomState(0)).trials(50) == 70
    assert space_of([{"a": [1]}, {"b": [2]}]).trials(50) == 50
