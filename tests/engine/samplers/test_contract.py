"""Every sampler that learns keeps the contract."""

import pytest

from engine import samplers
from tests.contracts.sampler_contract import SamplerContract


class TestTpe(SamplerContract):
    def make(self):
        return samplers.make("tpe")


class TestCmaes(SamplerContract):
    def make(self):
        return samplers.make("cmaes")


class TestEvolution(SamplerContract):
    def make(self):
        return samplers.make("evolution")


class TestAnnealing(SamplerContract):
    def make(self):
        return samplers.make("annealing")


class TestPolicyGradient(SamplerContract):
    def make(self):
        return samplers.make("policy_gradient")


class TestQuantumInspired(SamplerContract):
    def make(self):
        return samplers.make("quantum_inspired")


class TestBayesian(SamplerContract):
    def make(self):
        return samplers.make("bayesian")


@pytest.mark.parametrize("name", samplers.names())
def test_every_sampler_says_what_it_is(name):
    if name == "optuna":
        pytest.importorskip("optuna")
    made = samplers.make(name)
    assert made.title
    assert made.summary.endswith(".")
