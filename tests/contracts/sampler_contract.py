"""What every sampler must do, whatever its kind. Subclass :class:`SamplerContract` and say how one is made."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.samplers import Sampler, SpaceExhausted, SuggestRequest
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History

WIDE = SearchSpace(
    {
        "tiny": Float(1e-300, 1e300, log=True),
        "many": Categorical([f"choice {number}" for number in range(200)]),
        "large": Int(1, 10**12, log=True),
        "step": Float(-1.0, 1.0, step=0.3),
        "only": Int(3, 3),
    }
)


class Walk:
    """A study in miniature: history, seed and one sampler."""

    def __init__(
        self,
        sampler: Sampler,
        space: SearchSpace,
        seed: int = 0,
        budget: int | None = None,
        directions=("minimize",),
        constraints=(),
    ):
        self.sampler, self.seed, self.budget = sampler, seed, budget
        self.history = History(space, directions, constraints)

    def ask(self):
        number = len(self.history)
        request = SuggestRequest(number, self.history.drawn, self.seed, self.budget)
        suggestion = self.sampler.suggest(self.history, request)
        assert self.history.space.validate(suggestion.params) == suggestion.params
        self.history.apply(TrialStarted(number=number, params=suggestion.params, time=0.0, why=suggestion.why))
        return number, suggestion

    def record(self, params, score):
        """A finished trial that somebody else chose."""
        number = len(self.history)
        self.queue(params)
        self.tell(number, score)

    def queue(self, params):
        """A running trial that somebody else chose."""
        self.history.apply(TrialStarted(number=len(self.history), params=params, time=0.0, source="queue"))

    def tell(self, number, *scores, state="complete", constraints=()):
        named = dict(zip(self.history.constraint_names, constraints, strict=True)) if constraints else {}
        self.history.apply(
            TrialEnded(number=number, state=state, time=0.0, seconds=0.0, scores=scores, constraints=named)
        )

    def run(self, function, trials):
        """The scores of ``trials`` trials; a function that gives *None* makes a failed one."""
        scores = []
        for _ in range(trials):
            number, suggestion = self.ask()
            score = function(suggestion.params)
            scores.append(score)
            if score is None:
                self.tell(number, state="failed")
            else:
                self.tell(number, *(score if isinstance(score, tuple) else (score,)))
        return scores

    def run_within(self, function, constraints, trials):
        """The best feasible score after each of ``trials`` trials, infinity before the first."""
        best = []
        for _ in range(trials):
            number, suggestion = self.ask()
            self.tell(number, function(suggestion.params), constraints=constraints(suggestion.params))
            leader = self.history.best_number()
            best.append(math.inf if leader is None else float(self.history.score[leader]))
        return best


@st.composite
def hyperparameters(request, parents):
    when = None
    if parents and request(st.booleans()):
        parent = request(st.sampled_from(sorted(parents)))
        when = {parent: request(st.lists(st.sampled_from(parents[parent]), min_size=1, unique=True))}
    kind = request(st.sampled_from(["float", "log", "step", "int", "log int", "category"]))
    if kind == "float":
        return Float(request(st.floats(-5, 0)), request(st.floats(0, 5)), when=when)
    if kind == "log":
        return Float(request(st.floats(1e-8, 1e-3)), request(st.floats(1e-2, 1e4)), log=True, when=when)
    if kind == "step":
        return Float(0.0, 1.0, step=request(st.sampled_from([0.1, 0.25, 0.3])), when=when)
    if kind == "int":
        return Int(request(st.integers(-3, 0)), request(st.integers(0, 40)), when=when)
    if kind == "log int":
        return Int(1, request(st.integers(1, 5000)), log=True, when=when)
    return Categorical(request(st.lists(st.sampled_from("abcdef"), min_size=1, unique=True)), when=when)


@st.composite
def spaces(request):
    """Random small spaces of every kind of hyperparameter, with conditions."""
    space, parents = {}, {}
    for index in range(request(st.integers(1, 5))):
        name = f"p{index}"
        space[name] = request(hyperparameters(parents))
        if isinstance(space[name], Categorical):
            parents[name] = space[name].choices
    return SearchSpace(space)


LIMITS = st.sampled_from([0.0, -0.0, -1.0, 2.5, 1e-300, 1e300, -1e300, 1.7e308, -1.7e308])
OUTCOMES = st.sampled_from([0.0, 1.0, -2.5, 1.7e308, -1.7e308, 1e-300, math.nan, math.inf, -math.inf, None])


class SamplerContract:
    """Give ``make`` in the subclass."""

    def make(self) -> Sampler:
        raise NotImplementedError

    def start(self, space, **settings) -> Walk:
        return Walk(self.make(), space, **settings)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(space=spaces(), outcomes=st.lists(OUTCOMES, min_size=1, max_size=14), seed=st.integers(0, 2**40))
    def test_every_configuration_is_legal_whatever_the_scores(self, space, outcomes, seed):
        walk = self.start(space, seed=seed)
        answers = iter(outcomes)
        with contextlib.suppress(SpaceExhausted):
            walk.run(lambda params: next(answers), len(outcomes))

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(space=spaces(), limits=st.lists(st.tuples(LIMITS, LIMITS), min_size=1, max_size=14), seed=st.integers(0, 99))
    def test_every_configuration_is_legal_whatever_the_constraints(self, space, limits, seed):
        walk = self.start(space, seed=seed, constraints=("one", "two"))
        with contextlib.suppress(SpaceExhausted):
            for turn, values in enumerate(limits):
                number, _ = walk.ask()
                walk.tell(number, float(turn % 3), constraints=values)

    @pytest.mark.parametrize("feasible_at", [None, 3])
    def test_a_single_feasible_trial_or_none_does_not_stop_it(self, feasible_at):
        walk = self.start(SearchSpace({"x": Float(0.0, 1.0), "k": Int(1, 9)}), constraints=("memory",))
        for turn in range(20):
            number, suggestion = walk.ask()
            excess = -1.0 if turn == feasible_at else 0.1 + suggestion.params["x"]
            walk.tell(number, suggestion.params["k"] / 9, constraints=(excess,))
        assert walk.history.best_number() == feasible_at

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(space=spaces(), seed=st.integers(0, 2**40))
    def test_the_same_seed_gives_the_same_configurations_also_to_a_new_sampler(self, space, seed):
        walk = self.start(space, seed=seed)
        with contextlib.suppress(SpaceExhausted):
            for turn in range(10):
                number, suggestion = walk.ask()
                other = self.make().suggest(_before(walk.history, number), SuggestRequest(number, number, seed))
                assert other.params == suggestion.params
                walk.tell(number, math.sin(7.0 * turn) + turn / 10)

    def test_pending_trials_get_different_configurations(self):
        walk = self.start(SearchSpace({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)}))
        walk.run(lambda params: (params["x"] - 0.3) ** 2, 12)
        asked = [walk.ask()[1].params for _ in range(6)]
        assert len({tuple(params.items()) for params in asked}) == 6

    @pytest.mark.parametrize("outcome", [None, math.nan, 1.0, math.inf])
    def test_uniform_outcomes_do_not_stop_it(self, outcome):
        walk = self.start(SearchSpace({"x": Float(0.0, 1.0), "c": Categorical(["a", "b"])}))
        walk.run(lambda params: outcome, 20)
        assert len(walk.history) == 20

    def test_a_single_success_among_failures_does_not_stop_it(self):
        walk = self.start(SearchSpace({"x": Float(0.0, 1.0), "k": Int(1, 9)}))
        turn = iter(range(20))
        walk.run(lambda params: 0.5 if next(turn) == 3 else None, 20)
        assert len(walk.history) == 20

    def test_huge_ranges_and_two_hundred_choices_are_served(self):
        walk = self.start(WIDE)
        walk.run(lambda params: math.log10(params["tiny"]) / 300, 14)
        assert len(walk.history) == 14

    def test_a_space_of_one_point_ends_with_a_sentence(self):
        walk = self.start(SearchSpace({"x": Int(2, 2)}))
        walk.run(lambda params: 1.0, 1)
        with pytest.raises(UserFault, match="tried"):
            walk.ask()

    def test_a_small_space_is_tried_to_its_end_without_repeats(self):
        space = SearchSpace({"c": Categorical(["a", "b", "c"]), "k": Int(1, 3, when={"c": ["a", "b"]})})
        walk = self.start(space)
        walk.run(lambda params: float(params.get("k", 5)), 7)
        assert len({tuple(walk.history.params(number).items()) for number in range(7)}) == 7
        with pytest.raises(SpaceExhausted):
            walk.ask()

    def test_an_edited_space_keeps_going(self):
        walk = self.start(SearchSpace({"x": Float(0.0, 1.0), "c": Categorical(["a", "b"])}))
        walk.run(lambda params: params["x"], 12)
        walk.history.change_space(SearchSpace({"x": Float(0.2, 0.5), "new": Int(1, 4), "c": Categorical(["b", "z"])}))
        walk.run(lambda params: params["x"] + params["new"], 6)
        assert len(walk.history) == 18


def _before(history: History, number: int) -> History:
    """The history as it stood when trial ``number`` was asked for, every earlier trial finished."""
    earlier = History(history.space, history.directions)
    for row in range(number):
        trial = history.trial(row)
        earlier.apply(TrialStarted(number=row, params=trial.params, time=0.0, why=trial.why))
        earlier.apply(TrialEnded(number=row, state=trial.state.label, time=0.0, seconds=0.0, scores=trial.scores))
    return earlier
