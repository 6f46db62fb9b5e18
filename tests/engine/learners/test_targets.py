"""Targets that cannot be learned as they are: refused with a remedy, never trained on as something else."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from engine.learners import MLP, LinearRegression, SoftmaxRegression
from engine.learners.faults import BadInput


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    return X, (X[:, 0] > 0).astype(int), X @ [1.0, 2.0, 3.0, 4.0], (X[:, :3] > 0.2).astype(int)


def small(**settings):
    return MLP(**{"hidden": (4,), "epochs": 2, "random_state": 0, **settings})


@pytest.mark.parametrize("values", [(1, 2), (-1, 1), (0, 2)])
def test_labels_other_than_0_and_1_are_refused(rows, values):
    X, _, _, labels = rows
    other = np.where(labels == 1, values[1], values[0])
    with pytest.raises(
        BadInput, match=rf"The labels hold {values[0]}, {values[1]}\. Write 1 where a row has the label"
    ):
        small().fit(X, other)
    with pytest.raises(BadInput, match=r"Write 1 where a row has"):
        small().fit(X, labels, validation=(X, other))


def test_sparse_labels_are_learned_as_dense_ones(rows):
    X, _, _, labels = rows
    dense = small().fit(X, labels, validation=(X, labels))
    sparse = small().fit(X, csr_matrix(labels), validation=(X, csr_matrix(labels)))
    assert np.array_equal(sparse.weights_, dense.weights_)
    assert np.array_equal(sparse.history_["val_loss"], dense.history_["val_loss"])
    assert np.array_equal(small().fit(X, labels.astype(bool)).weights_, dense.weights_)


@pytest.mark.parametrize("model", [LinearRegression(), LinearRegression(optimizer="sgd"), small(task="regression")])
@pytest.mark.parametrize("largest", [1e200, -1e300])
def test_a_number_whose_square_is_not_finite_is_refused(rows, model, largest):
    X, _, numbers, _ = rows
    with pytest.raises(BadInput, match=rf"as large as {abs(largest):g}\. Scale the target\.".replace("+", r"\+")):
        model.fit(X, np.where(np.arange(60) == 3, largest, numbers))


def test_an_unscaled_number_too_large_for_float32_is_refused(rows):
    X, _, numbers, _ = rows
    with pytest.raises(BadInput, match=r"too large for float32\. Scale the target, or choose the number format"):
        small(task="regression", scale_target=False).fit(X, np.where(np.arange(60) == 3, 1e39, numbers))


def test_large_single_precision_numbers_are_scaled_without_overflow(rows):
    X, _, numbers, _ = rows
    single = LinearRegression().fit(X, (numbers * 1e30).astype(np.float32))
    assert np.allclose(single.coef_ / 1e30, [1.0, 2.0, 3.0, 4.0], rtol=1e-5)


def test_classes_of_mixed_kinds_are_refused(rows):
    X, y, _, _ = rows
    with pytest.raises(BadInput, match=r"mixes text and numbers\. Write every class as text"):
        small().fit(X, np.array(["a", *y[1:]], dtype=object))


def test_numbers_are_no_classes_and_the_remedy_says_so(rows):
    X, _, numbers, _ = rows
    with pytest.raises(BadInput, match=r"Unknown label type.* Give classes, or choose regression\."):
        small().fit(X, numbers)


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_row_without_a_target_is_refused_with_a_remedy(rows, hole):
    X, _, numbers, _ = rows
    with pytest.raises(BadInput, match=r"Input y contains (NaN|infinity).*Leave out rows without a target\."):
        LinearRegression().fit(X, np.where(np.arange(60) == 3, hole, numbers))


def test_validation_targets_are_of_trainings_kind_and_shape(rows):
    X, y, numbers, _ = rows
    names = np.array(["no", "yes"])[y]
    for trained, watched in ((y, names), (y, names.astype(object)), (names, y)):
        for model in (small(), SoftmaxRegression()):
            with pytest.raises(BadInput, match=r"Write the classes as in training\."):
                model.fit(X, trained, validation=(X, watched))
    with pytest.raises(BadInput, match=r"have 2 columns and the model predicts 1\. Give as many target columns"):
        small().fit(X, y, validation=(X, np.column_stack([y, y])))
    with pytest.raises(BadInput, match=r"The target holds text, such as yes\. Give numbers"):
        small(task="regression").fit(X, numbers, validation=(X, names))


def test_validation_classes_may_be_objects_or_a_column(rows):
    X, y, _, _ = rows
    names = np.array(["no", "yes"])[y]
    plain = small().fit(X, names, validation=(X, names)).history_["val_loss"]
    for same in (names.astype(object), names[:, None]):
        assert np.array_equal(small().fit(X, names, validation=(X, same)).history_["val_loss"], plain)
