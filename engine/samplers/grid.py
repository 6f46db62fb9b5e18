"""Grid search: every cell of the grid once, in a random order that is computed rather than stored."""

from __future__ import annotations

from dataclasses import dataclass

from engine import seeds
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Draw, Sampler, SpaceExhausted, Suggestion
from engine.space import Grid, SearchSpace, shuffled
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
    """The *k*-th trial that the sampler chooses is cell *k* of the (shuffled) grid, so a resumed grid goes on."""

    title = "Grid search"
    summary = "Tries every combination of a few values per hyperparameter. Complete, easy to explain, grows fast."
    options = GridOptions
    settings: GridOptions

    def suggest(self, history: History, draw: Draw) -> Suggestion:
        """The next cell; raises :class:`SpaceExhausted` after the last one."""
        grid = self._grid(history.space)
        if draw.drawn >= grid.count:
            raise SpaceExhausted(f"All {grid.count:,} cells of the grid have been tried.", "Use more values per range.")
        index = draw.drawn
        if self.settings.shuffle:
            index = shuffled(index, grid.count, seeds.integer(draw.seed, "grid"))
        return Suggestion(grid.cell(index), {"cell": index, "cells": grid.count})

    def looks_away(self, history: History, draw: Draw) -> bool:
        """Always."""
        return True

    def _grid(self, space: SearchSpace) -> Grid:
        cached = getattr(self, "_cached", None)
        if cached is None or cached[0] is not space:
            cached = (space, Grid(space, self.settings.levels))
            self._cached = cached
        return cached[1]
