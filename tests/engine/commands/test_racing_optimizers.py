"""``twinloop race --optimizers``: the same figures as in the window, and a sentence for what cannot be raced."""

from __future__ import annotations

import json

import pytest

from engine import surfaces
from engine.cli import main
from engine.trajectories import paths


def raced(capsys, *arguments: str) -> dict:
    assert main(["race", *arguments, "--json"]) == 0
    found: dict = json.loads(capsys.readouterr().out)
    return found


def test_a_race_over_a_surface_prints_each_path(capsys):
    found = raced(capsys, "--optimizers", "adam,lbfgs,adam", "--surface", "rosenbrock")
    assert found["optimizers"] == ["adam", "lbfgs"]
    surface = surfaces.get("rosenbrock")
    adam, lbfgs = paths.race(surface, ["adam", "lbfgs"], found["rates"])
    assert found["losses"] == {"adam": adam.losses.tolist(), "lbfgs": lbfgs.losses.tolist()}
    assert found["values"] == {"adam": 0, "lbfgs": int(lbfgs.values[-1])}
    assert found["verdict"] == "Only L-BFGS found the minimum, from this one start"
    assert set(found) >= {"trials", "repeats", "best_so_far", "superiority", "verdict"}


def test_two_races_print_the_same(capsys):
    first, second = (raced(capsys, "--optimizers", "sgd,cmaes", "--surface", "beale") for _ in range(2))
    assert first == second


def test_in_words_the_lowest_comes_first(capsys):
    assert main(["race", "--optimizers", "gradient_descent,lbfgs", "--surface", "ravine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[0] == "L-BFGS"
    assert "learning rate" in lines[2]
    assert lines[-1].startswith("Lowest loss reached from 16 starts")


@pytest.fixture
def study(tmp_path):
    place = tmp_path / "wine.study"
    assert main(["new", "--sample", "wine", "--model", "mlp", str(place)]) == 0
    return str(place)


def test_a_study_s_network_is_trained_by_each(capsys, study):
    capsys.readouterr()
    found = raced(capsys, study, "--optimizers", "adam,cmaes,lbfgs")
    assert set(found["losses"]) == {"adam", "lbfgs"}
    assert "matrix" in found["refused"]["cmaes"]
    assert len(found["losses"]["adam"]) == 40 == found["trials"]
    assert min(loss for _, loss in found["sweeps"]["adam"] if loss is not None) == found["losses"]["adam"][-1]
    assert "network" in found["verdict"]
    same = raced(capsys, "--surface", study, "--optimizers", "lbfgs")
    assert same["losses"]["lbfgs"] == found["losses"]["lbfgs"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--optimizers", "adamm", "--surface", "saddle"], "no optimizer called 'adamm'"),
        (["--optimizers", " , ", "--surface", "saddle"], "No optimizer was named"),
        (["--optimizers", "adam", "--surface", "nowhere"], "neither a surface nor a study"),
        (["--optimizers", "adam"], "no surface"),
    ],
)
def test_what_cannot_be_raced_is_a_sentence(capsys, arguments, says):
    assert main(["race", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_study_whose_only_optimizer_cannot_take_part_says_why(capsys, study):
    capsys.readouterr()
    assert main(["race", study, "--optimizers", "cmaes"]) == 2
    assert "matrix of" in capsys.readouterr().err
