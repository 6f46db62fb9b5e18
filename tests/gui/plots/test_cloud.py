"""A cloud that is moved looks as one that is made anew, and a sample of points keeps where they lie dense."""

import numpy as np
import pyqtgraph as pg
import pytest

from gui.plots.cloud import Cloud, sampled


@pytest.fixture
def plot(qtbot) -> pg.PlotWidget:
    made = pg.PlotWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    made.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
    return made


def seen(plot: pg.PlotWidget, cloud: Cloud) -> object:
    plot.addItem(cloud, ignoreBounds=True)
    picture = plot.grab().toImage()
    plot.removeItem(cloud)
    return picture


@pytest.mark.parametrize("counts", [(3, 3), (300, 301), (300, 256), (10, 700), (700, 10), (5, 0), (0, 5)])
def test_a_moved_cloud_looks_as_one_made_anew(plot, counts):
    rng = np.random.default_rng(1)
    first, second = (rng.random((2, count)) for count in counts)
    moved, anew = Cloud("o", 6), Cloud("o", 6)
    moved.put(*first)
    seen(plot, moved)  # painted once with the marks of before
    moved.put(*second)
    anew.put(*second)
    assert seen(plot, moved) == seen(plot, anew)
    assert np.array_equal(moved.getData(), second)


def test_a_cloud_of_another_size_looks_as_one_made_anew(plot):
    places = np.random.default_rng(2).random((2, 40))
    moved, anew, small = Cloud("o", 6), Cloud("o", 12), Cloud("o", 6)
    moved.put(*places)
    small.put(*places)
    moved.put(*places, size=12)
    anew.put(*places)
    assert seen(plot, moved) == seen(plot, anew) != seen(plot, small)


@pytest.mark.parametrize("many", [1000, 50_000])
def test_a_sample_is_as_large_as_asked_for_and_the_same_points_stay(plot, many):
    x, y = np.random.default_rng(3).random((2, many))
    always = np.array([0, many - 1])
    kept = sampled(x, y, plot.getViewBox(), 600, always)
    assert 600 * 0.98 <= len(kept) <= 600 * 1.02 + 2
    assert set(always) <= set(kept)
    later = sampled(np.append(x, 0.5), np.append(y, 0.5), plot.getViewBox(), 600, always)
    assert len(set(kept) - set(later)) <= 2
    left, right = (np.count_nonzero((x[kept] < 0.5) == side) for side in (True, False))
    assert abs(left - right) < 150
