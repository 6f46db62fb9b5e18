"""Tables as people really had them, through ``twinloop new``, ``run`` and ``export``: right scores, or a sentence.

The values are those of tests/cases/tables/README.md.
"""

import json
import runpy

import numpy as np
import pandas as pd
import pytest

from engine.cli import main
from engine.data import folds
from engine.data.reading import load
from tests.helpers.table_cases import copied, large_tables, plainly, same_values

FIXED = ("--set", "alpha=0.01", "--set", "l1_ratio=0.5")  # of elastic_net


class Studies:
    """Studies made and run on copies of the cases, in one folder."""

    def __init__(self, folder, capsys):
        self.folder, self._capsys = folder, capsys
        self.path = folder / "a.study"

    def new(self, table, target, *more):
        """Exit status and all that was said."""
        return self._call("new", "--data", str(table), "--target", target, "--trials", "1", *more, str(self.path))

    def run(self, *more):
        return self._call("run", str(self.path), "--workers", "1", "--json", *more)

    def score(self, table, target, *more):
        """The score of one trial, the same configuration whenever the same is asked for."""
        self.path = self.folder / f"{table.stem}.study"
        status, said = self.new(table, target, *more)
        assert status == 0, said
        status, said = self.run()
        assert status == 0, said
        return next(e["score"] for e in map(json.loads, said.splitlines()) if e["event"] == "trial_ended")

    def export(self, name):
        return self._call("export", str(self.path), "--to", str(self.folder / name))

    def _call(self, *arguments):
        status = main([*arguments])
        told = self._capsys.readouterr()
        # Without the folder, which bears the name of the test and with it the words that are looked for.
        return status, (told.out + told.err).replace(str(self.folder), "")


@pytest.fixture
def studies(tmp_path, capsys):
    return Studies(tmp_path, capsys)


def predictions(script, table):
    """What the exported script's model, trained on all rows, predicts for the rows of another file."""
    script = runpy.run_path(str(script))
    predict = script["fit_on_all_rows"](script["read"]())
    return np.asarray(predict(script["read"](str(table))), dtype="float64")


def test_k1_scores_are_those_of_the_table_without_thousands_signs(studies, tmp_path):
    table = copied("semi_thousand_pt.csv", tmp_path)
    rows = [line.replace(".", "").split(";") for line in table.read_text("utf-8").splitlines()[1:]]
    plain = plainly(tmp_path / "plain.csv", dict(zip(["g", "units", "y"], zip(*rows, strict=True), strict=True)))
    wanted = studies.score(plain, "y", "--model", "elastic_net", *FIXED)
    assert studies.score(table, "y", "--model", "elastic_net", *FIXED) == wanted


def test_k5_rows_are_those_of_the_table_without_its_totals(tmp_path):
    table = copied("totals_row.csv", tmp_path)
    plain = tmp_path / "plain.csv"
    plain.write_text("\n".join(table.read_text("utf-8").splitlines()[:201]) + "\n", encoding="utf-8")
    read, wanted = load(table), load(plain)
    assert read.info.names == wanted.info.names
    assert all(same_values(read.frame[name], wanted.frame[name]) for name in wanted.info.names)


def test_k10_no_row_trains_that_is_later_than_one_that_judges(studies, tmp_path):
    days = load(copied("dates_us_first12.csv", tmp_path)).frame["day"].to_numpy()
    span = [pd.Timestamp(day).timestamp() for day in ("2020-01-01", "2021-05-08")]
    status, said = studies.new(tmp_path / "dates_us_first12.csv", "y", "--validation", "time", "--time", "day")
    assert status == 0, said
    if (np.diff(days) > 0).all() and [days.min(), days.max()] == span:
        return
    assert "month" in said
    assert "day" in said


def test_k14_groups_of_64_bits_can_be_kept_together(studies, tmp_path):
    table = copied("bigid.csv", tmp_path)
    score = studies.score(table, "y", "--validation", "grouped", "--group", "userid", "--model", "neighbours")
    assert np.isfinite(score)


def test_k15_no_day_trains_and_judges(studies, tmp_path):
    table = copied("time_ties.csv", tmp_path)
    frame = load(table).frame
    times = frame["day"].to_numpy()
    split = folds.split(folds.Rows(frame["y"].to_numpy(), times=times), folds.Plan("time"), 0)
    for fold in split.folds:
        assert times[fold.train].max() < times[fold.validation].min()
    assert times[split.search].max() < times[split.holdout].min()


def test_k16_equal_rows_are_told(studies, tmp_path):
    status, said = studies.new(copied("dups.csv", tmp_path), "y", "--task", "classification", "--model", "neighbours")
    assert status == 0
    assert "rows" in said
    assert any(word in said.lower() for word in ("equal", "same", "duplicate", "identical", "repeat"))


def test_k17_average_precision_does_not_depend_on_the_names_of_classes(studies, tmp_path):
    asked = ("--task", "classification", "--model", "neighbours", "--metric", "average_precision")
    named = studies.score(copied("fraud.csv", tmp_path), "y", *asked)
    numbered = studies.score(copied("fraud01.csv", tmp_path), "y", *asked)
    assert named == pytest.approx(numbered, abs=1e-12)
    assert named < 0.95


def test_k18_a_target_whose_second_class_comes_late_is_accepted(studies, tmp_path):
    large_tables(tmp_path)
    status, said = studies.new(tmp_path / "late_const.csv", "y", "--task", "classification", "--model", "softmax")
    assert status == 0, said


def test_k18_a_large_table_that_was_replaced_is_refused(studies, tmp_path):
    large_tables(tmp_path)
    table = (tmp_path / "big_before.csv").rename(tmp_path / "big.csv")
    assert studies.score(table, "y", "--model", "elastic_net", *FIXED) < 2
    (tmp_path / "big_after.csv").replace(table)
    status, said = studies.run("--trials", "1")
    assert status != 0
    assert '"trial_ended"' not in said
    assert "changed" in said


def test_k23_a_class_of_one_row_can_be_dealt_with_on_the_command_line(studies, tmp_path):
    status, said = studies.new(copied("one_row_class.csv", tmp_path), "y", "--model", "neighbours")
    if status == 0:
        assert "'C'" in said or " C " in said
        status, said = studies.run()
        assert status == 0, said
    else:
        assert status == 2
        assert "Made" not in said
        assert not studies.path.exists()
        assert "--" in said


def test_k23_folds_that_hold_one_class_only_are_refused_before_the_run(studies, tmp_path):
    table = copied("oneclass_after.csv", tmp_path)
    status, said = studies.new(table, "y", "--model", "neighbours", "--validation", "time")
    if status == 0:
        status, said = studies.run()
        assert '"failed"' not in said
    assert status != 0
    assert "class" in said


def test_k24_nobody_speaks_of_nan_where_the_table_has_none(studies, tmp_path):
    status, said = studies.new(copied("huge_x.csv", tmp_path), "y", "--model", "elastic_net")
    if status == 0:
        _, said = studies.run()
    assert "contains NaN" not in said


def test_k26_a_script_of_a_table_that_changed_says_so(studies, tmp_path):
    table = copied("miss_x.csv", tmp_path)
    studies.score(table, "y", "--model", "elastic_net", *FIXED)
    with table.open("a", encoding="utf-8") as file:
        file.write("1,2,u,3\n")
    status, said = studies.export("x.py")
    assert status != 0 or "changed" in said


@pytest.mark.parametrize(
    ("learned", "asked"),
    [
        ("boolfeat.csv", {"boolnew2.csv": (100, 0, 100, 100), "boolnew.csv": (100, 0, None, 100)}),
        ("codefeat.csv", {"codenew.csv": (100, 0, 100)}),
    ],
    ids=["K27-booleans", "K27-codes"],
)
def test_the_exported_script_reads_new_rows_as_the_study_did(studies, tmp_path, learned, asked):
    studies.score(
        copied(learned, tmp_path), "y", "--model", "elastic_net", "--set", "alpha=0.001", "--set", "l1_ratio=0.5"
    )
    status, said = studies.export("x.py")
    assert status == 0, said
    for name, wanted in asked.items():
        found = predictions(tmp_path / "x.py", copied(name, tmp_path))
        assert all(want is None or abs(value - want) < 2 for value, want in zip(found, wanted, strict=True)), found
