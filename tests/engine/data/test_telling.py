"""What one column tells of the target: what was made from it is found, what merely helps is not."""

import numpy as np
import pytest

from engine.data.telling import tell

ROWS = 600


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def told(X, y, ordered=None):
    X = np.column_stack(X)
    return tell(X, y, ordered or (False,) * X.shape[1])


def test_a_number_made_from_the_target_is_a_leak_and_noise_explains_nothing(rng):
    y = np.exp(rng.normal(size=ROWS))
    leak, reversed_, noise = told([np.log(y), -(y**3), rng.normal(size=ROWS)], y)
    assert leak.is_leak
    assert leak.share > 0.99
    assert reversed_.is_leak
    assert not noise.is_leak
    assert noise.share < 0.05


@pytest.mark.parametrize("kept", [0.25, 0.5, 0.75])
def test_the_share_is_that_of_the_variance(rng, kept):
    x = rng.integers(0, 8, ROWS * 4).astype(float)
    signal = (x - x.mean()) / x.std()
    y = np.sqrt(kept) * signal + np.sqrt(1 - kept) * rng.normal(size=len(x))
    (one,) = told([x], y)
    assert one.share == pytest.approx(kept, abs=0.05)
    assert not one.is_leak


def test_a_code_of_the_class_is_a_leak_and_nine_of_ten_is_none(rng):
    y = rng.integers(0, 3, ROWS)
    code = (2 - y).astype(float)
    nearly = np.where(rng.random(ROWS) < 0.1, rng.integers(0, 3, ROWS), y).astype(float)
    leak, helps = told([code, nearly], y)
    assert leak.is_leak
    assert leak.right == 1.0
    assert 0.85 < helps.right < 0.97
    assert not helps.is_leak


def test_filled_only_for_one_class_is_a_leak(rng):
    y = rng.integers(0, 2, ROWS)
    survey = np.where(y == 1, rng.integers(1, 6, ROWS).astype(float), np.nan)
    (one,) = told([survey], y)
    assert one.is_leak


def test_guessing_a_frequent_class_right_is_no_leak(rng):
    y = (rng.random(ROWS) < 0.01).astype(np.int64)
    (one,) = told([rng.normal(size=ROWS)], y)
    assert one.right > 0.97
    assert not one.is_leak


def test_what_is_near_in_time_is_alike_and_no_leak(rng):
    y = np.cumsum(rng.normal(size=ROWS))
    day = np.arange(ROWS, dtype=float)
    shuffled = rng.permutation(ROWS)
    assert not told([day], y)[0].is_leak  # rises from row to row
    assert not told([day[shuffled]], y[shuffled], (True,))[0].is_leak  # a date


def test_rows_that_occur_twice_tell_nothing_of_each_other(rng):
    x, y = rng.normal(size=(2, ROWS // 2))
    (one,) = told([np.tile(x, 2)], np.tile(y, 2))
    assert one.share < 0.1
    assert not one.is_leak


def test_of_few_rows_nothing_is_said(rng):
    y = rng.normal(size=30)
    assert told([y], y) == ()


def test_a_constant_or_empty_column_explains_nothing(rng):
    y = rng.normal(size=ROWS)
    for one in told([np.ones(ROWS), np.full(ROWS, np.nan)], y):
        assert (one.share, one.is_leak) == (0.0, False)
