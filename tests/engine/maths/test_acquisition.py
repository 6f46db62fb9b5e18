"""Acquisitions against numerical integrals, their tail expansion and finite differences."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from engine.maths import acquisition


@pytest.mark.parametrize("z", [5.0, 0.5, 0.0, -0.9, -1.1, -3.0, -8.0])
def test_log_improvement_equals_the_integral(z):
    integral, _ = quad(lambda t: t * norm.pdf(t - z) / norm.pdf(z), 0, 40)
    assert acquisition.log_improvement(np.array([z]))[0][0] == pytest.approx(
        np.log(integral) + norm.logpdf(z), rel=1e-9
    )


@pytest.mark.parametrize("z", [-40.0, -200.0, -999.0, -1001.0, -1e6])
def test_log_improvement_follows_its_expansion_far_out(z):
    expansion = norm.logpdf(z) - 2 * np.log(-z) + np.log1p(-3 / z**2 + 15 / z**4)
    assert acquisition.log_improvement(np.array([z]))[0][0] == pytest.approx(expansion, rel=1e-7)


def test_log_improvement_rises_with_z_and_its_slopes_fit_together():
    z = np.linspace(-2000.0, 10.0, 5001)
    value, by_z, rest = acquisition.log_improvement(z)
    assert (np.diff(value) > 0).all()
    assert z * by_z + rest == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize(
    "function",
    [
        lambda m, s: acquisition.log_expected_improvement(m, s, 0.4),
        lambda m, s: acquisition.log_probability_of_improvement(m, s, 0.4),
        lambda m, s: acquisition.upper_confidence_bound(m, s, 1.8),
    ],
)
def test_slopes_equal_finite_differences(function):
    mean, std = np.array([-3.0, 0.1, 0.4, 2.0]), np.array([0.2, 0.5, 1.0, 0.7])
    _, by_mean, by_std = function(mean, std)
    step = 1e-6
    along_mean = (function(mean + step, std)[0] - function(mean - step, std)[0]) / (2 * step)
    along_spread = (function(mean, std + step)[0] - function(mean, std - step)[0]) / (2 * step)
    assert by_mean == pytest.approx(along_mean, rel=1e-6, abs=1e-8)
    assert by_std == pytest.approx(along_spread, rel=1e-6, abs=1e-8)
