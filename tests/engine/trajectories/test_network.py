"""Optimizers race on one network fairly: the same rows, first weights and batches; the plane shows its real losses."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.learners import MLP
from engine.objectives import table
from engine.objectives.description import FunctionObjective
from engine.optimizers import Adam
from engine.setup import StudySetup
from engine.suggesting import suggest_setup
from engine.trajectories import network, plane
from engine.trajectories.network import train_network
from engine.trajectories.records import DIVERGED, Training
from engine.trajectories.sweep import sweep_rates

PARAMS = {"hidden_units": 12, "layers": 1, "batch_size": 32, "dropout": 0.4, "optimizer": "sgd", "learning_rate": 0.3}


@pytest.fixture(scope="module")
def wine() -> StudySetup:
    return suggest_setup("sample:wine", family="mlp")


def test_a_training_is_the_network_s_own_without_dropout(wine: StudySetup) -> None:
    found = train_network(wine, PARAMS, "adam", 0.01, 8)
    data = table.prepare(network.table_of(wine)).fold(0)
    model = MLP((12,), optimizer=Adam(lr=0.01), batch_size=32, epochs=8, random_state=0)
    history = model.fit(data.X, data.y, validation=(data.X_validation, data.y_validation)).history_
    assert found.val_loss == history["val_loss"].tolist()
    assert found.train_loss == history["train_loss"].tolist()
    assert found.parameters == model.weights_.size
    batches = math.ceil(len(data.X) / 32)
    assert found.gradients == [batches * epoch for epoch in range(1, 9)]
    assert found.seconds == sorted(found.seconds)
    assert found.ended == ""


def test_all_begin_at_the_same_weights(wine: StudySetup) -> None:
    names = {"sgd": 0.1, "adam": 0.01, "lbfgs": None, "random_search": None}
    first = [train_network(wine, PARAMS, name, rate, 3, True).trajectory[0] for name, rate in names.items()]
    assert all(np.array_equal(first[0], other) for other in first[1:])
    assert np.any(first[0])


def test_a_trajectory_ends_at_the_weights_that_give_the_last_loss(wine: StudySetup) -> None:
    found = train_network(wine, PARAMS, "sgd", 0.1, 5, keep_weights=True)
    data = table.prepare(network.table_of(wine)).fold(0)
    model = network.plain_estimator(wine, PARAMS).set_params(epochs=1).fit(data.X, data.y)
    model.weights_[:] = found.trajectory[-1]
    rows = np.arange(len(data.y_validation)), data.y_validation.astype(int)
    loss = -np.mean(np.log(model.predict_proba(data.X_validation)[rows]))
    assert found.trajectory.shape == (6, found.parameters)
    assert found.val_loss[-1] == pytest.approx(loss, rel=1e-4)
    assert train_network(wine, PARAMS, "sgd", 0.1, 5).weights == b""


def test_searches_count_every_look_at_the_loss(wine: StudySetup) -> None:
    found = train_network(wine, PARAMS, "random_search", None, 4)
    assert found.gradients[0] == 1 + 8 + 1  # the start, eight tries, and the best once more
    assert found.gradients == sorted(set(found.gradients))


def test_a_divergence_is_a_result_and_a_refusal_is_a_sentence(wine: StudySetup) -> None:
    assert train_network(wine, PARAMS, "sgd", 1e4, 8).ended == DIVERGED
    assert train_network(wine, PARAMS, "sgd", 1e4, 8).final_loss == math.inf
    with pytest.raises(UserFault, match="matrix of"):
        train_network(wine, {**PARAMS, "hidden_units": 200}, "cmaes", None, 8)


def test_another_network_stands_in_for_a_forest() -> None:
    forest = suggest_setup("sample:wine", family="random_forest")
    found = train_network(forest, {"max_depth": 3}, "adam", 0.01, 3)
    own = suggest_setup("sample:wine", family="mlp")
    assert not network.trains_network(forest)
    assert found.val_loss == train_network(own, {}, "adam", 0.01, 3).val_loss  # on columns that are scaled for it


def test_a_study_without_a_table_has_no_network(wine: StudySetup) -> None:
    branin = msgspec.structs.replace(wine, objective=FunctionObjective("branin"))
    with pytest.raises(UserFault, match="no model on a table"):
        train_network(branin, {}, "adam", 0.01, 3)


def test_a_training_can_be_cancelled(wine: StudySetup) -> None:
    with pytest.raises(Cancelled):
        train_network(wine, PARAMS, "adam", 0.01, 10_000, cancelled=lambda: True)


def test_a_sweep_finds_the_rate_in_the_middle_and_stops_where_training_breaks(wine: StudySetup) -> None:
    found = sweep_rates(wine, PARAMS, "sgd")
    assert found.best is not None
    assert found.losses[found.rates.index(found.best.rate)] == min(found.losses) == found.best.final_loss
    assert found.losses[0] > 1.5 * min(found.losses)
    for rate, loss in zip(found.rates, found.losses, strict=True):
        again = train_network(wine, PARAMS, "sgd", rate, 40)
        assert again.final_loss == loss
    assert found.tolerance >= 10.0 * (1 - 1e-9)


def test_one_bad_rate_between_good_ones_does_not_end_a_sweep(wine: StudySetup, monkeypatch) -> None:
    ends = iter([2.0, 0.9, 2.0, 0.8, 2.0, 2.0, 0.1])  # the last one is never asked for
    monkeypatch.setattr(
        "engine.trajectories.sweep.train_network",
        lambda setup, params, name, rate, *more: Training(name, rate, [1.5], [1.5, next(ends)], [1], [0.1], 5, "", b""),
    )
    found = sweep_rates(wine, PARAMS, "sgd")
    assert found.losses == [2.0, 0.9, 2.0, 0.8, 2.0, 2.0]
    assert found.best is not None
    assert found.best.final_loss == 0.8


def test_a_method_without_a_learning_rate_is_trained_once(wine: StudySetup) -> None:
    found = sweep_rates(wine, PARAMS, "lbfgs", 6, keep_weights=True)
    assert (found.rates, found.losses) == ([], [])
    assert found.best is not None
    assert len(found.best.trajectory) == 7


def test_a_regression_is_trained_on_a_scaled_target() -> None:
    setup = suggest_setup("sample:diabetes", family="mlp")
    found = train_network(setup, {"hidden_units": 8}, "adam", 0.01, 20)
    assert 0.1 < found.final_loss < 0.6  # half the variance is a half


@pytest.mark.parametrize("sample", ["wine", "diabetes"])
def test_the_plane_s_losses_are_the_network_s_own(sample: str) -> None:
    setup = suggest_setup(f"sample:{sample}", family="mlp")
    params = {"hidden_units": 6}
    paths = {name: train_network(setup, params, name, rate, 6, True).trajectory for name, rate in RACERS.items()}
    found = plane.plane_through(paths)
    rng = np.random.default_rng(0)
    across, along = rng.uniform(-1, 2, 10), rng.uniform(-1, 2, 10)
    data = table.prepare(network.table_of(setup)).fold(0)
    y = data.y if sample == "wine" else (data.y - data.y.mean()) / data.y.std()
    for a, b in zip(across, along, strict=True):
        weights = found.origin + a * found.directions[0] + b * found.directions[1]
        model = network.plain_estimator(setup, params).set_params(dtype="float64", epochs=1)
        model.fit(data.X, y)
        model.weights_[:] = weights
        ((got,),) = plane.losses_on_plane(setup, params, plane.packed(found), [a], [b])
        assert got == pytest.approx(own_loss(model, data.X, y, sample), rel=1e-9)


RACERS = {"sgd": 0.1, "adam": 0.01, "lbfgs": None}


def own_loss(model: MLP, X: np.ndarray, y: np.ndarray, sample: str) -> float:
    if sample == "wine":
        return float(-np.mean(np.log(model.predict_proba(X)[np.arange(len(y)), y.astype(int)])))
    scaled = (y - y.mean()) / y.std()
    return float(np.mean((model.predict(X) - scaled) ** 2) / 2)


def test_the_plane_lies_where_most_of_the_movement_is() -> None:
    rng = np.random.default_rng(0)
    right, up, aside = np.linalg.qr(rng.standard_normal((50, 3)))[0].T
    way = np.linspace(0, 1, 9)[:, None]
    paths = {"a": 1 + 3 * way * right + 0.1 * way**2 * aside, "b": 1 + 2 * way**2 * up}
    found = plane.plane_through(paths)
    assert found.share > 0.99
    assert found.directions @ found.directions.T == pytest.approx(np.eye(2), abs=1e-9)
    inside = np.linalg.norm(found.paths["a"], axis=1)
    assert inside == pytest.approx(3 * way[:, 0], rel=1e-2, abs=1e-9)
    everything = np.concatenate([path - 1 for path in paths.values()])
    squares = np.sum((everything @ found.directions.T) ** 2) / np.sum(everything**2)
    assert found.share == pytest.approx(squares)


def test_a_plane_through_start_and_ends_holds_all_three_and_shows_no_more_than_the_principal_one() -> None:
    rng = np.random.default_rng(1)
    steps = rng.standard_normal((3, 8, 40)).cumsum(axis=1)
    steps[1] = 0.01 * steps[1]  # ends next to the start: tells little
    paths = {name: np.concatenate([np.ones((1, 40)), 1 + way]) for name, way in zip("abc", steps, strict=True)}
    found = plane.plane_through_ends(paths, "a")
    assert found.ends == ("a", "c")
    assert found.directions @ found.directions.T == pytest.approx(np.eye(2), abs=1e-9)
    for name in ("a", "c"):
        back = found.origin + found.paths[name][-1] @ found.directions
        assert back == pytest.approx(paths[name][-1], abs=1e-9)
    assert found.paths["a"][-1][1] == pytest.approx(0.0, abs=1e-9)
    assert found.share < plane.plane_through(paths).share <= 1.0
    farther = paths["a"] + (paths["a"] - 1)  # twice as far the same way
    for others in ({}, {"b": farther}):
        with pytest.raises(UserFault, match="one line"):
            plane.plane_through_ends({"a": paths["a"], **others}, "a")


def test_one_line_spans_no_plane() -> None:
    with pytest.raises(UserFault, match="line"):
        plane.plane_through({"a": np.linspace(0, 1, 5)[:, None] * np.ones(4)})
    with pytest.raises(UserFault, match="No path"):
        plane.plane_through({"a": np.zeros((0, 4))})
