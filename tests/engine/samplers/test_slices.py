"""Slices through the surrogate: along one or two hyperparameters, on their own scales, through conditions."""

import numpy as np
import pytest

from engine import samplers
from engine.errors import UserFault
from engine.space import Categorical, Float, Int, SearchSpace
from tests.contracts.sampler_contract import Walk

SPACE = SearchSpace(
    {
        "lr": Float(1e-4, 1.0, log=True),
        "k": Int(1, 6),
        "kind": Categorical(("plain", "rolling")),
        "momentum": Float(0.0, 1.0, when={"kind": ("rolling",)}),
    }
)


def loss(p):
    rolling = (p["momentum"] - 0.8) ** 2 if p["kind"] == "rolling" else 0.5
    return (np.log10(p["lr"]) + 2.0) ** 2 + 0.1 * (p["k"] - 3) ** 2 + rolling


@pytest.fixture(scope="module")
def view():
    run = Walk(samplers.make("bayesian"), SPACE, 0)
    run.run(loss, 35)
    return run.sampler.surrogate(run.history, samplers.SuggestRequest(35, 35, 0))


def test_a_slice_has_mean_deviation_and_acquisition_along_one_hyperparameter(view):
    along = view.slice("lr", points=21)
    assert len(along.values[0]) == 21
    assert along.mean.shape == along.spread.shape == along.acquisition.shape == (21,)
    assert (along.spread >= 0).all()
    assert np.isfinite(along.acquisition).all()
    assert along.values[0][int(np.argmin(along.mean))] == pytest.approx(0.01, rel=1.0)


def test_values_are_even_on_the_scale_of_the_hyperparameter(view):
    values = view.slice("lr", points=5).values[0]
    assert values == pytest.approx((1e-4, 1e-3, 1e-2, 1e-1, 1.0))
    assert view.slice("k").values[0] == (1, 2, 3, 4, 5, 6)
    assert view.slice("kind").values[0] == ("plain", "rolling")


def test_the_others_are_fixed_at_the_best_trial_or_where_one_wants_them(view):
    best = view.encoding.space.decode(view.best_points[0])
    assert view.slice("k").around == best
    elsewhere = {"lr": 0.5, "k": 1, "kind": "plain"}
    along = view.slice("k", around=elsewhere)
    mean, std, value = view.at([{**elsewhere, "k": k} for k in range(1, 7)])
    assert along.mean == pytest.approx(mean)
    assert along.spread == pytest.approx(std)
    assert along.acquisition == pytest.approx(value)


def test_two_hyperparameters_make_a_table(view):
    across = view.slice("k", "lr", points=7)
    assert across.mean.shape == across.spread.shape == across.acquisition.shape == (6, 7)
    row = view.slice("lr", around={**across.around, "k": 4}, points=7)
    assert across.mean[3] == pytest.approx(row.mean)


def test_a_child_is_sliced_together_with_its_parent(view):
    across = view.slice("kind", "momentum", points=5)
    plain = across.mean[0]
    assert plain == pytest.approx(np.full(5, plain[0]))  # momentum plays no part in the plain kind


@pytest.mark.parametrize(
    ("names", "around", "what"),
    [
        ((), None, "A slice runs along one or two hyperparameters."),
        (("lr", "lr"), None, "A slice runs along one or two hyperparameters."),
        (("lr", "k", "kind"), None, "A slice runs along one or two hyperparameters."),
        (("depth",), None, "'depth' is not a hyperparameter of this study."),
        (("momentum",), {"lr": 0.1, "k": 2, "kind": "plain"}, "momentum plays no part where kind is plain."),
    ],
)
def test_what_cannot_be_sliced_is_refused_in_a_sentence(view, names, around, what):
    with pytest.raises(UserFault) as refusal:
        view.slice(*names, around=around)
    assert refusal.value.what == what
