"""Nothing is begun beside the window once its background has ended."""

from __future__ import annotations

import threading

import pytest

from gui.bridge.background import Background


def test_a_background_that_has_ended_begins_nothing(qapp):
    background = Background()
    background.shutdown()
    before = threading.active_count()
    background.call("topic", pytest.fail, pytest.fail, pytest.fail)
    assert threading.active_count() == before
    assert not background.is_busy
