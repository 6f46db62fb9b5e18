"""A wish changes what is tried next, whatever the strategy, and taking it back gives the trials that there were."""

import math

import numpy as np
import pytest

from engine import samplers
from engine.errors import UserFault
from engine.pruners import make as make_pruner
from engine.samplers import AskTellSampler, SpaceExhausted
from engine.samplers.bayesian.wish_prior import WishPrior
from engine.samplers.encoding import Encoding
from engine.space import Categorical, Extent, Float, Int, SearchSpace, Wish, make_region, narrow_space
from engine.trials import Curves, History
from engine.tuning import Tuner

SPACE = SearchSpace(
    {
        "lr": Float(1e-4, 1.0, log=True),
        "units": Int(1, 64),
        "act": Categorical(["tanh", "relu", "gelu"]),
        "beta": Float(0.0, 1.0, when={"act": ["gelu"]}),
    }
)
NAMES = [name for name in samplers.names() if name != "optuna"]


def ran(sampler, wishes=(), trials=24, first=8, space=SPACE):
    """A study of so many trials, the wishes from trial ``first`` on."""
    history = History(space)
    tuner = Tuner(history, Curves(), sampler, make_pruner("none"), seed=3, budget=200)
    for number in range(trials):
        if number == first:
            tuner.wishes = tuple(Wish(kind, region, first) for kind, region in wishes)
        params = tuner.ask(float(number)).params
        loss = abs(math.log10(params.get("lr", 1.0)) + 2) + abs(params.get("units", 1) - 40) / 40
        tuner.tell(number, (loss,), float(number + 1))
    return history


def tried_in(history, *numbers):
    """The configurations of a range of trials."""
    return [history.params(number) for number in range(*numbers)]


def make(name):
    if name == "optuna":
        pytest.importorskip("optuna")
    return samplers.make(name)


@pytest.mark.parametrize("name", [*NAMES, "optuna"])
def test_nothing_is_tried_where_it_is_to_be_avoided(name):
    wish = Wish("avoid", make_region(SPACE, {"lr": (1e-3, 1.0), "units": (10, 64)}))
    tried = tried_in(ran(make(name), [(wish.kind, wish.region)]), 24)
    plain = tried_in(ran(make(name)), 24)
    assert tried[:8] == plain[:8]
    assert not any(map(wish.holds, tried[8:]))
    assert any(map(wish.holds, plain[8:]))


@pytest.mark.parametrize("name", [*NAMES, "optuna"])
def test_a_focus_is_where_is_looked_next(name):
    wish = Wish("focus", make_region(SPACE, {"lr": (0.1, 1.0), "act": ["tanh", "relu"]}))
    tried = tried_in(ran(make(name), [(wish.kind, wish.region)]), 24)
    plain = tried_in(ran(make(name)), 24)
    assert all(map(wish.holds, tried[8:16]))
    assert not all(map(wish.holds, plain[8:16]))
    if not make(name).takes_wishes(ran(make(name), trials=20), _request()):
        assert all(map(wish.holds, tried[16:]))


def test_a_focus_is_taken_as_a_prior_after_its_first_trials():
    """Where the scores do not speak against it, the model stays; the weight falls with the trials."""
    region = make_region(SPACE, {"lr": (3e-3, 0.3), "act": ["tanh", "relu"]})
    wish = Wish("focus", region)
    tried = tried_in(ran(make("bayesian"), [("focus", region)], trials=40), 16, 40)
    plain = tried_in(ran(make("bayesian"), trials=40), 16, 40)
    assert sum(map(wish.holds, plain)) < sum(map(wish.holds, tried)) >= 14
    prior = WishPrior(Encoding(SPACE), [wish], 10)
    points = np.array([SPACE.encode({"lr": lr, "units": 9, "act": "tanh"}) for lr in (1e-2, 0.35, 0.8)])
    points = np.nan_to_num(points, nan=0.5)
    assert prior.value(points)[0] == 0.0 > prior.value(points)[1] > prior.value(points)[2]
    assert (WishPrior(Encoding(SPACE), [wish], 100).value(points)[1:] > prior.value(points)[1:]).all()
    step = np.zeros_like(points)
    step[:, 0] = 1e-6
    slope = (prior.value(points + step) - prior.value(points - step)) / 2e-6
    assert np.allclose(slope, prior.value_and_gradient(points)[1][:, 0])


def test_a_model_leaves_a_focus_that_the_scores_speak_against():
    """A prior, not a wall: the best lies elsewhere, and is found all the same."""
    history = ran(make("bayesian"), [("focus", make_region(SPACE, {"lr": (0.5, 1.0)}))], trials=60)
    later = [history.params(number)["lr"] < 0.5 for number in range(40, 60)]
    assert sum(later) > 10


def test_several_foci_are_looked_at_in_turn():
    regions = [make_region(SPACE, {"act": [one]}) for one in ("tanh", "gelu")]
    history = ran(make("random"), [("focus", region) for region in regions])
    assert {history.params(number)["act"] for number in range(8, 24)} == {"tanh", "gelu"}


def test_a_strategy_of_ones_own_is_moved_into_a_focus_and_out_of_what_is_avoided():
    class Fixed:
        def ask(self):
            return {"lr": 0.5, "units": 60, "act": "tanh"}

        def tell(self, params, score):
            pass

    focus = ("focus", make_region(SPACE, {"lr": (1e-3, 1e-2)}))
    history = ran(AskTellSampler(Fixed()), [focus])
    assert [history.params(number)["lr"] for number in (7, 8, 23)] == [0.5, 1e-2, 1e-2]
    history = ran(AskTellSampler(Fixed()), [("avoid", make_region(SPACE, {"lr": (0.1, 1.0)}))])
    assert all(history.params(number)["lr"] < 0.1 for number in range(8, 24))


@pytest.mark.parametrize("name", ["grid", "tpe", "bayesian", "evolution", "cmaes", "annealing"])
def test_a_small_space_ends_with_a_sentence_when_only_the_avoided_is_left(name):
    space = SearchSpace({"a": Categorical(["x", "y", "z"]), "b": Int(1, 2)})
    tuner = Tuner(History(space), Curves(), make(name), make_pruner("none"), seed=0)
    tuner.wishes = (Wish("avoid", make_region(space, {"a": ["x"]})),)
    tried = []

    def run():
        for number in range(40):
            tried.append(tuple(tuner.ask(0.0).params.items()))
            tuner.tell(number, (float(number % 3),), 1.0)

    with pytest.raises(SpaceExhausted):
        run()
    assert len(tried) == len(set(tried)) == 4


def test_a_part_of_a_space_has_legal_values_alone():
    space = SearchSpace(
        {
            "step": Float(0.0, 1.0, step=0.3),
            "even": Int(2, 20, step=4),
            "whole": Int(1, 1000, log=True),
            "act": Categorical(["a", "b", 1, True]),
            "of_a": Int(1, 3, when={"act": ["a"]}),
            "of_both": Int(1, 3, when={"act": ["a", "b"]}),
        }
    )
    region = make_region(space, {"step": (0.2, 0.7), "even": (3, 12), "whole": (2.5, 7.5), "act": ["b", 1]})
    part = narrow_space(space, region)
    assert (part["step"].low, part["step"].high) == (0.3, 0.6)
    assert (part["even"].low, part["even"].high) == (6, 10)
    assert (part["whole"].low, part["whole"].high) == (3, 7)
    assert part["act"].choices == ("b", 1)
    assert "of_a" not in part
    assert part["of_both"].when == {"act": ("b",)}
    for u in (0.0, 0.3, 0.6, 0.99):
        params = part.decode([u] * len(part))
        assert space.validate(params) == params
        assert Wish("focus", region).holds(params)


@pytest.mark.parametrize(
    "region", [{}, {"nope": (0, 1)}, {"lr": (2.0, 3.0)}, {"lr": 3}, {"act": ["swish"]}, {"lr": (1, 2, 3)}, {"act": []}]
)
def test_a_region_that_is_none_is_refused_in_a_sentence(region):
    with pytest.raises(UserFault):
        make_region(SPACE, region)


def test_of_what_is_not_set_nothing_is_avoided():
    wish = Wish("avoid", {"beta": Extent(0.0, 1.0)})
    assert not wish.holds({"lr": 0.1, "act": "tanh"})
    assert wish.holds({"lr": 0.1, "act": "gelu", "beta": 0.5})


def _request():
    return samplers.SuggestRequest(20, 20, 3, 200)


def test_a_trial_that_was_told_of_keeps_its_place_in_a_part_of_the_space():
    history = ran(make("random"), trials=20)
    part = narrow_space(SPACE, make_region(SPACE, {"lr": (0.01, 0.5), "act": ["relu", "gelu"]}))
    twin, moved = history.read_through(part), history.copy()
    moved.change_space(part)
    assert [twin.params(number) for number in range(20)] == [history.params(number) for number in range(20)]
    assert twin.outside.tolist() == moved.outside.tolist()
    assert str(twin.numbers.tolist()) == str(moved.numbers.tolist())
    assert history.space is SPACE
