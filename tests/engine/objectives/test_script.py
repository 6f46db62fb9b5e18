"""A person's Python file as the objective: Optuna's own words, with and without Optuna, and train(params, report)."""

import importlib.util
import py_compile
import sys
import time

import pytest

from engine.errors import UserFault
from engine.space import Categorical, Float, Int
from tests.helpers.asking import AskedTrial, TrialEndsHere, run_trial, script_evaluator


def hide_optuna(folder):
    """Let Python find no Optuna in the processes that are given this environment."""
    hidden = folder / "hidden"
    hidden.mkdir(exist_ok=True)
    (hidden / "sitecustomize.py").write_text(
        "from importlib.machinery import PathFinder\n"
        "real = PathFinder.find_spec\n"
        "def find_spec(name, path=None, target=None):\n"
        "    if name.partition('.')[0] in ('optuna', 'optuna_integration'):\n"
        "        return None\n"
        "    return real(name, path, target)\n"
        "PathFinder.find_spec = staticmethod(find_spec)\n"
    )
    return {"PYTHONPATH": str(hidden)}


MAIN = """
import optuna

def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    kind = trial.suggest_categorical("kind", ["sgd", (1, 2), len])
    if kind == "sgd":
        trial.suggest_float("momentum", 1e-3, 1, log=True)
    layers = [trial.suggest_int(f"units_{i}", 4, 64, step=4) for i in range(2)]
    for step in range(10):
        trial.report(x + step, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    trial.set_user_attr("layers", layers)
    return kind(str(x)) if callable(kind) else x

if __name__ == "__main__":
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=3), pruner=optuna.pruners.MedianPruner())
    study.optimize(objective, n_trials=30, timeout=600)
    raise SystemExit("the search came back")
"""


@pytest.fixture(params=["without Optuna", "with Optuna"])
def environment(request, tmp_path):
    if request.param == "with Optuna":
        pytest.importorskip("optuna", reason="the script's own Optuna")
        return {}
    return hide_optuna(tmp_path)


def test_an_optuna_script_runs_unchanged(tmp_path, environment):
    evaluator = script_evaluator(tmp_path, MAIN, environment=environment)
    trial = AskedTrial(0, values={"x": 2.0, "kind": "sgd"})
    ending = run_trial(evaluator, trial)
    assert (ending.state, ending.scores, ending.reason) == ("complete", (2.0,), "")
    assert trial.asked["x"] == Float(-5, 5)
    assert trial.asked["kind"] == Categorical(["sgd", (1, 2), "len"])
    assert trial.asked["momentum"] == Float(1e-3, 1, log=True)
    assert trial.asked["units_1"] == Int(4, 64, step=4)
    assert set(ending.asked) == {"x", "kind", "momentum", "units_0", "units_1"}
    assert trial.steps == [(step, {"value": 2.0 + step}) for step in range(10)]
    assert ending.details["user_attrs"] == {"layers": [36, 36]}
    other = AskedTrial(1, values={"x": 2.0, "kind": "len"})
    assert run_trial(evaluator, other).scores == (3.0,)  # the very object that was a choice
    assert "momentum" not in other.asked
    pruned = AskedTrial(2, values={"x": 1.0}, prunes_at=3)
    assert run_trial(evaluator, pruned).state == "pruned"
    assert len(pruned.steps) == 4
    with pytest.raises(TrialEndsHere):
        run_trial(evaluator, AskedTrial(3, stops_at=1))
    assert run_trial(evaluator, AskedTrial(4)).state == "complete"
    evaluator.close()


def test_constraints_several_objectives_and_the_study_are_read(tmp_path, environment):
    evaluator = script_evaluator(
        tmp_path,
        "import optuna\n"
        "def limits(trial):\n"
        "    return (trial.user_attrs['size'] - 3, trial.params['x'])\n"
        "def objective(trial):\n"
        "    x = trial.suggest_float('x', 0, 1)\n"
        "    trial.set_user_attr('size', 5)\n"
        "    best = trial.study.best_trial\n"
        "    print(len(trial.study.trials), trial.study.directions[1].name, trial.number, best.number)\n"
        "    return x, best.value\n"
        "if __name__ == '__main__':\n"
        "    sampler = optuna.samplers.NSGAIISampler(constraints_func=limits)\n"
        "    study = optuna.create_study(directions=['minimize', 'maximize'], sampler=sampler)\n"
        "    study.optimize(objective, n_trials=3)\n",
        environment=environment,
    )
    trial = AskedTrial(7, values={"x": 0.25})
    ending = run_trial(evaluator, trial)
    assert (ending.state, ending.reason) == ("complete", "")
    assert ending.scores == (0.25, 2.5)
    assert ending.constraints == {"constraint_0": 2.0, "constraint_1": 0.25}
    evaluator.close()
    assert trial.output.endswith("1 MAXIMIZE 7 0\n")  # what Optuna says while it loads may come before


def test_a_script_that_asks_and_tells(tmp_path, environment):
    evaluator = script_evaluator(
        tmp_path,
        "import optuna\n"
        "study = optuna.create_study()\n"
        "for _ in range(2):\n"
        "    trial = study.ask()\n"
        "    x = trial.suggest_float('x', 0, 1)\n"
        "    study.tell(trial, x * 2)\n",
        environment=environment,
    )
    for number in range(3):  # the file ends after two: it is run again
        assert run_trial(evaluator, AskedTrial(number, values={"x": 0.5})).scores == (1.0,)
    evaluator.close()


def test_a_search_inside_an_objective_is_its_own(tmp_path, environment):
    evaluator = script_evaluator(
        tmp_path,
        "import optuna\n"
        "optuna.logging.set_verbosity(optuna.logging.WARNING)\n"
        "def objective(trial):\n"
        "    x = trial.suggest_float('x', 0, 1)\n"
        "    inner = optuna.create_study(direction='maximize')\n"
        "    inner.optimize(lambda one: one.suggest_float('y', 0, 1), n_trials=4)\n"
        "    return x + (0 <= inner.best_value <= 1)\n"
        "if __name__ == '__main__':\n"
        "    optuna.create_study().optimize(objective, n_trials=3)\n",
        environment=environment,
    )
    trial = AskedTrial(values={"x": 0.5})
    assert run_trial(evaluator, trial).scores == (1.5,)
    assert set(trial.asked) == {"x"}
    evaluator.close()


def test_train_is_given_params_and_report(tmp_path):
    text = (
        "def train(params, report):\n"
        "    for epoch in range(1, 5):\n"
        "        report(epoch, train_loss=1 / epoch, val_loss=params['lr'] / epoch)\n"
        "    return {'score': params['lr']}\n"
    )
    evaluator = script_evaluator(tmp_path, text)
    trial = AskedTrial(values={"lr": 0.5})
    ending = run_trial(evaluator, trial)
    assert (ending.state, ending.scores, ending.asked) == ("complete", (0.5,), None)
    assert trial.steps[1] == (2, {"train_loss": 0.5, "val_loss": 0.25})
    pruned = AskedTrial(1, values={"lr": 0.5}, prunes_at=0)
    assert run_trial(evaluator, pruned).state == "pruned"
    assert len(pruned.steps) == 1
    evaluator.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    return 1 / 0", "ZeroDivisionError: division by zero (train.py, line 2)"),
        ("    return None", "The objective returned None, which is not a score."),
        ("    return 'good'", "The objective returned 'good', which is not a score."),
        ("    raise SystemExit(3)", "SystemExit: 3 (train.py, line 2)"),
        ("    trial.report('a', 1)", "TypeError: The value that is reported is 'a', which is not a number."),
        ("    trial.report(1.0, 1.5)", "TypeError: 1.5 is not a step. Give a whole number, from 0."),
        ("    import os; os._exit(3)", "Its process ended by itself (exit code 3)."),
        ("    import os; print('last'); os.abort()", "Its process was ended by signal 6. Its last line was: last"),
        ("    import no_such_package", "ModuleNotFoundError: No module named 'no_such_package' (train.py, line 2)"),
        ("    return trial.suggest_int('kind', 0, 3)", "kind is another thing. Rename it."),
    ],
)
def test_what_goes_wrong_in_a_trial_fails_it_alone(tmp_path, body, reason):
    evaluator = script_evaluator(tmp_path, f"def objective(trial):\n{body} if trial.number == 0 else 1.0\n"
                                 if body.startswith("    return") else
                                 f"def objective(trial):\n{body.replace('    ', '    if trial.number == 0: ', 1)}\n"
                                 "    return 1.0\n")  # fmt: skip
    ending = run_trial(evaluator, AskedTrial(faults=("kind",)))
    assert ending.state == "failed"
    assert reason in ending.reason
    assert run_trial(evaluator, AskedTrial(1)).scores == (1.0,)
    evaluator.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def objective(trial:\n    return 1\n", "train.py, line 1: "),
        ("import no_such_package\ndef objective(trial):\n    return 1\n", "needs the package no_such_package"),
        ("x = 1 / 0\ndef objective(trial):\n    return 1\n", "train.py, line 1: ZeroDivisionError: division by zero"),
        ("x = 1\n", "train.py has no objective."),
        ("import sys\nsys.exit(4)\ndef objective(trial):\n    return 1\n", "SystemExit: 4"),
        ("import os\nos._exit(4)\ndef objective(trial):\n    return 1\n", "ended by itself (exit code 4)"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path, text, sentence):
    with pytest.raises(UserFault, match=r".") as fault:
        script_evaluator(tmp_path, text)
    assert sentence in str(fault.value)
    assert fault.value.remedy


def test_a_file_that_was_changed_since_is_not_run(tmp_path):
    evaluator = script_evaluator(tmp_path, "def objective(trial):\n    return 1.0\n")
    evaluator.close()
    (tmp_path / "train.py").write_text("def objective(trial):\n    return 2.0\n")
    with pytest.raises(UserFault, match="was changed a moment ago"):
        type(evaluator)(evaluator._objective)


def test_a_file_that_was_changed_while_it_ran_is_not_loaded_by_the_next_process(tmp_path):
    evaluator = script_evaluator(tmp_path, "import os\ndef objective(trial):\n    os._exit(3)\n")
    assert run_trial(evaluator).state == "failed"
    (tmp_path / "train.py").write_text("def objective(trial):\n    return 2.0\n")
    ending = run_trial(evaluator, AskedTrial(1))
    assert ending.reason.startswith("train.py was changed a moment ago. Press Run again")
    assert ending.ends_search


SHARED = "def objective(trial):\n    import helper\n    return helper.score()\n"


@pytest.mark.parametrize("main", [False, True], ids=["objective", "main part"])
def test_a_module_that_is_imported_late_is_the_one_that_was_agreed_to(tmp_path, environment, main):
    (tmp_path / "helper.py").write_text("def score():\n    return 1.0\n")
    text = SHARED + ("import optuna\noptuna.create_study().optimize(objective, n_trials=3)\n" if main else "")
    evaluator = script_evaluator(tmp_path, text, environment=environment)
    (tmp_path / "helper.py").write_text("def score():\n    return 2.0\n")
    ending = run_trial(evaluator)
    assert (ending.state, ending.scores, ending.ends_search) == ("failed", (), True)
    assert ending.reason.startswith("helper.py was changed a moment ago. Press Run again")
    (tmp_path / "helper.py").write_text("def score():\n    return 1.0\n")
    assert run_trial(evaluator, AskedTrial(1)).scores == (1.0,)
    evaluator.close()


@pytest.mark.parametrize("stem", ["train", "helper"])
def test_nothing_that_lies_compiled_beside_a_file_is_run_in_its_place(tmp_path, stem):
    (tmp_path / "helper.py").write_text("def score():\n    return 1.0\n")
    other = "def score():\n    return 2.0\ndef objective(trial):\n    return 2.0\n"
    (tmp_path / "other.py").write_text(other)
    place = importlib.util.cache_from_source(str(tmp_path / f"{stem}.py"))
    py_compile.compile(tmp_path / "other.py", place, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    evaluator = script_evaluator(tmp_path, SHARED)
    assert run_trial(evaluator).scores == (1.0,)
    evaluator.close()


def test_a_library_imports_nothing_of_the_script_s_folder_that_nobody_agreed_to(tmp_path):
    (tmp_path / "site-packages").mkdir()
    probes = "try:\n    import accelerated as found\nexcept ImportError:\n    found = None\n"
    (tmp_path / "site-packages" / "library.py").write_text(probes)
    (tmp_path / "accelerated.py").write_text("")
    text = "import library\ndef objective(trial):\n    return float(library.found is None)\n"
    evaluator = script_evaluator(tmp_path, text, environment={"PYTHONPATH": str(tmp_path / "site-packages")})
    assert run_trial(evaluator).scores == (1.0,)
    evaluator.close()
    computed = (
        "import importlib\ndef objective(trial):\n    importlib.import_module('accele' + 'rated')\n    return 1\n"
    )
    evaluator = script_evaluator(tmp_path, computed)
    assert run_trial(evaluator).scores == (1.0,)
    evaluator.close()


def test_output_is_kept_with_its_trial_and_bounded(tmp_path):
    text = (
        "import sys\n"
        "def objective(trial):\n"
        "    print('begin', trial.number)\n"
        "    for _ in range(200_000 if trial.number == 1 else 1):\n"
        "        print('0123456789' * 5)\n"
        "    print('end', trial.number, file=sys.stderr)\n"
        "    return 0.0\n"
    )
    evaluator = script_evaluator(tmp_path, text)
    trials = [AskedTrial(number) for number in range(3)]
    for trial in trials:
        assert run_trial(evaluator, trial).state == "complete"
    evaluator.close()
    for trial in trials:
        assert trial.output.splitlines()[0] == f"begin {trial.number}"
        assert trial.output.rstrip().endswith(f"end {trial.number}")
    assert len(trials[0].output) < 100
    assert 15_000 < len(trials[1].output) < 25_000
    assert "characters left out" in trials[1].output


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked elsewhere only")
def test_what_a_script_starts_ends_with_it(tmp_path):
    psutil = pytest.importorskip("psutil")
    text = (
        "import os, subprocess, sys, time\n"
        "def objective(trial):\n"
        "    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], **quiet)\n"
        "    if os.fork() == 0:\n"
        "        return 5.0\n"  # the copy speaks for nobody
        "    trial.set_user_attr('child', child.pid)\n"
        "    return 1.0\n"
    )
    evaluator = script_evaluator(tmp_path, text)
    ending = run_trial(evaluator)
    assert ending.scores == (1.0,)
    child = psutil.Process(ending.details["user_attrs"]["child"])
    evaluator.close()
    end = time.monotonic() + 10
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.01)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_an_interpreter_that_is_none_is_refused(tmp_path):
    with pytest.raises(UserFault, match="cannot be started"):
        script_evaluator(tmp_path, "def objective(trial):\n    return 1.0\n", python=str(tmp_path / "no-python"))
