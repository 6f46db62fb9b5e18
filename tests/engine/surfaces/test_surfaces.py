"""What is said of a surface is true: its slopes, its minima, its place to start."""

from __future__ import annotations

import numpy as np
import pytest

from engine import surfaces
from engine.errors import UserFault

EVERY = surfaces.names()


@pytest.mark.parametrize("name", EVERY)
def test_gradients_are_the_slopes_of_the_losses(name: str) -> None:
    surface = surfaces.get(name)
    points = surface.points(40, seed=1)
    step = 1e-5
    for axis, gradients in zip(np.eye(2), np.moveaxis(surface.gradients(points), -1, 0), strict=True):
        slopes = (surface.losses(points + step * axis) - surface.losses(points - step * axis)) / (2 * step)
        assert gradients == pytest.approx(slopes, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", EVERY)
def test_minima_are_all_there_are_in_the_region_and_the_lowest_comes_first(name: str) -> None:
    surface = surfaces.get(name)
    x, y, losses = surface.grid(301, 301)
    inner = losses[1:-1, 1:-1]
    around = [losses[1 + i : 300 + i, 1 + j : 300 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]
    rows, columns = np.nonzero(np.all([inner < other for other in around], axis=0))
    seen = {
        min(
            range(len(surface.minima)), key=lambda at: (surface.minima[at].x - a) ** 2 + (surface.minima[at].y - b) ** 2
        )
        for a, b in zip(x[1:-1][columns], y[1:-1][rows], strict=True)
    }
    assert seen == set(range(len(surface.minima)))  # a bent valley's grid may show one minimum twice
    assert [one.loss for one in surface.minima] == sorted(one.loss for one in surface.minima)
    for one in surface.minima:
        assert surface.losses(np.array([one.x, one.y])) == one.loss
        assert surface.gradients(np.array([one.x, one.y])) == pytest.approx([0.0, 0.0], abs=1e-4)


@pytest.mark.parametrize("name", EVERY)
def test_a_race_starts_inside_the_region_and_not_at_a_minimum(name: str) -> None:
    surface = surfaces.get(name)
    assert surface.x_range[0] < surface.start[0] < surface.x_range[1]
    assert surface.y_range[0] < surface.start[1] < surface.y_range[1]
    assert surface.losses(np.array(surface.start)) > surface.minima[0].loss + 0.1


@pytest.mark.parametrize(
    ("name", "point", "loss"),
    [
        ("rosenbrock", (1, 1), 0),
        ("himmelblau", (3, 2), 0),
        ("rastrigin", (0, 0), 0),
        ("beale", (3, 0.5), 0),
        ("ravine", (0, 0), 0),
        ("saddle", (0, 1), -0.25),
    ],
)
def test_the_published_minima_are_where_they_were_published(name: str, point: tuple[float, float], loss: float) -> None:
    lowest = surfaces.get(name).minima[0].loss
    assert lowest == pytest.approx(loss, abs=1e-12)
    assert surfaces.get(name).losses(np.array(point, dtype=float)) == pytest.approx(loss, abs=1e-12)


def test_the_deepest_of_the_four_valleys_has_loss_zero() -> None:
    losses = [one.loss for one in surfaces.get("four_valleys").minima]
    assert losses[0] == pytest.approx(0.0, abs=1e-12)
    assert min(np.diff(losses)) > 0.1


def test_an_unknown_surface_is_answered_with_those_there_are() -> None:
    with pytest.raises(UserFault, match="four_valleys"):
        surfaces.get("five_valleys")
