"""A script that was written for Optuna runs with a study of ours: its names, its objects, its habits."""

import datetime
import enum
import math
import warnings

import numpy as np
import pandas as pd
import pytest

import engine
from engine import (
    Categorical,
    Float,
    Int,
    Study,
    StudyDirection,
    TrialPruned,
    TrialState,
    create_study,
    create_trial,
    delete_study,
    load_study,
)
from engine.errors import UserFault


class Theirs(enum.IntEnum):
    """Optuna's states, whose numbers are others than ours."""

    RUNNING = 0
    COMPLETE = 1
    PRUNED = 2
    FAIL = 3
    WAITING = 4


def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    trial.set_user_attr("square", x * x)
    for step in range(3):
        trial.report(x * x + 3 - step, step)
    return (x - 2) ** 2


def test_the_calls_of_an_optimization_in_their_words():
    seen = []
    study = create_study(direction="minimize", study_name="mine")
    study.optimize(
        objective,
        n_trials=12,
        timeout=600,
        n_jobs=1,
        catch=(ValueError,),
        callbacks=[lambda one, trial: seen.append((one is study, trial.number, trial.state))],
        gc_after_trial=True,
        show_progress_bar=False,
    )
    assert seen == [(True, number, TrialState.COMPLETE) for number in range(12)]
    best = study.best_trial
    assert study.best_params == best.params
    assert study.best_value == best.value == best.values[0] == min(trial.value for trial in study.trials)
    assert study.best_trials[0].number == best.number
    assert (study.study_name, study.direction) == ("mine", StudyDirection.MINIMIZE)
    assert best.user_attrs == {"square": best.params["x"] * best.params["x"]}
    assert list(best.intermediate_values) == [0, 1, 2]
    assert best.last_step == 2
    assert isinstance(best.duration, datetime.timedelta)
    assert best.datetime_start <= best.datetime_complete <= datetime.datetime.now()
    assert best.distributions == {"x": Float(-10, 10)}
    assert objective_of(best) == best.value


def objective_of(trial):
    """An objective as Optuna's people call it once more, on a trial that is over."""
    return (trial.suggest_float("x", -10, 10) - 2) ** 2


def test_a_running_trial_in_their_words():
    study = Study(sampler="random")
    trial = study.ask({"x": Float(0, 1), "kind": Categorical(["a", "b"])})
    assert set(trial.params) == {"x", "kind"} == set(trial.distributions)
    assert trial.study is study
    assert abs((datetime.datetime.now() - trial.datetime_start).total_seconds()) < 60
    trial.report(0.5, step=3)
    trial.report(value=0.4, step=4)
    trial.report(5, {"value": 0.3})
    assert study.curves.get(0).steps.tolist() == [3, 4, 5]
    with pytest.warns(UserWarning, match="reported step 4 before"):
        trial.report(9.0, 4)
    assert trial.suggest_uniform("u", 0, 1) <= 1
    assert trial.suggest_loguniform("l", 0.1, 1) >= 0.1
    assert trial.suggest_discrete_uniform("d", 0, 1, 0.5) in (0, 0.5, 1)
    assert trial.suggest_float("s", 0, 1, 0.25) in (0, 0.25, 0.5, 0.75, 1)
    assert trial.suggest_int("i", 0, 10, 5) in (0, 5, 10)


def test_states_are_told_and_compared_in_both_vocabularies():
    study = Study(sampler="random")
    study.tell(study.ask(), 1.0, state=Theirs.COMPLETE)
    study.tell(study.ask(), state=Theirs.FAIL)
    study.tell(study.ask(), state="fail")
    study.tell(study.ask(), state=TrialState.PRUNED)
    states = [trial.state for trial in study.trials]
    assert states == [TrialState.COMPLETE, TrialState.FAIL, TrialState.FAILED, TrialState.PRUNED]
    assert states[0] == Theirs.COMPLETE
    assert states[0] != Theirs.PRUNED  # which has the number of ours
    assert states[1] == Theirs.FAIL
    assert [one.number for one in study.get_trials(states=[Theirs.FAIL])] == [1, 2]
    assert [one.number for one in study.get_trials(deepcopy=False, states=(TrialState.PRUNED,))] == [3]
    assert len(study.get_trials()) == 4


def test_a_trial_that_is_over_may_be_left_as_it_is():
    study = Study(sampler="random")
    trial = study.ask()
    study.tell(trial, values=1.0)
    assert study.tell(trial, 2.0, skip_if_finished=True).score == 1.0
    with pytest.raises(ValueError, match="complete, not running"):
        study.tell(trial, 2.0)


def test_a_pruned_trial_keeps_what_it_reported_last():
    def giving_up(trial):
        for step in range(4):
            trial.report(10 - step, step)
        raise TrialPruned

    study = Study(sampler="random").optimize(giving_up, 1)
    assert study.trials[0].state == TrialState.PRUNED
    assert study.trials[0].value == 7


def test_configurations_are_queued_in_part_and_the_rest_is_drawn():
    space = {"x": Float(0, 1), "kind": Categorical(["a", "b"]), "n": Int(1, 3, when={"kind": ["b"]})}
    study = Study(space, sampler="random")
    study.enqueue_trial({"x": 0.25}, user_attrs={"memo": "quarter"})
    study.enqueue_trial({"n": 2})
    study.enqueue_trial({"n": 2}, skip_if_exists=True)
    first, second = study.ask(), study.ask()
    assert first.params["x"] == 0.25
    assert first.user_attrs == {"memo": "quarter"}
    assert set(first.params) in ({"x", "kind"}, {"x", "kind", "n"})
    assert (second.params["kind"], second.params["n"]) == ("b", 2)
    assert len(study.trials) == 2
    for wrong in ({"x": 2.0}, {"y": 1}, [1]):
        with pytest.raises(UserFault):
            study.enqueue_trial(wrong)


def test_what_is_queued_is_kept_and_drawn_the_same_after_a_pause(tmp_path):
    study = create_study(storage=str(tmp_path / "a.study"))
    study.enqueue_trial({"x": 5.0}, user_attrs={"memo": "five"})
    study.close()
    again = Study.open(tmp_path / "a.study")
    again.optimize(objective, 1)
    assert again.trials[0].params == {"x": 5.0}
    assert again.trials[0].user_attrs == {"memo": "five", "square": 25.0}
    again.close()


def test_a_queued_value_outside_of_what_is_asked_is_drawn_anew_and_told():
    study = create_study()
    study.enqueue_trial({"x": 50.0})
    with pytest.warns(UserWarning, match="x was queued as 50.0"):
        study.optimize(objective, 1)
    assert -10 <= study.trials[0].params["x"] <= 10


def test_trials_of_another_study_are_added():
    first = create_study().optimize(objective, 5)
    second = create_study()
    second.add_trials(first.trials)
    second.add_trial(
        create_trial(
            params={"x": 2.0, "y": 1},
            distributions={"x": Float(-10, 10), "y": Int(0, 3)},
            value=-1.0,
            user_attrs={"memo": "by hand"},
            intermediate_values={0: 3.0, 1: 1.0},
        )
    )
    assert [one.params for one in second.trials[:5]] == [one.params for one in first.trials]
    assert [one.value for one in second.trials[:5]] == [one.value for one in first.trials]
    assert second.best_params == {"x": 2.0, "y": 1}
    assert second.best_trial.intermediate_values == {0: 3.0, 1: 1.0}
    assert second.best_trial.user_attrs == {"memo": "by hand"}
    second.optimize(objective, 3)
    assert len(second.trials) == 9


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"params": {"x": 1}, "value": 1.0}, "names of params and distributions differ"),
        ({"params": {"x": 9}, "distributions": {"x": Float(0, 1)}, "value": 1.0}, "x cannot be 9"),
        ({}, "needs a value"),
        ({"value": 1.0, "values": [1.0]}, "value and values"),
        ({"state": "failed", "value": 1.0}, "has no value"),
        ({"state": "sleeping"}, "is not a state"),
    ],
)
def test_a_trial_that_contradicts_itself_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        create_trial(**arguments)


def test_notes_are_kept_in_the_file_and_the_table(tmp_path):
    study = create_study(storage=str(tmp_path / "a.study"), study_name="notes")
    study.set_user_attr("who", ["ada", {"age": 36}])
    study.set_metric_names(["loss"])
    study.optimize(objective, 3)
    with pytest.raises(TypeError, match="attribute model is a object"):
        study.set_user_attr("model", object())
    study.close()
    again = Study.open(tmp_path / "a.study")
    assert again.user_attrs == {"who": ["ada", {"age": 36}]}
    assert again.metric_names == ["loss"]
    assert again.trials[1].user_attrs == study.trials[1].user_attrs
    table = again.trials_dataframe()
    assert table["user_attrs_square"].tolist() == pytest.approx([one.params["x"] ** 2 for one in study.trials])
    assert table["state"].tolist() == ["COMPLETE"] * 3


def test_a_study_without_a_file_keeps_any_object_as_a_note():
    model = object()

    def noting(trial):
        trial.set_user_attr("model", model)
        return trial.suggest_float("x", 0, 1)

    def keep_best(study, trial):
        study.set_user_attr("best", trial.user_attrs["model"])

    study = create_study().optimize(noting, 3, callbacks=[keep_best])
    assert study.user_attrs["best"] is model
    assert study.best_trial.user_attrs["model"] is model


def test_the_table_has_their_columns_and_parts():
    study = create_study(directions=["minimize", "maximize"])
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 2.0), 2)
    table = study.trials_dataframe()
    assert list(table.columns) == [
        *("number", "values_0", "values_1", "datetime_start", "datetime_complete", "duration", "params_x", "state")
    ]
    assert list(study.trials_dataframe(attrs=("state", "params")).columns) == ["state", "params_x"]
    nested = study.trials_dataframe(multi_index=True)
    assert isinstance(nested.columns, pd.MultiIndex)
    assert nested[("values", 1)].tolist() == [2.0, 2.0]
    study.set_metric_names(["loss", "gain"])
    assert "values_gain" in study.trials_dataframe().columns
    with pytest.raises(ValueError, match="is not part of a trial"):
        study.trials_dataframe(attrs=("colour",))
    with pytest.raises(RuntimeError, match="no single best trial"):
        _ = study.best_value


def test_a_callback_and_an_objective_may_stop_the_search():
    study = create_study().optimize(objective, callbacks=[lambda one, trial: one.stop() if trial.number == 4 else None])
    assert len(study.trials) == 5

    def stopping(trial):
        trial.study.stop()
        return 1.0

    assert len(create_study().optimize(stopping, n_trials=20).trials) == 1
    with pytest.raises(RuntimeError, match="No optimization"):
        study.stop()


def test_an_objective_cannot_optimize_its_own_study():
    study = create_study()
    with pytest.raises(RuntimeError, match="of its own study"):
        study.optimize(lambda trial: study.optimize(objective, 1), 1)


def test_studies_are_created_loaded_and_deleted_by_name(tmp_path):
    storage = f"sqlite:///{tmp_path}/example.db"
    create_study(storage=storage, study_name="one").optimize(objective, 2).close()
    create_study(storage=storage, study_name="two").close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["example.one.study", "example.two.study"]
    with pytest.raises(UserFault, match="is there already"):
        create_study(storage=storage, study_name="one")
    assert [create_study(storage=f"sqlite:///{tmp_path}/b.db").path.name for _ in range(3)] == [
        "b.study", "b 2.study", "b 3.study"
    ]  # fmt: skip
    for path in tmp_path.glob("b*"):
        path.unlink()
    again = create_study(storage=storage, study_name="one", load_if_exists=True)
    assert len(again.optimize(objective, 1).trials) == 3
    # A cell of a notebook that is run again asks for what it has open.
    assert create_study(storage=storage, study_name="one", sampler="random", load_if_exists=True) is again
    assert again.setup.strategy.sampler == "random"
    again.close()
    assert load_study(study_name="one", storage=storage) is not again
    assert len(load_study(study_name="one", storage=storage).optimize(objective, 1).trials) == 4
    delete_study(study_name="two", storage=storage)
    assert [path.name for path in tmp_path.glob("*.study")] == ["example.one.study"]
    for call in (load_study, delete_study):
        with pytest.raises(UserFault, match=r"There is no example\.two\.study"):
            call(study_name="two", storage=storage)
    with pytest.raises(UserFault, match="not in postgresql"):
        create_study(storage="postgresql://server/db")


def test_nothing_but_a_study_is_deleted(tmp_path):
    path = tmp_path / "mine.study"
    path.write_text("my notes")
    with pytest.raises(UserFault):
        delete_study(study_name=None, storage=str(path))
    assert path.read_text() == "my notes"


def test_a_study_like_theirs_repeats_configurations():
    study = create_study().optimize(lambda trial: trial.suggest_int("n", 1, 2), n_trials=10)
    assert len(study.trials) == 10


def test_objects_of_theirs_are_answered_by_naming_ours():
    for name, keyword, word in (("TPESampler", "sampler", "tpe"), ("MedianPruner", "pruner", "median")):
        foreign = type(name, (), {"__module__": f"optuna.{keyword}s._x"})()
        with pytest.raises(TypeError, match=f'Give {keyword}="{word}"'):
            create_study(**{keyword: foreign})
        with pytest.raises(TypeError, match=f'Give {keyword}="{word}"'):
            Study(**{keyword: foreign})


def test_their_distributions_are_read_as_ours():
    def made(kind, **fields):
        return type(kind, (), fields)()

    trial = Study(sampler="random").ask(
        {
            "f": made("FloatDistribution", low=0.0, high=1.0, log=False, step=None),
            "i": made("IntDistribution", low=1, high=9, log=True, step=1),
            "c": made("CategoricalDistribution", choices=("a", "b")),
        }
    )
    assert trial.distributions == {"f": Float(0, 1), "i": Int(1, 9, log=True), "c": Categorical(("a", "b"))}
    with pytest.raises(TypeError, match="is not a hyperparameter"):
        Study().ask({"x": 3})


def test_a_constraint_may_be_named_by_the_first_trial(tmp_path):
    def bounded(trial):
        x = trial.suggest_float("x", -1, 1)
        trial.set_constraint("positive", -x)
        return x

    study = create_study(storage=str(tmp_path / "a.study")).optimize(bounded, 20)
    assert study.best_params["x"] > 0
    assert study.best_trial.constraints == {"positive": -study.best_params["x"]}
    study.close()
    again = Study.open(tmp_path / "a.study")
    assert again.best_params == study.best_params
    trial = again.ask()
    with pytest.raises(UserFault, match="other is not a constraint"):
        trial.set_constraint("other", 1.0)
    again.close()


def test_a_space_may_change_while_the_study_is_there(tmp_path):
    study = Study({"x": Float(0, 1)}, sampler="random")
    study.save(tmp_path / "a.study")
    study.optimize(lambda trial: trial.params["x"], 3)
    study.change_space({"x": Float(5, 6), "y": Int(1, 2)})
    study.optimize(lambda trial: trial.params["x"] + trial.params["y"], 3)
    assert all(5 <= one.params["x"] <= 6 for one in study.trials[3:])
    study.close()
    again = Study.open(tmp_path / "a.study")
    assert again.space == study.space
    assert [one.params for one in again.trials] == [one.params for one in study.trials]


@pytest.mark.parametrize(
    "score",
    [
        np.float32(0.5),
        np.array(0.5),
        np.int64(1),
        np.bool_(True),
        True,
        1,
        type("T", (), {"__float__": lambda _: 0.5})(),
    ],
)
def test_scores_count_as_people_return_them(score):
    study = create_study().optimize(lambda trial: score, 1)
    assert study.best_value == float(score)


def test_endlessly_bad_is_a_score():
    study = create_study().optimize(lambda trial: math.inf if trial.number else 1.0, 3)
    assert [one.value for one in study.trials] == [1.0, math.inf, math.inf]
    assert create_study(direction="maximize").optimize(lambda trial: -math.inf, 1).trials[0].value == -math.inf


def test_samplers_go_on_with_endlessly_bad_scores():
    for sampler in ("bayesian", "tpe", "cmaes", "evolution", "annealing"):
        study = Study(sampler=sampler).optimize(
            lambda trial: math.inf if trial.suggest_float("x", 0, 1) < 0.5 else trial.params["x"], 25
        )
        assert study.history.counts()["complete"] == 25
        assert 0.5 <= study.best.params["x"] < 0.7


def test_the_public_names_are_those_that_are_told():
    assert all(hasattr(engine, name) for name in engine.__all__)
    assert engine.TrialState.FAIL is engine.TrialState.FAILED


def test_a_step_that_does_not_divide_a_range_is_told():
    with pytest.warns(UserWarning, match="ends at 0.9"):
        Study(sampler="random").ask().suggest_float("x", 0, 1, step=0.3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Study(sampler="random").ask().suggest_float("x", 0, 0.9, step=0.3)


class TheirDirection(enum.IntEnum):
    """Optuna's directions, with which the callbacks of other libraries compare ours."""

    NOT_SET = 0
    MINIMIZE = 1
    MAXIMIZE = 2


def test_a_callback_of_another_library_runs_as_it_is():
    class Callback:
        """What LightGBM's does after every round: the direction is checked, the score reported by keyword."""

        def __init__(self, trial):
            self._trial = trial

        def __call__(self, score, iteration):
            assert self._trial.study.direction == TheirDirection.MAXIMIZE
            assert self._trial.study.direction != TheirDirection.MINIMIZE
            assert not self._trial.study._is_multi_objective()
            self._trial.report(score, step=iteration)
            if self._trial.should_prune():
                raise type("TrialPruned", (Exception,), {})("pruned at iteration")

    def boosted(trial):
        callback = Callback(trial)
        level = 1.0 if trial.number < 8 else 0.1
        for iteration in range(10):
            callback(level * iteration, iteration)
        return level

    study = create_study(direction="maximize").optimize(boosted, 10)
    assert [one.state for one in study.trials] == [TrialState.COMPLETE] * 8 + [TrialState.PRUNED] * 2
    assert study.trials[9].reason == "pruned at iteration"
