"""``twinloop race``: what it prints for people and for machines, and what it refuses."""

import json

import pytest

from engine.cli import main
from engine.objectives.description import FunctionObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Float
from engine.store import create
from engine.study import Study


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "branin.study"
    space = {"x1": Float(-5, 10), "x2": Float(0, 15)}
    setup = StudySetup("branin", FunctionObjective("branin"), space, "minimize", Strategy("random"), Budget(trials=8))
    create(path, setup.to_json(), setup.search_space()).close()
    return path


@pytest.fixture
def own(tmp_path):
    found = Study({"x1": Float(-5, 10), "x2": Float(0, 15)}, sampler="random")
    found.optimize(lambda trial: (trial.params["x1"] - 1) ** 2 + trial.params["x2"], trials=20)
    found.save(tmp_path / "own.study")
    found.close()
    return tmp_path / "own.study"


def test_a_real_race_prints_the_keys_of_the_contract_and_is_kept(study, capsys):
    asked = ["race", str(study), "--strategies", "random,grid", "--repeats", "2", "--trials", "4", "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["strategies"] == ["random", "grid"]
    assert (told["trials"], told["repeats"]) == (4, 2)
    assert [len(one) for one in told["best_so_far"]["grid"]] == [4, 4]
    assert {"better", "than", "probability", "low", "high"} <= told["superiority"][0].keys()
    assert len(told["superiority"]) == 1
    assert told["verdict"].endswith("cannot be told apart after 2 repeats.")
    assert told["winner"] is None
    assert study.with_suffix(".race").exists()
    assert main(asked) == 0
    again = json.loads(capsys.readouterr().out)
    again.pop("seconds_to_choose")
    told.pop("seconds_to_choose")
    assert again == told


def test_a_fast_race_of_a_function_of_a_program_says_what_it_rests_on(own, capsys):
    assert main(["race", str(own), "--fast", "--strategies", "random,grid", "--repeats", "3", "--trials", "10"]) == 0
    told = capsys.readouterr().out
    assert "2 strategies, 3 repeats, 10 trials each, on the model of 20 trials" in told
    assert "Grid search sees 10 of the 25 cells of its grid (40 %)." in told
    assert "Random: no x1 twice." in told
    assert "only as true as the model (quality " in told
    assert not own.with_suffix(".race").exists()


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("own", [], "Race on the model of its trials: --fast."),
        ("study", ["--fast"], "needs the scores of 8 trials, and this study has 0"),
        ("own", ["--fast", "--starts"], "Only models that train on a table have defaults and known good starts."),
        ("study", ["--strategies", "random@nonsense"], "Choose one of: known, defaults."),
        ("study", ["--strategies", "nonsense"], "no sampler called 'nonsense'"),
        ("study", ["--repeats", "0"], "at least 1"),
    ],
)
def test_what_cannot_be_raced_is_said_in_a_sentence(name, more, words, request, capsys):
    path = request.getfixturevalue(name)
    try:
        status = main(["race", str(path), *more])
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err
