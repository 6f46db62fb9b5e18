"""Every export format that is registered keeps the contract."""

import pytest

from engine import exporting
from tests.contracts.format_contract import FormatContract


class TestFormats(FormatContract):
    @pytest.fixture(params=exporting.names())
    def ending(self, request):
        return request.param
