"""Rows set aside once more, among those of a search, for whoever compares searches: no search of theirs sees them."""

from __future__ import annotations

from engine import seeds
from engine.data.folds import Fold, Plan, Rows, Split, split


def split_again(rows: Rows, plan: Plan, made: Split, seed: int) -> Split:
    """The search's rows of ``made`` split anew by the same plan; its holdout is in no part of the new split.

    Raises :class:`engine.errors.UserFault` where too few rows are left for the folds.
    """
    kept = made.search
    further = (None if one is None else one[kept] for one in (rows.groups, rows.times, rows.same))
    again = split(Rows(rows.y[kept], rows.classes, *further), plan, seeds.integer(seed, "data", "race"))
    folds = tuple(Fold(kept[one.train], kept[one.validation]) for one in again.folds)
    return Split(folds, kept[again.search], kept[again.holdout])
