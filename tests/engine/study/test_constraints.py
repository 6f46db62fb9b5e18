"""Constraints from Python: told, refused, kept in files, and heeded wherever a best trial is named."""

import csv
import json

import pytest

from engine import Categorical, Float, SearchSpace, Study
from engine.analysis import best_summary, pareto_front, parse_filter, score_progress
from engine.commands.showing import show
from engine.errors import UserFault
from engine.events import TrialEnded
from engine.exporting import export_study
from engine.setup import StudySetup
from engine.trials import State
from tests.helpers.runs import Listened

SPACE = SearchSpace({"x": Float(0, 1), "kind": Categorical(["a", "b"])})


def study(**settings):
    return Study(SPACE, sampler="random", constraints=("memory", "latency"), **settings)


def tell(made, score, memory, latency):
    return made.tell(made.ask(), score, constraints={"memory": memory, "latency": latency})


def test_the_best_trial_keeps_every_constraint():
    made = study()
    assert not tell(made, 0.1, 1.0, -1.0).feasible
    assert tell(made, 0.3, 0.0, -1.0).feasible
    tell(made, 0.2, -5.0, 1e-9)
    tell(made, 0.4, -5.0, -5.0)
    assert (made.best.number, made.best.constraints) == (1, {"memory": 0.0, "latency": -1.0})
    assert made.history.feasible.tolist() == [False, True, False, True]
    assert made.history.violation.tolist() == [1.0, 0.0, 1e-9, 0.0]


def test_without_a_feasible_trial_the_sentence_says_so():
    made = study()
    tell(made, 0.1, 1.0, -1.0)
    with pytest.raises(UserFault, match="The only complete trial breaks a constraint"):
        _ = made.best
    tell(made, 0.1, 1.0, 1.0)
    with pytest.raises(UserFault, match="All 2 complete trials break a constraint"):
        _ = made.best


@pytest.mark.parametrize(
    ("constraints", "sentence"),
    [
        ({"memory": -1.0}, "no value of the constraint latency"),
        (None, "no value of the constraint memory"),
        ({"memory": -1.0, "latency": 0.0, "mass": 1.0}, "mass is not a constraint"),
    ],
)
def test_a_missing_or_unknown_constraint_is_refused_and_the_trial_runs_on(constraints, sentence):
    made = study()
    trial = made.ask()
    with pytest.raises(UserFault, match=sentence):
        made.tell(trial, 0.5, constraints=constraints)
    assert made.history.counts()["running"] == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_constraint_that_is_not_finite_makes_a_failed_trial(value):
    made = study()
    told = tell(made, 0.5, value, -1.0)
    assert (told.state, told.scores, told.constraints) == (State.FAILED, (), {"latency": -1.0})
    assert "memory is not a finite number" in told.reason


def test_an_objective_notes_its_constraints_as_it_goes():
    def objective(trial):
        trial.constrain("memory", trial.params["x"] - 0.5)
        trial.constrain("latency", -1.0)
        return -trial.params["x"]

    made = study(seed=1).optimize(objective, 20)
    assert 0.0 < made.best.params["x"] <= 0.5
    assert made.history.counts()["complete"] == 20


def test_an_objective_that_forgets_a_constraint_makes_failed_trials_with_the_reason():
    made = study()
    with pytest.raises(UserFault, match="no value of the constraint memory"):
        made.optimize(lambda trial: 1.0, 1)
    assert "no value of the constraint memory" in made.trials[0].reason


def test_a_study_without_constraints_refuses_one():
    made = Study(SPACE, sampler="random")
    with pytest.raises(UserFault, match="memory is not a constraint"):
        made.ask().constrain("memory", 1.0)
    assert made.tell(made.ask(), 1.0).feasible


@pytest.mark.parametrize("names", [("a", "a"), ("",)])
def test_names_of_constraints_must_differ(names):
    with pytest.raises(UserFault, match="same name"):
        Study(SPACE, sampler="random", constraints=names)


def test_one_name_alone_is_one_constraint():
    assert Study(SPACE, sampler="random", constraints="memory").history.constraint_names == ("memory",)


def test_a_failed_or_pruned_trial_may_tell_constraints_or_none():
    made = study()
    made.tell(made.ask(), state="failed", reason="full", constraints={"memory": 3.0})
    made.tell(made.ask(), 0.5, state="pruned")
    assert [one.constraints for one in made.trials] == [{"memory": 3.0}, {}]
    assert not made.history.feasible.any()


@pytest.fixture
def saved(tmp_path):
    made = study()
    tell(made, 0.1, 1.0, -1.0)
    made.save(tmp_path / "a.study")
    tell(made, 0.3, -1.0, -1.0)
    made.tell(made.ask(), state="failed")
    made.close()
    return tmp_path / "a.study"


def test_a_saved_study_keeps_names_and_values(saved):
    opened = Study.open(saved)
    assert opened.history.constraints[:2].tolist() == [[1.0, -1.0], [-1.0, -1.0]]
    assert (opened.best.number, opened.best.constraints) == (1, {"memory": -1.0, "latency": -1.0})
    assert opened.setup.constraints == ("memory", "latency")
    assert StudySetup.from_json(opened.setup.to_json()).constraints == ("memory", "latency")


def test_a_zero_of_either_sign_is_kept_and_comes_back_the_same(tmp_path):
    made = study()
    assert tell(made, 0.1, -0.0, 0.0).feasible
    made.save(tmp_path / "a.study")
    made.close()
    assert Study.open(tmp_path / "a.study").history.constraints.tobytes() == made.history.constraints.tobytes()


def test_show_counts_the_feasible_trials(saved, capsys):
    show(str(saved), as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["constraints"], shown["feasible"]) == (["memory", "latency"], 1)
    assert (shown["best"]["number"], shown["best"]["constraints"]["memory"]) == (1, -1.0)
    show(str(saved), as_json=False)
    shown = capsys.readouterr().out
    assert "feasible: 1 of 2 complete (constraints: memory, latency)" in shown
    assert "memory: -1.0, kept" in shown


def test_show_says_that_nothing_is_feasible_yet(tmp_path, capsys):
    made = study()
    tell(made, 0.1, 1.0, 1.0)
    made.save(tmp_path / "a.study")
    made.close()
    show(str(tmp_path / "a.study"), as_json=False)
    assert "no feasible trial yet" in capsys.readouterr().out


def test_the_table_has_a_column_a_constraint(saved, tmp_path):
    export_study(saved, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["constraints_memory"] for row in rows] == ["1.0", "-1.0", ""]
    assert [row["feasible"] for row in rows] == ["False", "True", "False"]


def test_the_exported_configuration_is_feasible(saved, tmp_path):
    export_study(saved, tmp_path / "best.json")
    best = json.loads((tmp_path / "best.json").read_text())
    assert (best["trial"], best["constraints"]["memory"]) == (1, -1.0)


def test_the_best_so_far_line_and_the_standing_look_at_feasible_trials():
    made = study()
    tell(made, 0.1, 1.0, -1.0)
    assert score_progress(made.history).best is None
    assert best_summary(made.history, made.curves) is None
    tell(made, 0.5, -1.0, -1.0)
    tell(made, 0.25, -1.0, -1.0)
    assert score_progress(made.history).leaders.tolist() == [1, 2]
    assert (best_summary(made.history, made.curves).best.number, best_summary(made.history, made.curves).lead) == (
        2,
        0.25,
    )


def test_the_front_and_its_volume_look_at_feasible_trials():
    made = Study(SPACE, sampler="random", directions=("minimize", "minimize"), constraints=("mass",))
    for scores, mass in [((0.0, 0.0), 1.0), ((1.0, 3.0), 0.0), ((2.0, 2.0), -1.0), ((3.0, 4.0), -1.0)]:
        made.tell(made.ask(), scores, constraints={"mass": mass})
    assert [one.number for one in made.front] == [1, 2]
    assert (pareto_front(made.history).reference.tolist(), pareto_front(made.history).volume) == ([3.0, 4.0], 3.0)


def test_the_filter_line_knows_what_is_feasible():
    made = study()
    tell(made, 0.1, 1.0, -1.0)
    tell(made, 0.1, -1.0, -1.0)
    made.tell(made.ask(), state="failed")
    none = made.history.state * 0
    assert parse_filter("feasible = yes", SPACE).mask(made.history, none).tolist() == [False, True, False]
    assert parse_filter("feasible = no", SPACE).mask(made.history, none).tolist() == [True, False, False]


def test_a_window_that_looks_on_hears_of_the_constraints(tmp_path):
    made = study()
    made.save(tmp_path / "a.study")
    with Listened() as window:
        window.runner.open(tmp_path / "a.study")
        window.opened()
        tell(made, 0.3, 0.5, -1.0)
        ended = window.until(lambda one: isinstance(one, TrialEnded))
    made.close()
    assert ended.constraints == {"memory": 0.5, "latency": -1.0}
