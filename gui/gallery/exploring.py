"""The scenes of the page Explore: each view, and what stands in its place where there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.study import StudyOpened
from gui.gallery import states
from gui.gallery.races import wait_for
from gui.gallery.still_runner import Still
from gui.pages.explore.explore_page import ExplorePage
from gui.pages.explore.views.profiler import ProfilerView
from gui.windows.study_window import StudyWindow

Act = Callable[[StudyWindow], None]
SMALL, LARGE, NARROW = (1366, 768), (1708, 960), (1000, 1000)  # a small laptop, a usual screen at 112 %, half a screen


def explore_scenes(study: StudyOpened) -> list[tuple[str, Callable[[], Still], tuple[int, int], Act]]:
    """Name, state of the study, size of the window and what is done in it."""
    told, empty = partial(states.explained, study), partial(states.empty, study)
    return [
        ("overview", told, SMALL, partial(show_view, "overview")),
        ("overview-narrow", told, NARROW, partial(show_view, "overview")),
        ("overview-few", partial(states.first_trial, study), SMALL, partial(show_view, "overview")),
        ("overview-many", partial(states.many, study), LARGE, partial(show_view, "overview")),
        ("overview-long-names", partial(states.long_names, study), SMALL, partial(show_view, "overview")),
        ("parallel", told, SMALL, partial(show_view, "parallel")),
        ("parallel-many", partial(states.many, study), SMALL, partial(show_view, "parallel")),
        ("contour", told, SMALL, partial(show_view, "contour")),
        ("importance", told, SMALL, partial(show_view, "importance")),
        ("profiler", told, SMALL, partial(show_view, "profiler")),
        ("profiler-curves", told, SMALL, show_curves),
        ("empty", empty, SMALL, partial(show_view, "importance")),
        ("poor", partial(states.finished, study), SMALL, partial(show_view, "profiler")),
    ]


def show_view(key: str, window: StudyWindow) -> None:
    """One of the views, with its answer."""
    page = window.findChild(ExplorePage)
    assert isinstance(page, ExplorePage)
    page.show_view(key)
    wait_for(lambda: not page.is_busy)


def show_curves(window: StudyWindow) -> None:
    """The profiler with faded curves for other values of what matters second."""
    show_view("profiler", window)
    view = window.findChild(ProfilerView)
    assert isinstance(view, ProfilerView)
    view.curves.box.setCurrentIndex(2)
    view.curves.box.activated.emit(2)
    wait_for(lambda: bool(view.curves.legend.text()))
