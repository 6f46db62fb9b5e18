"""Every view of the inner loop that is registered keeps the contract."""

import pytest

from gui.plots.inner import registry
from tests.contracts.inner_plot_contract import InnerPlotContract


class TestInnerPlots(InnerPlotContract):
    @pytest.fixture(params=registry.names())
    def kind(self, request):
        return registry.get(request.param)
