"""Twinloop is imported by its own name, whatever else is called ``engine`` on a person's path."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
{first}
from twinloop import Float, Int, SearchSpace, Study
from twinloop.learners import MLP
from twinloop.optimizers import Adam
{last}
space = SearchSpace({{"x": Float(0.0, 1.0), "n": Int(1, 3)}})
study = Study(space, sampler="bayesian", seed=0)
study.optimize(lambda trial: (trial.params["x"] - 0.3) ** 2 + trial.params["n"], trials=12, workers=2)
study.save("mine.study")
study.close()
assert len(Study.open("mine.study").trials) == 12
assert MLP(hidden=(4,), optimizer=Adam(lr=1e-3), epochs=1).fit([[0.0], [1.0]] * 20, [0, 1] * 20) is not None
print(Study.__module__)
"""
OWN = "import engine, gui; assert engine.MINE == gui.MINE == 'mine'; import engine.part; from engine import part"


@pytest.fixture
def site(tmp_path):
    """A folder on the path that holds what an installation holds."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name, place in {
        "engine": "engine",
        "gui": "gui",
        "resources": "resources",
        "twinloop": "engine/public",
    }.items():
        (folder / name).symlink_to(ROOT / place, target_is_directory=True)
    return folder


@pytest.fixture
def desk(tmp_path):
    """A person's folder with packages of the same names."""
    folder = tmp_path / "desk"
    for name in ("engine", "gui", "resources"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("MINE = 'mine'\n", encoding="utf-8")
        (folder / name / "part.py").write_text("from engine import MINE\n", encoding="utf-8")
    return folder


def run(arguments, folder, path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("order", ["first", "last"])
def test_a_script_beside_an_engine_of_its_own_has_both(site, desk, order):
    script = desk / "script.py"
    script.write_text(SCRIPT.format(**{"first": "", "last": "", order: OWN}), encoding="utf-8")
    assert run([script], desk, [site]).strip() == "twinloop.engine.study"


def test_without_any_the_code_goes_by_its_own_name(site, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT.format(first="", last=""), encoding="utf-8")
    assert run([tmp_path / "script.py"], tmp_path, [site]).strip() == "engine.study"


def test_both_names_are_one_module_where_nobody_else_has_them(site, tmp_path):
    same = "twinloop.Study is engine.Study, twinloop.learners is engine.learners"
    code = f"import engine, twinloop, engine.learners, twinloop.learners; print({same})"
    assert run(["-c", code], tmp_path, [site]).split() == ["True", "True"]


def test_a_file_of_that_name_harms_nothing_either(site, tmp_path):
    (tmp_path / "engine.py").write_text("MINE = 'mine'\n", encoding="utf-8")
    (tmp_path / "script.py").write_text(SCRIPT.format(first="import engine", last=""), encoding="utf-8")
    assert run([tmp_path / "script.py"], tmp_path, [site]).strip() == "twinloop.engine.study"


def test_the_commands_do_not_mind_what_lies_on_the_path(site, desk):
    command, path = ["-P", "-m", "twinloop"], [desk, site]
    new = ["new", "--sample", "wine", "--target", "target", "--model", "mlp", "--trials", "2", "a.study"]
    run([*command, *new], desk, path)
    run([*command, "run", "a.study"], desk, path)
    run([*command, "export", "a.study", "--to", "best.py"], desk, path)
    assert "from twinloop.learners import MLP" in (desk / "best.py").read_text(encoding="utf-8")
    assert "score: " in run(["best.py"], desk, [site])


def test_the_window_opens_as_well(site, desk):
    code = (
        "import twinloop; app = twinloop.load('gui.app'); a = app.create_application(['x']); "
        "w = app.open_window(); print(w.isVisible()); w.close()"
    )
    assert run(["-P", "-c", code], desk, [desk, site]).strip() == "True"


def test_a_wrong_name_is_told(site, tmp_path):
    with pytest.raises(AssertionError, match=r"module 'twinloop' has no attribute 'Stuy'|cannot import name 'Stuy'"):
        run(["-c", "from twinloop import Stuy"], tmp_path, [site])
