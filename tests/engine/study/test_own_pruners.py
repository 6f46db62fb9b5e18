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


@pytest.mark.parametrize(("room", "name"), [("samplers", "TPESampler"), ("pruners", "MedianPruner")])
def test_what_stands_for_a_class_of_theirs_is_known_again_and_not_derived_from(room, name):
    kind = getattr(getattr(optuna, room), name)
    study = create_study()
    assert isinstance(getattr(study, room[:-1]), kind)
    assert isinstance(kind(), kind)
    with pytest.raises(UserFault, match=name):
        create_study(**{room[:-1]: kind})
    assert not isinstance(getattr(create_study(sampler="random", pruner="none"), room[:-1]), kind)
    with pytest.raises(UserFault, match=f"{name} is no class here.* Derive from {room}.Base"):

        class Own(kind):
            pass
