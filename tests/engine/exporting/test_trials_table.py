"""All trials as CSV and Parquet: every number as it was, and nothing that a spreadsheet would run."""

import csv

import pandas as pd
import pytest

from engine import Categorical, Float, SearchSpace, Study
from engine.errors import UserFault
from engine.exporting import export_study

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain", "a=b", '=HYPERLINK("http://x","y")']


@pytest.fixture
def study(tmp_path):
    made = Study(SearchSpace({"=x": Float(0, 1), "choice": Categorical(FORMULAS)}), sampler="grid", seed=1)
    made.save(tmp_path / "a.study")
    made.optimize(lambda trial: trial.params["=x"] / 3, 20)
    made.tell(made.ask(), state="failed", reason="=cmd")
    made.close()
    return made


def test_no_cell_of_the_csv_starts_a_formula(study, tmp_path):
    export_study(tmp_path / "a.study", tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    texts = [cell for row in rows for cell in row]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "@", "\t", "\r"))]
    assert not [cell for cell in texts if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()]
    assert {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "plain", "a=b"} <= set(texts)


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_every_trial_and_every_digit_is_there(study, tmp_path, name):
    export_study(tmp_path / "a.study", tmp_path / name)
    table = pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_parquet(tmp_path / name)
    assert table["number"].tolist() == list(range(21))
    assert table["value"].tolist()[:20] == [trial.score for trial in study.trials[:20]]
    assert table["params_=x"].tolist() == [trial.params["=x"] for trial in study.trials]
    assert table["state"].tolist() == ["complete"] * 20 + ["failed"]


def test_an_export_that_fails_leaves_what_was_there(study, tmp_path):
    (tmp_path / "best.py").write_text("mine")
    with pytest.raises(UserFault, match="cannot be run again by a script"):
        export_study(tmp_path / "a.study", tmp_path / "best.py")
    assert (tmp_path / "best.py").read_text() == "mine"
    assert not list(tmp_path.glob(".twinloop-*"))
