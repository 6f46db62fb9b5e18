"""What Optuna's people build and list by its modules: samplers, pruners, constraints, storages with several studies."""

import logging

import pytest
import twinloop as optuna
from sklearn.datasets import load_iris
from sklearn.svm import SVC

import engine
from engine import Study, TrialState, copy_study, create_study, create_trial, get_all_study_names, load_study
from engine.errors import UserFault, WrongValue


def objective(trial):
    return (trial.suggest_float("x", -10, 10) - 2) ** 2


def test_samplers_and_pruners_are_built_as_there(tmp_path):
    sampler = optuna.samplers.TPESampler(n_startup_trials=7, seed=5, multivariate=True)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2)
    study = optuna.create_study(sampler=sampler, pruner=pruner, storage=tmp_path / "a.study")
    study.optimize(objective, n_trials=9)
    strategy = study.setup.strategy
    assert (strategy.sampler, strategy.options["start"], strategy.seed) == ("tpe", 7, 5)
    assert (strategy.pruner, strategy.pruner_options) == ("median", {"peers": 4, "grace": 2})
    again = optuna.create_study(sampler=optuna.samplers.TPESampler(n_startup_trials=7, seed=5))
    assert [one.params for one in again.optimize(objective, 9).trials] == [one.params for one in study.trials]
    study.close()
    other = load_study(storage=tmp_path / "a.study", sampler=optuna.samplers.RandomSampler())
    assert (other.setup.strategy.sampler, other.setup.strategy.seed) == ("random", 5)


@pytest.mark.parametrize("name", [one for one in optuna.samplers.__all__ if one not in ("BaseSampler", "GridSampler")])
def test_every_sampler_of_theirs_searches(name):
    study = optuna.create_study(sampler=getattr(optuna.samplers, name)(seed=1))
    assert len(study.optimize(lambda trial: trial.suggest_int("n", 1, 50) ** 2, n_trials=12).trials) == 12


@pytest.mark.parametrize(
    ("made", "name", "options"),
    [
        (optuna.pruners.PercentilePruner(25.0, 3), "percentile", {"percentile": 25.0, "peers": 3, "grace": 1}),
        (optuna.pruners.ThresholdPruner(upper=5, n_warmup_steps=2), "threshold", {"upper": 5.0, "grace": 2}),
        (optuna.pruners.SuccessiveHalvingPruner(), "asha", {"first": 1, "factor": 4}),
        (optuna.pruners.SuccessiveHalvingPruner(2, 3, 1), "asha", {"first": 6, "factor": 3}),
        (optuna.pruners.HyperbandPruner(1, 27), "hyperband", {"first": 1, "factor": 3, "most": 27}),
    ],
)
def test_every_pruner_of_theirs_ends_hopeless_trials(made, name, options):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1), pruner=made)
    strategy = study.setup.strategy
    assert (strategy.pruner, strategy.pruner_options) == (name, options)

    def objective(trial):
        level = trial.suggest_float("x", 0, 10)
        for step in range(1, 28):
            trial.report(level + 1 / step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return level

    study.optimize(objective, n_trials=20)
    pruned = [one for one in study.trials if one.state == TrialState.PRUNED]
    assert 4 <= len(pruned) < 20
    assert min(one.params["x"] for one in pruned) > study.best_params["x"]


def test_brute_force_ends_with_the_last_configuration():
    study = optuna.create_study(sampler=optuna.samplers.BruteForceSampler())
    study.optimize(lambda trial: trial.suggest_int("n", 1, 3), n_trials=10)
    assert sorted(one.params["n"] for one in study.trials) == [1, 2, 3]


def test_what_plays_no_part_is_told():
    with pytest.warns(UserWarning, match="gamma of TPESampler plays no part in tpe"):
        optuna.samplers.TPESampler(gamma=lambda n: 1)
    with pytest.raises(AttributeError, match=r"no OtherPruner\. Its pruners: HyperbandPruner, MedianPruner"):
        optuna.pruners.OtherPruner  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'terminator'\. Stop a study by"):
        optuna.terminator  # noqa: B018


def test_storages_of_theirs_are_files(tmp_path):
    from twinloop.storages import InMemoryStorage, JournalStorage, RDBStorage
    from twinloop.storages.journal import JournalFileBackend

    assert create_study(storage=InMemoryStorage()).path is None
    journal = JournalStorage(JournalFileBackend(str(tmp_path / "journal.log")))
    create_study(storage=journal, study_name="one").close()
    create_study(storage=RDBStorage(f"sqlite:///{tmp_path}/base.db", heartbeat_interval=60), study_name="two").close()
    assert sorted(path.name for path in tmp_path.glob("*.study")) == ["base.two.study", "journal.one.study"]
    assert get_all_study_names(journal) == ["one"]


def test_their_modules_hold_our_names():
    assert optuna.trial.TrialState is engine.TrialState
    assert [one.name for one in engine.TrialState if not one.is_finished()] == ["WAITING", "RUNNING"]
    assert optuna.study.Study is engine.Study
    assert optuna.exceptions.TrialPruned is engine.TrialPruned
    assert optuna.distributions.FloatDistribution(0.0, 1.0) == engine.Float(0.0, 1.0)
    assert optuna.distributions.LogUniformDistribution(0.1, 1.0) == engine.Float(0.1, 1.0, log=True)
    assert optuna.distributions.IntUniformDistribution(1, 9, 2) == engine.Int(1, 9, step=2)
    for one in (engine.Float(0.1, 1.0, log=True), engine.Int(1, 9, step=2), engine.Categorical((None, 2, "a"))):
        assert optuna.distributions.json_to_distribution(optuna.distributions.distribution_to_json(one)) == one
        assert isinstance(one, optuna.distributions.BaseDistribution)
    with pytest.raises(ValueError, match="cannot be read"):
        optuna.distributions.json_to_distribution("{}")
    with pytest.raises(ValueError, match="was asked for as"):
        optuna.distributions.check_distribution_compatibility(engine.Float(0, 1), engine.Int(0, 1))
    noted = {"constraints": [1.5, -0.5], "constraints:cost": 2.0, "other": 1}
    assert optuna.create_trial(value=1.0, system_attrs=noted).constraints == {"0": 1.5, "1": -0.5, "cost": 2.0}
    assert "samplers" in dir(optuna)


def test_their_search_of_an_estimator_is_ours():
    X, y = load_iris(return_X_y=True)
    space = {"C": optuna.distributions.FloatDistribution(1e-2, 1e2, log=True)}
    with pytest.warns(UserWarning, match="enable_pruning of OptunaSearchCV plays no part"):
        search = optuna.integration.OptunaSearchCV(SVC(), space, n_trials=3, cv=2, random_state=0, enable_pruning=False)
    search.fit(X, y)
    assert search.study_.best_trial.value == search.best_score_
    assert search.study_.setup.strategy.sampler == "tpe"
    assert len(search.cv_results_["params"]) == 3


def test_the_verbosity_is_chosen(capsys):
    before = optuna.logging.get_verbosity()
    optuna.logging.disable_propagation()
    try:
        optuna.logging.enable_default_handler()
        optuna.logging.set_verbosity(optuna.logging.INFO)
        create_study().optimize(objective, 1)
        assert capsys.readouterr().err.startswith("Trial 0 is complete")
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        create_study().optimize(objective, 1)
        assert capsys.readouterr().err == ""
    finally:
        optuna.logging.disable_default_handler()
        optuna.logging.enable_propagation()
        optuna.logging.set_verbosity(before)
        for handler in list(logging.getLogger("twinloop").handlers):
            logging.getLogger("twinloop").removeHandler(handler)


def test_sampler_and_pruner_of_a_study_are_changed(tmp_path):
    study = create_study(storage=tmp_path / "a.study").optimize(objective, 3)
    study.sampler, study.pruner = "random", optuna.pruners.NopPruner()
    study.optimize(objective, 2).close()
    strategy = Study.open(tmp_path / "a.study").setup.strategy
    assert (strategy.sampler, strategy.pruner) == ("random", "none")
    with pytest.raises(UserFault, match="is not a strategy"):
        study.sampler = object()
    assert Study.open(tmp_path / "a.study").setup.strategy.sampler == "random"


# -- constraints by a function -----------------------------------------------------------------------------------------


def bounded(trial):
    x = trial.suggest_float("x", -10, 10)
    trial.set_user_attr("limits", (x - 1, -x - 5))
    return x * x


@pytest.mark.parametrize("sampler", [None, "TPESampler", "GPSampler", "NSGAIISampler"])
def test_constraints_are_a_function_of_the_trial(sampler):
    function = lambda trial: trial.user_attrs["limits"]  # noqa: E731
    if sampler is None:
        study = Study(constraints_func=function)
    else:
        study = create_study(sampler=getattr(optuna.samplers, sampler)(seed=0, constraints_func=function))
    study.optimize(bounded, n_trials=20)
    assert all(one.constraints == {"0": one.params["x"] - 1, "1": -one.params["x"] - 5} for one in study.trials)
    assert [one.feasible for one in study.trials] == [-5 <= one.params["x"] <= 1 for one in study.trials]


def test_a_function_sees_the_trial_as_it_ended_and_may_name_its_constraints():
    seen = []

    def function(trial):
        seen.append((trial.state, trial.value, trial.params))
        return {"cost": trial.value - 4}

    study = Study(constraints_func=function).optimize(objective, 2)
    assert seen == [(TrialState.COMPLETE, one.value, one.params) for one in study.trials]
    assert [one.constraints for one in study.trials] == [{"cost": one.value - 4} for one in study.trials]
    with pytest.raises(UserFault, match="complete, not running"):
        study.tell(0, 1.0)
    assert len(seen) == 2  # once a trial
    named = Study(constraints=("a", "b"), constraints_func=lambda trial: (1, 2)).optimize(objective, 1)
    assert named.trials[0].constraints == {"a": 1.0, "b": 2.0}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda trial: trial.user_attrs["missing"], "constraints_func raised KeyError: 'missing'"),
        (lambda trial: None, "constraints_func returned None"),
        (lambda trial: {"a": "x"}, "a is 'x', which is not a number"),
        (lambda trial: (0.0, float("nan")), r"constraints_func returned no number \(nan\) for 1"),
    ],
)
def test_a_function_that_fails_is_told(answer, words):
    with pytest.raises(UserFault, match=words):
        Study(constraints_func=answer).optimize(objective, 3)


def test_constraints_come_along_with_trials():
    one = create_trial(value=1.0, constraints={"cost": 1.5})
    assert (one.constraints, one.feasible) == ({"cost": 1.5}, False)
    study = create_study()
    study.add_trials([one, create_trial(value=2.0, constraints={"cost": -1.0})])
    assert study.best_trial.number == 1
    with pytest.raises(WrongValue, match="not a number"):
        create_trial(value=1.0, constraints={"cost": float("nan")})


# -- several studies in one place --------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["sqlite:///{}/example.db", "{}"])
def test_studies_are_listed_copied_and_found_by_name(tmp_path, place):
    storage = place.format(tmp_path)
    assert get_all_study_names(storage) == []
    with create_study(storage=storage, study_name="one", direction="maximize") as study:
        study.set_user_attr("by", "me")
        study.optimize(objective, 3)
    assert len(load_study(study_name=None, storage=storage).trials) == 3
    create_study(storage=storage, study_name="two").close()
    (tmp_path / "example.other.study").write_text("nothing")
    assert get_all_study_names(storage) == ["one", "two"]
    first, second = engine.get_all_study_summaries(storage)
    assert (first.study_name, first.direction.name, first.n_trials) == ("one", "MAXIMIZE", 3)
    assert first.best_trial == study.best_trial
    assert first.user_attrs == {"by": "me"}
    assert first.datetime_start == study.trials[0].datetime_start
    assert (second.n_trials, second.best_trial, second.datetime_start) == (0, None, None)
    copy_study(from_study_name="one", from_storage=storage, to_storage=storage, to_study_name="three")
    assert get_all_study_names(storage) == ["one", "three", "two"]
    assert load_study(study_name="three", storage=storage).trials == study.trials
    assert load_study(study_name="one", storage=storage).study_name == "one"


def test_a_place_without_the_study_is_told(tmp_path):
    storage = f"sqlite:///{tmp_path}/example.db"
    create_study(storage=storage, study_name="one").close()
    create_study(storage=storage, study_name="two").close()
    with pytest.raises(UserFault, match="Several studies are kept there"):
        load_study(study_name=None, storage=storage)
    with pytest.raises(KeyError, match=r"There is no example\.x\.study\. Name a study"):
        load_study(study_name="x", storage=storage)
    with pytest.raises(optuna.exceptions.DuplicatedStudyError, match="is there already"):
        create_study(storage=storage, study_name="one")
    with pytest.raises(optuna.exceptions.DuplicatedStudyError, match="is there already"):
        copy_study(from_study_name="one", from_storage=storage, to_storage=storage, to_study_name="two")


def test_a_running_study_is_listed_and_copied_as_it_stands(tmp_path):
    study = create_study(storage=tmp_path / "a.study", study_name="a").optimize(objective, 2)
    study.ask()
    copy_study(from_storage=tmp_path / "a.study", to_storage=tmp_path / "b.study")
    assert [one.state.label for one in Study.open(tmp_path / "b.study").trials] == ["complete", "complete", "waiting"]
    assert study.trials[2].state is TrialState.RUNNING
    assert get_all_study_names(tmp_path) == ["a", "a"]
    assert len(study.optimize(objective, 1).trials) == 4


def test_whether_configurations_are_repeated_is_kept(tmp_path):
    study = Study(repeats=True)
    study.save(tmp_path / "a.study")
    study.close()
    with Study.open(tmp_path / "a.study") as again:
        assert again.repeats
        assert len(again.optimize(lambda trial: trial.suggest_int("n", 1, 2), 5).trials) == 5
        again.repeats = False
        again.set_user_attr("note", 1)
    assert not Study.open(tmp_path / "a.study").repeats


# -- trials ------------------------------------------------------------------------------------------------------------


def test_trials_are_in_the_order_of_their_numbers():
    study = create_study().optimize(objective, 3)
    first, second, third = study.trials
    assert first < second <= third
    assert sorted([third, first, second]) == study.trials
    with pytest.raises(TypeError):
        first < 1  # noqa: B015


def test_several_scores_are_no_single_value():
    with pytest.raises(RuntimeError, match="has 2 values"):
        create_trial(values=[1.0, 2.0]).value  # noqa: B018


def test_complete_and_no_number_contradict_each_other():
    study = create_study()
    with pytest.raises(WrongValue, match="complete, and no number"):
        study.tell(study.ask(), float("nan"), state=TrialState.COMPLETE)
    assert study.tell(study.ask(), float("nan")).state is TrialState.FAILED


def test_a_number_of_trials_ends_a_search():
    study = create_study()
    study.optimize(objective, callbacks=[optuna.study.MaxTrialsCallback(4)])
    assert len(study.trials) == 4
