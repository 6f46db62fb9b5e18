"""Every row judges once, groups and time are kept, and the seed decides."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.folds import SCHEMES, split, suggest
from engine.errors import UserFault


@st.composite
def problems(draw, schemes=SCHEMES, fewest_folds=1):
    scheme = draw(st.sampled_from(schemes))
    folds = draw(st.integers(fewest_folds, 5))
    rows = draw(st.integers(60, 150))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return {
        "y": rng.permutation(np.arange(rows) % 3) if scheme == "stratified" else rng.normal(size=rows),
        "scheme": scheme,
        "folds": folds,
        "holdout": draw(st.sampled_from([0.0, 0.1, 0.25, 0.5])),
        "seed": draw(st.integers(0, 2**63)),
        "groups": rng.integers(0, 20, rows) if scheme == "grouped" else None,
        "times": rng.integers(0, 40, rows).astype(float) if scheme == "time" else None,
    }


@settings(deadline=None, max_examples=120)
@given(problems())
def test_rows_are_never_on_both_sides(problem):
    made = split(**problem)
    everything = np.arange(len(problem["y"]))
    assert np.array_equal(np.sort(np.concatenate([made.search, made.holdout])), everything)
    assert len(made.folds) == problem["folds"]
    for fold in made.folds:
        assert len(fold.train) > 0
        assert len(fold.validation) > 0
        assert not set(fold.train) & set(fold.validation)
        assert not (set(fold.train) | set(fold.validation)) & set(made.holdout)


@settings(deadline=None, max_examples=60)
@given(problems(("stratified", "kfold", "grouped"), 2))
def test_every_row_of_the_search_judges_exactly_once(problem):
    made = split(**problem)
    assert np.array_equal(np.sort(np.concatenate([fold.validation for fold in made.folds])), made.search)


@settings(deadline=None, max_examples=60)
@given(problems())
def test_the_same_seed_gives_the_same_rows(problem):
    one, two = split(**problem), split(**problem)
    assert np.array_equal(one.holdout, two.holdout)
    for a, b in zip(one.folds, two.folds, strict=True):
        assert np.array_equal(a.train, b.train)
        assert np.array_equal(a.validation, b.validation)


@settings(deadline=None, max_examples=60)
@given(problems(("grouped", "time")))
def test_groups_stay_together_and_time_runs_forward(problem):
    made = split(**problem)
    sides = [(fold.train, fold.validation) for fold in made.folds] + [(made.search, made.holdout)]
    for train, judge in sides:
        if problem["groups"] is not None:
            assert not set(problem["groups"][train]) & set(problem["groups"][judge])
        if problem["times"] is not None and len(judge):
            assert problem["times"][train].max() <= problem["times"][judge].min()


@settings(deadline=None, max_examples=40)
@given(problems(("stratified",)))
def test_stratified_folds_keep_the_shares_of_classes(problem):
    made = split(**problem)
    for fold in made.folds:
        counts = np.bincount(problem["y"][fold.validation], minlength=3)
        assert counts.max() - counts.min() <= 2


def test_another_seed_gives_other_rows():
    y = np.arange(100) / 7
    assert not np.array_equal(split(y, "kfold", 5, 0.2, 0).holdout, split(y, "kfold", 5, 0.2, 1).holdout)


def test_the_suggested_scheme_keeps_classes_balanced():
    assert (suggest("classification"), suggest("regression")) == ("stratified", "kfold")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((np.zeros(3), "kfold", 5, 0.0, 0), "3 rows for 5 folds"),
        ((np.array([0] * 20 + [1]), "stratified", 3, 0.2, 0), "one row only"),
        ((np.array([0] * 20 + [1] * 3), "stratified", 5, 0.0, 0), "3 rows for 5 folds"),
        ((np.arange(9) // 3, "stratified", 2, 0.1, 0), "too few to set some"),
        ((np.zeros(30), "grouped", 5, 0.0, 0, np.arange(30) // 15), "2 groups for 5 folds"),
        ((np.zeros(30), "grouped", 5, 0.0, 0), "need a group column"),
        ((np.zeros(30), "stratified", 5, 0.0, 0), "need classes"),
        ((np.zeros(30), "kfold", 0, 0.0, 0), "number of folds is 0"),
        ((np.zeros(30), "kfold", 3, 0.9, 0), "holdout share is 0.9"),
        ((np.zeros(30), "random", 3, 0.0, 0), "no validation scheme"),
        ((np.zeros(1), "kfold", 3, 0.2, 0), "too few rows"),
        ((np.zeros(30), "grouped", 2, 0.2, 0, np.zeros(30, dtype=int)), "too few rows or groups"),
    ],
)
def test_rows_that_cannot_be_split_are_refused_in_a_sentence(arguments, said):
    with pytest.raises(UserFault) as caught:
        split(*arguments)
    assert said in caught.value.what
    assert caught.value.remedy
