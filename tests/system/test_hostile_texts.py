"""Whatever texts a stranger's study holds: its exports are data, its scripts are its model, and nothing of it runs."""

from __future__ import annotations

import ast
import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from engine.catalogue import new_study_path
from engine.cli import main
from engine.data.reading import ReadOptions, inspect
from engine.errors import UserFault
from engine.exporting import export_study
from engine.exporting.python_script import script
from engine.exporting.table import FORMULA_STARTS
from engine.learners import families
from engine.learners.families.base import Family, NoSettings
from engine.learners.families.neighbours import NeighboursHyperparameters
from engine.objectives.description import FunctionObjective, TableObjective, Validation
from engine.objectives.source_code import Imports, expression, literal, prose
from engine.objectives.table import prepare
from tests.helpers.hostile import CALL, MARK, TEXTS, UNSEEN, make, setup, whole
from tests.helpers.installed import python_path
from tests.helpers.usable import usable_families

ROOT = Path(__file__).parents[2]
WINE = TableObjective("sample:wine", "target", "classification", "neighbours", "accuracy")
OBJECTIVES = {"nothing works": None, "a table": WINE, "a function": FunctionObjective("branin")}
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path, monkeypatch):
    """Each test works in a folder of its own, where a text that was executed leaves a mark."""
    monkeypatch.chdir(tmp_path)
    yield
    assert not Path(MARK).exists()


def lines(output):
    """The lines of an output, none of which may hold what a terminal would obey."""
    found = output.split("\n")
    for line in found:
        assert not UNSEEN.search(line), ascii(line[:300])
        assert "\t" not in line
    return found


# -- terminal --------------------------------------------------------------------------------------------------------


@every_text
@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_a_terminal_is_shown_texts_and_steered_by_none(capsys, text, objective):
    make(Path("a.study"), text, objective)
    assert main(["show", "a.study"]) == 0
    said = lines(capsys.readouterr().out)
    assert [line for line in said if line.startswith("best:")] == [
        "best: 0.9 ± 0.05 (standard error over its folds) by trial 1"
    ]
    assert main(["show", "a.study", "--json"]) == 0
    printed = capsys.readouterr().out
    assert len(lines(printed)) == 2
    told = json.loads(printed)
    assert (told["title"], told["strategy"]["sampler"]) == (whole(text), setup(text, objective).strategy.sampler)


@every_text
def test_a_run_is_told_in_lines_of_its_own(capsys, text):
    """The function knows no hyperparameter of that name and fails; its parameters are among what is told."""
    make(Path("a.study"), text, FunctionObjective("branin"))
    as_json = ["--json"] * (len(text) % 2)  # half of them each way: a run takes a second
    assert main(["run", "a.study", "--trials", "1", "--workers", "1", *as_json]) in {0, 1}
    said = capsys.readouterr()
    for line in [*lines(said.out), *lines(said.err)]:
        assert not as_json or not line or "event" in json.loads(line)


@every_text
def test_a_refusal_is_one_line(capsys, text):
    make(Path("a.study"), text)
    assert main(["run", "a.study", "--trials", "1", "--allow"]) == 2
    refused = lines(capsys.readouterr().err)
    assert len(refused) == 2
    assert "Traceback" not in refused[0]


def test_a_terminal_without_the_characters_is_given_others(tmp_path):
    make(tmp_path / "a.study", TEXTS["other scripts"], WINE)
    command = [sys.executable, "-m", "engine.cli", "show", "a.study"]
    narrow = {**os.environ, "PYTHONPATH": python_path(), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=tmp_path, env=narrow, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u0448" in done.stdout


# -- files -----------------------------------------------------------------------------------------------------------


@every_text
@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_exports_hold_the_texts_as_texts(text, objective):
    make(Path("a.study"), text, objective)
    for ending in ("json", "yaml", "csv", "parquet"):
        export_study("a.study", f"a.{ending}")
    found = json.loads(Path("a.json").read_text(encoding="utf-8"))
    assert found == yaml.safe_load(Path("a.yaml").read_text(encoding="utf-8"))
    assert found["study"] == whole(text)
    assert pd.read_parquet("a.parquet")["value"].tolist()[:2] == [0.8, 0.9]
    read = pd.read_csv("a.csv", encoding="utf-8")
    assert read["value"].tolist()[:2] == [0.8, 0.9]


@every_text
def test_a_spreadsheet_finds_no_formula(text):
    make(Path("a.study"), text, WINE)
    export_study("a.study", "a.csv")
    with Path("a.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(line.replace("\0", "") for line in file) for cell in row]
    assert len(cells) > 20
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS) and cell != "-1.0"]  # a constraint's value


@every_text
def test_a_new_study_has_a_name_that_every_system_takes(tmp_path, text):
    path = new_study_path(tmp_path, text)
    path.touch()
    assert path.parent == tmp_path
    assert not path.name.startswith(("-", "."))
    assert path.stem.lower() not in {"con", "nul", "aux", "prn"}
    assert new_study_path(tmp_path, text) != path


# -- scripts ---------------------------------------------------------------------------------------------------------


@every_text
def test_a_literal_means_its_text_and_shows_it(text):
    source = literal([text, {text: (text,)}])
    assert ast.literal_eval(source) == [text, {text: (text,)}]
    assert source.isprintable()


def test_a_literal_of_a_number_is_one():
    assert literal([float("inf"), 1.0, -7, None, True]) == '[float("inf"), 1.0, -7, None, True]'


@every_text
def test_prose_stays_in_its_docstring_and_its_comment(text):
    for source in (f'"""{prose(text)}: words."""', f"pass  # {prose(text)}"):
        assert len(ast.parse(source).body) == 1
        assert source.isprintable()


class Anything:
    """An estimator that takes every argument, as those of LightGBM and XGBoost do."""

    def __init__(self, **words):
        self.__dict__.update(words)

    def get_params(self, deep=True):
        return dict(self.__dict__)


@pytest.mark.parametrize("text", [*(text for text in TEXTS.values() if not text.isidentifier()), "lambda", "__class__"])
def test_no_name_of_a_hyperparameter_becomes_code(text):
    with pytest.raises(UserFault, match="not a name"):
        expression(Anything(**{text: 1}), Imports())


class Careless(Family):
    """A family that hands everything on, and declares what k nearest neighbours declare."""

    title = "Careless"
    hyperparameters = parameters = ""
    settings = NoSettings
    hyperparameter_options = NeighboursHyperparameters

    def suggest_space(self, task, shape):
        raise NotImplementedError

    def make_estimator(self, params, settings, task, seed):
        return Anything(**params)


@pytest.fixture
def careless(monkeypatch):
    monkeypatch.setitem(families.registry._classes, "careless", Careless)
    return TableObjective("sample:wine", "target", "classification", "careless", "accuracy")


@every_text
def test_only_declared_names_reach_a_model_or_a_script(careless, text):
    params = {"n_neighbors": 3, text: 1}
    with pytest.raises(UserFault, match="has no hyperparameter"):
        script(careless, params, 0.5, 0)
    with pytest.raises(UserFault, match="has no hyperparameter"):
        prepare(careless).evaluate(params, 0, lambda *_: None)


@pytest.mark.parametrize("name", usable_families())
@pytest.mark.parametrize("word", ["machines", "forcedsplits_filename", "n_jobs", "nthread", "verbose", "random_state"])
def test_what_a_family_does_not_declare_is_refused_by_it(name, word):
    family = families.get(name)
    with pytest.raises(UserFault, match=f"has no hyperparameter '{word}'"):
        family.configure_estimator({word: 1}, family.settings(), family.tasks[0], 0)


@pytest.mark.parametrize("value", ["precomputed", f"{CALL}", 3, float("nan"), None, True])
def test_values_that_a_family_does_not_take_are_refused(value):
    description = TableObjective("sample:wine", "target", "classification", "svm", "accuracy")
    with pytest.raises(UserFault, match="kernel: Kernel is"):
        script(description, {"kernel": value}, 0.5, 0)


@every_text
def test_a_study_with_other_names_is_refused_at_run_and_in_export(capsys, text):
    make(Path("a.study"), text, WINE)
    assert main(["run", "a.study", "--trials", "1"]) == 2
    assert "k nearest neighbours has no hyperparameter" in capsys.readouterr().err
    assert main(["export", "a.study", "--to", "a.py"]) == 2
    assert "k nearest neighbours has no hyperparameter" in capsys.readouterr().err
    assert not Path("a.py").exists()


def table(folder, text):
    """A table with the text for a file's name, a number, a category, both of its levels, the target and a class."""
    name = "".join(one for one in whole(text)[:40] if one not in "/\0") or "table"
    cell = whole(text)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        f"{cell} number": rng.normal(size=40).round(3),
        f"{cell} level": [f"{cell}{one}" for one in rng.choice(["a", "b"], 40)],
        f"{cell} group": [f"{cell}{one % 5}" for one in range(40)],
        f"{cell} class": [f"{cell}{one}" for one in rng.choice(["x", "y"], 40)],
    })  # fmt: skip
    try:
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
        return inspect(folder / f"{name}.csv", ReadOptions(separator=",")).info
    except UserFault:  # a header of several lines, or a null byte
        frame.to_parquet(folder / f"{name}.parquet", index=False)
        return inspect(folder / f"{name}.parquet").info


WATCH = f"""
import runpy, sys
MARK = {MARK!r}
def watch(event, arguments):
    if event in {{"socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}}:
        sys.exit(f"the script did {{event}} {{arguments}}")
sys.addaudithook(watch)
for path in sys.argv[1:]:
    print("script", path)
    kept, sys.argv = sys.argv, [path]
    try:
        runpy.run_path(path, run_name="__main__")
    finally:
        sys.argv = kept
"""


def test_scripts_of_hostile_tables_run_and_reproduce_their_scores(tmp_path):
    """Every text that a script can be written for, in one process, under an audit hook."""
    wanted = {}
    for key, whole_text in TEXTS.items():
        folder = tmp_path / key.replace(" ", "_")
        folder.mkdir()
        text = whole_text[:9_000]  # a longer name of a column is refused with a sentence
        info = table(folder, text)
        names = info.names
        description = TableObjective(
            info.source, names[3], "classification", "neighbours", "accuracy",
            kinds={names[0]: "number", names[1]: "category"}, ignored=(text,), read={"separator": ","},
            validation=Validation("grouped", 3, names[2], 0.2),
        )  # fmt: skip
        assert len(names) == 4
        score = prepare(description).evaluate({"n_neighbors": 3}, 5, lambda *_: None).score
        made = folder / "winner.py"
        made.write_text(script(description, {"n_neighbors": 3}, score, 5), encoding="utf-8")
        assert made.read_text(encoding="utf-8").replace("\n", "").isprintable()
        wanted[str(made)] = f"score: {score!r}"
    assert len(wanted) == len(TEXTS)
    environment = {**os.environ, "PYTHONPATH": python_path(), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *wanted],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = done.stdout.splitlines()
    printed = {}
    for line in said:
        if line.startswith("script "):
            current = line.removeprefix("script ")
        elif line.startswith("score: "):
            printed[current] = line
    assert printed == wanted
    assert not [*tmp_path.rglob(MARK)]
