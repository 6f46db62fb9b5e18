"""Which schedulers are spoken to, told by their addresses alone."""

import pytest

from engine.errors import UserFault
from engine.execution.remote.dask_addresses import checked_address


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:8786", "tls://far:1"])
def test_this_computer_is_spoken_to_in_the_clear_and_others_are_not(address):
    assert checked_address(address, allow_plain=False) == address


@pytest.mark.parametrize("host", ["localhost.example.org", "127.example.org", "10.0.0.1", "[::2]"])
def test_a_name_that_begins_like_this_computer_s_is_another_one(host):
    with pytest.raises(UserFault, match="is not encrypted"):
        checked_address(f"tcp://{host}:8786", allow_plain=False)


@pytest.mark.parametrize("address", ["tcp://[::1", "tcp://localhost:x", "tcp://u@localhost:1", "tls://:1", "local:0"])
def test_what_is_no_address_is_refused_in_a_sentence(address):
    with pytest.raises(UserFault):
        checked_address(address, allow_plain=True)
