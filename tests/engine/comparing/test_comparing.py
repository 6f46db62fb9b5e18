"""Studies side by side: whose scores may be compared, what differs, and what may be said of the best ones."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from engine import Float, SearchSpace, Study
from engine.cli import main
from engine.comparing import compare_studies, read_study
from engine.comparing.comparison import label_apart
from engine.comparing.differences import relation_of
from engine.objectives.description import FunctionObjective
from engine.setup import replace
from engine.space import Categorical, Int
from tests.helpers.judged import OBJECTIVE, SCORES, SETUP, write


def compared(tmp_path, *setups, folds=(SCORES,)):
    """A comparison of studies with these definitions."""
    paths = [write(tmp_path / f"s{place}.study", setup, *folds) for place, setup in enumerate(setups)]
    return compare_studies([read_study(path) for path in paths])


def with_objective(**changes):
    return replace(SETUP, objective=replace(OBJECTIVE, **changes))


def with_validation(**changes):
    return with_objective(validation=replace(OBJECTIVE.validation, **changes))


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (SETUP, ""),
        (with_objective(family="linear"), ""),
        (replace(SETUP, strategy=replace(SETUP.strategy, sampler="random", seed=9)), ""),
        (with_objective(source="elsewhere.csv"), ""),
        (with_objective(fingerprint="xyz"), "another table"),
        (with_objective(fingerprint=""), "an older file does not tell its table"),
        (with_objective(target="class"), "another target (class)"),
        (with_objective(metric="f1_macro"), "another metric (f1, mean over classes)"),
        (with_validation(holdout=0.1), "other rows set aside (10% in place of 20%)"),
        (with_objective(positive="1"), "another positive class (1)"),
        (with_validation(folds=3), "other folds (auto, 3 folds)"),
        (with_validation(scheme="grouped", column="g"), "other folds (grouped, 5 folds)"),
        (with_objective(seed=1), "other folds (seed 1)"),
        (replace(SETUP, objective=FunctionObjective("branin"), direction="maximize"), "another kind of objective"),
        (with_objective(metric="log_loss"), "another direction"),
    ],
)
def test_scores_compare_on_the_same_rows_by_the_same_metric_alone(tmp_path, other, why):
    found = compared(tmp_path, SETUP, other)
    assert found.why_not == ("", why)
    assert found.comparable is (why == "")
    assert why in found.why


def test_by_time_rows_are_cut_whatever_the_seed(tmp_path):
    first = with_validation(scheme="time", column="day")
    second = replace(first, objective=replace(first.objective, seed=5))
    assert compared(tmp_path, first, second).comparable


def test_other_folds_are_still_on_the_same_axis(tmp_path):
    found = compared(tmp_path, SETUP, with_objective(seed=1), with_objective(fingerprint="xyz"))
    assert found.on_axis == (True, True, False)


def test_scores_from_python_stand_for_something_that_no_file_tells(tmp_path):
    for name in "ab":
        study = Study(SearchSpace({"x": Float(0.0, 1.0)}), sampler="random", seed=0)
        study.optimize(lambda trial: trial.params["x"], trials=2)
        study.save(tmp_path / f"{name}.study")
        study.close()
    found = compare_studies([read_study(tmp_path / "a.study"), read_study(tmp_path / "b.study")])
    assert found.why_not[1] == "no file says what scores from Python stand for"


def test_a_clear_difference_on_the_same_folds_is_told_apart(tmp_path):
    paths = [
        write(tmp_path / "worse.study", SETUP, SCORES),
        write(tmp_path / "better.study", SETUP, [score + 0.03 + 0.001 * k for k, score in enumerate(SCORES)]),
    ]
    found = compare_studies([read_study(path) for path in paths])
    assert (found.leader, found.apart) == (1, frozenset({0}))
    assert found.verdict == "better is better, 0.952: told apart from all others on the same folds."


def test_a_difference_within_the_noise_of_folds_is_not(tmp_path):
    paths = [
        write(tmp_path / "one.study", SETUP, SCORES),
        write(tmp_path / "two.study", SETUP, [0.95, 0.90, 0.93, 0.92, 0.91]),
    ]
    found = compare_studies([read_study(path) for path in paths])
    assert found.verdict == "two scored best, 0.922; one cannot be told apart from it."
    assert found.apart == frozenset()


def test_the_same_study_twice_scored_the_same(tmp_path):
    found = compared(tmp_path, SETUP, SETUP)
    assert found.verdict == "s0 and s1 scored the same, 0.920."


def test_the_one_with_fewer_trials_is_said_to_have_had_less_luck(tmp_path):
    paths = [write(tmp_path / "a.study", SETUP, SCORES, SCORES), write(tmp_path / "b.study", SETUP, SCORES)]
    found = compare_studies([read_study(path) for path in paths])
    assert found.remark.startswith("The best of many trials owes something to luck, and more so of 2 trials than of 1")


def test_a_study_without_trials_is_shown_and_judged_by_nobody(tmp_path):
    write(tmp_path / "empty.study")
    write(tmp_path / "done.study", SETUP, SCORES)
    found = compare_studies([read_study(tmp_path / "empty.study"), read_study(tmp_path / "done.study")])
    assert found.comparable
    assert found.studies[0].best is None
    assert found.verdict == "No two of these studies have a best trial yet."


def test_the_interval_of_a_best_score_is_corrected_for_shared_training_rows(tmp_path):
    best = read_study(write(tmp_path / "a.study", SETUP, SCORES)).best
    error = np.sqrt((1 / 5 + 1 / 4) * np.var(SCORES, ddof=1))
    assert best.standard_error == pytest.approx(error)
    assert best.high - best.low == pytest.approx(2 * 2.131847 * error)  # t of 95 % with 4 degrees: a table's value


def fold_scores(X, y):
    """R² of least squares on five folds, which share rows to train on."""
    found = []
    for fold in range(5):
        judged = np.arange(len(y)) % 5 == fold
        weights = np.linalg.lstsq(X[~judged], y[~judged], rcond=None)[0]
        left = y[judged] - X[judged] @ weights
        found.append(1.0 - left @ left / np.sum((y[judged] - y[judged].mean()) ** 2))
    return tuple(map(float, found))


def test_models_that_are_equally_good_are_told_apart_seldom(tmp_path):
    """On 400 tables two models read other columns of the same kind; what differs is chance, on the same folds."""
    study, rng = read_study(write(tmp_path / "a.study", SETUP, SCORES)), np.random.default_rng(3)
    apart = naive = 0
    for _ in range(400):
        X = rng.normal(size=(100, 12))
        y = X @ np.full(12, 0.5) + rng.normal(size=100)
        one, other = fold_scores(X[:, :6], y), fold_scores(X[:, 6:], y)
        scored = [
            dataclasses.replace(
                study, best=dataclasses.replace(study.best, score=float(np.mean(each)), fold_scores=each)
            )
            for each in (one, other)
        ]
        apart += bool(compare_studies(scored).apart)
        gaps = np.subtract(one, other)
        naive += abs(gaps.mean()) > 2.776 * gaps.std(ddof=1) / np.sqrt(5)  # t of 97.5 % with 4 degrees
    assert apart <= 0.05 * 400
    assert apart >= 1  # else nothing could ever be told apart
    assert naive > 0.05 * 400  # what the correction is for


def test_what_differs_is_told_by_range_fixed_value_and_absence(tmp_path):
    wide = replace(SETUP, space={"learning_rate": Float(1e-5, 1.0, log=True), "layers": Int(1, 3)})
    fixed = replace(
        SETUP,
        space={"learning_rate": Float(1e-4, 1e-1, log=True)},
        objective=replace(OBJECTIVE, settings={"layers": 2}),
    )
    gone = replace(SETUP, space={"learning_rate": Float(1e-3, 1e-2, log=True)})
    rows = {row.name: row for row in compared(tmp_path, SETUP, wide, fixed, gone).rows}
    assert [cell.relation for cell in rows["learning_rate"].cells] == ["same", "wider", "same", "narrower"]
    assert [cell.relation for cell in rows["layers"].cells] == ["same", "same", "fixed", "missing"]
    assert [cell.text for cell in rows["layers"].cells] == ["1 to 3", "1 to 3", "fixed at 2", "–"]
    assert rows["learning_rate"].cells[0].best == "0.0001"
    assert not rows["strategy"].differs
    assert list(rows)[-2:] == ["learning_rate", "layers"]


def test_hyperparameters_that_differ_stand_before_those_that_do_not(tmp_path):
    other = replace(SETUP, space={**SETUP.space, "layers": Int(1, 9)})
    names = [row.name for row in compared(tmp_path, SETUP, other).rows if row.is_hyperparameter]
    assert names == ["layers", "learning_rate"]


def test_another_share_of_one_split_is_another_split(tmp_path):
    first, other = (with_validation(scheme="holdout", share=share) for share in (0.2, 0.3))
    assert compared(tmp_path, first, other).why_not == ("", "other folds (holdout, 30%)")


def test_a_setting_that_only_one_study_fixes_is_a_difference(tmp_path):
    other = with_objective(settings={"epochs": 20}, ignored=("ash",))
    rows = {row.name: row for row in compared(tmp_path, SETUP, other).rows if row.differs}
    assert set(rows) == {"epochs", "columns left out"}
    assert [cell.text for cell in rows["epochs"].cells] == ["–", "fixed at 20"]
    assert rows["columns left out"].cells[1].text == "ash"


@pytest.mark.parametrize(
    ("first", "own", "relation"),
    [
        (Categorical(("a", "b")), Categorical(("b", "a")), "same"),
        (Categorical(("a", "b")), Categorical(("a", "b", "c")), "wider"),
        (Categorical(("a", "b")), Categorical(("a", "c")), "other"),
        (Float(0.1, 1.0), Float(0.1, 1.0, log=True), "other"),
        (Float(0.1, 1.0), Float(0.5, 2.0), "other"),
        (Float(0.1, 1.0), Categorical((0.1, 1.0)), "other"),
        (None, Float(0.1, 1.0), "other"),
    ],
)
def test_a_range_stands_to_another_as_a_set_to_a_set(first, own, relation):
    assert relation_of(first, own) == relation


def test_files_of_one_name_are_told_apart(tmp_path):
    for folder in "xy":
        (tmp_path / folder).mkdir()
    paths = [write(tmp_path / "x" / "a.study"), write(tmp_path / "y" / "a.study"), write(tmp_path / "b.study")]
    studies = [read_study(path) for path in paths]
    assert label_apart(studies) == ("x/a", "y/a", "b")
    assert label_apart([studies[0], studies[0]]) == ("x/a (1)", "x/a (2)")


def test_the_command_prints_the_keys_of_the_contract(tmp_path, capsys):
    paths = [str(write(tmp_path / f"{name}.study", SETUP, SCORES)) for name in "ab"]
    assert main(["compare", *paths, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["comparable"], told["why"]) == (True, "The same table, target, rows set aside, folds and metric.")
    assert [study["path"] for study in told["studies"]] == paths
    assert [study["trials"] for study in told["studies"]] == [1, 1]
    assert told["studies"][0]["best"]["score"] == pytest.approx(0.92)
    assert told["studies"][0]["best"]["low"] < 0.92 < told["studies"][0]["best"]["high"]


def test_the_command_says_why_scores_do_not_compare(tmp_path, capsys):
    write(tmp_path / "a.study", SETUP, SCORES)
    write(tmp_path / "b.study", with_objective(seed=1), SCORES)
    assert main(["compare", str(tmp_path / "a.study"), str(tmp_path / "b.study")]) == 0
    said = capsys.readouterr().out
    assert "Not all scores may be compared. Not as a: b: other folds (seed 1)." in said
    assert "No other best score may be compared with that of a." in said


def test_what_is_no_study_is_a_sentence(tmp_path, capsys):
    (tmp_path / "a.study").write_text("no study")
    assert main(["compare", str(tmp_path / "a.study")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_study_that_is_compared_is_not_changed(tmp_path):
    path = write(tmp_path / "a.study", SETUP, SCORES)
    before = path.read_bytes()
    read_study(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.study"]
