"""Every model family that is registered keeps the contract."""

import pytest
from threadpoolctl import threadpool_limits

from engine.learners import families
from tests.contracts.family_contract import FamilyContract
from tests.helpers.usable import usable_families


class TestFamilies(FamilyContract):
    @pytest.fixture(params=usable_families())
    def family(self, request):
        return families.get(request.param)

    @pytest.fixture(autouse=True)
    def one_thread(self):
        with threadpool_limits(limits=1):
            yield
