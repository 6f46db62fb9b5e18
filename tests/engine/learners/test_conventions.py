"""What scikit-learn's users expect: nested settings, sparse rows, formats, holdouts by class, training that goes on."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from engine.errors import UserFault
from engine.learners import MLP, LinearRegression, PoissonRegression, SoftmaxRegression
from engine.learners.holdout import hold_out
from engine.optimizers import SGD, Adam
from engine.optimizers.schedules import Chained, Cosine, Step

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)


# -- holdout and patience ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("seed", range(5))
def test_each_class_gives_its_share_of_the_holdout(share, seed):
    places = np.repeat([0, 1, 2], [160, 30, 10])
    held, kept = hold_out(200, share, places, np.random.default_rng(seed))
    assert len(held) == round(200 * share)
    assert np.array_equal(np.sort(np.concatenate([held, kept])), np.arange(200))
    assert np.all(np.abs(np.bincount(places[held], minlength=3) - share * np.array([160, 30, 10])) <= 1)


def test_a_class_of_one_row_stays_in_training():
    places = np.array([0] * 20 + [1])
    for seed in range(20):
        held, _ = hold_out(21, 0.5, places, np.random.default_rng(seed))
        assert 20 not in held


def test_holdouts_differ_by_seed_and_without_classes_are_as_large():
    places = np.repeat([0, 1], 50)
    first, second = (hold_out(100, 0.2, places, np.random.default_rng(seed))[0] for seed in (0, 1))
    assert not np.array_equal(first, second)
    assert len(hold_out(100, 0.2, None, np.random.default_rng(0))[0]) == 20


def test_early_stopping_holds_out_by_class():
    rare = np.r_[Y[Y == 0], Y[Y == 1][:10]]
    rows = np.r_[X[Y == 0], X[Y == 1][:10]]
    for seed in range(8):
        model = MLP(early_stopping=True, validation_fraction=0.2, epochs=1, random_state=seed)
        training = model.prepare(model.encode(rows, rare))
        assert training.held_out._Y.sum() == 2


def test_patience_waits_for_more_than_the_tolerance():
    settings = {"early_stopping": True, "patience": 3, "epochs": 300, "random_state": 0}
    strict = MLP(**settings, tol=1.0).fit(X, Y)
    loose = MLP(**settings).fit(X, Y)
    assert strict.n_iter_ == 4  # the first epoch, then three without a gain of 1
    assert loose.n_iter_ > 20
    best = strict.history_["held_out_loss"].argmin()
    assert strict.history_.best_step == best + 1  # the best weights are kept all the same


# -- nested settings ---------------------------------------------------------------------------------------------------


def test_settings_of_the_optimizer_are_reached_and_tuned():
    model = MLP(optimizer=SGD(lr=0.1, momentum=0.5), schedule=Step(every=5), epochs=5, random_state=0)
    assert model.get_params()["optimizer__momentum"] == 0.5
    assert model.get_params()["schedule__every"] == 5
    model.set_params(optimizer__lr=0.3, schedule__factor=0.5)
    assert (model.optimizer.lr, model.schedule.factor) == (0.3, 0.5)
    search = GridSearchCV(model, {"optimizer__lr": [1e-5, 0.2], "optimizer__momentum": [0.0, 0.9]}, cv=3).fit(X, Y)
    assert search.best_params_["optimizer__lr"] == 0.2
    assert model.optimizer.lr == 0.3  # a clone's optimizer is its own


def test_an_optimizer_known_by_name_has_settings_too():
    model = clone(MLP(optimizer="adam")).set_params(optimizer__lr=0.5, hidden=(3,))
    assert isinstance(model.optimizer, Adam)
    assert (model.optimizer.lr, model.hidden) == (0.5, (3,))
    assert MLP().set_params(optimizer="sgd", optimizer__momentum=0.9).optimizer == SGD(momentum=0.9)
    assert MLP().set_params(schedule="step", schedule__every=3).schedule.every == 3
    assert MLP().set_params(optimizer="sgd").optimizer == "sgd"


def test_clones_have_equal_settings_and_no_state():
    model = MLP(optimizer=Adam(lr=0.01), schedule=Chained(parts=(Step(), Cosine()), at=(7,)), epochs=2, random_state=0)
    twin = clone(model)
    assert twin.optimizer == model.optimizer
    assert twin.optimizer is not model.optimizer
    assert np.array_equal(twin.fit(X, Y).weights_, model.fit(X, Y).weights_)


@pytest.mark.parametrize(
    ("wrong", "named"), [({"optimizer__lr": -1}, "Learning rate"), ({"optimizer__speed": 1}, "speed")]
)
def test_a_wrong_nested_setting_is_refused_and_changes_nothing(wrong, named):
    model = MLP(optimizer=Adam(lr=0.01))
    with pytest.raises(UserFault, match=named):
        model.set_params(**wrong)
    assert model.optimizer == Adam(lr=0.01)


# -- inputs and outputs ------------------------------------------------------------------------------------------------

MODELS = [
    (MLP(epochs=3, random_state=0), Y),
    (MLP(task="regression", epochs=3, random_state=0), Y.astype(float)),
    (SoftmaxRegression(), Y),
    (LinearRegression(), Y.astype(float)),
    (PoissonRegression(l2=1e-2), Y),
]


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
@pytest.mark.parametrize(("model", "y"), MODELS, ids=lambda one: type(one).__name__)
def test_sparse_rows_give_what_dense_ones_give(model, y, make):
    full = np.where(np.abs(X) < 0.5, 0.0, X)
    expected = clone(model).fit(full, y, validation=(full, y)).predict(full)
    assert np.array_equal(clone(model).fit(make(full), y, validation=(make(full), y)).predict(make(full)), expected)


@pytest.mark.parametrize(("model", "y"), MODELS, ids=lambda one: type(one).__name__)
def test_float32_in_gives_float32_out(model, y):
    fitted = clone(model).fit(X.astype(np.float32), y)
    for name in ("predict_proba", "predict_log_proba", "decision_function", "predict"):
        if hasattr(fitted, name) and (name != "predict" or fitted._target.classes is None):
            assert getattr(fitted, name)(X.astype(np.float32)).dtype == np.float32, name
            assert getattr(fitted, name)(X).dtype == np.float64, name


@pytest.mark.parametrize("classes", [2, 3])
def test_decisions_and_logarithms_are_those_of_scikit_learn(classes):
    rows = classes > Y
    ours = SoftmaxRegression(l2=1.0 / rows.sum()).fit(X[rows], Y[rows])
    theirs = LogisticRegression(tol=1e-10, max_iter=10_000).fit(X[rows], Y[rows])
    assert ours.decision_function(X).shape == theirs.decision_function(X).shape
    centred = [
        one - one.mean(axis=-1, keepdims=True) if classes > 2 else one
        for one in (ours.decision_function(X), theirs.decision_function(X))
    ]
    assert np.allclose(*centred, atol=1e-3)
    assert np.allclose(ours.predict_log_proba(X), theirs.predict_log_proba(X), atol=1e-3)
    assert np.allclose(ours.predict_log_proba(X), np.log(ours.predict_proba(X)))


def test_a_regression_has_no_probabilities():
    for model in (MLP(task="regression"), LinearRegression(), PoissonRegression()):
        assert not hasattr(model, "predict_log_proba")
        assert not hasattr(model, "predict_proba")


def test_the_course_of_training_has_scikit_learns_names():
    model = MLP(epochs=7, random_state=0)
    assert not hasattr(model, "loss_curve_")
    assert not hasattr(model, "n_iter_")
    model.fit(X, Y)
    assert model.n_iter_ == len(model.loss_curve_) == 7
    assert model.loss_curve_ == model.history_["train_loss"].tolist()


# -- training that goes on ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (MLP(epochs=4, optimizer=SGD(lr=0.05), warm_start=True, random_state=0), Y),
        (MLP(epochs=4, task="regression", optimizer=SGD(lr=0.05), warm_start=True, random_state=0), Y * 10.0),
        (SoftmaxRegression(epochs=3, warm_start=True), Y),
        (PoissonRegression(epochs=3, warm_start=True), Y),
    ],
    ids=["classes", "numbers", "softmax", "poisson"],
)
def test_a_warm_start_goes_on_where_training_ended(model, y):
    model.fit(X, y)
    before = model.loss_curve_
    model.fit(X, y)
    assert model.loss_curve_[0] < before[0]
    assert model.loss_curve_[-1] < before[-1]
    cold = clone(model).set_params(warm_start=False).fit(X, y)
    assert cold.fit(X, y).loss_curve_ == before


def test_a_warm_start_keeps_the_units_of_numbers():
    model = MLP(epochs=200, task="regression", warm_start=True, random_state=0).fit(X, Y * 10.0)
    before = model.predict(X)
    model.set_params(epochs=1, optimizer=SGD(lr=0.0)).fit(X[:50], Y[:50] * 10.0 + 3.0)
    assert np.allclose(model.predict(X), before)


@pytest.mark.parametrize(
    ("again", "named"),
    [
        (lambda: (X[Y < 2], Y[Y < 2]), "other classes"),
        (lambda: (X, Y + 1), "other classes"),
        (lambda: (X[:, :2], Y), "layers"),
    ],
)
def test_a_warm_start_with_other_classes_or_columns_is_refused(again, named):
    model = MLP(epochs=1, warm_start=True, random_state=0).fit(X, Y)
    weights = model.weights_.copy()
    with pytest.raises(ValueError, match=named):
        model.fit(*again())
    assert np.array_equal(model.weights_, weights)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "warmup"])
def test_partial_fits_over_all_rows_are_the_epochs_of_a_fit(schedule):
    settings = {"hidden": (8,), "schedule": schedule, "epochs": 5, "random_state": 0, "dropout": 0.2}
    whole, parts = MLP(**settings).fit(X, Y), MLP(**settings)
    for _ in range(5):
        parts.partial_fit(X, Y, classes=[0, 1, 2])
    assert np.array_equal(parts.weights_, whole.weights_)
    assert parts.loss_curve_ == whole.loss_curve_
    assert parts.n_iter_ == 5


def test_partial_fits_learn_from_chunks_that_lack_classes():
    model = MLP(optimizer=Adam(lr=0.01), random_state=0)
    order = np.random.default_rng(0).permutation(len(Y))
    for _ in range(15):
        for rows in np.split(order, [10, 60, 100]):
            model.partial_fit(X[rows], Y[rows], classes=np.array([0, 1, 2]))
        model.partial_fit(X[Y == 2], Y[Y == 2])
    assert model.score(X, Y) > 0.9
    assert model.predict_proba(X).shape == (150, 3)


def test_partial_fits_take_several_labels():
    labels = np.column_stack([Y == 0, Y > 0, X[:, 0] > 0]).astype(int)
    model = MLP(optimizer=Adam(lr=0.01), random_state=0)
    for _ in range(30):
        model.partial_fit(X, labels).partial_fit(X, labels, classes=[0, 1, 2])
    assert model.score(X, labels) > 0.9


def test_partial_fit_of_numbers_goes_on():
    model = MLP(task="regression", optimizer=Adam(lr=0.01), random_state=0)
    for _ in range(40):
        model.partial_fit(X[::2], 3.0 * X[::2, 0]).partial_fit(X[1::2], 3.0 * X[1::2, 0])
    assert model.score(X, 3.0 * X[:, 0]) > 0.9


@pytest.mark.parametrize(
    ("act", "named"),
    [
        (lambda m: clone(m).partial_fit(X, Y), "first call"),
        (lambda m: m.partial_fit(X, Y, classes=[0, 1]), "last call"),
        (lambda m: m.partial_fit(X, Y + 7), "class 7"),
        (lambda m: m.partial_fit(X[:, :2], Y), "2 features"),
        (lambda m: m.set_params(early_stopping=True).partial_fit(X, Y), "early_stopping"),
        (lambda m: m.set_params(optimizer=SGD()).partial_fit(X, Y), "optimizer Adam"),
    ],
)
def test_a_partial_fit_that_cannot_go_on_is_refused(act, named):
    model = MLP(random_state=0).partial_fit(X, Y, classes=[0, 1, 2])
    weights = model.weights_.copy()
    with pytest.raises((ValueError, UserFault), match=named):
        act(model)
    assert np.array_equal(model.weights_, weights)


def test_methods_that_look_at_all_rows_have_no_partial_fit():
    assert not hasattr(MLP(optimizer="lbfgs"), "partial_fit")
    assert hasattr(MLP(), "partial_fit")


def test_multi_label_targets_hold_out_rows_of_any_kind():
    labels = np.column_stack([Y == 0, Y == 1]).astype(int)
    model = MLP(early_stopping=True, epochs=3, random_state=0).fit(X, labels)
    assert model.predict_log_proba(load_wine().data[:, :4]).shape == (178, 2)
