"""The disk may fail at any call; no trial that was acknowledged is lost, and what was refused is written later."""

import random

import pytest

from tests.engine.store.disk_faults import TRIALS, live, sweep
from tests.engine.store.failing_files import failing_files

pytestmark = pytest.mark.skipif(failing_files() is None, reason="this Python does not show its SQLite library")


@pytest.mark.parametrize("kind", ["write", "sync", "truncate", "open", "delete"])
def test_no_acknowledged_trial_is_lost_when_a_call_to_the_disk_fails(tmp_path, kind):
    seed = random.randrange(10**6)
    print("seed", seed)
    outcomes = list(sweep(tmp_path, [kind], every=9, seed=seed))
    assert outcomes
    assert not [outcome for outcome in outcomes if outcome[2]]
    if kind in ("write", "sync"):
        assert any(refusals for *_, refusals in outcomes)


def test_there_are_enough_calls_to_fail(tmp_path):
    layer = failing_files()
    acknowledged, refusals = live(tmp_path / "a.study", layer)
    assert acknowledged == set(range(TRIALS))
    assert refusals == 0
    assert layer.counts["write"] > 50
    assert layer.counts["sync"] > 10
