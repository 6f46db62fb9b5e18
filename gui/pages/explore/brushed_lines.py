"""Parallel lines with their brushes and title, for whichever view shows them."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.analysis.brush_region import region_of_brushes
from engine.analysis.parallel import Brush, Parallel, axis_order, best_brush, brushed, density, parallel
from engine.analysis.parallel_words import parallel_title
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import Title
from engine.errors import UserFault
from engine.space import Extent
from gui.pages.explore.views.base import ExploreView
from gui.plots.parallel import ParallelPlot
from gui.plots.parallel_painter import MOST_BRUSHED, MOST_LINES
from gui.session.study_background import StudyBackground
from gui.views.run_bar import metric_title


class ParallelData(NamedTuple):
    """The lines, how dense they are where they are too many to be drawn, and the best of them as a brush."""

    found: Parallel
    picture: np.ndarray | None
    best: dict[str, tuple[Brush, ...]]


class Brushing(NamedTuple):
    """What ``brushes`` take in of the lines ``found``: which of them (n,), in words, by trial, and as a region."""

    found: Parallel
    brushes: dict[str, tuple[Brush, ...]]
    mask: np.ndarray
    title: Title
    numbers: tuple[int, ...]
    region: dict[str, Extent]


class BrushedLines(QObject):
    """The lines with their title and brushes, for whichever view holds ``plot``.

    Until a person brushes, the best trials are brushed, and nothing is selected elsewhere by that. What brushes take in
    is worked out beside the window, one question after another, so that a brush that grows is followed all the way.
    Signal ``settled`` says that it is known of the present brushes, whose are ``numbers`` and ``region``; ``told``
    follows where a person let them go.
    """

    settled = Signal()
    told = Signal()

    def __init__(self, view: ExploreView, plot: ParallelPlot) -> None:
        super().__init__(view)
        self._view, self.plot = view, plot
        self.brushes: dict[str, tuple[Brush, ...]] = {}
        self.by_hand = False
        self.order: tuple[str, ...] = ()
        self.numbers: tuple[int, ...] = ()
        self.region: dict[str, Extent] = {}
        self.snapshot: Snapshot | None = None
        self._data: ParallelData | None = None
        self._background = StudyBackground(view.tools.document, self)
        self._is_let_go = False
        plot.words = view.tools.words
        plot.brushed.connect(self._on_let_go)

    @property
    def is_busy(self) -> bool:
        """Whether it is being worked out what the brushes take in."""
        return self._background.is_busy

    def show(self, snapshot: Snapshot, data: ParallelData) -> None:
        """Show the trials of another snapshot under the same brushes."""
        if self.snapshot is None or self.snapshot.history.space != snapshot.history.space:
            self.order, self.brushes, self.by_hand = (), {}, False
        self.snapshot, self._data = snapshot, data
        found, picture = data.found, data.picture
        if set(self.order) == set(found.names) and self.order != found.names:
            found = found.in_order(self.order)
            if picture is not None:
                picture = np.zeros_like(picture)  # until that of this order is worked out
                self._view.ask("density", partial(_density_in, self.order), partial(self._put_density, self.order))
        if not self.by_hand:
            self.brushes = data.best
        metric = metric_title(self._view.tools.document.setup)  # the short one, over an axis
        self.plot.show_trials(found, snapshot.history.space, picture, metric)
        self._background.cancel_all()  # it was asked of other lines
        self.put(self.brushes)

    def _put_density(self, order: tuple[str, ...], picture: np.ndarray) -> None:
        if order == self.order:
            self.plot.show_density(picture)

    def put(self, brushes: dict[str, tuple[Brush, ...]]) -> None:
        """Show other brushes, and soon what they take in."""
        self.brushes = brushes
        self.plot.put_brushes(brushes)
        if not self.is_busy:
            self._ask()

    def move_axis(self, order: tuple[str, ...]) -> None:
        """Show the axes in another order."""
        self.order = order
        if self.snapshot is not None and self._data is not None:
            by_hand, self.by_hand = self.by_hand, True
            self.show(self.snapshot, self._data)
            self.by_hand = by_hand

    def follow_importance(self, names: tuple[str, ...]) -> None:
        """Order the axes by importance, where no person has moved one."""
        if self.snapshot is not None and not self.by_hand:
            self.move_axis(axis_order(self.snapshot.history.space, names))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        found, snapshot = self.plot.found, self.snapshot
        if found is not None and snapshot is not None:
            work = partial(_brushing, found, dict(self.brushes), snapshot)
            self._background.call("brushing", work, self._take, self._refuse)

    def _take(self, told: Brushing) -> None:
        snapshot = self.snapshot
        assert snapshot is not None
        self.numbers, self.region = told.numbers, told.region
        said = []
        if len(told.found) > MOST_LINES:
            lines = min(len(told.numbers), MOST_BRUSHED)
            said.append(f"Showing {lines:,} of {len(told.found):,} as lines; the grey is the density of all")
        self.plot.say(told.title._replace(remark=" · ".join([*said, told.title.remark])))
        self.plot.show_brushed(told.mask, snapshot.best)
        if told.brushes != self.brushes:
            self._ask()
            return
        self.settled.emit()
        if self._is_let_go:
            self._is_let_go = False
            self.told.emit()

    def _refuse(self, _fault: UserFault) -> None:
        """Nothing can be said of these brushes."""

    @Slot()
    def _on_let_go(self) -> None:
        self._is_let_go = True
        if not self.is_busy:
            self._ask()


def parallel_data(snapshot: Snapshot) -> ParallelData:
    """The lines of a snapshot, worked out once."""
    return snapshot.once("parallel", partial(_lines, snapshot))


def _lines(snapshot: Snapshot) -> ParallelData:
    found = parallel(snapshot)
    return ParallelData(found, density(found) if len(found) > MOST_LINES else None, best_brush(found))


def _density_in(order: tuple[str, ...], snapshot: Snapshot) -> np.ndarray:
    return snapshot.once(("density", order), lambda: density(parallel_data(snapshot).found.in_order(order)))


def _brushing(found: Parallel, brushes: dict[str, tuple[Brush, ...]], snapshot: Snapshot) -> Brushing:
    mask, history = brushed(found, brushes), snapshot.history
    title = parallel_title(found, history.space, mask, brushes, snapshot.metric)
    numbers = tuple(found.numbers[mask].tolist()) if brushes else ()
    return Brushing(found, brushes, mask, title, numbers, region_of_brushes(history, brushes, numbers))
