"""Values in a study's file that no study writes: everything that a person does with it ends well or in a sentence."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from engine import Float, Int, Study, store
from engine.analysis.summary import summarise
from engine.cli import main
from engine.errors import UserFault
from engine.objectives.description import FunctionObjective
from engine.setup import Strategy, replace
from engine.trials import Curves
from tests.helpers.installed import python_path

HUGE = 10**400


@pytest.fixture
def path(tmp_path):
    study = Study({"x": Float(0, 1), "n": Int(1, 9)}, sampler="bayesian", seed=0, constraints=("memory",))
    for _ in range(12):
        trial = study.ask()
        study.tell(trial, trial.params["x"], constraints={"memory": -1.0})
    study.save(tmp_path / "a.study")
    study.close()
    return tmp_path / "a.study"


def changed(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def everything(path, capsys):
    """The exit status of showing and exporting, and the sentences said instead."""
    said = []
    exports = [["export", str(path), "--to", str(path.with_suffix(f".{ending}"))] for ending in ("json", "csv")]
    for command in (["show", str(path)], ["show", str(path), "--json"], *exports):
        status = main(command)
        words = capsys.readouterr().err
        assert status == 0 or len(words.splitlines()) == 1
        said.append(status)
    return said


def test_a_whole_number_beyond_every_float_is_damage(path, capsys):
    changed(path, "UPDATE trial SET params = ? WHERE number = 3", json.dumps({"x": 0.5, "n": HUGE}))
    assert everything(path, capsys) == [2, 2, 2, 2]
    with pytest.raises(UserFault, match="damaged: a trial from"):
        Study.open(path)


@pytest.mark.parametrize("bounds", [(1, 2**63), (-(2**63), 5), (0, HUGE)])
def test_a_range_of_whole_numbers_ends_at_64_bits(bounds):
    with pytest.raises(UserFault, match=r"64 bits|not finite"):
        Study({"n": Int(*bounds)})


def test_a_setting_beyond_every_float_is_refused_in_a_sentence():
    with pytest.raises(UserFault):
        Study({"x": Float(0, 1)}, sampler="bayesian", sampler_options={"kappa": HUGE})


@pytest.mark.parametrize(
    "details",
    [
        {"user_attrs": "words"},
        {"user_attrs": [1], "fold_scores": {"a": 1}},
        {"fold_scores": [0.5, "x"]},
        {"estimated_score": HUGE, "hypergradient": {"x": "steep"}},
    ],
    ids=str,
)
def test_details_of_another_shape_are_left_out(path, capsys, details):
    changed(path, "UPDATE trial SET details = ?", json.dumps({**details, "parameters": 7}))
    assert everything(path, capsys) == [0, 0, 0, 0]
    with Study.open(path) as study:
        assert study.best.details == {"parameters": 7}
        assert study.best.user_attrs == {}
        study.trials_dataframe()
        study.tell(study.ask(), 0.5, constraints={"memory": 0.0})


@pytest.mark.parametrize("details", [{"parameters": "$HOME"}, {"parameters": float("nan")}, {"parameters": [1]},
                                     {"parameters": HUGE}, {"system_attrs": 7}, {"train_score": {}}])  # fmt: skip
def test_what_reports_and_storages_read_of_them_is_left_out_as_well(path, capsys, details):
    changed(path, "UPDATE trial SET details = ?", json.dumps(details))
    for ending in ("html", "db"):
        assert main(["export", str(path), "--to", str(path.with_suffix(f".{ending}"))]) == 0, capsys.readouterr().err
    with store.Reader(path) as reader:
        assert summarise(reader.history(), Curves(), 0).parameters is None


@pytest.mark.parametrize("place", [-1, 0, 2**40])
def test_a_constraint_in_no_place_is_damage_to_readers_and_writers(path, place):
    changed(path, "UPDATE constraint_value SET position = ? WHERE trial = 3", place)
    changed(path, "UPDATE study SET value = ? WHERE key = 'constraints'", "[]")
    for opener in (store.open_writer, lambda path: store.Reader(path).history()):
        with pytest.raises(UserFault, match="damaged"):
            opener(path)


@pytest.mark.parametrize("field", ["seed", "folds"])
def test_a_definition_with_a_number_beyond_64_bits_is_refused_before_a_worker_is_told(tmp_path, capsys, field):
    path = tmp_path / "t.study"
    assert main(["new", "--sample", "wine", str(path)]) == 0
    capsys.readouterr()
    with store.Reader(path) as reader:
        setup = json.loads(reader.setup())
    place = setup["objective"] if field == "seed" else setup["objective"]["validation"]
    place[field] = HUGE
    changed(path, "UPDATE study SET value = ? WHERE key = 'setup'", json.dumps(setup))
    for command in ("show", "run"):
        assert main([command, str(path)]) == 2
        assert "too large" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/", "x" * 300 + ".study", "a/" * 3000 + "b.study"])
@pytest.mark.parametrize("command", [["show"], ["run"], ["new", "--sample", "wine"], ["export", "--to", "a.csv"]])
def test_a_place_that_no_study_can_have_is_a_sentence(capsys, command, place):
    assert main([*command, place]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX closes them")
def test_closed_streams_are_no_mistake(path):
    command = f"{sys.executable} -m engine.cli show {path} <&- >&- 2>&-"
    done = subprocess.run(["/bin/sh", "-c", command], check=False, env={**os.environ, "PYTHONPATH": python_path()})
    assert done.returncode == 0


def test_a_run_may_have_no_end_in_time(path):
    with Study.open(path) as study:
        setup = replace(study.setup, objective=FunctionObjective("branin"), constraints=())
        setup = replace(setup, space={"x1": Float(-5, 10), "x2": Float(0, 15)}, strategy=Strategy("random"))
    other = path.with_name("b.study")
    store.create(other, setup.to_json(), setup.search_space(), ("minimize",)).close()
    assert main(["run", str(other), "--trials", "2", "--workers", "1", "--seconds", "inf"]) == 0


@pytest.mark.parametrize("scores", [(1e300,), (1.7e308, -1.7e308), (-1.7976931348623157e308,), (5e-324, 0.0)])
def test_a_notebook_pictures_any_scores(scores):
    study = Study({"x": Float(0, 1)}, sampler="random")
    for score in scores:
        study.tell(study.ask(), score)
    assert "nan" not in study._repr_html_()
    assert "inf" not in study._repr_html_()
