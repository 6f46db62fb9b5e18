"""``twinloop show``: the expected best trial beside the best one."""

import json
import random

import pytest

from engine import Float, SearchSpace, Study
from engine.cli import main


@pytest.fixture
def noisy(tmp_path):
    luck = random.Random(5)
    study = Study(SearchSpace({"x": Float(0.0, 1.0)}), sampler="random", seed=5)
    study.optimize(lambda trial: (trial.params["x"] - 0.3) ** 2 + luck.gauss(0.0, 0.1), trials=40)
    study.save(tmp_path / "noisy.study")
    study.close()
    return study, tmp_path / "noisy.study"


def test_programs_are_told_what_python_is_told(noisy, capsys):
    study, path = noisy
    assert main(["show", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["expected_best"]
    found = study.expected_best
    assert (told["number"], told["observed"], told["is_noisy"]) == (found.number, study.best.number, True)
    assert told["predicted"] == pytest.approx(found.predicted)


def test_people_are_told_where_luck_has_a_say(noisy, capsys):
    study, path = noisy
    assert main(["show", str(path)]) == 0
    assert f"expected best: trial {study.expected_best.number}, predicted " in capsys.readouterr().out


def test_without_trials_there_is_nothing_to_expect(tmp_path, capsys):
    main(["new", "--sample", "wine", str(tmp_path / "a.study")])
    capsys.readouterr()
    assert main(["show", str(tmp_path / "a.study"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["expected_best"] is None
