"""A row of weight 2 is the same as two rows, and classes count what their weights say, in every loss there is."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_class_weight

from engine.learners import MLP, LinearRegression, SoftmaxRegression
from engine.learners.faults import BadInput
from engine.learners.hypergradient import through_training
from engine.optimizers import LBFGS, SGD, Adam


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    y = np.digitize(X[:, 0] + rng.normal(size=300), [0.5, 1.5])
    return X, y, rng.integers(1, 4, 300) * np.where(y == 1, 3, 1)


def exact(**settings):
    return SoftmaxRegression(l2=0.01, optimizer=LBFGS(tolerance=1e-10), **settings)


@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 1.0, 1: 4.0, 2: 0.5}, {1: 3.0}])
def test_a_weighted_row_is_the_same_as_so_many_rows(table, class_weight):
    X, y, w = table
    again = np.repeat(np.arange(len(X)), w)
    weighted = exact(class_weight=class_weight).fit(X, y, w)
    repeated = exact(class_weight=class_weight).fit(X[again], y[again])
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=0, atol=1e-7)


@pytest.mark.parametrize("names", [[0, 1, 2], ["10", "20", "30"], [False, True, True]])
def test_class_and_sample_weights_together_mean_what_they_mean_in_scikit_learn(table, names):
    X, y, w = table
    labels = np.array(names)[y]
    by_class = compute_class_weight("balanced", classes=np.unique(labels), y=labels, sample_weight=w)
    total = (w * by_class[np.searchsorted(np.unique(labels), labels)]).sum()
    theirs = LogisticRegression(C=1 / (0.01 * total), class_weight="balanced", tol=1e-10, max_iter=5000)
    theirs.fit(X, labels, w)
    balanced = exact(class_weight="balanced").fit(X, labels, w)
    by_name = exact(class_weight=dict(zip(np.unique(labels), by_class, strict=True))).fit(X, labels, w)
    assert np.allclose(balanced.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=1e-6)
    assert np.allclose(by_name.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=1e-6)


def test_balanced_labels_weigh_the_product_of_their_own_balances(table):
    X, y, w = table
    Y = np.column_stack([y == 0, y == 1]).astype(int)
    places = [compute_class_weight("balanced", classes=np.array([0, 1]), y=one, sample_weight=w)[one] for one in Y.T]
    settings = {"hidden": (4,), "optimizer": SGD(lr=0.1), "epochs": 3, "random_state": 0, "dtype": "float64"}
    balanced = MLP(class_weight="balanced", **settings).fit(X, Y, w)
    assert np.allclose(balanced.weights_, MLP(**settings).fit(X, Y, w * places[0] * places[1]).weights_, rtol=1e-10)


def test_validation_losses_count_classes_as_training_does(table):
    X, y, _ = table
    by_class = {0: 1.0, 1: 5.0, 2: 0.0}
    model = exact(class_weight=by_class).fit(X[::2], y[::2], validation=(X[1::2], y[1::2]))
    rows = np.array([by_class[one] for one in y[1::2]])
    expected = log_loss(y[1::2], model.predict_proba(X[1::2]), sample_weight=rows)
    assert model.history_["val_loss"][-1] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("weighted", ["classes", "rows"])
def test_early_stopping_watches_the_weighted_loss_of_the_rows_held_out(weighted):
    y = np.arange(200) % 2
    X = y[:, None].astype(float)  # rows of a class are alike, so it does not matter which are held out
    by_class = {0: 1.0, 1: 1e-12}
    settings = {"hidden": (4,), "optimizer": Adam(lr=0.02), "early_stopping": True, "random_state": 0}
    model = MLP(class_weight=by_class if weighted == "classes" else None, epochs=4, dtype="float64", **settings)
    model.fit(X, y, None if weighted == "classes" else np.array([by_class[one] for one in y]))
    told = model.history_["held_out_loss"][model.history_.best_step - 1]
    assert told == pytest.approx(-np.log(model.predict_proba([[0.0]])[0, 0]), rel=1e-9)


def test_the_derived_validation_loss_counts_classes_too(table):
    X, y, _ = table

    def model(lr):
        return MLP((), optimizer=SGD(lr=lr), epochs=4, class_weight={1: 6.0}, dtype="float64", random_state=0)

    data = X[::2], y[::2]
    aside = X[1::2], y[1::2]

    def loss(lr):
        return model(lr).fit(*data, validation=aside).history_["val_loss"][-1]

    found = through_training(model(0.05), *data, aside)
    assert found.loss == pytest.approx(loss(0.05), rel=1e-10)
    slope = (loss(0.05 * np.exp(1e-4)) - loss(0.05 * np.exp(-1e-4))) / 2e-4
    assert found.log_lr == pytest.approx(slope, rel=1e-5)


def test_no_weight_at_all_is_refused(table):
    X, y, _ = table
    with pytest.raises(BadInput, match=r"Every row has the weight 0\."):
        exact(class_weight=dict.fromkeys(range(3), 0.0)).fit(X, y)
    rare = np.zeros(300)
    rare[0] = 1.0
    with pytest.raises(BadInput, match=r"weight 0\.|no row to train on"):
        LinearRegression(optimizer="sgd", early_stopping=True).fit(X, y.astype(float), rare)


def test_a_class_weight_that_names_no_class_is_refused_with_the_names_there_are(table):
    X, y, _ = table
    with pytest.raises(BadInput, match=r"names 9, which is not a class of the target\. .*: 0, 1, 2\.$"):
        exact(class_weight={9: 2.0}).fit(X, y)
    with pytest.raises(BadInput, match=r"names 'b', .*: 0, 1, 2\.$"):
        exact(class_weight={0: 1.0, "b": 2.0}).fit(X, y)


def test_a_class_weight_may_name_a_class_that_these_rows_lack(table):
    X, y, _ = table
    with_more = exact(class_weight={0: 1.0, 1: 2.0, 2: 1.0, 9: 5.0}).fit(X, y)
    assert np.array_equal(with_more.weights_, exact(class_weight={1: 2.0}).fit(X, y).weights_)


def test_several_labels_have_no_weight_by_name(table):
    X, y, _ = table
    with pytest.raises(BadInput, match=r"Several labels have no weight by name\. Choose the class weight balanced"):
        MLP((4,), class_weight={0: 1.0, 1: 2.0}).fit(X, np.column_stack([y == 0, y == 1]).astype(int))
