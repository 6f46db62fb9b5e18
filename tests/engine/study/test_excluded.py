"""Trials that a person took out of the search: never best, never taught, kept in the file."""

import csv
import math

import pytest

from engine import Float, Int, SearchSpace, pruners, samplers, store
from engine.analysis import expected_best, pareto_front, score_progress
from engine.errors import UserFault
from engine.events import TrialEnded
from engine.exporting import export_study
from engine.runner.blank_copy import save_without_trials
from engine.setup import replace
from engine.study import Study
from engine.trials import Curves, History
from engine.tuning import Tuner
from tests.helpers.runs import Listened, function_setup

SPACE = SearchSpace({"x": Float(0, 1), "n": Int(1, 9)})
LEARN_OTHERWISE = {"grid", "hypergradient", "optuna"}  # nothing; slopes, which no trial here has; by another package
TOLD = sorted(set(samplers.names()) - LEARN_OTHERWISE)


def suggestions(name, outlier):
    """What a strategy chooses after trials of which the excluded one scored ``outlier``."""
    history = History(SPACE)
    tuner = Tuner(history, Curves(), samplers.make(name), pruners.make("none"), seed=3)
    for _ in range(24):
        started = tuner.ask(0.0)
        excluded = started.number in (5, 17)
        score = outlier if excluded else (started.params["x"] - 0.4) ** 2 + started.params["n"]
        history.apply(TrialEnded(started.number, "complete", 0.0, 1.0, (score,)))
        history.exclude(number for number in (5, 17) if number < len(history))
    return [tuner.ask(0.0).params for _ in range(3)]


@pytest.mark.parametrize("name", TOLD)
def test_no_strategy_learns_of_an_excluded_trial(name):
    assert suggestions(name, -1e6) == suggestions(name, 1e6)


def scored(*scores):
    history = History(SPACE)
    tuner = Tuner(history, Curves(), samplers.make("random"), pruners.make("none"), seed=0)
    for score in scores:
        started = tuner.ask(0.0)
        history.apply(TrialEnded(started.number, "complete", 0.0, 1.0, (score,)))
    return history


def test_an_excluded_trial_is_best_nowhere():
    history = scored(0.3, 0.1, 0.2)
    assert history.exclude([1])
    assert not history.exclude([1])
    assert history.best_number() == 2
    assert score_progress(history).best == 2
    assert score_progress(history).records.tolist() == [0.3, 0.2]
    assert pareto_front(history).numbers.tolist() == [2]
    assert history.eligible.tolist() == [True, False, True]
    assert history.feasible.all()
    assert history.exclude([])
    assert history.best_number() == 1


def test_where_all_are_excluded_the_sentence_says_so():
    history = scored(0.3)
    history.exclude([0])
    assert history.best_number() is None
    assert expected_best(history) is None
    assert "The only feasible trial is excluded" in str(history.no_best("Run it."))


def test_a_number_of_no_finished_trial_excludes_nothing():
    history = scored(0.3)
    history.exclude([-1, 7, 10**30])
    assert history.excluded.tolist() == [False]
    assert history.best_number() == 0


@pytest.fixture
def path(tmp_path):
    """A study of five trials in a file; 0, 1, ... is the order of their numbers."""
    with Listened() as listened:
        listened.runner.create(tmp_path / "a.study", function_setup(trials=5, workers=1))
        listened.runner.start()
        listened.until_state("ended")
        listened.close()
    return tmp_path / "a.study"


def marked(path, **marks):
    with Listened() as listened:
        listened.runner.open(path)
        setup = replace(listened.opened().setup, **marks)
        listened.runner.edit(setup)
        listened.close()
    return setup


def test_marks_are_kept_in_the_file_and_exported(path, tmp_path):
    best = Study.open(path).best.number
    marked(path, starred=(1,), notes={2: "look again"}, excluded=(best,))
    with store.Reader(path) as reader:
        setup, history, _ = reader.study()
    assert (setup.starred, setup.notes, setup.excluded) == ((1,), {2: "look again"}, (best,))
    assert history.best_number() not in (best, None)
    assert Study.open(path).best.number == history.best_number()
    export_study(path, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["starred"] for row in rows] == [str(number == 1) for number in range(5)]
    assert [row["excluded"] for row in rows] == [str(number == best) for number in range(5)]
    assert [row["note"] for row in rows] == ["", "", "look again", "", ""]


def test_without_marks_the_table_has_no_columns_for_them(path, tmp_path):
    export_study(path, tmp_path / "t.csv")
    header = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert not {"starred", "excluded", "note"} & set(header)


def test_a_run_that_goes_on_counts_only_what_is_not_excluded(path):
    best = Study.open(path).best
    with Listened() as listened:
        listened.runner.open(path)
        setup = listened.opened().setup
        target = best.score + 1e-9  # good enough for the excluded one alone
        budget = replace(setup.budget, trials=6, target=target)
        listened.runner.edit(replace(setup, excluded=(best.number,), budget=budget))
        listened.runner.start()
        assert "target" not in listened.until_state("ended").reason
        listened.close()
    assert len(Study.open(path).trials) == 6


def test_a_copy_without_trials_has_no_marks(path, tmp_path):
    setup = marked(path, starred=(1,), notes={2: "look again"}, excluded=(0,))
    save_without_trials(setup, tmp_path / "b.study")
    with store.Reader(tmp_path / "b.study") as reader:
        found = reader.study().setup
    assert (found.starred, found.notes, found.excluded) == ((), {}, ())


def test_a_study_from_python_names_no_excluded_best(path):
    marked(path, excluded=tuple(range(5)))
    with pytest.raises(UserFault, match="All feasible trials are excluded"):
        _ = Study.open(path).best
    assert math.isfinite(Study.open(path).trials[0].score)
