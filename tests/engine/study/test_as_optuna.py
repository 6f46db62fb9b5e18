"""Optuna's plots and importances are given our studies as studies of its own."""

import sys
import types

import pytest
import twinloop

from engine import Study, create_study, create_trial
from engine.errors import UserFault


@pytest.fixture
def theirs(monkeypatch):
    """Stands for the package: it notes what it is made of."""
    package = types.ModuleType("optuna")
    package.logging = types.SimpleNamespace(get_verbosity=lambda: 20, set_verbosity=lambda level: None, ERROR=40)
    package.trial = types.SimpleNamespace(
        create_trial=lambda **parts: parts, TrialState={"COMPLETE": "COMPLETE", "PRUNED": "PRUNED", "FAIL": "FAIL"}
    )
    kinds = {
        kind: lambda *bounds, kind=kind, **more: (kind, *bounds, more)
        for kind in ("FloatDistribution", "IntDistribution", "CategoricalDistribution")
    }
    package.distributions = types.SimpleNamespace(**kinds)

    def create(study_name, directions):
        made = types.SimpleNamespace(study_name=study_name, directions=directions, trials=[], names=None)
        made.add_trials = made.trials.extend
        made.set_metric_names = lambda names: setattr(made, "names", names)
        return made

    package.create_study = create
    for place in ("visualization", "visualization.matplotlib", "importance"):
        module = types.ModuleType(f"optuna.{place}")
        module.is_available, module.FanovaImportanceEvaluator = (lambda: True), dict
        module.plot_slice = module.get_param_importances = lambda *given, **named: (given, named)
        monkeypatch.setitem(sys.modules, f"optuna.{place}", module)
    monkeypatch.setitem(sys.modules, "optuna", package)
    return package


def objective(trial):
    x, n = trial.suggest_float("x", 0.0, 1.0), trial.suggest_int("n", 1, 8, log=True)
    kind = trial.suggest_categorical("kind", ["a", (1, 2)])
    trial.report(x, 0)
    trial.report(float("inf"), 1)
    trial.set_user_attr("by", "me")
    trial.set_constraint("memory", -1.0)
    if trial.number == 1:
        raise twinloop.TrialPruned
    return x + n + len(kind)


def test_what_their_functions_are_given_beside_a_study_is_theirs(theirs):
    import twinloop.visualization.matplotlib

    assert twinloop.visualization.is_available()
    assert twinloop.importance.FanovaImportanceEvaluator is dict
    (study,), _ = twinloop.visualization.matplotlib.plot_slice(create_study())
    assert study.trials == []


def test_every_finished_trial_is_handed_over(theirs):
    study = create_study(study_name="mine", direction="maximize").optimize(objective, 3)
    study.set_metric_names(["loss"])
    study.ask()
    (given,), named = twinloop.visualization.plot_slice(study, params=["x"])
    assert named == {"params": ["x"]}
    assert (given.study_name, given.directions, given.names) == ("mine", ["maximize"], ["loss"])
    assert [one["state"] for one in given.trials] == ["COMPLETE", "PRUNED", "COMPLETE"]
    first, best = given.trials[0], study.trials[0]
    assert (first["values"], first["params"], first["user_attrs"]) == (best.values, best.params, {"by": "me"})
    assert first["distributions"] == {
        "x": ("FloatDistribution", 0.0, 1.0, {"log": False, "step": None}),
        "n": ("IntDistribution", 1, 8, {"log": True, "step": 1}),
        "kind": ("CategoricalDistribution", ["a", (1, 2)], {}),
    }
    assert first["intermediate_values"] == {0: best.intermediate_values[0]}
    assert first["system_attrs"] == {"constraints": [-1.0]}


def test_studies_are_read_wherever_they_stand_among_the_arguments(theirs):
    study = create_study()
    study.add_trial(create_trial(value=1.0))
    _, named = twinloop.importance.get_param_importances(study=study, target=None)
    assert named["study"].trials[0]["values"] == [1.0]
    (given,), _ = twinloop.visualization.matplotlib.plot_slice(study)
    assert len(given.trials) == 1


def test_without_the_package_that_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UserFault, match="Optuna, whose function this is, is not installed"):
        twinloop.visualization.plot_contour(Study())
    with pytest.raises(AttributeError, match="no attribute 'draw'"):
        twinloop.visualization.draw  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'draw'"):
        twinloop.importance.draw  # noqa: B018
