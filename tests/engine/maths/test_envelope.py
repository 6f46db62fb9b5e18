import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.maths.envelope import envelope

VALUES = hnp.arrays(float, st.integers(1, 400), elements=st.floats(-1e6, 1e6) | st.just(np.nan) | st.just(np.inf))


@given(VALUES, st.integers(1, 30), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_a_line_keeps_its_ends_extremes_order_and_gaps(y, pixels, random):
    x = np.sort(np.array([random.uniform(0, 100) for _ in y]))
    kept = envelope(x, y, pixels)
    assert np.all(np.diff(kept) > 0)
    assert (kept[0], kept[-1]) == (0, len(y) - 1)
    finite = np.isfinite(y)
    if finite.any():
        assert np.min(y[finite]) in y[kept]
        assert np.max(y[finite]) in y[kept]
    gaps = np.count_nonzero(np.diff(finite.astype(int)) == -1)
    assert np.count_nonzero(np.diff(np.isfinite(y[kept]).astype(int)) == -1) == gaps


@given(st.integers(1, 20), st.integers(1, 5000))
@settings(deadline=None, max_examples=50)
def test_a_line_without_gaps_has_at_most_four_points_a_column(pixels, n):
    rng = np.random.default_rng(n)
    assert len(envelope(np.arange(n, dtype=float), rng.normal(size=n), pixels)) <= max(4 * pixels + 1, 4)


def test_a_spike_on_the_very_last_sample_stays():
    y = np.zeros(10_003)
    y[-1] = 9.0
    assert y[envelope(np.arange(10_003.0), y, 200)].max() == 9.0


def test_every_column_keeps_its_own_extremes():
    rng = np.random.default_rng(0)
    x, y = np.sort(rng.uniform(0, 1, 20_000)), rng.normal(size=20_000)
    kept = envelope(x, y, 50)
    column = np.minimum(((x - x[0]) / (x[-1] - x[0]) * 50).astype(int), 49)
    for i in range(50):
        inside = y[kept][column[kept] == i]
        assert inside.min() == y[column == i].min()
        assert inside.max() == y[column == i].max()
