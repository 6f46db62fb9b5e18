"""Grid search: every cell of the grid once, in a random order that is computed rather than stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import seeds
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, SpaceExhausted, Suggestion, SuggestRequest
from engine.space import Grid, Params, SearchSpace, shuffled
from engine.trials import History


@dataclass(frozen=True, slots=True)
class GridOptions:
    """Settings of :class:`GridSampler`."""

    levels: int = option(
        5, label="Values per range", low=1, high=1000, help="How many values of each range the grid holds."
    )
    shuffle: bool = option(
        True,
        label="Random order",
        help="Visit the cells in random order, so that a stopped grid still covers the space.",
    )


@registry.register
class GridSampler(Sampler):
    """The *k*-th trial that the sampler chooses is cell *k* of the (shuffled) grid, so a resumed grid goes on.

    Where the space has changed meanwhile, or somebody queued trials, it is the next cell that has not been tried.
    """

    title = "Grid search"
    learns = False
    summary = "Tries every combination of a few values per hyperparameter. Complete, easy to explain, grows fast."
    options = GridOptions
    settings: GridOptions

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """The next cell; raises :class:`SpaceExhausted` after the last one."""
        grid = self._grid_of(history.space)
        most = grid.count if request.wishes else min(grid.count, len(history) + 1)  # one of these is new, if any is
        for place in range(most):
            index = (request.drawn + place) % grid.count
            if self.settings.shuffle:
                index = shuffled(index, grid.count, seeds.integer(request.seed, "grid"))
            cell = grid.cell(index)
            if not request.avoids(cell) and not _is_tried(history, cell):
                return Suggestion(cell, {"cell": index, "cells": grid.count})
        raise SpaceExhausted(f"All {grid.count:,} cells of the grid have been tried.", "Use more values per range.")

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Always."""
        return True

    def _grid_of(self, space: SearchSpace) -> Grid:
        cached = getattr(self, "_cached", None)
        if cached is None or cached[0] is not space:
            cached = (space, Grid(space, self.settings.levels))
            self._cached = cached
        return cached[1]


def _is_tried(history: History, cell: Params) -> bool:
    """Whether a trial has this configuration, whatever became of it."""
    row = history.space.to_numbers(cell)
    return bool(np.isclose(history.numbers, row, rtol=1e-9, atol=1e-12, equal_nan=True).all(axis=1).any())
