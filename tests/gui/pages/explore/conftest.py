"""A window on the page Explore, with trials whose scores follow a known rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine.events import TrialEnded, TrialStarted
from gui.pages.explore.explore_page import ExplorePage
from tests.gui.windows.conftest import Stage, opened, stage  # noqa: F401 - fixtures

SLOW = 30_000


class Bench:
    """The page, its window and what is done with them. ``noise`` drowns the rule where it is large."""

    def __init__(self, opened: Stage, qtbot) -> None:  # noqa: F811
        self.stage, self.qtbot = opened, qtbot
        self.window = opened.window
        self.page: ExplorePage = opened.child("page_explore")

    def child(self, name: str):
        """The widget of an object name."""
        return self.stage.child(name)

    def trials(self, count: int = 40, noise: float = 0.0, failed_above: float | None = None) -> None:
        """Trials spread over the space, whose score is decided by the learning rate alone."""
        rng = np.random.default_rng(1)
        runner = self.stage.runner
        space = runner.setup.search_space()
        for _ in range(count):
            number = runner._next()
            point = rng.random(len(space))
            runner.say(TrialStarted(number, space.decode(point), 100.0 + number))
            if failed_above is not None and point[0] > failed_above:
                runner.say(TrialEnded(number, "failed", 101.0 + number, 1.0, (), "The loss is no longer finite."))
                continue
            score = 0.9 - 0.4 * (point[0] - 0.6) ** 2 + noise * rng.standard_normal()
            runner.say(TrialEnded(number, "complete", 101.0 + number, 1.0, (float(score),)))
        self.hear()

    def hear(self) -> None:
        """Let the window hear what the runner said."""
        self.window.study._control._inbox.deliver()

    def show(self, key: str = "") -> None:
        """Show the page, or one of its views, with what is worked out for it."""
        self.window.show_page("explore")
        if key:
            self.page.show_view(key)
        self.settle()

    def settle(self) -> None:
        """Wait for every answer."""
        self.qtbot.waitUntil(lambda: not self.page.is_busy, timeout=SLOW)


@pytest.fixture
def bench(opened: Stage, qtbot) -> Iterator[Bench]:  # noqa: F811
    made = Bench(opened, qtbot)
    yield made
    made.page.exploration.cancel()
