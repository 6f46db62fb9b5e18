"""Studies on scripts and programs: run by workers, grown as they run, never before somebody agreed."""

import os
import sys
import time

import psutil
import pytest

from engine import store
from engine.events import LogLine, SpaceChanged
from engine.objectives import permissions
from engine.objectives.description import CommandObjective
from engine.runner import PermissionNeeded, Rejected, SetupGrown, SetupSaved
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Float
from engine.suggesting_code import suggest_command_setup, suggest_script_setup
from tests.helpers.runs import Listened

DYNAMIC = """
import os
open(os.path.join(os.path.dirname(__file__), "was_run"), "a").close()

def objective(trial):
    kind = trial.suggest_categorical("kind", ["a", "b"])
    found = trial.suggest_float(f"of_{kind}", 0, 1)
    if trial.number == 5:
        trial.suggest_int("kind", 0, 3)
    print("trial", trial.number)
    trial.report(found, 1)
    return found
"""


@pytest.fixture(autouse=True)
def _no_permissions_of_others(tmp_path, monkeypatch):
    monkeypatch.setenv(permissions.HOME_VARIABLE, str(tmp_path / "home"))


def opened(run, path, setup):
    run.runner.create(path, setup)
    return run.opened()


def start_allowed(run):
    """Start, and agree where that is asked for; what was asked."""
    run.runner.start()
    what = run.until(lambda one: isinstance(one, PermissionNeeded | Rejected))
    run.runner.grant_permission()
    run.runner.start()
    return what


def of_script(folder, text, name="fit.py", **budget):
    path = folder / name
    path.write_text(text)
    setup = suggest_script_setup(path)
    return replace(setup, strategy=Strategy("random"), budget=Budget(**{"trials": 8, "workers": 1, **budget}))


def test_a_script_runs_once_somebody_agreed_and_its_space_grows(tmp_path):
    setup = of_script(tmp_path, DYNAMIC)
    assert list(setup.space) == ["kind"]
    with Listened() as run:
        opened(run, tmp_path / "a.study", setup)
        run.runner.warm()
        what = start_allowed(run)
        assert what.what == f"This study wants to run {tmp_path / 'fit.py'} (13 lines)."
        assert not (tmp_path / "was_run").exists()
        run.until_state("ended")
        ended = run.ended_trials()
        states = [one.state for one in ended]
        assert states == ["complete"] * 5 + ["failed"] + ["complete"] * 2
        assert "kind is a choice in this study, and was asked for as a whole number." in ended[5].reason
        assert "(fit.py, line 9)" in ended[5].reason
        for number, params in enumerate(map(run.known.params, range(8))):
            if number != 5:
                assert set(params) == {"kind", f"of_{params['kind']}"}
        assert [one.text for one in run.heard if isinstance(one, LogLine) and one.number == 2] == ["trial 2"]
        grown = [one for one in run.heard if isinstance(one, SetupGrown)]
        assert set(grown[-1].setup.space) == {"kind", "of_a", "of_b"}
        assert any(isinstance(one, SpaceChanged) for one in run.heard)
        # An edit by somebody who did not know of them yet keeps them; a narrowed row is drawn from.
        narrow = replace(grown[-1].setup, space={**grown[-1].setup.space, "of_a": Float(0.25, 0.5)})
        known = replace(setup, budget=Budget(trials=20, workers=1))
        run.runner.edit(known)
        assert set(run.until(lambda one: isinstance(one, SetupSaved)).setup.space) == {"kind", "of_a", "of_b"}
        run.runner.edit(replace(narrow, budget=Budget(trials=20, workers=1)))
        run.until(lambda one: isinstance(one, SetupSaved))
        run.runner.start()
        run.until_state("ended")
        later = [run.known.params(number) for number in range(8, 20)]
        values = [one["of_a"] for one in later if "of_a" in one]
        assert values
        assert all(0.25 <= one <= 0.5 for one in values)
        # Another content needs another yes.
        (tmp_path / "fit.py").write_text(DYNAMIC.replace("return found", "return found + 1"))
        run.runner.edit(replace(narrow, budget=Budget(trials=21, workers=1)))
        run.until(lambda one: isinstance(one, SetupSaved))
        assert isinstance(start_allowed(run), PermissionNeeded)
        run.until_state("ended")
        assert any("The script was changed" in one.text for one in run.heard if isinstance(one, LogLine))
        assert run.known.score[20] > 1.0
        run.close()
    with store.Reader(tmp_path / "a.study") as reader:
        kept = reader.study().setup
    assert kept.objective.source == "fit.py"
    assert set(kept.space) == {"kind", "of_a", "of_b"}


def test_constraints_of_a_script_are_the_study_s(tmp_path):
    text = (
        "def objective(trial):\n"
        "    x = trial.suggest_float('x', 0, 1)\n"
        "    trial.set_constraint('size', x - 0.5)\n"
        "    if trial.number == 3:\n"
        "        trial.set_constraint('late', 1)\n"
        "    return -x\n"
    )
    with Listened() as run:
        opened(run, tmp_path / "a.study", of_script(tmp_path, text))
        start_allowed(run)
        run.until_state("ended")
        ended = run.ended_trials()
        assert [one.state for one in ended] == ["complete"] * 3 + ["failed"] + ["complete"] * 4
        assert ended[3].reason.startswith("late is not a constraint of this study.")
        run.close()
    with store.Reader(tmp_path / "a.study") as reader:
        study = reader.study()
    assert study.setup.constraints == ("size",)
    feasible = study.history.feasible
    assert all(feasible[n] == (study.history.params(n)["x"] <= 0.5) for n in range(8) if n != 3)


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_script_that_hangs_is_ended_with_all_it_started(tmp_path):
    text = (
        "import os, subprocess, sys, time\n"
        "def objective(trial):\n"
        "    x = trial.suggest_float('x', 0, 1)\n"
        "    if trial.number == 0:\n"
        "        child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
        " start_new_session=True)\n"
        "        open('child', 'w').write(str(child.pid))\n"
        "        while True: print('again and again')\n"
        "    return x\n"
    )
    with Listened() as run:
        opened(run, tmp_path / "a.study", of_script(tmp_path, text, trials=2, trial_seconds=2.0))
        start_allowed(run)
        run.until_state("ended")
        assert [(one.state, one.reason) for one in run.ended_trials()] == [
            ("failed", "It took longer than 2 s."),
            ("complete", ""),
        ]
        pid = int((tmp_path / "child").read_text())
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        run.close()


def test_a_program_is_run_with_values_as_data(tmp_path):
    program = tmp_path / "fit.py"
    program.write_text(
        "import sys, time, os\n"
        "values = dict(one[2:].split('=', 1) for one in sys.argv[1:])\n"
        "lr = float(values['lr'])\n"
        "for epoch in range(4):\n"
        "    print(f'epoch={epoch} val_loss={lr / (epoch + 1)}', flush=True)\n"
        "print('text', repr(values['text']))\n"
        "if values['text'] == 'fail':\n"
        "    sys.exit('it went wrong')\n"
        "print(f'score={lr}')\n"
    )
    command = f"{sys.executable} fit.py --lr={{lr}} --text={{text}}"
    evil = "a b; touch evil $(touch evil) `touch evil`"
    from engine.space import Categorical

    rows = {"lr": Float(0.1, 1.0), "text": Categorical([evil, "fail"])}
    setup = suggest_command_setup(command, tmp_path, rows)
    setup = replace(setup, strategy=Strategy("random"), budget=Budget(trials=6, workers=1))
    with Listened() as run:
        opened(run, tmp_path / "a.study", setup)
        assert "wants to run the program" in start_allowed(run).what
        run.until_state("ended")
        ended = run.ended_trials()
        for one in ended:
            params = run.known.params(one.number)
            if params["text"] == "fail":
                assert (one.state, one.reason) == (
                    "failed",
                    "The program ended with exit code 1. Its last line was: it went wrong",
                )
            else:
                assert one.scores == (params["lr"],)
        assert {one.state for one in ended} == {"complete", "failed"}
        run.close()
    assert not (tmp_path / "evil").exists()
    with store.Reader(tmp_path / "a.study") as reader:
        curve = dict(reader.curves())[0]
    assert list(curve.steps) == [0, 1, 2, 3]


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_a_program_is_ended_by_hand_with_its_children(tmp_path):
    (tmp_path / "fit.sh").write_text("sleep 600 & echo $! > child\nwhile true; do echo step=1 loss={x}; done\n")
    setup = suggest_command_setup("sh fit.sh {x}", tmp_path)
    assert isinstance(setup.objective, CommandObjective)
    setup = replace(setup, budget=Budget(trials=1, workers=1))
    with Listened() as run:
        opened(run, tmp_path / "a.study", setup)
        start_allowed(run)
        end = time.monotonic() + 30
        while not (tmp_path / "child").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.2)
        run.runner.stop()
        run.until_state("ended")
        pid = int((tmp_path / "child").read_text())
        run.close()
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_setup_of_a_stranger_runs_nothing_by_being_opened(tmp_path):
    setup = of_script(tmp_path, DYNAMIC)
    assert isinstance(setup, StudySetup)
    store.create(tmp_path / "a.study", setup.to_json(), setup.search_space()).close()
    with Listened() as run:
        run.runner.open(tmp_path / "a.study")
        run.opened()
        run.runner.warm()
        run.runner.edit(replace(setup, title="another"))
        run.until(lambda one: isinstance(one, SetupSaved))
        run.runner.start()
        run.until(lambda one: isinstance(one, PermissionNeeded))
        run.close()
    assert not (tmp_path / "was_run").exists()
