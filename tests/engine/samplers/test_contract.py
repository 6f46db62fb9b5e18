"""Every registered sampler says what it is, and those that learn from scores keep the contract."""

import pytest

from engine import samplers
from tests.contracts.sampler_contract import SamplerContract

NOT_LEARNING = {
    "auto": "it hands over to others, which are tested by themselves",
    "grid": "its order does not depend on scores",
    "hypergradient": "it needs a model that tells its slopes",
    "optuna": "what is repeated or reproduced is Optuna's",
    "quasirandom": "its order does not depend on scores",
    "random": "its order does not depend on scores",
}
"""Samplers that the contract of those that learn is not meant for, with the reason. A new one keeps the contract."""


LEARNING = [name for name in samplers.names() if name not in NOT_LEARNING]


class TestSamplers(SamplerContract):
    @pytest.fixture(params=LEARNING, autouse=True)
    def _named(self, request):
        self.name = request.param

    def make(self):
        return samplers.make(self.name)


@pytest.mark.parametrize("name", samplers.names())
def test_every_sampler_says_what_it_is(name):
    if name == "optuna":
        pytest.importorskip("optuna")
    made = samplers.make(name)
    assert made.title
    assert made.summary.endswith(".")


def test_every_sampler_that_is_left_out_exists():
    assert NOT_LEARNING.keys() <= set(samplers.names())
