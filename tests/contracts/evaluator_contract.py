"""What every objective must do that scores by itself. Subclass :class:`EvaluatorContract` and say how one is made."""

from __future__ import annotations

import math

import pytest

from engine.texts import to_json


class Cut(Exception):
    """Ends an evaluation at a report."""


class EvaluatorContract:
    """Give ``evaluator`` in the subclass, a fixture, and ``params``, a configuration of it."""

    @pytest.fixture
    def evaluator(self):
        raise NotImplementedError

    @pytest.fixture
    def params(self):
        raise NotImplementedError

    def evaluate(self, evaluator, params, seed=5):
        heard = []
        outcome = evaluator.evaluate(params, seed, lambda step, records: heard.append((step, dict(records))))
        return outcome, heard

    def test_a_configuration_has_a_score_and_plain_details(self, evaluator, params):
        before = dict(params)
        outcome, _ = self.evaluate(evaluator, params)
        assert math.isfinite(outcome.score)
        assert to_json(outcome.details)
        assert params == before

    def test_the_same_seed_gives_the_same_score_and_the_same_steps(self, evaluator, params):
        (first, heard), (again, heard_again) = self.evaluate(evaluator, params), self.evaluate(evaluator, params)
        assert (again.score, heard_again) == (first.score, heard)

    def test_steps_rise_from_one_in_each_fold_and_a_report_can_end_them(self, evaluator, params):
        _, heard = self.evaluate(evaluator, params)
        folds = {}
        for step, records in heard:
            folds.setdefault(records.get("fold", 0), []).append(step)
        assert all(steps == list(range(1, len(steps) + 1)) for steps in folds.values())
        if heard:
            with pytest.raises(Cut):
                evaluator.evaluate(params, 5, self.cut)

    @staticmethod
    def cut(step, records):
        raise Cut
