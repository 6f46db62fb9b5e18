"""Parallel lines with their brushes and title, for whichever view shows them."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from engine.analysis.parallel import Brush, Parallel, axis_order, best_brush, brushed, density, parallel
from engine.analysis.parallel_words import parallel_title
from engine.analysis.snapshot import Snapshot
from gui.pages.explore.views.base import ExploreView
from gui.plots.parallel import ParallelPlot
from gui.plots.parallel_painter import MOST_BRUSHED, MOST_LINES


class ParallelData(NamedTuple):
    """The lines, and how dense they are where they are too many to be drawn."""

    found: Parallel
    picture: np.ndarray | None


class BrushedLines:
    """The lines with their title and brushes, for whichever view holds ``plot``.

    Until a person brushes, the best trials are brushed, and nothing is selected elsewhere by that.
    """

    def __init__(self, view: ExploreView, plot: ParallelPlot) -> None:
        self.plot = plot
        self.brushes: dict[str, tuple[Brush, ...]] = {}
        self.by_hand = False
        self.order: tuple[str, ...] = ()
        self.mask = np.zeros(0, dtype=bool)
        self.snapshot: Snapshot | None = None
        self._data: ParallelData | None = None
        plot.words = view.tools.words

    def show(self, snapshot: Snapshot, data: ParallelData) -> None:
        """Show the trials of another snapshot under the same brushes."""
        if self.snapshot is None or self.snapshot.history.space != snapshot.history.space:
            self.order, self.brushes, self.by_hand = (), {}, False
        self.snapshot, self._data = snapshot, data
        found = data.found
        if set(self.order) == set(found.names):
            found = found.in_order(self.order)
            if self.order != data.found.names and data.picture is not None:
                data = data._replace(picture=density(found))
        if not self.by_hand:
            self.brushes = best_brush(found)
        self.plot.show_trials(found, snapshot.history.space, data.picture, snapshot.metric)
        self.put(self.brushes)

    def put(self, brushes: dict[str, tuple[Brush, ...]]) -> None:
        """Show other brushes, and what they have in common."""
        found, snapshot = self.plot.found, self.snapshot
        if found is None or snapshot is None:
            return
        self.brushes = brushes
        self.mask = brushed(found, brushes)
        title = parallel_title(found, snapshot.history.space, self.mask, brushes, snapshot.metric)
        said = []
        if len(found) > MOST_LINES:
            lines = min(int(self.mask.sum()), MOST_BRUSHED)
            said.append(f"Showing {lines:,} of {len(found):,} as lines; the grey is the density of all")
        self.plot.say(title._replace(remark=" · ".join([*said, title.remark])))
        self.plot.show_brushes(brushes, self.mask, snapshot.best)

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

    def numbers(self) -> tuple[int, ...]:
        """The trials that are brushed."""
        found = self.plot.found
        return () if found is None else tuple(found.numbers[self.mask].tolist())


def parallel_data(snapshot: Snapshot) -> ParallelData:
    """The lines of a snapshot, worked out once."""
    return snapshot.once("parallel", partial(_lines, snapshot))


def _lines(snapshot: Snapshot) -> ParallelData:
    found = parallel(snapshot)
    return ParallelData(found, density(found) if len(found) > MOST_LINES else None)
