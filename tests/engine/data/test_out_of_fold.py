"""Out-of-fold predictions survive being made small: classes, ranks, scores and rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from engine.data.out_of_fold import (
    OutOfFoldRows,
    Predictions,
    compact,
    join,
    pack_predictions,
    pack_rows,
    unpack_predictions,
    unpack_rows,
)


def rows_of(y, classes=(), folds=3, **more):
    n = len(y)
    return OutOfFoldRows(np.arange(n)[::-1], np.arange(n) * folds // n, np.asarray(y), classes, **more)


def round_trip(predictions, rows, parts=3):
    places = np.array_split(np.arange(len(rows)), parts)
    labels = predictions.labels if len(predictions.labels) else np.zeros(len(rows), dtype=int)
    folds = [Predictions(predictions.kind, predictions.values[p], labels[p]) for p in places]
    packed = pack_predictions(join([compact(fold) for fold in folds]), "key")
    return unpack_predictions(packed, rows), packed


def random_probabilities(rng, n, classes, sharpness):
    logits = rng.normal(0.0, sharpness, (n, classes))
    parts = np.exp(logits - logits.max(axis=1, keepdims=True))
    return parts / parts.sum(axis=1, keepdims=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.sampled_from([0.01, 1.0, 8.0, 40.0]))
def test_probabilities_keep_their_class_their_log_loss_and_their_order(seed, classes, sharpness):
    rng = np.random.default_rng(seed)
    values = random_probabilities(rng, 300, classes, sharpness)
    y = np.array([rng.choice(classes, p=row) for row in values])
    y[:classes] = np.arange(classes)
    labels = values.argmax(axis=1)
    found, packed = round_trip(Predictions("probability", values, labels), rows_of(y, tuple("abcde"[:classes])))
    assert packed.code == "f2"
    assert (found.labels == labels).all()
    assert np.allclose(found.values.sum(axis=1), 1.0)
    wide = range(classes)
    assert log_loss(y, found.values, labels=wide) == pytest.approx(log_loss(y, values, labels=wide), rel=3e-4, abs=3e-4)
    assert roc_auc_score(y == 1, found.values[:, 1]) == pytest.approx(roc_auc_score(y == 1, values[:, 1]), abs=2e-4)


def test_certain_and_impossible_classes_stay_so():
    values = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [1 - 1e-12, 1e-12]])
    labels = np.array([0, 1, 1, 0])  # the third was not the first of the likeliest: an exception
    found, packed = round_trip(Predictions("probability", values, labels), rows_of([0, 1, 1, 0], ("a", "b"), 2), 2)
    assert packed.exceptions == 1
    assert (found.labels == labels).all()
    assert found.values[0].tolist() == [1.0, 0.0]
    assert found.values[3, 1] == pytest.approx(1e-12, rel=0.02)


def test_values_keep_six_digits_and_huge_ones_all():
    values = np.array([1.5, -2.25e-30, 123456.789, 1e200])
    found, packed = round_trip(Predictions("value", values), rows_of([1.0, 2.0, 3.0, 4.0]), 2)
    assert packed.code == "f8"  # the second half has one that single precision cannot hold
    assert np.allclose(found.values, values, rtol=1e-6, atol=0)


def test_margins_and_classes_alone():
    margins = np.array([[-0.5, 0.5], [2.0, -2.0], [0.0, 0.0]])
    rows = rows_of([1, 0, 1], ("a", "b"))
    found, _ = round_trip(Predictions("margin", margins, np.array([1, 0, 1])), rows)
    assert (found.values == margins).all()
    assert found.labels.tolist() == [1, 0, 1]
    alone, _ = round_trip(Predictions("label", np.array([1, 1, 0]), np.array([1, 1, 0])), rows)
    assert alone.labels.tolist() == [1, 1, 0]


@pytest.mark.parametrize("y", [np.array([0, 1, 1, 0]), np.array([0.5, 1e300, -0.0, 3.0])])
def test_rows_come_back_as_they_were_and_are_named_by_content(y):
    classes = ("no", "yes") if y.dtype.kind == "i" else ()
    rows = rows_of(y, classes, 2, groups=np.array([0, 0, 1, 1]), is_ordered=True)
    key, blob = pack_rows(rows)
    found = unpack_rows(key, blob)
    for name in ("rows", "folds", "y", "groups"):
        assert np.array_equal(getattr(found, name), getattr(rows, name)), name
    assert (found.classes, found.is_ordered, found.key) == (classes, True, key)
    assert pack_rows(rows_of(y, classes, 2))[0] != key


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_damaged_bytes_are_refused_or_still_fit(seed):
    """A stranger's bytes give a ``ValueError`` or arrays of the right shape, never anything else."""
    rng = np.random.default_rng(seed)
    rows = rows_of(rng.integers(0, 2, 20), ("a", "b"))
    key, blob = pack_rows(rows)
    values = random_probabilities(rng, 20, 2, 2.0)
    packed = pack_predictions(compact(Predictions("probability", values, values.argmax(axis=1))), key)
    changed = bytearray(blob)
    changed[rng.integers(len(changed))] ^= 1 << rng.integers(8)
    try:
        found = unpack_rows(key, bytes(changed))
        assert len(found.rows) == len(found.y) == len(found.folds)
        assert len(unpack_predictions(packed, found)) == len(found)
    except ValueError:
        pass
