"""Functions, formulas and tables keep the contract of an objective that scores by itself."""

import numpy as np
import pytest

from engine.objectives import functions
from engine.objectives.description import FormulaObjective, FunctionObjective, TableObjective, Validation
from engine.objectives.preparing import prepare
from engine.space import Float, SearchSpace
from tests.contracts.evaluator_contract import EvaluatorContract


class TestFunctions(EvaluatorContract):
    @pytest.fixture(params=functions.names())
    def name(self, request):
        return request.param

    @pytest.fixture
    def evaluator(self, name):
        return prepare(FunctionObjective(name), None)

    @pytest.fixture
    def params(self, name):
        return functions.get(name).space().sample(np.random.default_rng(1))

    def test_it_says_what_it_is(self, name):
        assert functions.get(name).title
        assert functions.get(name).summary.endswith(".")

    def test_nothing_is_below_its_optimum(self, name, evaluator, params):
        optimum = functions.get(name).optimum
        assert optimum is None or self.evaluate(evaluator, params)[0].score >= optimum


class TestFormula(EvaluatorContract):
    @pytest.fixture
    def evaluator(self):
        return prepare(FormulaObjective("(x - 1)**2"), None)

    @pytest.fixture
    def params(self):
        return SearchSpace({"x": Float(-5, 5)}).sample(np.random.default_rng(1))


class TestTable(EvaluatorContract):
    @pytest.fixture(scope="class")
    @classmethod
    def evaluator(cls):
        described = TableObjective(
            "sample:wages", "monthly_wage", "regression", "mlp", "rmse",
            settings={"epochs": 3}, validation=Validation(folds=2),
        )  # fmt: skip
        return prepare(described, None)

    @pytest.fixture
    def params(self):
        return {"layers": 1, "hidden_units": 4, "optimizer": "adam", "learning_rate": 0.01}
