"""The scenes of Explore's views on failures, the past, the inside of a trial, and the further ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.study import StudyOpened
from gui.gallery import doctored, states
from gui.gallery.exploring import SMALL, Act, show_view
from gui.gallery.races import wait_for
from gui.gallery.still_runner import Still
from gui.pages.explore.explore_page import ExplorePage
from gui.pages.explore.views.inside import InsideView
from gui.windows.study_window import StudyWindow


def further_scenes(study: StudyOpened) -> list[tuple[str, Callable[[], Still], tuple[int, int], Act]]:
    """Name, state of the study, size of the window and what is done in it."""
    failing, finished = partial(doctored.failing, study), partial(states.finished, study)
    return [
        ("failures", failing, SMALL, partial(show_view, "failures")),
        ("failures-none", finished, SMALL, partial(show_view, "failures")),
        ("failures-all", partial(states.failed, study), SMALL, partial(show_view, "failures")),
        ("replay", failing, SMALL, partial(_replay, 28)),
        ("replay-now", failing, SMALL, partial(_replay, 60)),
        ("replay-spread", failing, SMALL, partial(_replay, 12)),
        ("slices", finished, SMALL, partial(show_view, "slices")),
        ("quality", finished, SMALL, partial(show_view, "quality")),
        ("rank", finished, SMALL, partial(show_view, "rank")),
        ("correlations", finished, SMALL, partial(show_view, "correlations")),
        ("front", partial(doctored.several, study), SMALL, partial(show_view, "front")),
        ("timeline", failing, SMALL, partial(show_view, "timeline")),
        ("gap", finished, SMALL, partial(show_view, "gap")),
        ("inside", finished, SMALL, partial(show_view, "inside")),
        ("inside-drawn", finished, SMALL, _draw_inside),
        ("inside-slopes", partial(doctored.sloped, study), SMALL, _draw_inside),
        ("replay-other", finished, SMALL, partial(_replay, 30)),
    ]


def _replay(known: int, window: StudyWindow) -> None:
    """A moment of the past."""
    show_view("replay", window)
    page = window.findChild(ExplorePage)
    assert isinstance(page, ExplorePage)
    page.view("replay").take(known)
    wait_for(lambda: not page.is_busy)


def _draw_inside(window: StudyWindow) -> None:
    """The landscape of the best trial."""
    show_view("inside", window)
    page = window.findChild(ExplorePage)
    assert isinstance(page, ExplorePage)
    view = page.view("inside")
    assert isinstance(view, InsideView)
    view.draw.click()
    wait_for(lambda: not view.inside.is_busy)
