"""Which column is meant, which task it makes, and which cannot be predicted."""

import numpy as np
import pandas as pd
import pytest

from engine.data import samples, target
from engine.data.reading import inspect, load
from engine.errors import UserFault
from tests.benchmarks import targets


def info(tmp_path, **columns):
    path = tmp_path / "t.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return inspect(path).info


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_is_described_as_it_is(name):
    table = load(samples.PREFIX + name)
    sample = samples.describe(name)
    assert table.frame.shape == (sample.rows, sample.columns)
    assert target.suggest(table.info) == (sample.target, sample.task)


def test_the_invented_sample_has_what_real_tables_have():
    columns = load("sample:wages").info.columns
    assert {column.kind for column in columns} == {"number", "category", "time"}
    assert sum(column.missing > 0 for column in columns) >= 3


def test_a_usual_name_wins_over_the_last_column(tmp_path):
    table = info(tmp_path, a=[1.5, 2.5] * 30, Target=["x", "y"] * 30, b=[0.5, 1.5] * 30)
    assert target.suggest(table) == ("Target", "classification")


def test_otherwise_the_last_column_that_can_be_predicted_is_suggested(tmp_path):
    table = info(tmp_path, a=["x", "y"] * 30, b=[n / 7 for n in range(60)], note=[f"ref-{n}" for n in range(60)])
    assert target.suggest(table) == ("b", "regression")


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1] * 30, "classification"),
        ([0.0, 1.0, 2.0] * 20, "classification"),
        ([0.5, 1.5] * 30, "regression"),
        (list(range(60)), "regression"),
        (["yes", "no"] * 30, "classification"),
        ([True, False] * 30, "classification"),
    ],
)
def test_the_task_follows_from_the_values(tmp_path, values, task):
    table = info(tmp_path, a=[n / 3 for n in range(60)], b=values)
    assert target.infer(table.column("b"), table.rows) == task


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["x"] * 60, "one class only (x)"),
        ([f"all about the number {n}" for n in range(60)], "holds free text"),
        ([f"ref-{n}" for n in range(60)], "names each row"),
        ([f"2024-01-{n % 28 + 1:02d}" for n in range(60)], "holds dates"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(tmp_path, values, said):
    with pytest.raises(UserFault) as caught:
        target.check(info(tmp_path, a=[1, 2, 3] * 20, b=values), "b", "classification")
    assert said in caught.value.what
    assert caught.value.remedy


def test_categories_are_not_for_regression(tmp_path):
    with pytest.raises(UserFault, match="Choose classification"):
        target.check(info(tmp_path, a=[1, 2] * 30, b=["x", "y"] * 30), "b", "regression")


def test_a_different_number_in_every_row_is_no_class(tmp_path):
    with pytest.raises(UserFault, match="too many for classes"):
        target.check(info(tmp_path, a=[1, 2] * 30, b=[n / 7 for n in range(60)]), "b", "classification")


def test_an_unknown_target_is_refused_with_the_columns_there_are(tmp_path):
    with pytest.raises(UserFault, match="Its columns are: a, b"):
        target.check(info(tmp_path, a=[1, 2], b=[3, 4]), "c", "regression")


def test_a_table_without_inputs_is_refused(tmp_path):
    table = info(tmp_path, a=[f"words about row {n}" for n in range(60)], b=[1, 2] * 30)
    with pytest.raises(UserFault, match="No column is left"):
        target.inputs(table, "b")


def test_a_table_without_any_target_is_refused(tmp_path):
    with pytest.raises(UserFault, match="can be predicted"):
        target.suggest(info(tmp_path, a=["x"] * 30, b=[f"words about row {n}" for n in range(30)]))


def test_most_public_tables_are_guessed_as_they_are_known():
    right, tables, last = targets.right_of("tuned")
    assert tables >= 50
    assert right >= 45 > 2 * last
    right, tables, last = targets.right_of("further")
    assert right >= 22 > 3 * last


def test_what_is_derived_from_a_column_is_guessed_less_than_that_column(tmp_path):
    values = [n / 7 + 1 for n in range(60)]
    table = info(tmp_path, wage=values, educ=[n % 5 for n in range(60)], logwage=np.log(values), lwage=np.log(values))
    assert target.suggest(table) == ("wage", "regression")


def test_measurements_by_groups_are_predicted_from_the_groups(tmp_path):
    table = info(tmp_path, length=[n / 7 for n in range(60)], plot=list("abc") * 20, field=list("de") * 30)
    assert target.suggest(table) == ("length", "regression")
