"""What is said of a table before a run, in which order, and that taking a hint silences it."""

import numpy as np
import pandas as pd
import pytest

from engine.setup import replace
from engine.study import choose_table, look_for_hints, setup_problems, suggest_setup

ROWS = 800


@pytest.fixture
def study(tmp_path):
    def make(target="y", rows=ROWS, **columns):
        path = tmp_path / "t.csv"
        rng = np.random.default_rng(1)
        base = {"a": rng.normal(size=rows), "b": rng.normal(size=rows)}
        pd.DataFrame({**base, **columns}).to_csv(path, index=False)
        choose_table(str(path))
        return suggest_setup(str(path), target)

    return make


def kinds(setup):
    return [hint.kind for hint in look_for_hints(setup).told]


def taken(setup, kind):
    hint = next(hint for hint in look_for_hints(setup).told if hint.kind == kind)
    return replace(setup, objective=replace(setup.objective, **hint.changes))


def test_an_ordinary_table_has_no_hints_and_every_column_tells_its_share(study):
    rng = np.random.default_rng(2)
    x = rng.normal(size=ROWS)
    found = look_for_hints(study(x=x, y=x + rng.normal(size=ROWS)))
    assert found.told == ()
    assert list(found.tellings) == ["a", "b", "x"]
    assert found.tellings["x"].share == pytest.approx(0.5, abs=0.12)


def test_columns_that_tell_the_answer_are_left_out_together(study):
    y = np.exp(np.random.default_rng(2).normal(size=ROWS))
    setup = study(logy=np.log(y), y=y, y2=y**2)
    (hint,) = look_for_hints(setup).told
    assert hint.kind == "leak"
    assert set(hint.columns) == {"logy", "y2"}
    assert "leaks the target: alone it explains" in hint.what
    assert hint.verb == "Leave them out"
    after = taken(setup, "leak")
    assert after.objective.ignored == ("logy", "y2")
    assert kinds(after) == []
    assert look_for_hints(after).tellings["logy"].is_leak  # which the table of columns still shows
    assert not [one for one in setup_problems(after) if one.forbids]


def test_what_alone_can_be_learned_from_is_not_offered_to_be_left_out(study):
    y = np.exp(np.random.default_rng(2).normal(size=ROWS))
    setup = study(logy=np.log(y), y=y)
    setup = replace(setup, objective=replace(setup.objective, ignored=("a", "b")))
    (hint,) = look_for_hints(setup).told
    assert (hint.verb, hint.changes) == ("", {})


def test_rows_of_one_person_are_kept_together(study):
    rng = np.random.default_rng(2)
    setup = study(patient_id=np.arange(ROWS) // 8, y=rng.choice(["p", "q"], ROWS))
    (hint,) = look_for_hints(setup).told
    assert hint.kind == "group"
    assert "100 values in 800 rows" in hint.what
    assert hint.remedy.startswith("Each has two rows or more.")
    after = taken(setup, "group")
    assert (after.objective.validation.scheme, after.objective.validation.column) == (
        "stratified_grouped",
        "patient_id",
    )
    assert kinds(after) == []
    assert not [one for one in setup_problems(after) if one.forbids]


def test_a_column_of_names_that_differ_all_is_no_group(study):
    assert kinds(study(patient_id=np.arange(ROWS), y=np.random.default_rng(2).normal(size=ROWS))) == []


def test_dates_in_the_order_of_the_rows_offer_the_scheme_by_time(study):
    rng = np.random.default_rng(2)
    days = pd.date_range("2020-01-01", periods=ROWS).strftime("%Y-%m-%d")
    setup = study(day=days, y=rng.normal(size=ROWS))
    assert kinds(setup) == ["time"]
    after = taken(setup, "time")
    assert (after.objective.validation.scheme, after.objective.validation.column) == ("time", "day")
    assert kinds(after) == []
    assert not [one for one in setup_problems(after) if one.forbids]
    assert kinds(study(day=rng.permutation(days), y=rng.normal(size=ROWS))) == []


def test_few_rows_are_advised_repeated_folds_and_log_loss(study):
    rng = np.random.default_rng(2)
    setup = study(rows=180, y=rng.choice(["p", "q"], 180))
    (hint,) = look_for_hints(setup).told
    assert hint.kind == "small"
    assert "144 rows validate a trial: accuracy 90 % has a standard error of 2.5 points." in hint.what
    assert "15 splits instead of 5 and take 3 times as long; log loss" in hint.remedy
    after = taken(setup, "small")
    assert (after.objective.validation.scheme, after.objective.metric) == ("repeated", "log_loss")
    assert after.direction == "minimize"
    assert kinds(after) == []
    assert kinds(study(rows=180, y=rng.normal(size=180))) == ["small"]
    assert kinds(study(rows=500, y=rng.normal(size=500))) == []


def test_the_worst_comes_first_and_there_are_three_at_most(study):
    rng = np.random.default_rng(2)
    days = pd.date_range("2020-01-01", periods=160).strftime("%Y-%m-%d")
    y = rng.choice(["p", "q"], 160)
    setup = study(rows=160, seat_id=np.arange(160) % 40, day=days, code=np.where(y == "p", 7, 3), y=y)
    assert kinds(setup) == ["leak", "group", "time"]
