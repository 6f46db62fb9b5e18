"""The headless commands as a person types them; what depends on it is run in a process of its own."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from engine.cli import main
from tests.helpers.installed import python_path

ROOT = Path(__file__).resolve().parents[2]


def twinloop(*arguments, cwd, check=True):
    environment = {**os.environ, "PYTHONPATH": python_path()}
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=environment,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture
def type_words(tmp_path, monkeypatch, capsys):
    """A command in this process: its status, what it printed and what it said of mistakes."""
    monkeypatch.chdir(tmp_path)

    def type_in(*words):
        try:
            status = main([*words])
        except SystemExit as ended:  # of words that make no command
            status = ended.code
        return status, *capsys.readouterr()

    return type_in


@pytest.fixture
def csv(tmp_path):
    rows = ["size,colour,price"] + [f"{i % 37},{'rgb'[i % 3]},{3 * (i % 37) + i % 3}" for i in range(150)]
    path = tmp_path / "things.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_new_run_show_and_export_tune_a_table_and_the_script_gives_the_score(csv, tmp_path):
    twinloop("new", "--data", "things.csv", "--target", "price", "--model", "elastic_net",
             "--strategy", "random", "--trials", "4", "out.study", cwd=tmp_path)  # fmt: skip
    first = lines_of(twinloop("run", "out.study", "--trials", "2", "--workers", "1", "--json", cwd=tmp_path))
    assert [one["number"] for one in first if one["event"] == "trial_ended"] == [0, 1]
    second = lines_of(twinloop("run", "out.study", "--json", cwd=tmp_path))
    assert sorted(one["number"] for one in second if one["event"] == "trial_ended") == [2, 3]
    shown = lines_of(twinloop("show", "out.study", "--json", cwd=tmp_path))[0]
    assert shown["state"] == "finished"
    assert shown["counts"]["complete"] == 4
    ended = [one for one in first + second if one["event"] == "trial_ended"]
    best = min(ended, key=lambda one: one["score"])
    assert shown["best"].pop("standard_error") > 0.0
    assert shown["best"] == {"number": best["number"], "score": best["score"], "params": best["params"]}
    twinloop("export", "out.study", "--to", "best.py", cwd=tmp_path)
    script = subprocess.run([sys.executable, "best.py"], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert script.stdout.splitlines()[-1] == f"score: {best['score']!r}"


def test_the_other_exports_hold_every_trial_or_the_best(tmp_path, type_words):
    import pandas as pd
    import yaml

    new = "new --sample diabetes --model neighbours --strategy grid --trials 3 a.study"
    exports = [f"export a.study --to {name}" for name in ("t.csv", "t.parquet", "b.json", "b.yaml")]
    for command in (new, "run a.study", *exports):
        assert type_words(*command.split())[0] == 0
    table = pd.read_csv(tmp_path / "t.csv")
    assert list(table.columns[:5]) == ["number", "value", "datetime_start", "datetime_complete", "duration"]
    assert table["state"].tolist() == ["complete"] * 3
    assert pd.read_parquet(tmp_path / "t.parquet")["value"].tolist() == table["value"].tolist()
    best = json.loads((tmp_path / "b.json").read_text())
    assert best["score"] == table["value"].min()
    assert yaml.safe_load((tmp_path / "b.yaml").read_text()) == best


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "gone.study"], "no file gone.study"),
        (["show", "things.csv"], "not a"),
        (["export", "gone.study", "--to", "x.py"], "no file gone.study"),
        (["new", "--data", "things.csv", "--target", "weight", "o.study"], "no column called 'weight'"),
        (["new", "--data", "gone.csv", "--target", "price", "o.study"], "gone.csv"),
        (["new", "--data", "things.csv", "o.study"], "--target"),
        (["new", "--data", "things.csv", "--target", "price", "--model", "magic", "o.study"], "magic"),
        (["new", "--data", "things.csv", "--target", "price", "--strategy", "magic", "o.study"], "magic"),
        (["new", "--data", "things.csv", "--target", "price", "--trials", "0", "o.study"], "at least 1"),
        (["new", "--sample", "wine", "no/such/folder/o.study"], "folder"),
        (["fly"], "fly"),
        ([], "command"),
    ],
)
@pytest.mark.usefixtures("csv")
def test_a_wrong_command_is_answered_by_one_sentence_and_status_2(type_words, arguments, words):
    status, _, said = type_words(*arguments)
    assert status == 2
    assert words.lower() in said.lower()
    assert len(said.strip().splitlines()) == 1


def test_the_process_of_a_wrong_command_ends_with_its_status(tmp_path):
    done = twinloop("run", "gone.study", cwd=tmp_path, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_export_says_what_is_missing(type_words):
    type_words("new", "--sample", "wine", "--model", "neighbours", "a.study")
    status, _, said = type_words("export", "a.study", "--to", "a.py")
    assert (status, said) == (2, "No trial of this study is complete yet. Run it first.\n")
    status, _, said = type_words("export", "a.study", "--to", "a.doc")
    assert status == 2
    assert ".parquet" in said


def test_a_newer_study_is_refused_in_a_sentence(tmp_path, type_words):
    type_words("new", "--sample", "wine", "--model", "neighbours", "a.study")
    connection = sqlite3.connect(tmp_path / "a.study")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    status, _, said = type_words("run", "a.study")
    assert status == 2
    assert "newer Twinloop" in said


def test_the_lists_name_what_can_be_chosen(type_words):
    names = {
        kind: {one["name"] for one in json.loads(type_words(kind, "--json")[1])}
        for kind in ("samples", "models", "strategies")
    }
    assert {"digits", "wine", "breast_cancer", "diabetes"} <= names["samples"]
    own = {"mlp", "softmax", "linear", "poisson"}
    foreign = {"boosting", "gradient_boosting", "random_forest", "svm", "sgd", "neighbours", "elastic_net",
               "sklearn_mlp", "several"}  # fmt: skip
    installed = {name for name in ("lightgbm", "xgboost") if find_spec(name)}
    classes = {name for name in names["models"] if name.startswith("sklearn.")}
    assert names["models"] - classes == own | foreign | installed
    assert {"sklearn.ensemble.ExtraTreesClassifier", "sklearn.linear_model.GammaRegressor"} <= classes
    assert {"random", "quasirandom", "grid"} <= names["strategies"]


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl+C")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_pauses_cleanly_and_the_next_run_goes_on(tmp_path, type_words, name):
    new = "new --sample breast_cancer --model mlp --strategy random --trials 3 --set epochs=40 a.study"
    assert type_words(*new.split())[0] == 0
    running = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "run", "a.study", "--json", "--workers", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": python_path()},
    )  # fmt: skip
    while json.loads(running.stdout.readline())["event"] != "trial_started":
        pass
    time.sleep(0.3)
    running.send_signal(getattr(signal, name))
    _, error = running.communicate(timeout=20)
    assert (running.returncode, error) == (130, "")
    shown = json.loads(type_words("show", "a.study", "--json")[1])
    assert shown["counts"]["running"] == 0
    assert not list(tmp_path.glob("*-wal"))
    done = type_words("run", "a.study", "--json")[1].splitlines()
    assert json.loads(done[-1])["event"] == "run_state"
    shown = json.loads(type_words("show", "a.study", "--json")[1])
    assert shown["counts"]["complete"] == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize(("words", "status"), [(["--help"], 1), (["--version"], 1), (["samples"], 1), (["bad"], 2)])
def test_what_cannot_be_printed_is_told_by_the_status_and_once(type_words, monkeypatch, words, status):
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr" if status == 2 else "stdout", full)
        found, _, error = type_words(*words)
    assert found == status
    assert error.count("The output cannot be written (No space left on device).") == 2 - status


def test_a_run_without_hope_exits_with_status_1(csv, type_words):
    type_words("new", "--data", "things.csv", "--target", "price", "--model", "neighbours", "a.study")
    csv.write_text(csv.read_text() + "1,r,99999\n")
    status, told, _ = type_words("run", "a.study")
    assert status == 1
    assert "has changed since the study began" in told


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is a text")
def test_names_that_are_no_text_are_studies_and_exports_and_for_tables_a_sentence(tmp_path, type_words, monkeypatch):
    odd = os.fsdecode(b"caf\xe9")
    table = tmp_path / f"{odd}.csv"
    table.write_text("a,b\n" + "".join(f"{row},{row % 7}\n" for row in range(60)))
    said = "is not written in UTF-8. Rename the file, or the folder it is in."
    for command in (["inspect", table.name], ["new", "--data", table.name, "--target", "a", "x.study"]):
        done = twinloop(*command, cwd=tmp_path, check=False)
        assert done.returncode == 2
        assert done.stderr.strip().endswith(said)
    study = f"{odd}.study"
    assert type_words("new", "--sample", "diabetes", "--model", "linear", "--trials", "2", study)[0] == 0
    twinloop("run", study, cwd=tmp_path)
    for ending in ("csv", "json", "yaml", "parquet", "py"):
        assert type_words("export", study, "--to", f"{odd}-out.{ending}")[0] == 0
        assert (tmp_path / f"{odd}-out.{ending}").stat().st_size > 0
    folder = tmp_path / "plain"
    folder.mkdir()
    table.rename(folder / "t.csv")
    monkeypatch.chdir(folder)
    assert type_words("new", "--data", "t.csv", "--target", "a", "--model", "linear", "t.study")[0] == 0
    folder = folder.rename(tmp_path / odd)
    assert twinloop("run", "t.study", cwd=folder, check=False).stderr.strip().endswith(said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "There is not enough memory. Close other programs, and try again."),
        (
            ImportError("failed to map segment"),
            "A library cannot be loaded: failed to map segment. Install it again, or free memory.",
        ),
    ],
)
def test_a_computer_without_memory_or_a_library_is_told_in_a_sentence(type_words, monkeypatch, error, said):
    def broken(*_):
        raise error

    monkeypatch.setattr("engine.commands.showing.show", broken)
    assert type_words("show", "x.study")[::2] == (1, f"{said}\n")


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="a file that Linux has")
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "study"])
def test_a_link_to_a_file_of_the_system_is_not_waited_for(tmp_path, type_words, ending):
    path = tmp_path / f"a.{ending}"
    path.symlink_to("/proc/kmsg")
    commands = [["show", path], ["run", path]] if ending == "study" else [["inspect", path]]
    for command in commands:
        status, _, said = type_words(*map(str, command))
        assert status == 2
        assert "is empty" in said or "is not a study file" in said
