"""From the command line the direction is the metric's, and files of old are put right and told of."""

import csv
import json
import subprocess
import sys

import msgspec
import pytest

from engine.cli import main
from engine.data import metrics
from engine.store import Reader
from tests.helpers.turned import BEST, SCORES, changed, entry, with_trials

WORDS = "This study looked for the smallest accuracy, but larger is better."


@pytest.fixture
def turned(tmp_path):
    path = with_trials(tmp_path / "turned.study")
    return changed(path, directions=["minimize"], setup=entry(path, "setup") | {"direction": "minimize"})


@pytest.mark.parametrize(
    ("sample", "name"),
    [(s, n) for s, t in (("wine", "classification"), ("diabetes", "regression")) for n in metrics.names(t)],
)
def test_a_new_study_has_the_direction_of_its_metric(tmp_path, capsys, sample, name):
    path = tmp_path / "a.study"
    assert main(["new", "--sample", sample, "--metric", name, str(path)]) == 0
    capsys.readouterr()
    assert main(["show", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["direction"] == metrics.get(name).direction
    assert told["put_right"] == []
    assert entry(path, "directions") == [told["direction"]]


def test_show_names_the_true_best_and_says_what_was_wrong(turned, capsys):
    assert main(["show", str(turned)]) == 0
    out = capsys.readouterr().out
    assert f"best: {SCORES[BEST]} by trial {BEST}\n" in out
    assert WORDS in out
    assert main(["show", str(turned), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["best"]["number"], told["direction"]) == (BEST, "maximize")
    assert told["put_right"][0].startswith(WORDS)


@pytest.mark.parametrize("ending", ["json", "yaml", "py", "csv", "parquet"])
def test_every_export_names_the_true_best(turned, tmp_path, capsys, ending):
    target = tmp_path / f"best.{ending}"
    assert main(["export", str(turned), "--to", str(target)]) == 0
    assert WORDS in capsys.readouterr().out
    if ending in ("json", "yaml"):
        told = getattr(msgspec, ending).decode(target.read_bytes())
        assert (told["trial"], told["score"], told["direction"]) == (BEST, SCORES[BEST], "maximize")
    elif ending == "py":
        assert f"n_neighbors={BEST + 1}" in target.read_text()
    elif ending == "csv":
        rows = list(csv.DictReader(target.read_text().splitlines()))
        assert [float(row["value"]) for row in rows] == list(SCORES)


def test_run_says_it_and_goes_on_in_the_right_direction(turned, capsys):
    assert main(["run", str(turned), "--trials", "1"]) == 0
    assert WORDS in capsys.readouterr().out
    assert main(["run", str(turned), "--trials", "1"]) == 0
    assert WORDS not in capsys.readouterr().out
    history = Reader(turned).history()
    assert history.score[history.best_number()] == history.score.max()


def test_programs_hear_it_with_the_study(turned, capsys):
    assert main(["run", str(turned), "--trials", "1", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == "study_opened"
    assert lines[0]["put_right"][0].startswith(WORDS)


def test_the_bayesian_strategy_goes_up_where_the_metric_does(tmp_path, capsys):
    """As it would had the study been made so: the same seed gives the same trials as in a study that was right."""
    found = []
    for name in ("right", "turned"):
        path = tmp_path / f"{name}.study"
        given = ["--sample", "wine", "--model", "neighbours", "--strategy", "bayesian", "--seed", "3", "--trials", "14"]
        assert main(["new", *given, "--metric", "balanced_accuracy", str(path)]) == 0
        if name == "turned":
            changed(path, directions=["minimize"])
        assert main(["run", str(path), "--workers", "1"]) == 0
        history = Reader(path).history()
        found.append([history.params(number) for number in range(len(history))])
    assert len(found[0]) == 14
    assert found[0] == found[1]
    capsys.readouterr()


def test_the_script_of_a_study_put_right_prints_the_best_score(tmp_path, capsys):
    path, script = tmp_path / "a.study", tmp_path / "best.py"
    assert (
        main(["new", "--sample", "diabetes", "--model", "neighbours", "--metric", "r2", "--trials", "4", str(path)])
        == 0
    )
    changed(path, directions=["minimize"])
    assert main(["run", str(path), "--workers", "1"]) == 0
    changed(path, directions=["minimize"])
    assert main(["export", str(path), "--to", str(script)]) == 0
    capsys.readouterr()
    printed = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout
    assert float(printed.splitlines()[-1].removeprefix("score: ")) == pytest.approx(Reader(path).history().score.max())
