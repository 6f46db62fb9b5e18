"""Fold racing as the list of pruners tells of it: it is chosen by an option of its own."""

from __future__ import annotations

from engine.catalogue import Entry

FOLD_RACING = Entry(
    "fold_racing",
    "Fold racing",
    "Ends a trial after the first folds where it cannot catch up with the best one. Chosen by --racing.",
)
