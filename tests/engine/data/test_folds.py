"""Every row judges, nothing that belongs together is on both sides, and the seed decides."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import TimeSeriesSplit

from engine.data.folds import SCHEMES, Plan, Rows, drawn, keeps, split, suggest
from engine.data.strata import by_rarity
from engine.errors import UserFault

KEPT = Path(__file__).parent / "kept" / "folds.json"
OF_CLASSES = {"stratified", "stratified_grouped"}


def made_of(y, scheme, folds, holdout, seed, groups=None, times=None, same=None, **plan):
    return split(Rows(y, (), groups, times, same), Plan(scheme, folds, holdout, **plan), seed)


@st.composite
def problems(draw, schemes=SCHEMES, fewest_folds=1):
    """A random table: classes or numbers, groups, times with ties, equal rows, and a plan for them."""
    scheme = draw(st.sampled_from(schemes))
    rows = draw(st.integers(60, 150))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    classes = scheme in OF_CLASSES or (scheme in {"repeated", "holdout", "fixed_holdout"} and draw(st.booleans()))
    y = rng.permutation(np.arange(rows) % 3) if classes else rng.normal(size=rows)
    same = None
    if draw(st.booleans()):
        same = rng.integers(0, rows // 2, rows)
        y = y[np.unique(same, return_index=True)[1]][np.unique(same, return_inverse=True)[1]]  # equal rows, one answer
    by_time = scheme == "time" and draw(st.booleans())
    return {
        "y": y,
        "scheme": scheme,
        "folds": draw(st.integers(max(fewest_folds, 2 if scheme == "repeated" else 1), 5)),
        "holdout": draw(st.sampled_from([0.0, 0.1, 0.25, 0.5])),
        "seed": draw(st.integers(0, 2**63)),
        "groups": rng.integers(0, 20, rows) if "grouped" in scheme else None,
        "times": rng.integers(0, draw(st.sampled_from([25, 40, 400])), rows).astype(float) if by_time else None,
        "same": same,
        "repeats": draw(st.integers(1, 3)),
        "share": draw(st.sampled_from([0.1, 0.25, 0.5])),
        "gap": float(draw(st.sampled_from([0, 0, 1, 2]))) if scheme == "time" else 0.0,
    }


def attempt(problem):
    """The split, where these rows allow one."""
    try:
        return made_of(**problem)
    except UserFault:
        assume(False)


def sides_of(problem, made):
    """Every pair of rows that train and that judge, the holdout with the search among them."""
    sides = [(fold.train, fold.validation) for fold in made.folds]
    return sides + ([(made.search, made.holdout)] if len(made.holdout) else [])


@settings(deadline=None, max_examples=300)
@given(problems())
def test_nothing_that_belongs_together_is_on_both_sides(problem):
    made = attempt(problem)
    number = {"repeated": problem["folds"] * problem["repeats"], "holdout": 1, "fixed_holdout": 1}
    assert len(made.folds) == number.get(problem["scheme"], problem["folds"])
    for train, judge in sides_of(problem, made):
        assert len(train)
        assert len(judge)
        assert not set(train) & set(judge)
        assert problem["groups"] is None or not set(problem["groups"][train]) & set(problem["groups"][judge])
        if problem["scheme"] == "time":
            times = np.arange(len(problem["y"])) if problem["times"] is None else problem["times"]
            assert times[train].max() < times[judge].min() - problem["gap"]
        elif problem["same"] is not None:
            assert not set(problem["same"][train]) & set(problem["same"][judge])
    for fold in made.folds:
        assert not (set(fold.train) | set(fold.validation)) & set(made.holdout)


@settings(deadline=None, max_examples=200)
@given(problems())
def test_the_folds_cover_the_search_and_nothing_is_lost(problem):
    made = attempt(problem)
    seen = np.unique(np.concatenate([part for fold in made.folds for part in (fold.train, fold.validation)]))
    everything = np.arange(len(problem["y"]))
    if problem["gap"]:
        assert set(seen) <= set(made.search) <= set(everything)
        return
    assert np.array_equal(seen, made.search)
    assert np.array_equal(np.sort(np.concatenate([made.search, made.holdout])), everything)


@settings(deadline=None, max_examples=100)
@given(problems(("stratified", "kfold", "grouped", "stratified_grouped", "repeated"), 2))
def test_every_row_of_the_search_judges_once_in_every_repeat(problem):
    made = attempt(problem)
    repeats = problem["repeats"] if problem["scheme"] == "repeated" else 1
    judged = np.sort(np.concatenate([fold.validation for fold in made.folds]))
    assert np.array_equal(judged, np.repeat(made.search, repeats))


@settings(deadline=None, max_examples=100)
@given(problems())
def test_the_same_seed_gives_the_same_rows(problem):
    one, two = attempt(problem), attempt(problem)
    assert np.array_equal(one.holdout, two.holdout)
    for a, b in zip(one.folds, two.folds, strict=True):
        assert np.array_equal(a.train, b.train)
        assert np.array_equal(a.validation, b.validation)


@settings(deadline=None, max_examples=60)
@given(problems(("stratified",)))
def test_stratified_folds_keep_the_shares_of_classes(problem):
    problem["same"], problem["y"] = None, np.sort(np.arange(len(problem["y"])) % 3)
    made = attempt(problem)
    for fold in made.folds:
        counts = np.bincount(problem["y"][fold.validation], minlength=3)
        assert counts.max() - counts.min() <= 2


@settings(deadline=None, max_examples=60)
@given(problems(("holdout",)), st.integers(0, 2**32 - 1))
def test_a_drawn_split_is_another_one_of_the_same_rows_for_each_trial(problem, seed):
    made = attempt(problem)
    rows, plan = Rows(problem["y"], (), None, None, problem["same"]), Plan("holdout", share=problem["share"])
    one, again, other = (drawn(rows, plan, made, state) for state in (seed, seed, seed ^ 1))
    assert np.array_equal(one.validation, again.validation)
    assert not np.array_equal(one.validation, other.validation)
    for fold in (one, other):
        assert np.array_equal(np.sort(np.concatenate([fold.train, fold.validation])), made.search)
        assert problem["same"] is None or not set(problem["same"][fold.train]) & set(problem["same"][fold.validation])


@pytest.mark.parametrize("number", range(20))
def test_old_studies_have_the_rows_that_they_had(number):
    """Kept from the version before times were kept together: the same seeds give the same rows, in the same order."""
    case = json.loads(KEPT.read_text("utf-8"))[number]
    words = case["arguments"]
    arrays = {name: np.array(words[name]) for name in ("y", "groups", "times") if name in words}
    made = made_of(**{**words, **arrays})
    assert [[fold.train.tolist(), fold.validation.tolist()] for fold in made.folds] == case["folds"]
    assert (made.search.tolist(), made.holdout.tolist()) == (case["search"], case["holdout"])


@settings(deadline=None, max_examples=60)
@given(st.integers(20, 90), st.integers(2, 5), st.integers(0, 3))
def test_without_ties_time_is_cut_as_scikit_learn_cuts_it(rows, folds, gap):
    made = made_of(np.zeros(rows), "time", folds, 0.0, 0, gap=float(gap))
    expected = TimeSeriesSplit(folds, gap=gap).split(np.zeros(rows))
    assert [(fold.train.tolist(), fold.validation.tolist()) for fold in made.folds] == [
        (train.tolist(), judge.tolist()) for train, judge in expected
    ]


def test_days_with_many_rows_are_parted_evenly_and_never_cut():
    times = np.repeat(np.arange(12.0), [1, 30, 2, 9, 9, 9, 1, 1, 1, 1, 1, 1])
    made = made_of(np.zeros(len(times)), "time", 5, 0.1, 0, times=times)
    for fold in made.folds:
        assert times[fold.train].max() < times[fold.validation].min()
    assert times[made.search].max() < times[made.holdout].min()


def test_another_seed_gives_other_rows():
    y = np.arange(100) / 7
    assert not np.array_equal(made_of(y, "kfold", 5, 0.2, 0).holdout, made_of(y, "kfold", 5, 0.2, 1).holdout)


def test_the_suggested_scheme_keeps_classes_balanced():
    assert (suggest("classification"), suggest("regression")) == ("stratified", "kfold")
    assert keeps("repeated", np.arange(3)) == keeps("holdout", np.arange(3)) == "classes"
    assert keeps("repeated", np.zeros(3)) == ""


@pytest.mark.parametrize(
    ("arguments", "said", "place"),
    [
        ((np.zeros(3), "kfold", 5, 0.0, 0), "There are 3 rows for 5 folds.", "folds"),
        ((np.array([0] * 20 + [1]), "stratified", 3, 0.2, 0), "one row only", "scheme"),
        ((np.array([0] * 20 + [1] * 3), "stratified", 5, 0.0, 0), "has 3 rows for 5 folds", "folds"),
        ((np.array([0] * 20 + [1]), "stratified", 2, 0.0, 0), "has 1 row for 2 folds", "scheme"),
        ((np.arange(9) // 3, "stratified", 2, 0.1, 0), "too few to set some", "holdout"),
        ((np.zeros(30), "grouped", 5, 0.0, 0, np.arange(30) // 15), "There are 2 groups for 5 folds.", "folds"),
        ((np.zeros(30), "grouped", 5, 0.0, 0, np.zeros(30, dtype=int)), "There is 1 group for 5 folds.", "column"),
        ((np.zeros(30), "grouped", 5, 0.0, 0), "need a group column", "column"),
        ((np.zeros(30), "stratified", 5, 0.0, 0), "need classes", "scheme"),
        ((np.zeros(30), "stratified_grouped", 5, 0.0, 0, np.arange(30)), "need classes", "scheme"),
        ((np.zeros(30), "kfold", 0, 0.0, 0), "number of folds is 0", "folds"),
        ((np.zeros(30), "repeated", 1, 0.0, 0), "number of folds is 1", "folds"),
        ((np.zeros(30), "kfold", 3, 0.9, 0), "holdout share is 0.9", "holdout"),
        ((np.zeros(30), "random", 3, 0.0, 0), "no validation scheme", "scheme"),
        ((np.zeros(1), "kfold", 3, 0.2, 0), "There is 1 row, too few", "holdout"),
        ((np.zeros(30), "grouped", 2, 0.2, 0, np.zeros(30, dtype=int)), "There is 1 group, too few", "column"),
        ((np.zeros(30), "time", 3, 0.0, 0, None, np.arange(30) // 15), "There are 2 different times for 3", "column"),
        ((np.zeros(30), "time", 3, 0.0, 0, None, np.arange(30) // 10), "There are 3 different times for 3", "folds"),
        ((np.arange(40) // 20, "time", 3, 0.0, 0), "Fold 1 would train on one class only", "scheme"),
        ((np.repeat([0, 1], [39, 1]), "kfold", 40, 0.0, 0), "would train on one class only", "scheme"),
    ],
)
def test_rows_that_cannot_be_split_are_refused_in_a_sentence(arguments, said, place):
    with pytest.raises(UserFault) as caught:
        made_of(*arguments)
    assert said in caught.value.what
    assert caught.value.remedy
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("plan", "place"),
    [
        ({"gap": 25.0}, "gap"),
        ({"gap": -1.0}, "gap"),
        ({"gap": float("nan")}, "gap"),
        ({"share": 0.9, "folds": 1}, "share"),
        ({"share": 0.0, "folds": 1}, "share"),
        ({"repeats": 0}, "repeats"),
    ],
)
def test_a_plan_that_says_nothing_is_refused(plan, place):
    with pytest.raises(UserFault) as caught:
        made_of(**{"y": np.zeros(30), "scheme": "time", "folds": 3, "holdout": 0.0, "seed": 0, **plan})
    assert caught.value.place == place


@pytest.mark.parametrize("y", [[0, 1, 1, 0, 1], [1, 0, 0, 1, 0], [1, 1, 0, 1, 0], [0, 1], [1, 0]])
def test_the_rarer_class_is_one_whatever_it_is_called(y):
    found = by_rarity(np.array(y))
    assert found.tolist() == by_rarity(1 - np.array(y)).tolist()
    assert 2 * found.sum() <= len(y)
