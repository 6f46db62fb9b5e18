"""``twinloop new`` splits as it is told, refuses in a sentence what cannot run, and names what can."""

import json
import re
import shlex

import numpy as np
import pytest

from engine import store
from engine.cli import main
from engine.objectives.description import TableObjective, Validation
from engine.setup import StudySetup, replace


def setup_of(path) -> StudySetup:
    with store.Reader(path) as reader:
        return StudySetup.from_json(reader.setup())


def objective_of(path) -> TableObjective:
    return setup_of(path).objective


@pytest.fixture
def table(tmp_path):
    """Classes, groups, days with three rows each, a whole number that is a code; written beside the studies."""
    rng = np.random.default_rng(0)
    lines = ["x,z,who,day,code,y,answer"]
    for row in range(120):
        x, z = rng.normal(size=2).round(3)
        lines.append(f"{x},{z},p{row % 15},2024-{1 + row // 84:02d}-{1 + row // 3 % 28:02d},{row % 6},{x - z:.3f},"
                     f"{'sick' if x > 0.8 else 'well'}")  # fmt: skip
    path = tmp_path / "my table.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def new(table, out, *more, target="answer"):
    return main(["new", "--data", str(table), "--target", target, "--model", "elastic_net" if target == "y" else "svm",
                 "--trials", "1", *more, str(out)])  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--folds", "3", "--holdout", "0.1"], Validation(folds=3, holdout=0.1)),
        (["--holdout", "10%"], Validation(holdout=0.1)),
        (["--group", "who"], Validation("stratified_grouped", column="who")),
        (["--group", "who", "--validation", "grouped"], Validation("grouped", column="who")),
        (["--time", "day", "--gap", "2"], Validation("time", column="day", gap=2.0)),
        (["--validation", "time", "--folds", "2"], Validation("time", 2)),
        (["--validation", "repeated", "--repeats", "2"], Validation("repeated", repeats=2)),
        (["--validation", "holdout", "--share", "0.3"], Validation("holdout", share=0.3)),
        (["--validation", "fixed_holdout"], Validation("fixed_holdout")),
        (["--duplicates", "together"], Validation(duplicates="together")),
    ],
)
def test_what_can_be_chosen_in_the_window_can_be_chosen_here(table, tmp_path, given, expected):
    out = tmp_path / "a.study"
    assert new(table, out, *given) == 0
    assert objective_of(out).validation == expected


def test_columns_kinds_metric_and_the_positive_class_are_chosen(table, tmp_path):
    out = tmp_path / "a.study"
    more = ("--ignore", "z", "--ignore", "who", "--kind", "code=category", "--metric", "recall", "--positive", "well")
    assert new(table, out, *more) == 0
    made = objective_of(out)
    assert (made.ignored, made.kinds, made.metric, made.positive) == (
        ("z", "who"), {"code": "category"}, "recall", "well"
    )  # fmt: skip


def test_the_class_that_is_looked_for_is_the_positive_one(table, tmp_path):
    assert new(table, tmp_path / "a.study", "--metric", "f1") == 0
    assert objective_of(tmp_path / "a.study").positive == "sick"


def test_numbers_in_groups_are_split_by_group(table, tmp_path):
    assert new(table, tmp_path / "a.study", "--group", "who", target="y") == 0
    assert objective_of(tmp_path / "a.study").validation == Validation("grouped", column="who")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--folds", "0"], "The number of folds is 0."),
        (["--folds", "two"], "'two' is not a whole number"),
        (["--folds", "90"], "rows for 90 folds. Choose at most"),
        (["--holdout", "0.9"], "The holdout share is 0.9. Give a share from 0 to 0.5 (--holdout)."),
        (["--holdout", "1"], "The holdout share is 1."),
        (["--holdout", "nan"], "'nan' is not a number"),
        (["--holdout", "inf%"], "is not a number"),
        (["--share", "0.9", "--validation", "holdout"], "The share that judges is 0.9."),
        (["--validation", "leave-one-out"], "no validation scheme called 'leave-one-out'. Choose one of: auto,"),
        (["--validation", "grouped"], "needs a column of groups. Name it with --group COLUMN."),
        (["--group", "nobody"], "no column called 'nobody'"),
        (["--group", "who", "--time", "day"], "Give one of --group and --time."),
        (["--group", "who", "--validation", "kfold"], "The scheme kfold has no groups."),
        (["--time", "day", "--validation", "kfold"], "The scheme kfold has no time."),
        (["--time", "who"], "holds neither dates nor numbers"),
        (["--time", "day", "--gap", "-1"], "The gap is not a length of time. Give 0 or more (--gap)."),
        (["--time", "day", "--gap", "500"], "nothing is left to train on"),
        (["--gap", "2"], "Only a split by time has a gap."),
        (["--repeats", "2"], "Only repeated k-fold has repeats."),
        (["--ignore", "nothing"], "no column called 'nothing'"),
        (["--ignore", "answer"], "is the target, so it cannot be left out"),
        (["--kind", "code"], "--kind needs COLUMN=KIND, not code."),
        (["--kind", "code=colour"], "The type of column 'code' is 'colour'."),
        (["--kind", "nothing=text"], "no column called 'nothing'"),
        (["--positive", "ill"], "The target has no class 'ill'. Choose one of: sick, well (--positive)."),
        (["--direction", "minimize"], "For Accuracy, higher is better. Choose maximize (--direction)."),
        (["--metric", "rmse"], "is a metric for regression"),
        (["--ignore", "x", "--ignore", "z", "--ignore", "who", "--ignore", "day", "--ignore", "code", "--ignore", "y"],
         "No column is left to learn from."),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_in_one_sentence_and_makes_no_file(table, tmp_path, capsys, given, said):
    out = tmp_path / "a.study"
    try:
        status = new(table, out, *given)
    except SystemExit as ended:  # of the arguments themselves
        status = ended.code
    told = capsys.readouterr()
    assert status == 2
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert "Made" not in told.out
    assert not out.exists()


def few(tmp_path, rare):
    path = tmp_path / "few.csv"
    rows = [f"{7 * row % 50},{row % 9},{'rare' if row < rare else 'ab'[row % 2]}" for row in range(120)]
    path.write_text("x,z,y\n" + "\n".join(rows) + "\n")
    return path


def test_a_rare_class_gets_fewer_folds_and_that_is_said(tmp_path, capsys):
    out = tmp_path / "a.study"
    main(["new", "--data", str(few(tmp_path, 4)), "--target", "y", "--model", "svm", str(out)])
    assert objective_of(out).validation == Validation(folds=3)
    assert "The class 'rare' has 4 rows, enough for 3 folds and no more." in capsys.readouterr().out


def test_a_class_of_one_row_is_no_dead_end(tmp_path, capsys):
    out = tmp_path / "a.study"
    arguments = ["new", "--data", str(few(tmp_path, 1)), "--target", "y", "--model", "svm", "--trials", "1"]
    assert main([*arguments, str(out)]) == 0
    assert "The class 'rare' has 1 row: " in capsys.readouterr().out
    assert main(["run", str(out)]) == 0
    assert main([*arguments, "--validation", "stratified", str(tmp_path / "b.study")]) == 2
    told = capsys.readouterr().err
    assert "The class 'rare' has one row only" in told
    assert "Choose k-fold (--validation)." in told


def test_equal_rows_are_told_and_the_remedy_can_be_typed(tmp_path, capsys):
    rng = np.random.default_rng(1)
    lines = [f"{rng.normal():.4f},{rng.normal():.4f},{rng.integers(2)}" for _ in range(60)]
    path = tmp_path / "d.csv"
    path.write_text("x,z,y\n" + "\n".join(lines * 4) + "\n")
    arguments = ["new", "--data", str(path), "--target", "y", "--model", "neighbours"]
    main([*arguments, str(tmp_path / "a.study")])
    told = capsys.readouterr().out
    assert "60 rows occur 4 times, so a model has seen the targets of some validation rows." in told
    option = re.search(r"\((--duplicates \w+)\)", told)[1].split()
    main([*arguments, *option, str(tmp_path / "b.study")])
    assert "rows occur" not in capsys.readouterr().out
    assert objective_of(tmp_path / "b.study").validation.duplicates == "together"


def test_hints_can_be_typed_as_they_stand(table, tmp_path, capsys):
    out = tmp_path / "a b's.study"
    new(table, out)
    told = capsys.readouterr().out
    hint = next(line for line in told.splitlines() if line.startswith("Run it with: "))
    assert shlex.split(hint.removeprefix("Run it with: "))[-1] == str(out)
    assert "1 trial." in told


def test_an_unknown_sample_is_answered_with_those_there_are(tmp_path, capsys):
    assert main(["new", "--sample", "iris", str(tmp_path / "a.study")]) == 2
    assert capsys.readouterr().err == (
        "There is no sample called 'iris'. Choose one of: breast_cancer, diabetes, digits, wages, wine.\n"
    )


def one_class_at_first(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("x,y\n" + "\n".join(f"{row % 17},{'yes' if row < 150 else 'no'}" for row in range(200)) + "\n")
    return path


def test_folds_in_time_that_see_one_class_only_are_refused_before_and_by_the_run(tmp_path, capsys):
    path, out = one_class_at_first(tmp_path), tmp_path / "a.study"
    arguments = ["new", "--data", str(path), "--target", "y", "--model", "svm", "--trials", "3"]
    assert main([*arguments, "--validation", "time", str(out)]) == 2
    assert "Fold 1 would train on one class only ('yes')." in capsys.readouterr().err
    assert main([*arguments, str(out)]) == 0
    with store.open_writer(out) as writer:  # as an older version, or another hand, has made it
        setup = setup_of(out)
        writer.set_setup(replace(setup, objective=replace(setup.objective, validation=Validation("time"))).to_json())
    capsys.readouterr()
    assert main(["run", str(out), "--json"]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not [one for one in told if one["event"].startswith("trial_")]
    assert next(one for one in told if one["event"] == "fault")["sentence"].startswith(
        "Fold 1 would train on one class"
    )


def test_a_run_whose_every_trial_failed_ends_with_its_commonest_reason(table, tmp_path, capsys):
    out = tmp_path / "a.study"
    main(["new", "--data", str(table), "--target", "answer", "--model", "neighbours", "--trials", "1", "--set",
          "n_neighbors=100", "--set", "metric=euclidean", str(out)])  # fmt: skip
    capsys.readouterr()
    assert main(["run", str(out), "--json"]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    sentence = next(one for one in told if one["event"] == "fault")["sentence"]
    assert sentence.startswith("The only trial failed: ")
    assert "n_neighbors" in sentence
    assert main(["run", str(out), "--trials", "1"]) == 1
    assert "The only trial failed: ValueError: Expected n_neighbors" in capsys.readouterr().out
