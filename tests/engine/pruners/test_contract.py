"""Every registered pruner keeps the contract."""

import pytest

from engine import pruners
from tests.contracts.pruner_contract import PrunerContract


@pytest.fixture(params=pruners.names(), autouse=True)
def name(request):
    return request.param


class TestPruners(PrunerContract):
    @pytest.fixture(autouse=True)
    def _named(self, name):
        self.name = name

    def make(self):
        return pruners.make(self.name)

    def test_it_says_what_it_is(self):
        assert self.make().title
        assert self.make().summary.endswith(".")
