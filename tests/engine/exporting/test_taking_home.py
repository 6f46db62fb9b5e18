"""What is taken home: each file is read or run again before it counts, asks for nothing, runs no stranger's text."""

import csv
import errno
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from engine import store
from engine.cli import main
from engine.errors import UserFault
from engine.exporting import export_study, names, registry
from engine.exporting.html import _Reader
from engine.exporting.new_predictions import predict_new_table
from engine.exporting.report.numbers import decimals_of, score_text
from engine.exporting.report.svg import ticks
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.space import Float
from engine.study import Study
from tests.engine.exporting.test_verify_predict import make_study, make_table
from tests.helpers.hostile import MARK, TEXTS, make
from tests.helpers.installed import python_path

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    make_table(folder / "t.csv")
    return make_study(folder, folder / "t.csv")


def test_every_format_is_listed_with_its_parts(capsys):
    assert main(["formats", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(found) == set(names())
    assert found["csv"]["parts"] == ["trials", "curves", "predictions"]
    assert all(one["title"] and one["summary"] for one in found.values())
    assert main(["formats"]) == 0
    assert ".zip" in capsys.readouterr().out


def test_a_script_that_runs_too_long_is_written_and_told_of(study, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.exporting.py.LONGEST_RUN", 0.01)
    said = []
    export_study(study, tmp_path / "r.py", say=said.append)
    assert (tmp_path / "r.py").exists()
    assert [one for one in said if one.startswith("r.py was run for")]


@pytest.mark.parametrize("name", ["hard.csv", "link.csv", "t.csv", "s.csv"])
def test_nothing_that_a_study_is_made_of_is_replaced_by_an_export(tmp_path, name):
    table, own = tmp_path / "t.csv", tmp_path / "s.csv"
    make_table(table)
    setup = StudySetup("s", TableObjective("t.csv", "kind", "classification", "neighbours", "accuracy"), {})
    store.create(own, setup.to_json(), setup.search_space()).close()
    (tmp_path / "link.csv").symlink_to("t.csv")
    os.link(table, tmp_path / "hard.csv")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(UserFault, match=r"is the study itself|learns from"):
        export_study(own, tmp_path / name)
    with pytest.raises(UserFault, match=r"is the study itself|learns from"):
        predict_new_table(own, table, tmp_path / name)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_report_asks_for_nothing_and_says_what_was_found(study, tmp_path):
    export_study(study, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=|url\(|@import|<script", text)
    assert "prefers-color-scheme:dark" in text
    assert "size:A4" in text
    for said in ("Methods, to paste into a paper", "Model card", "Limits", "How to repeat it", "twinloop verify"):
        assert said in text
    best = Study.as_it_stands(study).best
    assert f"Trial {best.number} is the best." in text
    assert score_text(best.score, 1e-4)[:5] in text


def test_the_report_of_a_study_without_trials_is_one(tmp_path):
    Study({"x": Float(0, 1)}, title="new").save(tmp_path / "n.study")
    export_study(tmp_path / "n.study", tmp_path / "n.html")
    assert "No trial is complete yet" in (tmp_path / "n.html").read_text(encoding="utf-8")


def test_the_pages_are_a_pdf_of_qt_in_a_process_of_its_own(study, tmp_path):
    code = (
        "import sys; from engine.exporting import export_study; export_study(sys.argv[1], sys.argv[2]); "
        "sys.exit('PySide6' in sys.modules)"
    )
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(study), str(tmp_path / "r.pdf")],
        env=known, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    data = (tmp_path / "r.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type /Page\b", data)) <= 8


def test_a_fitted_model_predicts_in_a_fresh_process_with_the_types_it_lists(study, tmp_path):
    said = []
    export_study(study, tmp_path / "m.skops", said.append)
    trusted = re.search(r"trusted=(\[.*?\])", said[0])[1]
    with zipfile.ZipFile(tmp_path / "m.skops") as archive:
        example = archive.read("example.py").decode()
    assert trusted in example.replace('"', "'")
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    new = make_table(tmp_path / "new.csv", rows=15, seed=9)
    done = subprocess.run(
        [sys.executable, "example.py", "new.csv"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert main(["predict", str(study), str(tmp_path / "new.csv"), "--to", str(tmp_path / "out.csv")]) == 0
    wanted = pd.read_csv(tmp_path / "out.csv")["predicted_kind"].tolist()
    assert done.stdout.split() == ["predicted_kind", *wanted]
    assert len(new) == len(wanted)


def test_everything_is_in_one_zip_and_each_file_can_be_read(study, tmp_path):
    export_study(study, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        archive.extractall(tmp_path)
        found = set(archive.namelist())
    assert {"report.html", "report.pdf", "best.py", "best.json", "best.yaml", "trials.csv", "optuna.db", "model.skops",
            "trials.parquet", "space.json", "contents.txt", "kinds.study"} <= found  # fmt: skip
    assert "predictions.csv: left out. This study keeps no predictions." in (tmp_path / "contents.txt").read_text()
    assert json.loads((tmp_path / "best.json").read_text()) == yaml.safe_load((tmp_path / "best.yaml").read_text())
    assert json.loads((tmp_path / "space.json").read_text()) == {"max_depth": {"kind": "int", "low": 1, "high": 9}}
    done = subprocess.run(
        [sys.executable, "best.py"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": python_path()},
    )  # fmt: skip
    assert f"score: {Study.as_it_stands(study).best.score!r}" in done.stdout


@pytest.mark.parametrize("year", [1938, 9999])
def test_a_clock_that_is_far_off_costs_the_fitted_model_alone(tmp_path, monkeypatch, year):
    Study({"x": Float(0, 1)}).save(tmp_path / "a.study")
    monkeypatch.setattr(registry.get("skops"), "missing", lambda _: "")
    monkeypatch.setattr(registry.get("pdf"), "missing", lambda _: "Not now.")
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((year, 4, 24, 0, 0, 0, 0, 0, 0)))
    said = []
    export_study(tmp_path / "a.study", tmp_path / "a.zip", said.append)
    assert [one for one in said if one.startswith("model.skops") and "clock says" in one]
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "trials.csv" in archive.namelist()


def test_curves_hold_every_report(tmp_path):
    study = Study({"x": Float(0, 1)})
    for number in range(3):
        trial = study.ask()
        for step in range(number + 1):
            trial.report(step, {"train_loss": 1.0 / (step + 1), "=odd": 0.5})
        study.tell(trial, 0.5)
    study.save(tmp_path / "c.study")
    study.close()
    export_study(tmp_path / "c.study", tmp_path / "c.csv", what="curves")
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["trial", "fold", "step", "train_loss", "'=odd"]
    assert len(rows) == 1 + 6
    with pytest.raises(UserFault, match="keeps no predictions"):
        export_study(tmp_path / "c.study", tmp_path / "p.csv", what="predictions")
    with pytest.raises(UserFault, match=r"holds no nonsense\. Choose one of: trials, curves, predictions"):
        export_study(tmp_path / "c.study", tmp_path / "p.csv", what="nonsense")
    assert not (tmp_path / "p.csv").exists()


@pytest.mark.parametrize("name", ["html", "db", "csv", "json", "zip"])
def test_a_full_disk_leaves_nothing_and_the_old_file(tmp_path_factory, tmp_path, monkeypatch, name):
    study = tmp_path_factory.mktemp("small") / "small.study"
    with Study({"x": Float(0, 1)}) as made:
        made.tell(made.ask(), 0.5)
        made.save(study)
    target = tmp_path / f"x.{name}"
    target.write_bytes(b"old")
    real = {"html": Path.write_text, "json": Path.write_text}

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    if name in real:
        monkeypatch.setattr(Path, "write_text", full)
    elif name == "csv":
        monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    elif name == "db":
        monkeypatch.setattr("engine.exporting.optuna_schema.create_tables", full)
    else:
        monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(UserFault, match="could not be written: No space left"):
        export_study(study, target)
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_of_a_stranger_does_anything_in_a_report_or_a_storage(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    make(Path("a.study"), text)
    export_study("a.study", "a.html")
    export_study("a.study", "a.db")
    page = Path("a.html").read_text(encoding="utf-8")
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert (reader.open, reader.foreign) == ([], [])
    body = page.split("<body>")[1]
    assert "<img" not in body
    assert "<style" not in body
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", page)
    assert not Path(MARK).exists()


def test_numbers_are_rounded_to_what_is_known():
    assert score_text(0.98123, 0.0042) == "0.981"
    assert score_text(0.98123, 0.0012) == "0.9812"
    assert score_text(123.456, 20.0) == "123"
    assert score_text(None) == "none"
    assert decimals_of(0.5) == 1
    assert ticks(0.0, 1.0) == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert ticks(3.0, 3.0) == [3.0]
    for low, high in np.random.default_rng(0).normal(0, 1e6, (50, 2)):
        found = ticks(min(low, high), max(low, high))
        assert 2 <= len(found) <= 8
