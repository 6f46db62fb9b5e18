"""Configurations evaluated together: each ends with what it would have got alone, and by itself."""

import itertools

import pytest

from engine.errors import UserFault
from engine.learners import families
from engine.objectives import table
from engine.objectives.base import EvaluationRequest, Outcome
from engine.objectives.description import TableObjective, Validation

NETWORK = {"layers": 1, "hidden_units": 12, "activation": "tanh", "optimizer": "adam", "batch_size": 64}
LINE = {"optimizer": "sgd", "batch_size": 32}
CASES = {
    "network on classes": ("sample:digits", "target", "classification", "mlp", "log_loss", NETWORK),
    "network on numbers": ("sample:wages", "monthly_wage", "regression", "mlp", "rmse", NETWORK),
    "logistic regression": ("sample:digits", "target", "classification", "softmax", "accuracy", LINE),
    "linear regression": ("sample:wages", "monthly_wage", "regression", "linear", "r2", LINE),
    "poisson regression": ("sample:wages", "monthly_wage", "regression", "poisson", "rmse", LINE),
}


class Cut(Exception):
    """Ends an evaluation in the middle."""


class Heard:
    """A trial's report and checkpoints; it may be cut off after some steps."""

    def __init__(self, latest=b"", cut_after=None):
        self.latest, self.cut_after, self.steps = latest, cut_after, []

    def checkpoint_due(self):
        return True

    def save(self, step, state):
        self.latest = state

    def report(self, step, records):
        self.steps.append((step, records["fold"], records["val_loss"]))
        if len(self.steps) == self.cut_after:
            raise Cut


def prepared(case, **settings):
    source, target, task, family, metric, _ = CASES[case]
    settings = {"epochs": 5, **settings}
    return table.prepare(TableObjective(source, target, task, family, metric, settings, validation=Validation(folds=2)))


def configurations(case, count=4):
    rates = (0.003, 0.01, 0.03, 0.001)
    return [{**CASES[case][-1], "learning_rate": rates[k], "l2": 10.0 ** -(k + 2)} for k in range(count)]


def together(objective, params, heard):
    ended = {}
    requests = [EvaluationRequest(one, 7 + k, heard[k].report, heard[k]) for k, one in enumerate(params)]
    objective.evaluate_together(requests, ended.__setitem__, itertools.count().__next__, lambda: None)
    return [ended[place] for place in range(len(params))]


def alone(objective, params, heard):
    return [objective.evaluate(one, 7 + k, heard[k].report, heard[k]) for k, one in enumerate(params)]


def known(outcome):
    details = {name: value for name, value in outcome.details.items() if name != "fold_seconds"}
    return outcome.score, details


def test_configurations_may_differ_in_how_they_descend():
    case = "network on classes"
    objective = prepared(case)
    own = (
        {"schedule": "cosine", "beta1": 0.8},
        {"schedule": "onecycle", "clip": 0.5},
        {"clip": 2.0, "l1": 1e-4, "beta2": 0.99},
        {"schedule": "plateau", "epsilon": 1e-6},
    )
    params = [{**one, **more} for one, more in zip(configurations(case), own, strict=True)]
    family, shape = families.get("mlp"), families.TableShape(*objective.model_size())
    assert len({family.stack_key(one, shape).key for one in params}) == 1
    one, other = [Heard() for _ in params], [Heard() for _ in params]
    joint, single = together(objective, params, one), alone(objective, params, other)
    assert [known(outcome) for outcome in joint] == [known(outcome) for outcome in single]


@pytest.mark.parametrize("settings", [{}, {"early_stopping": True, "patience": 1}])
@pytest.mark.parametrize("case", CASES)
def test_scores_curves_and_details_are_those_of_evaluating_alone(case, settings):
    objective, params = prepared(case, **settings), configurations(case)
    one, other = [Heard() for _ in params], [Heard() for _ in params]
    joint, single = together(objective, params, one), alone(objective, params, other)
    assert [known(outcome) for outcome in joint] == [known(outcome) for outcome in single]
    assert [heard.steps for heard in one] == [heard.steps for heard in other]


def test_hypergradients_are_told_of_each():
    objective = prepared("logistic regression", hypergradients=True)
    params = configurations("logistic regression", 2)
    outcomes = together(objective, params, [Heard(), Heard()])
    wanted = alone(objective, params, [Heard(), Heard()])
    assert [one.details["hypergradient"] for one in outcomes] == [one.details["hypergradient"] for one in wanted]
    assert set(outcomes[0].details["hypergradient"]) == {"learning_rate", "momentum", "l2"}


def test_one_that_is_ended_diverges_or_has_impossible_settings_leaves_the_others_alone():
    objective, params = prepared("network on classes"), configurations("network on classes")
    params[2] = {**params[2], "learning_rate": 1e6}
    heard = [Heard(), Heard(cut_after=3), Heard(), Heard()]
    first, cut, diverged, last = together(objective, params, heard)
    assert isinstance(cut, Cut)
    assert isinstance(diverged, UserFault)
    assert "diverged" in str(diverged)
    wanted = alone(objective, [params[0]], [Heard()])
    assert known(first) == known(wanted[0])
    assert isinstance(last, Outcome)
    assert [len(one.steps) for one in heard] == [10, 3, 0, 10]


def test_one_that_is_over_is_told_of_while_the_others_go_on():
    objective, params = prepared("network on classes"), configurations("network on classes", 2)
    heard = [Heard(cut_after=2), Heard()]
    told = []
    requests = [EvaluationRequest(one, 7, heard[k].report, heard[k]) for k, one in enumerate(params)]
    objective.evaluate_together(
        requests, lambda place, outcome: told.append((place, len(heard[1].steps))), lambda: 0.0, lambda: None
    )
    assert told == [(0, 1), (1, 10)]


@pytest.mark.parametrize("cut_after", [1, 5, 8])
def test_each_goes_on_from_its_own_state(cut_after):
    objective, params = prepared("network on numbers"), configurations("network on numbers")
    whole = [Heard() for _ in params]
    wanted = together(objective, params, whole)
    cut = [Heard(cut_after=cut_after), Heard(), Heard(cut_after=6), Heard(cut_after=2)]
    together(objective, params, cut)
    again = [Heard(cut[0].latest), Heard(), Heard(cut[2].latest), Heard(cut[3].latest)]
    assert [known(one) for one in together(objective, params, again)] == [known(one) for one in wanted]
    assert [one.steps for one in again] == [one.steps for one in whole]
    single = Heard(cut[0].latest)
    assert known(objective.evaluate(params[0], 7, single.report, single)) == known(wanted[0])


def test_models_that_cannot_be_trained_together_say_so():
    forest = TableObjective("sample:digits", "target", "classification", "random_forest", "accuracy")
    assert table.prepare(forest).model_size() == (0, 0, 0)
    network = prepared("network on classes")
    assert network.model_size() == (*network.fold(0).X.shape, 10)
