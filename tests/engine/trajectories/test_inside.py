"""Inside a trial: its training comes out again to the digit, planes hold its path, slopes agree with retraining."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import UserFault
from engine.objectives.description import FunctionObjective, TableObjective
from engine.setup import Strategy, StudySetup, replace
from engine.space import Categorical, Float, Int
from engine.trajectories.inside import check_slopes, losses_around, require_inside, train_path
from engine.trajectories.inside_words import curvature_finding, lowest_of, path_finding, plane_remark
from engine.trajectories.plane import packed, plane_through
from engine.trajectories.records import TrialPath

SPACE = {
    "learning_rate": Float(1e-3, 0.3, log=True),
    "momentum": Float(0.0, 0.9),
    "l2": Float(1e-6, 1e-1, log=True),
    "optimizer": Categorical(("sgd",)),
    "hidden_units": Int(4, 16),
    "layers": Int(1, 1),
    "batch_size": Categorical((32,)),
    "activation": Categorical(("tanh",)),
}
SETUP = StudySetup(
    "wine",
    TableObjective(
        "sample:wine", "target", "classification", "mlp", "accuracy", settings={"epochs": 6, "hypergradients": True}
    ),
    SPACE,
    "maximize",
    Strategy("random", seed=3),
)
PARAMS = {
    "learning_rate": 0.05,
    "momentum": 0.5,
    "l2": 1e-3,
    "optimizer": "sgd",
    "hidden_units": 6,
    "layers": 1,
    "batch_size": 32,
    "activation": "tanh",
}


@pytest.fixture(scope="module")
def path():
    return train_path(SETUP, PARAMS, 7)


def test_the_path_is_that_of_the_trial_s_first_fold(path):
    from engine import seeds
    from engine.objectives import table

    told = []
    objective = table.prepare(SETUP.objective)
    objective.evaluate(PARAMS, seeds.integer(3, "trial", 7, "model"), lambda step, records: told.append(records))
    first = [records["val_loss"] for records in told if records.get("fold") == 0 and "val_loss" in records]
    assert path.val_loss == pytest.approx(first[: len(path.val_loss)], rel=1e-6)
    assert len(path.val_loss) == 6
    assert path.steps[0] == 0
    assert path.steps[-1] == 6 * path.updates
    assert path.trajectory.shape == (len(path.steps), path.parameters)
    assert path.limit == pytest.approx(3.0)
    assert len(path.curvature) == len(path.bends) > 3
    assert train_path(SETUP, PARAMS, 7).weights == path.weights


def test_the_plane_holds_the_path_and_the_losses_at_its_ends(path):
    plane = plane_through({"path": path.trajectory})
    across, along = plane.axes(9)
    train, validation = map(np.array, losses_around(SETUP, PARAMS, 7, packed(plane), across.tolist(), along.tolist()))
    assert train.shape == validation.shape == (9, 9)
    end = plane.paths["path"][-1]
    train_end, val_end = losses_around(SETUP, PARAMS, 7, packed(plane), [float(end[0])], [float(end[1])])
    assert val_end[0][0] == pytest.approx(path.val_loss[-1], rel=0.05)
    assert train_end[0][0] < train.max()
    lowest = lowest_of(plane, across, along, validation)
    assert lowest.loss == validation.min()
    assert path_finding(7, path, lowest).subject.startswith("Trial 7 ")
    assert "other directions are left out" in plane_remark(plane, path.parameters)


def test_slopes_agree_with_retraining_in_sign_in_nearly_all_cases():
    rng, agree = np.random.default_rng(0), []
    for case in range(20):
        params = {
            **PARAMS,
            "learning_rate": float(10 ** rng.uniform(-2.5, -0.8)),
            "momentum": float(rng.uniform(0.0, 0.8)),
            "l2": float(10 ** rng.uniform(-4, -1)),
        }
        direction = rng.standard_normal(3)
        direction /= np.linalg.norm(direction)
        step = dict(zip(("learning_rate", "momentum", "l2"), direction.tolist(), strict=True))
        found = check_slopes(SETUP, params, case, step)
        agree.append(np.sign(found.told) == np.sign(found.measured))
        assert found.measured == pytest.approx(found.told, rel=0.2, abs=1e-4)
    assert np.mean(agree) >= 0.95


def told(**changes):
    values = {
        "steps": [0, 10, 100],
        "weights": b"",
        "parameters": 5,
        "train_loss": [1.0, 0.5],
        "val_loss": [1.0, 0.5],
        "updates": 50,
        "rates": [0.1, 0.1, 0.1],
        "bends": [0, 10, 100],
        "curvature": [1.0, 5.0, 10.0],
        "limit": 2.0,
        "ended": "",
    }
    return TrialPath(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Curvature stayed below the bound: at most 50 % of it"),
        (
            {"curvature": [1.0, 19.0, 21.0]},
            "Curvature reached the bound from step 10 on: the steps are as long as they can be",
        ),
        ({"curvature": [1.0, 19.0, 2.0]}, "Curvature reached the bound at step 10 and left it again"),
        ({"limit": 0.0}, "Curvature ends at 10"),
        ({"curvature": [], "bends": []}, "Curvature could not be worked out"),
    ],
)
def test_what_is_said_of_the_curvature(changes, words):
    assert str(curvature_finding(told(**changes))[0]) == words


def test_what_is_said_of_a_path_that_diverged_or_went_past_its_lowest_loss():
    from engine.trajectories.inside_words import PlaneMinimum

    low = PlaneMinimum(0.2, 0.0, 0.0, 0.5)
    assert str(path_finding(3, told(ended="diverged"), low)) == "Trial 3 diverged after 100 steps"
    assert str(path_finding(3, told(val_loss=[0.3, 0.25, 0.5]), low)).startswith(
        "Trial 3 walked past its lowest validation loss, of epoch 2 of 3"
    )
    assert "stopped after 100 steps; a lower" in str(path_finding(3, told(), low))
    assert "where validation loss is lowest" in str(path_finding(3, told(val_loss=[1.0, 0.2]), low))


def test_a_model_without_weights_on_the_way_says_so():
    with pytest.raises(UserFault, match="no weights"):
        require_inside(replace(SETUP, objective=replace(SETUP.objective, family="random_forest")))
    with pytest.raises(UserFault, match="no weights"):
        train_path(replace(SETUP, objective=FunctionObjective("branin")), {}, 0)
