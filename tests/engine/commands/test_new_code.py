"""``twinloop new`` with a script, a program, a function or a formula, and what is exported of it."""

import json
import subprocess
import sys

import pytest

from engine import cli, store
from engine.objectives import permissions
from engine.objectives.description import CommandObjective, FormulaObjective, FunctionObjective, ScriptObjective
from engine.space import Categorical, Float, Int


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(permissions.HOME_VARIABLE, str(tmp_path / "home"))


def setup_of(path):
    with store.Reader(path) as reader:
        return reader.study().setup


def test_a_script_says_what_it_asks_of_a_study(tmp_path):
    (tmp_path / "train.py").write_text(
        "import optuna\nLOW = 1e-5\n"
        "def objective(trial):\n"
        "    trial.suggest_float('lr', LOW, 10 ** -1, log=True)\n"
        "    trial.suggest_int('units', 8, 64, step=8)\n"
        "    trial.suggest_categorical('kind', ['a', 'b'])\n"
        "    trial.suggest_float(f'late_{1}', 0, 1)\n"
        "    return 1.0\n"
        "def main():\n"
        "    study = optuna.create_study(direction='maximize', sampler=optuna.samplers.CmaEsSampler(seed=7))\n"
        "    study.optimize(objective, n_trials=17, timeout=900)\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    assert cli.main(["new", "--script", "train.py", "a.study"]) == 0
    setup = setup_of(tmp_path / "a.study")
    assert setup.space == {
        "lr": Float(1e-5, 0.1, log=True), "units": Int(8, 64, step=8), "kind": Categorical(["a", "b"]),
    }  # fmt: skip
    assert (setup.direction, setup.strategy.sampler, setup.strategy.seed) == ("maximize", "cmaes", 7)
    assert (setup.budget.trials, setup.budget.seconds) == (17, 900.0)
    assert setup.objective.source == "train.py"
    arguments = ["new", "--script", "train.py:objective", "--trials", "5", "--seed", "3", "--direction", "minimize"]
    assert cli.main([*arguments, "--strategy", "random", "--set", "kind=a", "b.study"]) == 0
    setup = setup_of(tmp_path / "b.study")
    assert isinstance(setup.objective, ScriptObjective)
    assert (setup.objective.entry, setup.direction, setup.strategy.sampler) == ("objective", "minimize", "random")
    assert (setup.strategy.seed, setup.budget.trials) == (3, 5)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--script", "none.py"], "The script none.py is no longer"),
        (["--script", "broken.py"], "broken.py, line 2"),
        (["--script", "plain.py"], "has no objective"),
        (["--script", "plain.py:fit"], "has no fit"),
        (["--command", "fit {lr}", "--space", "none.yaml"], "none.yaml cannot be read"),
        (["--command", "fit {lr}", "--space", "bad.yaml"], "bad.yaml"),
        (["--command", "fit", "--space", "space.yaml"], "does not use lr"),
        (["--command", "fit '{lr}", "--space", "space.yaml"], "Close the quotation mark"),
        (["--function", "no_such_function"], "no_such_function"),
        (["--function", "import os"], "The formula cannot be read at character 1"),
        (["--function", "1 + 2"], "has no variable"),
        (["--function", "branin", "--direction", "maximize"], "is minimized"),
        (["--function", "branin", "--target", "y"], "--target is for tables"),
    ],
)
def test_what_makes_no_study_is_a_sentence(tmp_path, capsys, arguments, sentence):
    (tmp_path / "broken.py").write_text("x = 1\ndef f(:\n")
    (tmp_path / "plain.py").write_text("x = 1\n")
    (tmp_path / "space.yaml").write_text("lr: {kind: float, low: 1e-4, high: 0.1, log: true}\n")
    (tmp_path / "bad.yaml").write_text("lr: [1, 2\n")
    assert cli.main(["new", *arguments, "a.study"]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "a.study").exists()


def run_and_export(tmp_path, arguments):
    assert cli.main(["new", *arguments, "--trials", "4", "a.study"]) == 0
    assert cli.main(["run", "a.study", "--allow", "--workers", "1"]) == 0
    assert cli.main(["export", "a.study", "--to", "best.py"]) == 0
    assert cli.main(["export", "a.study", "--to", "best.json"]) == 0
    best = json.loads((tmp_path / "best.json").read_text())
    done = subprocess.run([sys.executable, "best.py"], capture_output=True, text=True, check=True, cwd=tmp_path)
    return best, done.stdout.splitlines()[-1]


def test_a_formula_from_the_command_line_to_its_export(tmp_path):
    best, last = run_and_export(tmp_path, ["--function", "(x - 1)**2 + sign(y) * sqrt(abs(y))"])
    assert isinstance(setup_of(tmp_path / "a.study").objective, FormulaObjective)
    assert last == f"score: {best['score']!r}"


def test_a_program_from_the_command_line_to_its_export(tmp_path):
    (tmp_path / "fit.py").write_text("import sys\nprint('score', float(sys.argv[1]) ** 2, sep='=')\n")
    (tmp_path / "space.yaml").write_text("lr: {kind: float, low: 1e-4, high: 0.1, log: true}\n")
    best, last = run_and_export(tmp_path, ["--command", f"{sys.executable} fit.py {{lr}}", "--space", "space.yaml"])
    assert isinstance(setup_of(tmp_path / "a.study").objective, CommandObjective)
    assert last == f"score={best['score']!r}"


def test_a_script_from_the_command_line_to_its_export(tmp_path, capsys):
    (tmp_path / "train.py").write_text(
        "print('loaded', file=open('times.txt', 'a'))\n"
        "def objective(trial):\n    return trial.suggest_float('x', 0, 1) ** 2\n"
    )
    best, last = run_and_export(tmp_path, ["--script", "train.py"])
    assert last == f"score: {best['score']!r}"
    # Loaded for its four trials and by the exported script when that was run, and not by writing that.
    assert (tmp_path / "times.txt").read_text() == "loaded\n" * 2
    capsys.readouterr()
    (tmp_path / "train.py").write_text("def objective(trial):\n    return trial.suggest_float('x', 0, 1) ** 3\n")
    assert cli.main(["run", "a.study", "--trials", "1"]) == 2
    assert "wants to run" in capsys.readouterr().err


def test_a_test_function_by_its_name(tmp_path):
    assert cli.main(["new", "--function", "branin", "a.study"]) == 0
    assert setup_of(tmp_path / "a.study").objective == FunctionObjective("branin")
