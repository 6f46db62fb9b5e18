"""The disk may fail at any call; no trial that was acknowledged is lost, and what was refused is written later."""

import errno
import random
from pathlib import Path

import pytest

from engine import store
from engine.errors import UserFault
from tests.engine.store.disk_faults import TRIALS, live, sweep
from tests.engine.store.failing_files import failing_files
from tests.engine.store.studies import make

pytestmark = pytest.mark.skipif(failing_files() is None, reason="this Python does not show its SQLite library")


@pytest.mark.parametrize("kind", ["write", "sync", "truncate", "open", "delete"])
def test_no_acknowledged_trial_is_lost_when_a_call_to_the_disk_fails(tmp_path, kind):
    seed = random.randrange(10**6)
    print("seed", seed)
    every = {"write": 8, "truncate": 1}.get(kind, 4)
    outcomes = list(sweep(tmp_path, [kind], every=every, seed=seed))
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


def test_a_rename_that_fails_leaves_the_old_copy_and_the_study(tmp_path, monkeypatch):
    make(tmp_path / "copy.study")
    with store.open_writer(make(tmp_path / "a.study", trials=3)) as writer:
        monkeypatch.setattr(Path, "replace", failing_replace)
        with pytest.raises(UserFault, match="nothing may be written"):
            writer.save_as(tmp_path / "copy.study")
        monkeypatch.undo()
        assert len(store.Reader(writer.path).history()) == 5
    assert len(store.Reader(tmp_path / "copy.study").history()) == 32
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.study", "copy.study"]


def failing_replace(self, target):
    raise PermissionError(errno.EACCES, "in use", str(self))
