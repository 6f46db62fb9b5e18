"""What every pruner must do, whatever its rule. Subclass :class:`PrunerContract` and say how one is made."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.events import StepReported, TrialEnded, TrialStarted
from engine.pruners import Pruner
from engine.space import Float, SearchSpace
from engine.trials import Curves, History

SPACE = SearchSpace({"x": Float(0.0, 1.0)})
LOSSES = st.sampled_from([0.0, -0.0, 1.0, -2.5, 3.0, 1e-300, 1e300, -1e300, math.nan, math.inf, -math.inf])
STATES = st.sampled_from(["complete", "pruned", "failed"])
NAMES = st.sampled_from(["val_loss", "value", "score", "loss", "val_accuracy", "train_loss"])


class Race:
    """Trials that report losses: ``finish`` adds one that is over, ``start`` one that runs."""

    def __init__(self, direction="minimize"):
        self.history, self.curves = History(SPACE, (direction,)), Curves()

    def start(self, losses, name="val_loss", fold=0):
        number = len(self.history)
        self._apply(TrialStarted(number=number, params={"x": number / 1000}, time=0.0))
        self.report(number, losses, name, fold)
        return number

    def report(self, number, losses, name="val_loss", fold=0):
        """``losses`` by step from 1, or pairs of a step and a loss."""
        for step, loss in enumerate(losses, 1):
            step, loss = loss if isinstance(loss, tuple) else (step, loss)
            self._apply(StepReported(number=number, step=step, records={name: loss}, fold=fold))

    def finish(self, losses, name="val_loss", state="complete"):
        number = self.start(losses, name)
        score = next((loss[1] if isinstance(loss, tuple) else loss for loss in reversed(losses)), None)
        scores = () if score is None or state != "complete" else (score,)
        self._apply(TrialEnded(number=number, state=state, time=0.0, seconds=0.0, scores=scores))
        return number

    def _apply(self, event):
        self.history.apply(event)
        self.curves.apply(event)


class PrunerContract:
    """Give ``make`` in the subclass."""

    def make(self) -> Pruner:
        raise NotImplementedError

    def decide(self, race, number):
        return self.make().decide(race.history, race.curves, number)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        others=st.lists(
            st.tuples(st.lists(LOSSES, max_size=6), st.sampled_from(["complete", "pruned", "failed"]), NAMES),
            max_size=9,
        ),
        mine=st.lists(st.tuples(st.integers(1, 9), LOSSES), max_size=8),
        name=NAMES,
        direction=st.sampled_from(["minimize", "maximize"]),
    )
    def test_any_curves_are_answered_by_a_sentence_or_nothing_and_always_the_same(self, others, mine, name, direction):
        race = Race(direction)
        for losses, state, other in others:
            race.finish(losses, other, state)
        number = race.start(mine, name)
        pruner = self.make()
        said = pruner.decide(race.history, race.curves, number)
        assert said == "" or said.endswith(".")
        assert pruner.decide(race.history, race.curves, number) == said  # it remembers nothing
        assert self.make().decide(race.history, race.curves, number) == said

    def test_a_trial_without_a_report_goes_on(self):
        race = Race()
        for _ in range(20):
            race.finish([1.0] * 10)
        assert self.decide(race, race.start([])) == ""

    @pytest.mark.parametrize("loss", [1.0, math.inf, math.nan])
    def test_the_first_trial_goes_on(self, loss):
        race = Race()
        assert self.decide(race, race.start([loss] * 20)) == ""

    def test_trials_that_failed_or_run_are_no_standard(self):
        race = Race()
        for _ in range(20):
            race.finish([0.0] * 10, state="failed")
            race.start([0.0] * 10)
        assert self.decide(race, race.start([100.0] * 10)) == ""

    def test_an_excluded_trial_is_no_standard(self):
        race = Race()
        for _ in range(20):
            race.finish([0.0] * 10)
        number = race.start([100.0] * 10)
        race.history.exclude(range(20))
        assert self.decide(race, number) == ""

    @pytest.mark.parametrize("direction", ["minimize", "maximize"])
    def test_the_best_trial_so_far_goes_on_at_every_step(self, direction):
        race, sign = Race(direction), 1.0 if direction == "minimize" else -1.0
        for trial in range(20):
            race.finish([sign * (10.0 + trial) / step for step in range(1, 11)], "value")
        number = race.start([], "value")
        for step in range(1, 11):
            race.report(number, [(step, sign * 9.0 / step)], "value")
            assert self.decide(race, number) == ""

    @pytest.mark.parametrize("factor", [0.9, 1.1, 100.0])
    def test_direction_only_turns_the_sign(self, factor):
        said = []
        for direction, sign in (("minimize", 1.0), ("maximize", -1.0)):
            race = Race(direction)
            for trial in range(20):
                race.finish([sign * (1.0 + trial) / step for step in range(1, 11)], "value")
            said.append(self.decide(race, race.start([sign * 10.5 * factor / step for step in range(1, 11)], "value")))
        assert said[0] == said[1]
