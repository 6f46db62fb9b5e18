"""Every model family that is registered keeps the contract."""

import pytest
from threadpoolctl import threadpool_limits

from engine.errors import UserFault
from engine.learners import families
from tests.contracts.family_contract import FamilyContract


class TestFamilies(FamilyContract):
    @pytest.fixture(params=families.names())
    def family(self, request):
        try:
            return families.get(request.param)
        except UserFault:
            pytest.skip("not installed")

    @pytest.fixture(autouse=True)
    def one_thread(self):
        with threadpool_limits(limits=1):
            yield
