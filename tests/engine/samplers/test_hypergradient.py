"""Descent along hypergradients: on functions with known derivatives, and on networks that tell their own."""

import math

import numpy as np
import pytest

from engine import options, samplers
from engine.data.reading import inspect
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.learners import families
from engine.objectives.description import TableObjective, Validation
from engine.objectives.table import prepare
from engine.samplers import SuggestRequest
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History
from tests.contracts.sampler_contract import SamplerContract
from tests.engine.objectives.test_checkpoints import Cut, Store

SPACE = SearchSpace(
    {
        "learning_rate": Float(1e-4, 1.0, log=True),
        "momentum": Float(0.5, 0.99),
        "units": Int(4, 64, log=True),
        "optimizer": Categorical(("sgd", "adam")),
    }
)
SLOPES = ("learning_rate", "momentum")


class TestHypergradientContract(SamplerContract):
    def make(self):
        return samplers.make("hypergradient")


def valley(params):
    """A loss with its minimum at a learning rate of 0.02 and a momentum of 0.8, and its derivatives by both."""
    far, off = math.log(params["learning_rate"] / 0.02), params["momentum"] - 0.8
    return far**2 + 30 * off**2, {"learning_rate": 2 * far / params["learning_rate"], "momentum": 60 * off}


class Search:
    """A study in miniature, whose trials tell their derivatives."""

    def __init__(self, function=valley, space=SPACE, seed=0, directions=("minimize",), **settings):
        self.sampler = samplers.make("hypergradient", settings)
        self.function, self.seed, self.history = function, seed, History(space, directions)

    def ask(self):
        number = len(self.history)
        suggestion = self.sampler.suggest(self.history, SuggestRequest(number, self.history.drawn, self.seed))
        self.history.apply(TrialStarted(number=number, params=suggestion.params, time=0.0, why=suggestion.why))
        return suggestion

    def tell(self, number, score, slopes):
        details = {"hypergradient": slopes} if slopes else {}
        self.history.apply(
            TrialEnded(number=number, state="complete", time=0.0, seconds=0.0, scores=(score,), details=details)
        )

    def run(self, trials):
        for _ in range(trials):
            number, params = len(self.history), self.ask().params
            self.tell(number, *self.function(params))
        return self

    @property
    def best(self):
        return float(self.history.losses.min())


@pytest.mark.parametrize("seed", range(5))
def test_it_finds_the_bottom_of_a_valley_that_spreading_misses(seed):
    spread = Search(lambda params: (valley(params)[0], {}), seed=seed).run(40)
    assert Search(seed=seed).run(40).best < min(0.02, spread.best / 3)


def test_the_first_step_goes_straight_downhill_in_logarithms_of_the_range():
    search = Search(start=4, step=0.1).run(4)
    anchor = search.history.trial(search.history.best_number())
    suggestion = search.ask()
    slopes = valley(anchor.params)[1]
    downhill = -np.array(
        [slopes["learning_rate"] * anchor.params["learning_rate"] * math.log(1e4), slopes["momentum"] * 0.49]
    )
    moved = SPACE.encode(suggestion.params) - SPACE.encode(anchor.params)
    assert suggestion.why == {"phase": "descent", "descent": 0, "from": anchor.number, "length": 0.1}
    assert moved[:2] == pytest.approx(0.1 * downhill / np.linalg.norm(downhill))
    assert moved[2:] == pytest.approx([0.0, 0.0])


def test_a_step_that_does_not_help_is_halved_and_one_that_helps_is_doubled():
    slope = {"momentum": 1.0}  # the same everywhere, which tells nothing of the curvature
    search = Search(lambda params: (1.0, slope), start=2, step=0.1).run(2)
    lengths = []
    for score in (9.0, 9.0, -1.0):  # worse, worse, better than all before
        number, suggestion = len(search.history), search.ask()
        lengths.append(suggestion.why["length"])
        search.tell(number, score, slope)
    assert [*lengths, search.ask().why["length"]] == pytest.approx([0.1, 0.05, 0.025, 0.05])


def test_the_bottom_of_a_parabola_is_met_exactly():
    def parabola(params):
        return (params["x"] - 0.7) ** 2, {"x": 2 * (params["x"] - 0.7)}

    search = Search(parabola, SearchSpace({"x": Float(0.0, 1.0)}), start=1, step=0.05).run(8)
    assert search.best < 1e-12


def test_trials_that_run_at_once_are_the_shorter_steps():
    search = Search(start=2, step=0.2).run(2)
    asked = [search.ask().why for _ in range(3)]
    assert len({why["from"] for why in asked}) == 1
    assert [why["length"] for why in asked] == pytest.approx([0.2, 0.1, 0.05])


def test_after_so_many_halvings_a_new_descent_begins_elsewhere():
    slope = {"momentum": 1.0}
    scores = iter([1.0, 2.0, 3.0, 9.0, 9.0, 9.0])
    search = Search(lambda params: (next(scores), slope), start=3, halvings=2).run(6)
    assert search.ask().why == {"phase": "start", "descent": 1}
    search.tell(6, 5.0, slope)
    assert search.ask().why["from"] == 6


def test_the_direction_of_the_score_does_not_turn_the_loss_around():
    search = Search(lambda params: (-valley(params)[0], valley(params)[1]), directions=("maximize",))
    assert search.run(40).best == Search().run(40).best


def test_a_range_ends_the_descent_in_its_direction():
    space = SearchSpace({"learning_rate": Float(0.1, 1.0, log=True), "momentum": Float(0.5, 0.99)})
    search = Search(space=space).run(30)  # its best learning rate lies below the range
    best = search.history.trial(search.history.best_number()).params
    assert best["learning_rate"] == pytest.approx(0.1, rel=1e-6)
    assert best["momentum"] == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    "slopes", [{}, {"unknown": 1.0}, {"momentum": math.nan}, {"optimizer": 1.0}, {"momentum": 0.0}]
)
def test_trials_without_a_direction_are_spread_as_if_the_study_had_just_begun(slopes):
    search = Search(lambda params: (1.0, slopes), start=2).run(12)
    assert {search.history.trial(number).why["phase"] for number in range(12)} == {"start"}


def test_huge_derivatives_are_followed():
    search = Search(lambda params: (valley(params)[0], {"momentum": 1e300, "learning_rate": -1e300}), start=2).run(2)
    anchor = search.history.trial(search.history.best_number()).params
    assert search.ask().params["momentum"] < anchor["momentum"]


# -- models that tell --------------------------------------------------------------------------------------------------


SGD = {"optimizer": "sgd", "learning_rate": 0.03, "momentum": 0.6, "l2": 0.02, "batch_size": 32}
NETWORK = {**SGD, "layers": 1, "hidden_units": 8, "activation": "tanh", "dropout": 0.0}


def ignore(step, records):
    """A report that nobody reads."""


def described(family, task, **settings):
    source = "sample:wine" if task == "classification" else "sample:diabetes"
    metric = "log_loss" if task == "classification" else "rmse"
    settings = {"epochs": 5, "hypergradients": True, **settings}
    return TableObjective(source, inspect(source).info.names[-1], task, family, metric, settings=settings,
                          validation=Validation(folds=2))  # fmt: skip


def validation_loss(prepared, params):
    """The mean over folds of the last validation loss."""
    last = {}
    prepared.evaluate(params, 3, lambda step, records: last.update({records["fold"]: records["val_loss"]}))
    return sum(last.values()) / len(last)


@pytest.mark.parametrize(
    ("family", "task", "params"),
    [("softmax", "classification", SGD), ("linear", "regression", SGD), ("mlp", "classification", NETWORK),
     ("mlp", "regression", NETWORK)],
)  # fmt: skip
def test_told_derivatives_are_those_of_the_reported_validation_loss(family, task, params):
    prepared = prepare(described(family, task))
    told = prepared.evaluate(params, 3, ignore).details["hypergradient"]
    quiet = prepare(described(family, task, hypergradients=False))
    accuracy, step = (0.02, 0.02) if family == "mlp" else (1e-4, 1e-3)  # networks train in single precision
    for name in ("learning_rate", "momentum", "l2"):
        above, below = ({**params, name: params[name] * (1 + sign * step)} for sign in (1, -1))
        slope = (validation_loss(quiet, above) - validation_loss(quiet, below)) / (2 * step * params[name])
        assert told[name] == pytest.approx(slope, rel=accuracy, abs=2e-4)


def test_a_model_that_does_not_tell_says_why_and_keeps_its_score():
    params = {**SGD, "optimizer": "adam"}
    quiet = prepare(described("softmax", "classification", hypergradients=False)).evaluate(params, 3, ignore)
    asked = prepare(described("softmax", "classification")).evaluate(params, 3, ignore)
    assert asked.score == quiet.score
    assert "hypergradient" not in asked.details
    assert any("gradient descent, SGD and momentum" in note for note in asked.details["notes"])


def test_telling_changes_no_digit_of_the_score():
    scores = [
        prepare(described("mlp", "regression", hypergradients=told)).evaluate(NETWORK, 3, ignore).score
        for told in (True, False)
    ]
    assert scores[0] == scores[1]


def test_derivatives_of_finished_folds_outlive_a_cut():
    prepared = prepare(described("softmax", "classification"))
    whole = prepared.evaluate(SGD, 3, ignore).details["hypergradient"]
    first = Store(cut_after=7)  # in the second of two folds
    with pytest.raises(Cut):
        prepared.evaluate(SGD, 3, first.report, first)
    assert prepared.evaluate(SGD, 3, ignore, Store(first.latest)).details["hypergradient"] == whole


def test_families_without_derivatives_say_so():
    family = families.get("neighbours")
    X, y = np.eye(4), np.arange(4.0)
    estimator = family.make_estimator({"n_neighbors": 1}, options.make(family.settings, {}), "regression", 0)
    with pytest.raises(UserFault, match="has no hypergradients"):
        family.hypergradient(estimator.fit(X, y), X, y, (X, y))


def test_descent_beats_spreading_on_a_model_that_tells():
    prepared = prepare(described("softmax", "classification", epochs=3))
    space = SearchSpace(
        {
            "optimizer": Categorical(("sgd",)),
            "learning_rate": Float(1e-4, 1.0, log=True),
            "momentum": Float(0.5, 0.99),
            "l2": Float(1e-7, 1.0, log=True),
            "batch_size": Categorical((64,)),
        }
    )

    def trained(params, told):
        outcome = prepared.evaluate(params, 3, ignore)
        return outcome.score, outcome.details["hypergradient"] if told else {}

    descended, spread = (Search(lambda params, told=told: trained(params, told), space, start=4).run(16)
                         for told in (True, False))  # fmt: skip
    assert descended.best < spread.best
