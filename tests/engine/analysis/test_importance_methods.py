"""fANOVA, PED-ANOVA and permutation: known answers, over the whole space and among good trials only."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.analysis.importance import importance_of
from engine.analysis.importance_methods import METHODS, ON_MODEL, fanova_importance, ped_anova_importance
from engine.analysis.score_model import fit_score_model
from engine.analysis.snapshot import Snapshot
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.space import Categorical, Float, SearchSpace
from engine.trials import History

PI = math.pi
CLIFF = {"cliff": Float(0, 1), "slope": Float(0, 1), "idle": Float(0, 1)}


def history_of(space, function, count, direction="minimize", seed=0):
    """Trials at random places."""
    rng, made = np.random.default_rng(seed), History(SearchSpace(space), (direction,))
    for number in range(count):
        params = made.space.decode(rng.random(len(space)))
        made.apply(TrialStarted(number, params, float(number)))
        made.apply(TrialEnded(number, "complete", number + 1.0, 1.0, (float(function(params)),)))
    return made


def cliff(p):
    """A quarter of the space is ruined by one hyperparameter; in the rest of it only the other one matters."""
    return 10.0 if p["cliff"] > 0.75 else p["slope"]


@pytest.fixture(scope="module")
def cliffs():
    return Snapshot(history_of(CLIFF, cliff, 300))


@pytest.mark.parametrize("method", ["sobol", "fanova", "permutation"])
def test_among_good_trials_another_one_matters_than_over_the_whole_space(cliffs, method):
    whole, good = cliffs.importance(method), cliffs.importance(method, good_only=True)
    assert whole.names[0] == "cliff"
    assert good.names[0] == "slope"
    assert good.good_only
    assert good.method == method
    idle = whole.names.index("idle")
    assert whole.total[idle] < (0.15 if method == "permutation" else 0.05)  # the model ripples beside a cliff


def test_the_best_tenth_lies_where_both_are_good(cliffs):
    """PED-ANOVA compares places: the slope narrows the best tenth more than the cliff, which cuts a quarter off."""
    whole = cliffs.importance("ped_anova")
    assert whole.names[0] == "slope"
    assert whole.total[0] > 0.7
    assert cliffs.importance("ped_anova", good_only=True).names[0] == "slope"


def test_marginals_of_the_forest_are_those_of_a_grid():
    """Its boxes give the variance that a fine grid of its own predictions has, exactly."""
    from sklearn.ensemble import RandomForestRegressor

    history = history_of({"a": Float(0, 1), "b": Float(0, 1)}, lambda p: p["a"] ** 2 + 0.5 * p["a"] * p["b"], 40)
    found = fanova_importance(history)
    units = history.unit
    forest = RandomForestRegressor(64, max_depth=64, random_state=0).fit(units, -history.losses)
    centres = (np.arange(400) + 0.5) / 400
    grid = np.stack(np.meshgrid(centres, centres, indexing="ij"), axis=-1).reshape(-1, 2)
    shares = []
    for tree in forest.estimators_[:8]:
        values = tree.predict(grid).reshape(400, 400)
        shares.append([values.mean(axis=1).var() / values.var(), values.mean(axis=0).var() / values.var()])
    from engine.analysis.importance_methods import _tree_shares

    mine = [_tree_shares(tree.tree_, 2) for tree in forest.estimators_[:8]]
    assert np.array(mine) == pytest.approx(np.array(shares), abs=0.01)
    assert found.names[0] == "a"


@pytest.mark.parametrize("method", METHODS)
def test_maximizing_is_minimizing_turned_round_by_every_method(method):
    space = {"a": Float(1e-3, 1, log=True), "kind": Categorical(["x", "y", "z"])}
    down = Snapshot(history_of(space, lambda p: math.log(p["a"]) + 0.2 * (p["kind"] == "x"), 40))
    up = Snapshot(history_of(space, lambda p: -math.log(p["a"]) - 0.2 * (p["kind"] == "x"), 40, "maximize"))
    one, other = down.importance(method), up.importance(method)
    assert one.names == other.names == ("a", "kind")
    assert one.total == pytest.approx(other.total, abs=1e-9)
    assert ((one.low <= one.total) & (one.total <= one.high)).all()
    if method != "sobol":
        assert one.total.sum() == pytest.approx(1.0, abs=0.1 if method == "fanova" else 1e-9)


def test_too_few_and_equal_scores_are_refused_with_what_helps():
    few = history_of(CLIFF, cliff, 5)
    equal = history_of(CLIFF, lambda p: 1.0, 30)
    for method in METHODS:
        with pytest.raises(UserFault, match="8 scored trials"):
            Snapshot(few).importance(method)
        with pytest.raises(UserFault, match="equal"):
            Snapshot(equal).importance(method)
    assert {"sobol", "permutation"} == ON_MODEL


def test_a_conditional_one_counts_where_it_is_set():
    space = {"kind": Categorical(["a", "b"]), "depth": Float(0, 1, when={"kind": ["b"]}), "idle": Float(0, 1)}
    history = history_of(space, lambda p: 0.3 if p["kind"] == "a" else p["depth"], 120)
    for find in (fanova_importance, ped_anova_importance):
        found = find(history)
        assert found.names[-1] == "idle"
        assert np.isfinite(found.total).all()


def test_refits_are_the_models_of_the_rest_of_the_trials():
    """The weights of a refit are those that a process without these rows has, to the last digits that matter."""
    from engine.maths.gaussian_process import Posterior

    model = fit_score_model(history_of(CLIFF, lambda p: p["slope"] + p["cliff"] ** 2, 60))
    weights = model.weights_of_refits(3, 12, seed=4)
    rng = np.random.default_rng(4)
    points = np.random.default_rng(1).random((50, 3))
    found = model.scores_by(points, weights)
    for place in range(3):
        kept = np.sort(rng.permutation(60)[12:])
        alone = Posterior(
            model.encoding.to_features(model.points[kept]),
            model.encoding.owner,
            model.targets[kept],
            model.posterior.theta,
            model.noise_scale[kept],
        )
        mean = alone.predict_mean(model.encoding.to_features(points))[:, 0]
        assert model.to_scores(np.clip(mean, model.targets.min(), model.targets.max())) == pytest.approx(
            found[place], abs=1e-6
        )


def test_among_the_good_the_worse_half_counts_as_the_middle():
    """By hand: the slope up to its middle explains .8 of what is left, the cliff .4, together a fifth of it."""
    found = importance_of(fit_score_model(history_of(CLIFF, cliff, 300)), good_only=True)
    assert found.names[0] == "slope"
    assert found.total[0] == pytest.approx(0.8, abs=0.1)
    assert found.total[found.names.index("cliff")] == pytest.approx(0.4, abs=0.1)
