"""The comparison of the two loops says what is true of any study, and what this one's numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score

from engine.analysis.learning import Line
from engine.analysis.loops import MOST_BARS, compare_loops
from engine.analysis.loops_markdown import loops_markdown
from engine.analysis.next_minute import SEVERAL, chance_of_lower, next_minute, settled_at
from engine.objectives import table
from engine.objectives.guess import Guess
from engine.space import Float, SearchSpace
from engine.study import Study
from engine.suggesting import guess_score, suggest_setup
from engine.trials import Curves


def ran(scores, direction="maximize", curves=None):
    """The history and curves of a study with these scores; *None* is a failed trial."""
    study = Study(SearchSpace({"x": Float(0, 1), "y": Float(0, 1)}), sampler="random", direction=direction)
    for number, score in enumerate(scores):
        trial = study.ask()
        for step, loss in enumerate((curves or {}).get(number, ()), 1):
            trial.report(step, {"val_loss": loss})
        study.tell(trial, score) if score is not None else study.tell(trial, state="failed", reason="no")
    return study._tuner.history, study._tuner.curves


def cells(loops):
    return {row.name: (str(row.outer), str(row.inner)) for row in loops.rows}


def test_a_study_without_trials_is_told_in_general_words():
    history, curves = ran([])
    loops = compare_loops(history, curves, None, "random")
    assert [row.name for row in loops.rows] == [
        "What", "Where", "Goal", "Method", "How often", "Effect", "Cost", "Gain"
    ]  # fmt: skip
    assert loops.title == ("2 hyperparameters", "will steer how", "parameters are learned")
    assert "after its first trial" in loops.remark
    assert all(outer and inner for outer, inner in cells(loops).values())
    assert (loops.best, len(loops.ring.quality)) == (None, 0)


def test_each_number_is_the_study_s_own():
    history, curves = ran([0.5, None, 0.9, 0.7], curves={2: [2.0, 1.0, 0.5, 0.25]})
    loops = compare_loops(history, curves, None, "bayesian", Guess(0.1, 100))
    found = cells(loops)
    assert found["What"][0] == "2 settings chosen before training: x, y"
    assert found["Effect"] == ("Score 0.5 to 0.9 by settings alone; 1 training failed", "Loss 2 to 0.25 in trial 2")
    assert found["Gain"][0].startswith("+0.2 over the median trial")
    assert found["Gain"][1].startswith("+0.8 over guessing")
    assert found["How often"][0].startswith("4 times, between trainings")
    assert "from 0.1 by guessing to 0.9" in loops.remark
    assert (loops.best, loops.best_score) == (2, 0.9)
    assert loops.line.values.tolist() == [2.0, 1.0, 0.5, 0.25]


def test_for_an_error_lower_is_better():
    history, curves = ran([3.0, 1.0, 2.0], "minimize")
    loops = compare_loops(history, curves, None, "random", Guess(5.0, 10))
    assert cells(loops)["Effect"][0].startswith("Score 3 to 1 by")
    assert cells(loops)["Gain"] == ("−1 over the median trial", "−4 over guessing")
    assert loops.ring.best == 1
    assert loops.ring.quality[1] == 1.0


def test_many_trials_stand_in_groups_for_each_of_which_the_best_is_drawn():
    scores = np.random.default_rng(0).random(500).tolist()
    history, curves = ran(scores)
    ring = compare_loops(history, curves, None, "random").ring
    assert len(ring.quality) <= MOST_BARS
    assert ring.group == 5
    assert ring.best == int(np.argmax(scores)) // 5


def test_all_failed_leaves_crosses_and_no_best():
    history, curves = ran([None, None])
    loops = compare_loops(history, curves, None, "random")
    assert loops.ring.failed.all()
    assert loops.ring.best is None
    assert "2 trainings failed" in cells(loops)["Effect"][0]


@pytest.mark.parametrize("family", ["mlp", "random_forest", "neighbours", "boosting", "svm"])
def test_every_model_has_words_of_its_own(family):
    setup = suggest_setup("sample:wine", family=family)
    study = Study(setup.search_space(), sampler="random", direction="maximize")
    loops = compare_loops(study._tuner.history, Curves(), setup.objective, "random")
    found = cells(loops)
    assert found["Goal"][0] == "Highest accuracy on rows not trained on, the mean of 5 folds"
    assert {
        "mlp": "Gradient descent in passes over the training rows",
        "random_forest": "One tree after another, each on a sample of its own",
        "boosting": "One round after another, each correcting those before",
    }.get(family, "Fitted in a single step without reporting losses on the way") == found["Method"][1]


def test_names_of_strangers_are_data_in_markdown():
    history, curves = ran([0.5, 0.7])
    text = loops_markdown(compare_loops(history, curves, None, "no|such_one"))
    assert "no\\|such\\_one" in text
    assert all(line.replace("\\|", "").count("|") == 4 for line in text.splitlines() if line.startswith("|"))


def test_the_score_of_guessing_is_that_of_scikit_learn_s_dummy():
    setup = suggest_setup("sample:wine", family="mlp")
    prepared = table.prepare(setup.objective)
    scores = []
    for number in range(5):
        data = prepared.fold(number)
        dummy = DummyClassifier(strategy="most_frequent").fit(data.X, data.y)
        scores.append(accuracy_score(data.y_validation, dummy.predict(data.X_validation)))
    found = guess_score(setup)
    assert found is not None
    assert found.score == pytest.approx(np.mean(scores))
    assert found.rows == len(prepared.fold(0).X)


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "f1_macro"])
def test_guessing_can_be_scored_by_any_metric(metric):
    found = guess_score(suggest_setup("sample:wine", family="mlp", choices={"metric": metric}))
    assert found is not None
    assert np.isfinite(found.score)


# -- where the next minute is better spent ----------------------------------------------------------------------------


def line(values):
    return Line(np.arange(1, len(values) + 1, dtype=float), np.asarray(values, dtype=float))


def test_a_loss_that_still_falls_promises_more_than_one_that_is_flat_or_rises():
    steps = np.arange(1, 51)
    noise = 0.002 * np.random.default_rng(0).standard_normal(50)
    falling = chance_of_lower(line(1.0 / steps**0.5 + noise))
    flat = chance_of_lower(line(0.3 + np.exp(-steps) + noise))
    rising = chance_of_lower(line(0.3 + np.abs(steps - 20) / 100 + noise))
    assert falling > 0.75
    assert flat < 0.5
    assert rising < 0.1
    assert falling > max(flat, rising)
    assert chance_of_lower(line([3, 2, 1])) is None


def test_leaders_are_settled_from_where_their_order_no_longer_changes():
    a, b, c = [5, 4, 3, 2, 1], [4, 3, 3.5, 3, 2], [6, 6, 6, 6, 6]
    assert settled_at([line(a), line(b), line(c)]) == 3
    assert settled_at([line(a), line(b)]) is None
    assert settled_at([line([1, 1]), line([2, 2]), line([3, 3])]) == 1


def test_what_nothing_supports_is_no_number():
    history, curves = ran([0.5, 0.6])
    found = next_minute(history, curves, "", learns=True, reports_score=True, now=0.0)
    (only,) = found.choices
    assert (only.kind, only.chance, only.reason) == ("trials", None, "too few trials to tell")
    assert found.best is None


def test_several_objectives_have_no_better_score_and_no_best_trial():
    study = Study(SearchSpace({"x": Float(0, 1)}), sampler="random", directions=("maximize", "minimize"))
    for number in range(20):
        study.tell(study.ask(), (number / 20, number))
    history, curves = study._tuner.history, study._tuner.curves
    found = next_minute(history, curves, "", learns=True, reports_score=True, now=0.0)
    (only,) = found.choices
    assert (only.chance, only.reason, found.best) == (None, SEVERAL, None)
    assert "no one trial is best" in compare_loops(history, curves, None, "random", None).remark


def test_choices_follow_from_the_curves_of_the_best():
    losses = {number: [1.0 / step**0.5 + number / 100 for step in range(1, 31)] for number in range(20)}
    history, curves = ran([1.0 - number / 100 for number in range(20)], curves=losses)
    found = next_minute(history, curves, "epoch", learns=False, reports_score=False, now=0.0)
    by_kind = {choice.kind: choice for choice in found.choices}
    assert by_kind["trials"].chance == 5 / 25
    assert by_kind["steps"].count == 30
    assert by_kind["steps"].chance > 0.75
    assert not by_kind["steps"].is_of_score
    assert by_kind["shorter"].step == 1
    assert by_kind["shorter"].chance is None
    assert found.best == "trials"  # a lower loss is not a better score


def test_trials_are_not_cut_shorter_where_the_leaders_settle_late():
    ends = {number: [1.0 - number / 100 if step < 20 else number / 100 for step in range(30)] for number in range(20)}
    history, curves = ran([1.0 - number / 100 for number in range(20)], curves=ends)
    found = next_minute(history, curves, "epoch", learns=False, reports_score=False, now=0.0)
    assert [choice.kind for choice in found.choices] == ["trials", "steps"]
