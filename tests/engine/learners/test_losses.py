"""The score told while training is the one that predictions get."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learners import SoftmaxRegression, fit_together
from engine.learners.losses import SoftmaxCrossEntropy
from engine.optimizers import SGD


def untrained(**settings):
    return SoftmaxRegression(optimizer=SGD(lr=0.0), epochs=1, batch_size=32, **settings)


def test_an_untrained_network_scores_what_its_predictions_do():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 4)), rng.integers(0, 3, 300)
    model = untrained().fit(X, y, validation=(X, y))
    assert model.history_["train_score"] == pytest.approx(model.score(X, y))
    assert model.history_["val_score"] == pytest.approx(model.score(X, y))


def test_an_untrained_network_of_a_stack_scores_what_its_predictions_do():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(300, 4)), rng.integers(0, 3, 300)
    models = [untrained(random_state=seed) for seed in range(3)]
    fit_together(models, X, y)
    assert [model.history_["train_score"][0] for model in models] == pytest.approx([models[0].score(X, y)] * 3)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 6), st.integers(1, 60), st.sampled_from([0.0, 0.5, 1.0, 4.0, 1e3]))
def test_rows_count_as_right_by_the_first_largest_output_however_sure_they_are(seed, classes, rows, size):
    rng = np.random.default_rng(seed)
    z = (size * rng.integers(-2, 3, (rows, classes))).astype(np.float32)  # many ties
    labels = rng.integers(0, classes, rows)
    loss = SoftmaxCrossEntropy(classes, np.float32)
    workspace, y = loss.workspace(rows), np.eye(classes, dtype=np.float32)[labels]
    loss.predict(z, np.empty_like(z), workspace)
    expected = (z.argmax(axis=1) == labels)[:, None]
    assert np.array_equal(loss.measure(z, y, workspace)[1], expected)
    assert np.array_equal(loss.score_terms(z, y, workspace), expected)
