"""What is durable when, what happens when the disk refuses, and copies of a study that is open."""

import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest

from engine import store
from engine.errors import Bug, UserFault
from engine.events import LogLine, StepReported, TrialEnded, TrialInterrupted, TrialQueued, TrialStarted
from engine.space import Float, SearchSpace
from engine.store import schema
from tests.engine.store.event_sequences import picture
from tests.engine.store.studies import SPACE, make, settle, trial


class Clock:
    """Time that passes when the test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def writer(tmp_path, clock):
    with store.create(tmp_path / "a.study", "", SPACE, clock=clock) as writer:
        yield writer


@pytest.fixture
def reader(writer):
    return store.Reader(writer.path)


PARAMS = {"lr": 0.1, "momentum": 0.5, "layers": 1, "batch": 16, "activation": "relu"}
START = TrialStarted(0, PARAMS, 1.0)
END = TrialEnded(0, "complete", 2.0, 1.0, (0.5,))


def step(number, at):
    return StepReported(number, at, {"loss": 1.0 / (at + 1)})


def test_a_trial_is_on_disk_when_record_returns(writer, reader):
    writer.record([START, END])
    assert reader.history().trial(0).scores == (0.5,)


def test_steps_alone_are_not_committed_one_by_one(writer, reader, clock):
    writer.record([START])
    settle(reader)
    for at in range(50):
        clock.now += 0.01
        writer.record([step(0, at)])
    assert not reader.changed()
    assert len(reader.curve(0)) == 0


def test_steps_are_on_disk_a_second_later_at_most(writer, reader, clock):
    writer.record([START, step(0, 0)])
    clock.now += 1.0
    writer.record([step(0, 1)])
    assert reader.curve(0).steps.tolist() == [0, 1]


def test_flush_writes_what_waits(writer, reader):
    writer.record([START, step(0, 0)])
    writer.flush()
    assert len(reader.curve(0)) == 1


def test_flush_with_nothing_to_write_touches_nothing(writer, reader):
    writer.record([START])
    settle(reader)
    writer.flush()
    assert not reader.changed()


def test_a_curve_comes_to_disk_together_with_the_end_of_its_trial(writer, reader):
    writer.record([START, step(0, 0)])
    writer.record([step(0, 1), END])
    assert reader.curve(0).steps.tolist() == [0, 1]


def test_a_curve_written_second_by_second_becomes_one_part_in_the_end(writer, reader, clock):
    writer.record([START])
    for at in range(10):
        clock.now += 1.0
        writer.record([step(0, at)])
    writer.record([END])
    assert reader.curve(0).steps.tolist() == list(range(10))
    with closing(sqlite3.connect(writer.path)) as connection:
        assert connection.execute("SELECT count(*) FROM curve").fetchone() == (1,)


def test_a_program_that_looks_on_does_not_keep_the_study_from_closing(tmp_path):
    with store.create(tmp_path / "a.study", "", SPACE) as writer, closing(sqlite3.connect(writer.path)) as onlooker:
        assert onlooker.execute("SELECT count(*) FROM trial").fetchone() == (0,)
        writer.record([START, END])
        writer._connection.execute("PRAGMA busy_timeout = 0")
        writer.close()
        assert len(store.Reader(writer.path).history()) == 1
    assert [item.name for item in tmp_path.iterdir()] == ["a.study"]


def test_closing_waits_for_a_glance_that_could_not_tidy_up_itself(tmp_path):
    writer = store.create(tmp_path / "a.study", "", SPACE)
    writer.record([START, END])
    # Opened for reading only, as a start page does: the last to close could not remove the log.
    glance = sqlite3.connect(f"{writer.path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
    assert glance.execute("SELECT count(*) FROM trial").fetchone() == (1,)
    leaving = threading.Timer(0.1, glance.close)
    leaving.start()
    writer.close()
    leaving.join()
    assert [item.name for item in tmp_path.iterdir()] == ["a.study"]


def test_a_program_that_reads_on_while_the_study_closes_leaves_it_in_two_files(tmp_path):
    writer = store.create(tmp_path / "a.study", "", SPACE)
    with closing(sqlite3.connect(writer.path, isolation_level=None)) as onlooker:
        onlooker.execute("BEGIN")
        assert onlooker.execute("SELECT count(*) FROM trial").fetchone() == (0,)
        writer.record([START, END])
        writer._connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(UserFault, match=r"a\.study-wal beside it"):
            writer.close()
        assert len(store.Reader(writer.path).history()) == 1
    store.open_writer(writer.path).close()
    assert [item.name for item in tmp_path.iterdir()] == ["a.study"]


def test_a_damaged_part_of_a_curve_does_not_keep_its_trial_from_ending(writer, reader, clock):
    writer.record([START])
    clock.now += 1.0
    writer.record([step(0, 0)])
    with closing(sqlite3.connect(writer.path)) as connection:
        connection.execute("UPDATE curve SET data = zeroblob(9)")
        connection.commit()
    writer.record([step(0, 1), END])
    assert reader.history().score[0] == 0.5
    with pytest.raises(UserFault, match="curve of trial 0"):
        reader.curve(0)


@pytest.mark.parametrize("is_queued", [False, True])
def test_what_a_stranger_wrote_of_a_trial_that_is_not_there_yet_is_not_taken_for_its_own(tmp_path, is_queued):
    path = tmp_path / "a.study"
    with store.create(path, "", SPACE, ("minimize", "maximize"), ("limit",)) as writer:
        end = TrialEnded(0, "complete", 2.0, 1.0, (0.5, 0.25), constraints={"limit": -1.0})
        writer.record([START, step(0, 1), end])
        writer.put_checkpoint(0, 2, b"a stranger's")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE curve SET id = ?", (2 * schema.PARTS - 1,))  # the last place of the next trial
        for table in ("further_score", "constraint_value", "checkpoint"):
            connection.execute(f"UPDATE {table} SET trial = 1")
        connection.commit()
    end = TrialEnded(1, "complete", 2.0, 1.0, (0.5, 0.75), constraints={"limit": 1.0})
    with store.open_writer(path) as writer, store.Reader(path) as reader:
        writer.record([TrialQueued(1, PARAMS, 1.0)] * is_queued + [TrialStarted(1, PARAMS, 1.0), step(1, 7)])
        assert reader.checkpoint(1) is None
        writer.record([end])
    with store.Reader(path) as reader:
        assert reader.curves()[1].steps.tolist() == [7]
        assert reader.history().trial(1).scores == (0.5, 0.75)


def test_a_long_curve_written_in_pieces_comes_back_whole(writer, reader, clock):
    writer.record([START])
    for first in range(0, 80_000, 20_000):
        clock.now += 1.0
        writer.record([step(0, at) for at in range(first, first + 20_000)])
    writer.record([step(0, 80_000), END])
    assert reader.curve(0).steps.tolist() == list(range(80_001))


def test_steps_of_other_trials_wait_when_one_ends(writer, reader):
    writer.record([START, TrialStarted(1, PARAMS, 1.0), step(1, 0), step(0, 0), END])
    assert (len(reader.curve(0)), len(reader.curve(1))) == (1, 0)


def test_the_curve_of_an_interrupted_trial_is_on_disk_at_once(writer, reader):
    writer.record([START, step(0, 0), TrialInterrupted(0, 2.0, "Paused.")])
    assert len(reader.curve(0)) == 1
    assert reader.log(0)[-1].text == "Paused."


def test_warnings_are_on_disk_at_once_and_plain_lines_a_second_later(writer, reader, clock):
    writer.record([LogLine("plain", 1.0)])
    assert reader.log() == []
    writer.record([LogLine("bad", 2.0, "warning")])
    assert [line.text for line in reader.log()] == ["plain", "bad"]
    clock.now += 1.0
    writer.record([LogLine("later", 3.0)])
    assert [line.text for line in reader.log(last=1)] == ["later"]


def test_closing_writes_what_waits(tmp_path):
    with store.create(tmp_path / "a.study", "", SPACE) as writer:
        writer.record([START, step(0, 0)])
    assert len(store.Reader(tmp_path / "a.study").curve(0)) == 1


def test_closing_twice_is_closing_once(writer):
    writer.close()
    writer.close()
    with pytest.raises(Bug, match="closed"):
        writer.record([START])


@pytest.mark.parametrize(
    "events",
    [
        [END],
        [START, END, END],
        [TrialStarted(1, PARAMS, 1.0)],
        [START, TrialQueued(0, PARAMS, 1.0)],
        [START, TrialEnded(0, "complete", 1.0, 1.0, (0.5, 0.5))],
        [START, TrialEnded(0, "running", 1.0, 1.0)],
        [TrialInterrupted(0, 1.0)],
        [step(0, 0), step(-1, 0)],
        [StepReported(-1, 0, {"loss": 1.0}), LogLine("x", 1.0, "error"), START, TrialInterrupted(0, 1.0), END],
    ],
)
def test_events_that_cannot_follow_each_other_are_a_bug_and_leave_no_trace(writer, reader, events):
    with pytest.raises(Bug):
        writer.record(events)
    assert len(reader.history()) == 0
    writer.record([START, END])
    assert len(reader.history()) == 1


def is_refused_for_lack_of_room(writer, batch):
    try:
        writer.record(batch)
    except UserFault as fault:
        return "no room left" in fault.what
    return False


def test_a_batch_that_a_full_disk_refused_can_be_recorded_again(writer, reader):
    rng = np.random.default_rng(0)
    writer.record(list(trial(0, rng)))
    (pages,) = writer._connection.execute("PRAGMA page_count").fetchone()
    writer._connection.execute(f"PRAGMA max_page_count = {pages}")
    batches = (list(trial(number, rng)) for number in range(1, 40))
    refused = next(batch for batch in batches if is_refused_for_lack_of_room(writer, batch))
    kept = len(reader.history())
    assert is_refused_for_lack_of_room(writer, refused)
    assert len(reader.history()) == kept < 40
    writer._connection.execute(f"PRAGMA max_page_count = {2**30}")
    writer.record(refused)
    assert len(reader.history()) == kept + 1
    assert len(reader.curve(kept)) == 20


def test_a_copy_of_an_open_study_is_a_closed_one(writer, tmp_path):
    writer.record([START, step(0, 0)])
    writer.save_as(tmp_path / "copy.study")
    assert sorted(item.name for item in tmp_path.glob("copy*")) == ["copy.study"]
    copy = store.Reader(tmp_path / "copy.study")
    assert picture(copy.history()) == picture(store.Reader(writer.path).history())
    assert len(copy.curve(0)) == 1
    writer.record([END])
    with store.open_writer(tmp_path / "copy.study") as other:
        assert len(other.recovered) == 1


def test_a_copy_replaces_what_was_there_in_one_move(writer, tmp_path):
    make(tmp_path / "copy.study")
    writer.save_as(tmp_path / "copy.study")
    assert len(store.Reader(tmp_path / "copy.study").history()) == 0


def test_a_copy_over_a_study_that_is_open_is_refused(writer, tmp_path):
    path = make(tmp_path / "copy.study")
    with store.open_writer(path), pytest.raises(UserFault, match="open elsewhere"):
        writer.save_as(path)
    assert len(store.Reader(path).history()) == 32


def test_a_study_is_not_copied_onto_itself(writer):
    with pytest.raises(UserFault, match="the study itself"):
        writer.save_as(writer.path)


def test_a_copy_into_nowhere_is_refused_and_leaves_nothing(writer, tmp_path):
    with pytest.raises(UserFault, match=r"none.study|copy.study"):
        writer.save_as(tmp_path / "nowhere" / "copy.study")
    assert not list(tmp_path.glob("*copy*"))


def test_copies_made_while_trials_are_recorded_are_each_whole(writer, tmp_path):
    rng = np.random.default_rng(0)
    over = threading.Event()

    def copy_again_and_again():
        while not over.is_set():
            writer.save_as(tmp_path / "copy.study")

    thread = threading.Thread(target=copy_again_and_again)
    thread.start()
    for number in range(60):
        writer.record(list(trial(number, rng)))
    over.set()
    thread.join()
    history = store.Reader(tmp_path / "copy.study").history()
    curves = store.Reader(tmp_path / "copy.study").curves()
    assert sorted(curves) == history.where(2).tolist()
    assert all(len(curve) == 20 for curve in curves.values())


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows does not let go of an open file")
class TestFilesThatGo:
    def test_a_deleted_study_is_noticed_and_can_be_saved_elsewhere(self, writer, tmp_path):
        writer.record([START, END])
        writer.path.unlink()
        with pytest.raises(UserFault, match="moved, deleted or replaced"):
            writer.record([TrialQueued(1, PARAMS, 1.0)])
        writer.save_as(tmp_path / "rescued.study")
        assert len(store.Reader(tmp_path / "rescued.study").history()) == 1
        with pytest.raises(UserFault, match="moved, deleted or replaced"):
            writer.close()

    def test_a_deleted_study_is_put_back_by_saving_it_under_its_own_name(self, writer):
        writer.record([START])
        writer.path.unlink()
        with pytest.raises(UserFault, match="moved, deleted or replaced"):
            writer.record([END])
        writer.save_as(writer.path)
        writer.record([END])
        assert store.Reader(writer.path).history().score[0] == 0.5
        writer.close()
        assert [item.name for item in writer.path.parent.iterdir()] == ["a.study"]

    def test_a_study_that_was_moved_away_and_back_goes_on(self, writer, tmp_path):
        writer.record([START])
        writer.path.rename(tmp_path / "away")
        with pytest.raises(UserFault, match="moved, deleted or replaced"):
            writer.record([END])
        (tmp_path / "away").rename(writer.path)
        writer.record([END])
        assert store.Reader(writer.path).history().score[0] == 0.5

    def test_a_replaced_study_is_not_written_to(self, writer, tmp_path):
        make(tmp_path / "other.study").replace(writer.path)
        with pytest.raises(UserFault, match="moved, deleted or replaced"):
            writer.record([START])
        with pytest.raises(UserFault, match="moved, deleted or replaced"):
            writer.close()

    def test_a_deleted_log_costs_nothing(self, writer, tmp_path):
        writer.record([START])
        (tmp_path / "a.study-wal").unlink()
        writer.record([END])
        writer.close()
        assert store.Reader(writer.path).history().score[0] == 0.5
        assert [item.name for item in tmp_path.iterdir()] == ["a.study"]


def test_another_program_that_locks_the_file_is_named_as_the_cause(writer, monkeypatch):
    stranger = sqlite3.connect(writer.path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    writer._connection.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(UserFault, match="Another program is writing"):
        writer.record([START])
    stranger.execute("ROLLBACK")
    stranger.close()
    writer.record([START])


def test_a_checkpoint_is_there_until_its_trial_ends(writer, reader):
    writer.record([START])
    assert reader.checkpoint(0) is None
    writer.put_checkpoint(0, 3, b"\x00weights")
    writer.put_checkpoint(0, 4, b"\x01weights")
    assert reader.checkpoint(0) == (4, b"\x01weights")
    writer.record([END])
    assert reader.checkpoint(0) is None


def test_a_setup_too_long_to_store_is_refused(writer):
    with pytest.raises(UserFault, match="too long"):
        writer.set_setup("x" * (17 << 20))


def test_words_that_no_text_file_holds_are_stored_readably(writer, reader):
    writer.record(
        [START, LogLine("a\udcffb" + "x" * 100_000, 1.0, "error"), TrialEnded(0, "failed", 1.0, 1.0, reason="\ud800")]
    )
    assert reader.log()[0].text.startswith("a?bxxx")
    assert len(reader.log()[0].text) == 1 << 16
    assert reader.history().trial(0).reason == "?"


def test_closing_gives_back_the_room_of_states_that_are_gone(tmp_path):
    path = tmp_path / "a.study"
    with store.create(path, "{}", SearchSpace({"x": Float(0, 1)})) as writer:
        for number in range(4):
            writer.record([TrialStarted(number, {"x": 0.5}, 1.0)])
            writer.put_checkpoint(number, 1, bytes(500_000))
        for number in range(4):
            writer.record([TrialEnded(number, "complete", 2.0, 1.0, (1.0,))])
    assert path.stat().st_size < 200_000
