"""When the disk will not take what happened: the run pauses with a sentence, and nothing is lost."""

import os
import time

import pytest

from engine import store
from engine.errors import UserFault
from engine.events import TrialEnded, TrialQueued
from engine.runner import Rejected, Saved, StudyOpened
from engine.space import Float, SearchSpace
from tests.helpers.runs import Listened, function_setup

SHORT = {"x": Float(0, 1), "milliseconds": Float(50, 50)}


class Disk:
    """Makes every write of a study fail while it is full."""

    def __init__(self, monkeypatch):
        self.full = False
        record = store.Writer.record

        def write(writer, events):
            if self.full:
                raise UserFault("There is no room left on the disk.", "Free some space.")
            record(writer, events)

        monkeypatch.setattr(store.Writer, "record", write)


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def test_a_full_disk_pauses_the_run_and_what_happened_is_written_when_there_is_room(tmp_path, disk):
    path = tmp_path / "a.study"
    with Listened() as run:
        run.runner.create(path, function_setup("busy", SHORT, trials=12, workers=2))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 2)
        disk.full = True
        refused = run.until(lambda one: isinstance(one, Rejected))
        assert (refused.is_unwritten, refused.what) == (True, "There is no room left on the disk.")
        heard = {one.number for one in run.ended_trials()}
        disk.full = False
        run.until_state("paused")
        run.runner.start()
        run.until_state("ended")
        ended = [one.number for one in run.ended_trials()]
        assert heard < set(ended) == set(range(12))
        assert len(ended) == 12
        run.close()
    with store.Reader(path) as reader:
        assert reader.history().counts()["complete"] == 12


def test_a_copy_made_while_the_disk_is_full_holds_what_waits(tmp_path, disk):
    with Listened() as run:
        run.runner.create(tmp_path / "a.study", function_setup("busy", SHORT, trials=40, workers=2))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 2)
        disk.full = True
        run.until(lambda one: isinstance(one, Rejected))
        run.runner.enqueue({"x": 0.25, "milliseconds": 50.0})
        run.runner.save_as(tmp_path / "copy.study")
        run.until(lambda one: isinstance(one, Saved))
        heard = len(run.ended_trials())
        disk.full = False
        run.close()
    with store.Reader(tmp_path / "copy.study") as copy, store.Reader(tmp_path / "a.study") as whole:
        kept, history = copy.history(), whole.history()
        assert len(kept) == len(history)
        assert kept.params(len(kept) - 1) == {"x": 0.25, "milliseconds": 50.0}
        ended = kept.where(2).tolist()
        assert len(ended) >= heard
        assert [kept.trial(number) for number in ended] == [history.trial(number) for number in ended]


def test_nothing_is_heard_that_is_not_on_disk(tmp_path, disk):
    with Listened() as run:
        run.runner.create(tmp_path / "a.study", function_setup("busy", SHORT, trials=6, workers=2))
        run.opened()
        disk.full = True
        run.runner.start()
        run.until(lambda one: isinstance(one, Rejected))
        assert not run.ended_trials()
        disk.full = False
        run.close()


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed here")
@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_a_file_that_is_removed_or_replaced_while_open_pauses_the_run_and_save_as_keeps_all(tmp_path, replaced):
    path = tmp_path / "a.study"
    with Listened() as run:
        run.runner.create(path, function_setup("busy", SHORT, trials=500, workers=2))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 4)
        path.unlink()
        if replaced:
            path.write_bytes(b"something else")
        refused = run.until(lambda one: isinstance(one, Rejected))
        assert refused.is_unwritten
        heard = {one.number: one.scores for one in run.ended_trials()}
        run.runner.save_as(tmp_path / "kept.study")
        run.until(lambda one: isinstance(one, Saved))
        run.close()
    with store.Reader(tmp_path / "kept.study") as reader:
        history = reader.history()
        assert {number: history.trial(number).scores for number in heard} == heard
    assert not replaced or path.read_bytes() == b"something else"
    assert not list(tmp_path.glob("*-wal"))  # which the next file of that name would be read with


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be cut here")
@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("runs_on", [True, False], ids=["running", "at rest"])
def test_a_log_that_a_stranger_cuts_is_noticed_at_once_and_everything_is_rescued(tmp_path, share, runs_on):
    path = tmp_path / "a.study"
    with Listened() as run:
        run.runner.create(path, function_setup("busy", SHORT, trials=60 if runs_on else 5, workers=1))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 4)
        if not runs_on:
            run.until_state("ended")
        log = tmp_path / "a.study-wal"
        os.truncate(log, int(log.stat().st_size * share))
        if runs_on:
            refused = run.until(lambda one: isinstance(one, Rejected))
            assert refused.is_gone
            assert "cut short" in refused.what
        heard = {one.number: one.scores for one in run.ended_trials()}
        run.close()
        (copy,) = [one.rescued for one in run.heard if isinstance(one, Rejected) and one.rescued]
    with store.Reader(copy) as reader:
        history = reader.history()
        assert {number: history.trial(number).scores for number in heard} == heard
    assert len(heard) >= 5


def test_a_clock_that_jumps_back_costs_nothing(tmp_path, monkeypatch):
    real = time.time
    with Listened() as run:
        run.runner.create(tmp_path / "a.study", function_setup("busy", SHORT, trials=8, workers=2))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialEnded))
        monkeypatch.setattr(time, "time", lambda: real() - 86_400.0)
        run.until_state("ended")
        run.close()
    assert sorted(one.number for one in run.ended_trials()) == list(range(8))
    assert all(0 <= one.seconds < 30 for one in run.ended_trials())


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be replaced here")
def test_who_looks_on_is_told_the_study_that_was_put_in_the_place_of_another(tmp_path):
    path, other = tmp_path / "a.study", tmp_path / "b.study"
    setup = function_setup("busy", SHORT, trials=3)
    with store.create(other, setup.to_json(), SearchSpace(setup.space)) as writer:
        writer.record([TrialQueued(0, {"x": 0.25, "milliseconds": 50.0}, 0.0)])
    with Listened() as run, Listened() as looker:
        run.runner.create(path, setup)
        run.opened()
        run.runner.start()
        run.until_state("ended")
        looker.runner.open(path)
        assert len(looker.opened().history) == 3
        other.replace(path)
        seen = looker.until(lambda one: isinstance(one, StudyOpened) and len(one.history) == 1)
        assert not seen.writable
        assert seen.history.params(0)["x"] == 0.25
