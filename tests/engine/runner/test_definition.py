"""Edits of a definition through the runner: what follows from it follows, whoever looks."""

import pytest

from engine import store
from engine.data import metrics
from engine.events import StepReported
from engine.learners import families
from engine.runner import Rejected, SetupSaved
from engine.setup import replace
from engine.space import Int
from engine.study import catalogue, suggest_setup
from tests.helpers.runs import Listened, function_setup
from tests.helpers.turned import BEST, changed, entry, neighbours_setup, with_trials


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.study"


def saved(run):
    return run.until(lambda one: isinstance(one, SetupSaved))


def refused(run):
    return run.until(lambda one: isinstance(one, Rejected))


def true_best(setup, scores):
    better = max if metrics.get(setup.objective.metric).direction == "maximize" else min
    return scores.index(better(scores))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("accuracy", "classification"), ("log_loss", "classification")),
        (("log_loss", "classification"), ("accuracy", "classification")),
        (("rmse", "regression"), ("r2", "regression")),
    ],
)
def test_another_metric_before_the_first_run_turns_the_search(path, first, then):
    table = {"classification": ("sample:wine", "target"), "regression": ("sample:diabetes", "target")}[first[1]]
    with Listened() as run:
        run.runner.create(path, neighbours_setup(*first, *table))
        run.opened()
        wanted = neighbours_setup(*then, *table)
        run.runner.edit(wanted)
        saved(run)
        run.runner.start()
        run.until_state("ended", 120)
        scores = [ended.scores[0] for ended in run.ended_trials()]
    assert len(set(scores)) > 1
    found = store.Reader(path).study()
    assert found.put_right == ()
    assert found.history.best_number() == true_best(wanted, found.history.score.tolist())
    assert entry(path, "directions") == [wanted.direction]


def test_a_target_score_is_reached_in_the_new_direction(path):
    with Listened() as run:
        run.runner.create(path, neighbours_setup("log_loss"))
        run.opened()
        wanted = neighbours_setup("accuracy")
        run.runner.edit(replace(wanted, budget=replace(wanted.budget, target=0.0, trials=4)))
        saved(run)
        run.runner.start()
        run.until_state("ended", 120)
        assert len(run.ended_trials()) == 1  # every accuracy is at least 0; no log loss of the old direction would do


def test_what_trials_were_judged_by_stays(path):
    before = neighbours_setup()
    with_trials(path, before)
    with Listened() as run:
        run.runner.open(path)
        run.opened()
        for setup in (neighbours_setup("log_loss"), replace(before, constraints=("size",))):
            run.runner.edit(setup)
            assert "stay as they are once there are trials" in refused(run).what
    found = store.Reader(path).study()
    assert (found.setup, found.history.best_number()) == (before, BEST)


def test_the_direction_of_a_function_can_be_chosen_before_the_first_run(path):
    with Listened() as run:
        run.runner.create(path, function_setup(trials=5, workers=1))
        run.opened()
        run.runner.edit(replace(function_setup(trials=5, workers=1), direction="maximize"))
        saved(run)
        run.runner.start()
        run.until_state("ended")
    history = store.Reader(path).history()
    assert history.score[history.best_number()] == history.score.max()


def test_a_file_of_old_is_put_right_as_it_is_opened_and_copies_are_right(path, tmp_path):
    changed(with_trials(path), directions=["minimize"])
    with Listened() as run:
        run.runner.open(path)
        opened = run.opened()
        assert opened.history.best_number() == BEST
        assert "looked for the smallest accuracy" in opened.put_right[0]
        assert [line.text for line in opened.log] == list(opened.put_right)
        run.runner.save_as(tmp_path / "copy.study")
    for file in (path, tmp_path / "copy.study"):
        assert entry(file, "directions") == ["maximize"]
    with Listened() as run:
        run.runner.open(path)
        assert run.opened().put_right == ()


def test_who_looks_on_is_told_of_the_file_and_of_every_edit(path):
    changed(with_trials(path, scores=()), directions=["minimize"])
    with Listened() as writing, Listened() as looking:
        writing.runner.open(path)
        writing.opened()
        looking.runner.open(path)
        opened = looking.opened()
        assert (opened.writable, opened.history.directions) == (False, ("maximize",))
        writing.runner.edit(neighbours_setup("log_loss"))
        assert saved(looking).setup == neighbours_setup("log_loss")


def test_an_edited_space_and_its_definition_are_one_step(path):
    wider = replace(neighbours_setup(), space={"n_neighbors": Int(1, 99)})
    with Listened() as run:
        run.runner.create(path, neighbours_setup())
        run.opened()
        run.runner.edit(wider)
        saved(run)
        found = store.Reader(path).study()
        assert (found.setup, dict(found.history.space), found.put_right) == (wider, wider.space, ())


@pytest.mark.parametrize("family", [entry.name for entry in catalogue().families])
def test_nothing_is_put_right_in_a_new_study_of_any_model(path, family):
    task = families.get(family).tasks[0]
    sample = {"classification": "sample:wine", "regression": "sample:diabetes"}[task]
    setup = suggest_setup(sample, family=family)
    store.create(path, setup.to_json(), setup.search_space()).close()
    with store.open_writer(path) as writer:
        assert writer.put_right == ()
    assert store.Reader(path).study().put_right == ()


@pytest.mark.parametrize(("metric", "is_its_own"), [("rmse", False), ("r2", True)])
def test_a_stopped_trial_keeps_a_score_only_in_the_units_of_the_metric(path, metric, is_its_own):
    """A network reports its R² with every epoch, which is no root mean squared error."""
    setup = suggest_setup("sample:diabetes", family="mlp")
    objective = replace(setup.objective, metric=metric, settings={"epochs": 5000})
    setup = replace(setup, objective=objective, budget=replace(setup.budget, trials=1, workers=1))
    with Listened() as run:
        run.runner.create(path, setup)
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, StepReported) and "val_score" in one.records, 120)
        run.runner.stop()
        run.until_state("ended")
        [ended] = run.ended_trials()
    assert ended.state == "pruned"
    assert (len(ended.scores) == 1) is is_its_own
    assert all(score <= 1.0 for score in ended.scores)
