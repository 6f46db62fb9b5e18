"""Rows that a race sets aside are none of the study's holdout, and no fold of the race trains on them."""

import numpy as np
import pytest

from engine.data.folds import Plan, Rows, split
from engine.data.second_split import split_again


@pytest.mark.parametrize("scheme", ["stratified", "kfold", "grouped", "time", "repeated", "fixed_holdout"])
def test_the_second_holdout_lies_within_the_search_and_outside_its_new_folds(scheme):
    y = np.arange(200) % 2
    groups = np.arange(200) // 4 if scheme == "grouped" else None
    rows, plan = Rows(y, ("a", "b"), groups, np.arange(200.0) if scheme == "time" else None), Plan(scheme)
    first = split(rows, plan, 3)
    again = split_again(rows, plan, first, 3)
    assert len(again.holdout)
    assert set(again.holdout) <= set(first.search)
    assert not set(again.holdout) & set(first.holdout)
    for fold in again.folds:
        used = set(fold.train) | set(fold.validation)
        assert used <= set(again.search)
        assert not used & set(again.holdout)
        if groups is not None:
            assert not set(groups[fold.train]) & set(groups[fold.validation])
