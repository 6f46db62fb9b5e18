"""The Gaussian process against finite differences, brute force and scikit-learn."""

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern, WhiteKernel

from engine.maths.gaussian_process import Evidence, Posterior, Prior, fit, pair_distances
from engine.samplers.encoding import Encoding
from engine.space import Categorical, Float, Int, SearchSpace

MIXED = SearchSpace(
    {
        "lr": Float(1e-4, 1.0, log=True),
        "kernel": Categorical(["a", "b", "c"]),
        "degree": Int(2, 9, when={"kernel": ["b", "c"]}),
        "mode": Categorical(["x", "y"], when={"kernel": ["c"]}),
    }
)


def mixed_data(n=25, seed=0):
    rng = np.random.default_rng(seed)
    encoding = Encoding(MIXED)
    points = encoding.snap_points(rng.random((n, len(encoding))))
    return encoding.to_features(points), encoding.owner, rng.standard_normal(n), rng


def slopes(function, x, step=1e-6):
    """Central differences of a scalar function."""
    found = np.empty_like(x)
    for i in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += step
        behind[i] -= step
        found[i] = (function(ahead) - function(behind)) / (2 * step)
    return found


def test_the_gradient_of_the_evidence_is_its_slope():
    features, owner, y, rng = mixed_data()
    scale = rng.uniform(0.5, 3.0, len(y))
    evidence = Evidence(pair_distances(features, owner), y, Prior.for_dimension(3, 4), scale)
    theta = np.append(rng.normal(0.0, 0.7, 4), [-2.0, 0.3])
    assert evidence(theta)[1] == pytest.approx(slopes(lambda t: evidence(t)[0], theta), rel=1e-6, abs=1e-7)


def test_a_fit_lowers_the_evidence_from_every_start():
    features, owner, y, _ = mixed_data()
    prior = Prior.for_dimension(3, 4)
    evidence = Evidence(pair_distances(features, owner), y, prior)
    starts = [prior.mode, prior.mode - 1.0]
    best = evidence(fit(evidence, starts))[0]
    assert best <= min(evidence(np.clip(start, -3, 3))[0] for start in starts)


def test_mean_and_spread_equal_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    x, y, queries = rng.random((30, 3)), rng.standard_normal(30), rng.random((7, 3))
    lengths, noise = np.array([0.4, 1.1, 2.5]), 0.03
    peer = GaussianProcessRegressor(Matern(lengths, nu=2.5) + WhiteKernel(noise), optimizer=None).fit(x, y)
    mean, deviation = peer.predict(queries, return_std=True)
    ours = Posterior(x, np.arange(3), y, np.append(np.log(lengths), [np.log(noise), 0.0]))
    ours_mean, ours_spread = ours.predict(queries)
    assert ours_mean[:, 0] == pytest.approx(mean, rel=1e-8)
    assert np.sqrt(ours_spread**2 + noise) == pytest.approx(deviation, rel=1e-8)


def test_the_pullback_is_the_slope_of_mean_and_spread():
    features, owner, y, rng = mixed_data()
    posterior = Posterior(features, owner, y, np.array([-0.3, 0.2, 0.1, 0.4, -4.0, 0.1]))
    query = rng.random((1, features.shape[1]))

    def blend(x):
        mean, std = posterior.predict(x[None, :])
        return 0.7 * mean[0, 0] - 1.3 * std[0]

    pullback = posterior.predict_with_pullback(query)[2]
    gradient = pullback(np.array([[0.7]]), np.array([-1.3]))[0]
    assert gradient == pytest.approx(slopes(blend, query[0]), rel=1e-5, abs=1e-6)


def test_adding_rows_equals_starting_over_with_all_rows():
    features, owner, y, _ = mixed_data()
    theta = np.array([-0.3, 0.2, 0.1, 0.4, -4.0, 0.1])
    grown = Posterior(features[:18], owner, y[:18], theta).condition_on(features[18:], y[18:, None])
    whole = Posterior(features, owner, y, theta)
    for ours, reference in zip(grown.predict(features + 0.1), whole.predict(features + 0.1), strict=True):
        assert ours == pytest.approx(reference, rel=1e-8)


def test_leaving_one_out_in_closed_form_equals_leaving_it_out():
    features, owner, y, _ = mixed_data()
    theta = np.array([-0.3, 0.2, 0.1, 0.4, -3.0, 0.1])
    mean, std = Posterior(features, owner, y, theta).leave_one_out()
    for row in range(len(y)):
        rest = np.arange(len(y)) != row
        other_mean, other_spread = Posterior(features[rest], owner, y[rest], theta).predict(features[[row]])
        assert mean[row] == pytest.approx(other_mean[0, 0], rel=1e-8)
        assert std[row] == pytest.approx(other_spread[0], rel=1e-8)


def test_the_distance_between_two_choices_is_one_and_inactive_values_do_not_count():
    encoding = Encoding(MIXED)
    points = np.array([[0.5, 1 / 6, 0.1, 0.9], [0.5, 1 / 6, 0.8, 0.2], [0.5, 0.5, 0.5, 0.2]])
    distances = pair_distances(encoding.to_features(points), encoding.owner)
    assert distances[:, 0] == pytest.approx(0.0)
    assert distances[1, 1] == pytest.approx(1.0)
