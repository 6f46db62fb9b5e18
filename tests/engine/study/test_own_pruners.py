"""Pruners that people wrote for Optuna end trials of a study of ours; wrong arguments of its own ones are told."""

import pickle

import pytest
import twinloop as optuna

from engine import Study, create_study
from engine.errors import UserFault


class Last(optuna.pruners.BasePruner):
    """Ends a trial that is behind every other at its last step."""

    def prune(self, study, trial):
        step = trial.last_step
        others = [one.intermediate_values[step] for one in study.get_trials() if step in one.intermediate_values]
        return len(others) > 2 and trial.intermediate_values[step] == max(others)


def objective(trial):
    for step in range(2):
        trial.report(trial.suggest_float("x", 0.0, 0.5) + trial.number, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return trial.number


def check_search(study):
    study.optimize(objective, n_trials=4)
    assert [one.state.label for one in study.trials] == ["complete", "complete", "pruned", "pruned"]
    assert study.trials[2].intermediate_values.keys() == {0}


def test_it_sees_the_study_and_the_running_trial(tmp_path):
    check_search(create_study(pruner=Last(), sampler="random"))
    later = create_study(sampler="random")
    later.pruner = Last()
    check_search(later)
    check_search(pickle.loads(pickle.dumps(Study(pruner=Last(), sampler="random"))))
    create_study(storage=str(tmp_path / "kept.study")).close()
    with Study.open(tmp_path / "kept.study", pruner=Last()) as kept:
        kept.sampler = "random"
        check_search(kept)


def prunings(pruner, curves, direction="minimize"):
    """Whether a pruner would end each of some trials, by the values that it reported at each step."""
    study, said = create_study(pruner=pruner, direction=direction), []
    for curve in curves:
        trial = study.ask()
        for step, value in curve.items():
            trial.report(value, step)
        said.append(trial.should_prune())
        study.tell(trial, curve[max(curve)])
    return said


@pytest.mark.parametrize(("direction", "sign"), [("minimize", 1.0), ("maximize", -1.0)])
def test_a_patient_pruner_asks_another_once_nothing_became_better(direction, sign):
    falls, stays, rises = {0: 3.0, 1: 2.0, 2: 1.0}, {0: 1.0, 1: 1.0, 2: 1.5}, {0: 1.0, 1: 2.0, 2: 3.0}
    curves = [{step: sign * value for step, value in curve.items()} for curve in (falls, stays, rises)]
    kinds = optuna.pruners
    assert prunings(kinds.PatientPruner(None, 1), curves, direction) == [False, False, True]
    assert prunings(kinds.PatientPruner(None, 1, min_delta=2.0), curves, direction) == [False, False, False]
    assert prunings(kinds.PatientPruner(kinds.NopPruner(), 0), curves, direction) == [False, False, False]
    outside = kinds.ThresholdPruner(upper=2.5) if sign > 0 else kinds.ThresholdPruner(lower=-1.75)
    assert prunings(kinds.PatientPruner(outside, 0), [*curves, {0: sign, 1: sign * 4, 2: sign * 5}], direction)[3]


@pytest.mark.parametrize(("direction", "sign"), [("minimize", 1.0), ("maximize", -1.0)])
def test_wilcoxons_test_compares_pairs_with_the_best_trial(direction, sign):
    best = {step: sign * step for step in range(10)}
    worse, as_good = ({step: best[step] + sign * off for step in (7, 2, 5, 0, 9, 1)} for off in (1.0, 0.0))
    few = {step: worse[step] for step in (7, 2)}
    assert prunings(optuna.pruners.WilcoxonPruner(), [best, worse, as_good, few], direction) == [
        False, True, False, False
    ]  # fmt: skip
    assert not any(prunings(optuna.pruners.WilcoxonPruner(n_startup_steps=7), [best, worse], direction))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda kinds: kinds.MedianPruner(n_startup_trials=-1), "n_startup_trials is -1"),
        (lambda kinds: kinds.MedianPruner(n_min_trials=0), "n_min_trials is 0"),
        (lambda kinds: kinds.MedianPruner(interval_steps=0), "interval_steps is 0"),
        (lambda kinds: kinds.PercentilePruner(101.0), "percentile is 101.0"),
        (lambda kinds: kinds.PercentilePruner(25.0, n_warmup_steps=-1), "n_warmup_steps is -1"),
        (lambda kinds: kinds.PatientPruner(3, 1), "wrapped_pruner is 3"),
        (lambda kinds: kinds.PatientPruner(None, -1), "patience is -1"),
        (lambda kinds: kinds.PatientPruner(None, 1, min_delta=-0.1), "min_delta is -0.1"),
        (lambda kinds: kinds.WilcoxonPruner(p_threshold=2), "p_threshold is 2"),
        (lambda kinds: kinds.WilcoxonPruner(n_startup_steps=-1), "n_startup_steps is -1"),
        (lambda kinds: kinds.ThresholdPruner(), "Neither lower nor upper"),
        (lambda kinds: kinds.ThresholdPruner(lower="val"), "lower is 'val', which is not a number"),
        (lambda kinds: kinds.ThresholdPruner(lower=1.0, upper=0.0), "lower is 1.0, above upper"),
        (lambda kinds: kinds.SuccessiveHalvingPruner(min_resource="fixed"), "min_resource is 'fixed'"),
        (lambda kinds: kinds.SuccessiveHalvingPruner(reduction_factor=1), "reduction_factor is 1"),
        (lambda kinds: kinds.SuccessiveHalvingPruner(min_early_stopping_rate=-1), "min_early_stopping_rate is -1"),
        (lambda kinds: kinds.HyperbandPruner(max_resource="not_appropriate"), "max_resource is 'not_appropriate'"),
        (lambda kinds: kinds.HyperbandPruner(min_resource=float("nan")), "min_resource is nan"),
    ],
)
def test_a_wrong_argument_is_named(make, words):
    with pytest.raises(UserFault, match=words):
        make(optuna.pruners)


@pytest.mark.parametrize(
    ("pruner", "ends"),
    [
        (optuna.pruners.MedianPruner(2, 1, 2), [(2, 1), (3, 1), (4, 1)]),
        (optuna.pruners.MedianPruner(2, n_min_trials=3), [(3, 0), (4, 0)]),
        (optuna.pruners.PercentilePruner(25.0, 0, 2), [(1, 2), (2, 2), (3, 2), (4, 2)]),
        (optuna.pruners.ThresholdPruner(upper=3.5, n_warmup_steps=1), [(4, 1)]),
        (optuna.pruners.SuccessiveHalvingPruner(1, 2), [(1, 1), (2, 1), (3, 1), (4, 1)]),
        (optuna.pruners.SuccessiveHalvingPruner(1, 2, bootstrap_count=2), [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]),
    ],
)
def test_they_decide_at_the_first_step_that_may_count(pruner, ends):
    study = create_study(direction="maximize", pruner=pruner)
    found = []
    for number in range(5):  # each is worse than those before it
        trial = study.ask()
        for step in range(4):
            trial.report(float(-number if "Threshold" not in str(pruner) else number), step)
            if trial.should_prune():
                found.append((number, step))
                break
        study.tell(trial, 0.0)
    assert found == ends
    assert study.pruner is pruner


def test_hyperband_compares_within_a_bracket():
    study = create_study(study_name="a", pruner=optuna.pruners.HyperbandPruner(1, 9, 3))
    first_rungs = set()
    for number in range(24):
        trial = study.ask()
        for step in range(1, 9):
            trial.report(float(number), step)
            if trial.should_prune():
                first_rungs.add(step)
                break
        study.tell(trial, 0.0)
    assert first_rungs == {1, 3}  # the last bracket judges at step 9


def test_a_copy_of_a_study_goes_on_pruning(tmp_path):
    study = Study(pruner=optuna.pruners.MedianPruner(1))
    study.optimize(objective, n_trials=3)
    copied = pickle.loads(pickle.dumps(study))
    trial = copied.ask()
    trial.report(99.0, 0)
    assert trial.should_prune()
    study.save(tmp_path / "a.study")
    study.close()
    assert isinstance(Study.open(tmp_path / "a.study").pruner, optuna.pruners.MedianPruner)


def test_what_stands_for_a_class_of_theirs_is_known_again_and_not_derived_from():
    kind, study = optuna.samplers.TPESampler, create_study()
    assert isinstance(study.sampler, kind)
    assert isinstance(study.pruner, optuna.pruners.MedianPruner)
    assert isinstance(kind(), kind)
    with pytest.raises(UserFault, match="TPESampler"):
        create_study(sampler=kind)
    assert not isinstance(create_study(sampler="random", pruner="none").sampler, kind)
    with pytest.raises(UserFault, match=r"TPESampler is no class here.* Derive from samplers\.Base"):

        class Own(kind):
            pass
