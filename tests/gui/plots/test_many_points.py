"""Of very many trials the newest are drawn, and how many those are is said above the plot."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.scored_points import ScoredPoints
from engine.analysis.title import Title
from engine.space import Float, SearchSpace
from gui.plots.beeswarm import BeeswarmPlot
from gui.plots.discs import MOST

SPACE = SearchSpace({"a": Float(0.0, 1.0), "b": Float(0.0, 1.0)})


def points(count: int, failed: int) -> ScoredPoints:
    places = np.random.default_rng(0).random((count, 2))
    ranks = np.linspace(0.0, 1.0, count)
    return ScoredPoints(
        ("a", "b"), np.arange(count), places, ranks, ranks, np.full(count, 2), ranks < 0.1, places[:failed]
    )


@pytest.mark.parametrize(
    ("count", "failed", "said"),
    [
        (MOST // 2, 250, ""),
        (MOST // 2 + 1, 250, " · the newest 5,000 of 5,001"),
        (MOST // 2, 251, " · the newest 250 of 251 failed"),
    ],
)
def test_what_is_left_out_is_said(qtbot, count: int, failed: int, said: str):
    plot = BeeswarmPlot()
    qtbot.addWidget(plot)
    plot.show_points(points(count, failed), SPACE, Title("The best", "are good", "by quality"))
    assert plot.headline.remark == f"by quality{said}"
