"""Preprocessing learns from training rows only, and does what it says."""

import numpy as np
import pytest

from engine.data import encoding, folds
from engine.data.encoding import Encoded
from engine.data.folds import Fold, Plan, Rows
from engine.data.preprocessing import MOST_LEVELS, Preparation, prepare
from engine.data.reading import load
from engine.errors import UserFault

PLAIN = Preparation(scaling="none")


def table(X, categorical):
    X = np.asarray(X, dtype=float)
    return Encoded(X, np.arange(len(X), dtype=float), tuple(map(str, range(X.shape[1]))), categorical)


def wages():
    encoded = encoding.encode(load("sample:wages"), "monthly_wage", "regression")
    return encoded, folds.split(Rows(encoded.y), Plan("kfold", 5, 0.2), 0).folds[0]


@pytest.mark.parametrize("scaled", [True, False])
def test_validation_rows_never_change_what_is_learned_in_a_fold(scaled):
    encoded, fold = wages()
    how = Preparation(scaling="standard" if scaled else "none")
    before = prepare(encoded, fold, how)
    X = encoded.X.copy()
    numbers = [position for position, category in enumerate(encoded.categorical) if not category]
    X[np.ix_(fold.validation, numbers)] = 1e9
    X[np.ix_(fold.validation, [position for position in range(X.shape[1]) if position not in numbers])] = np.nan
    after = prepare(Encoded(X, encoded.y, encoded.names, encoded.categorical), fold, how)
    assert np.array_equal(before.X, after.X)
    assert before.X_validation.shape == after.X_validation.shape
    assert not np.array_equal(before.X_validation, after.X_validation)


def test_scaled_numbers_have_zero_mean_and_unit_variance_on_training_rows():
    encoded, fold = wages()
    data = prepare(encoded, fold, Preparation())
    numbers = data.X[:, : encoded.categorical.count(False)]
    assert np.allclose(numbers.mean(axis=0), 0, atol=1e-9)
    assert np.allclose(numbers.std(axis=0), 1)


def test_a_missing_number_becomes_the_training_median_and_is_marked():
    encoded = table([[1], [np.nan], [3], [10], [np.nan], [99]], (False,))
    data = prepare(encoded, Fold(np.arange(4), np.array([4, 5])), PLAIN)
    assert data.X.tolist() == [[1, 0], [3, 1], [3, 0], [10, 0]]
    assert data.X_validation.tolist() == [[3, 1], [99, 0]]


def test_a_number_missing_in_all_training_rows_becomes_zero():
    encoded = table([[np.nan, 1], [np.nan, 2], [5, 3]], (False, False))
    data = prepare(encoded, Fold(np.arange(2), np.array([2])), PLAIN)
    assert np.isfinite(data.X).all()
    assert np.isfinite(data.X_validation).all()


def test_a_category_becomes_a_column_a_value_with_rare_and_unknown_ones_together():
    values = [0] * 5 + [1] * 4 + [2] + [3] + [7]
    data = prepare(table(np.reshape(values, (-1, 1)), (True,)), Fold(np.arange(11), np.array([11])), PLAIN)
    assert data.X.shape[1] == 3
    assert data.X[9].tolist() == data.X[10].tolist() == data.X_validation[0].tolist() == [0, 0, 1]


def test_a_missing_category_is_a_value_of_its_own():
    values = [[0.0]] * 4 + [[np.nan]] * 4 + [[np.nan]]
    data = prepare(table(values, (True,)), Fold(np.arange(8), np.array([8])), PLAIN)
    assert data.X.shape[1] == 2
    assert data.X_validation[0].tolist() == [0, 1]


def test_a_category_of_many_values_has_a_limited_width():
    values = np.repeat(np.arange(100), 4).reshape(-1, 1)
    assert prepare(table(values, (True,)), Fold(np.arange(400), np.arange(4)), PLAIN).X.shape[1] == MOST_LEVELS


def test_rows_lie_side_by_side_in_memory():
    encoded, fold = wages()
    data = prepare(encoded, fold, Preparation())
    assert data.X.flags.c_contiguous
    assert data.X_validation.flags.c_contiguous


def write(folder, text):
    (folder / "t.csv").write_text(text)
    return folder / "t.csv"


def test_rows_without_a_target_are_left_out(tmp_path):
    loaded = load(write(tmp_path, "a,y\n1,2.5\n2,\n3,4.5\n"))
    encoded = encoding.encode(loaded, "y", "regression")
    assert encoded.X.tolist() == [[1], [3]]
    assert encoded.y.tolist() == [2.5, 4.5]


def test_classes_are_positions_among_the_sorted_values(tmp_path):
    loaded = load(write(tmp_path, "a,y\n1,no\n2,yes\n3,maybe\n4,no\n5,yes\n6,maybe\n"))
    encoded = encoding.encode(loaded, "y", "classification")
    assert encoded.classes == ("maybe", "no", "yes")
    assert encoded.y.tolist() == [1, 2, 0, 1, 2, 0]


def test_ignored_and_group_columns_are_not_learned_from(tmp_path):
    loaded = load(write(tmp_path, "a,b,who,y\n" + "".join(f"{n},{n * n},p{n % 4},{n / 7}\n" for n in range(40))))
    encoded = encoding.encode(loaded, "y", "regression", ignored=("b",), group="who")
    assert encoded.names == ("a",)
    assert encoded.groups is not None
    assert encoded.groups[:5].tolist() == [0, 1, 2, 3, 0]


@pytest.mark.parametrize(
    ("keywords", "said"),
    [({"group": "who"}, "group column 'who' is empty in 1 row"), ({"time": "day"}, "time column 'day' is empty"),
     ({"time": "who"}, "holds neither dates nor numbers")],
)  # fmt: skip
def test_missing_groups_or_times_are_refused(tmp_path, keywords, said):
    text = "who,day,y\n" + "".join(f"p{n % 3},2024-01-{n + 1:02d},{n / 7}\n" for n in range(20)) + ",,4\n"
    with pytest.raises(UserFault) as caught:
        encoding.encode(load(write(tmp_path, text)), "y", "regression", **keywords)
    assert said in caught.value.what
