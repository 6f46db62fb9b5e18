"""An objective is tried by hand, with values that a person gives."""

import pytest

from engine import FixedTrial, Float, create_trial
from engine.errors import WrongValue


def objective(trial):
    x = trial.suggest_float("x", 0.0, 1.0)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    n = trial.suggest_int("n", 1, 8, log=True) if kind == "a" else 0
    trial.set_user_attr("kind", kind)
    trial.report(x, step=1)
    trial.report(2, {"loss": 0.5})
    assert not trial.should_prune()
    return x + n


def test_an_objective_is_given_what_stands_there():
    trial = FixedTrial({"x": 0.5, "kind": "a", "n": 3, "unused": 1})
    assert objective(trial) == 3.5
    assert trial.params == {"x": 0.5, "kind": "a", "n": 3}
    assert trial.user_attrs == {"kind": "a"}
    assert list(trial.distributions) == ["x", "kind", "n"]
    assert trial.datetime_start.year > 2000
    assert FixedTrial({}, number=7).number == 7


def test_a_name_without_a_value_is_told():
    with pytest.raises(WrongValue, match="asks for 'kind', which has no value"):
        objective(FixedTrial({"x": 0.5}))


def test_a_value_outside_its_range_is_given_with_a_warning():
    with pytest.warns(UserWarning, match=r"x is 2\.0, and the objective asks for"):
        assert FixedTrial({"x": 2.0}).suggest_float("x", 0.0, 1.0) == 2.0


def test_what_no_study_would_take_is_refused():
    with pytest.raises(WrongValue, match="kind is 'c', which is none of its choices"):
        FixedTrial({"kind": "c"}).suggest_categorical("kind", ["a", "b"])
    with pytest.raises(WrongValue, match="x: "):
        FixedTrial({"x": 0.5}).suggest_float("x", 0.0, 1.0, step=0.1, log=True)
    over = create_trial(value=1.0, params={"x": 0.5}, distributions={"x": Float(0.0, 1.0)})
    with pytest.raises(WrongValue, match="x: "):
        over.suggest_float("x", 0.0, 1.0, step=0.1, log=True)


def test_constraints_are_noted():
    trial = FixedTrial({})
    trial.set_constraint("memory", -1.0)
    assert trial.constraints == {"memory": -1.0}
