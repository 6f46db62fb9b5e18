"""What a reader sees, also while the study is written, and how it follows along."""

import os
import sqlite3
import threading
import time
from contextlib import closing

import numpy as np
import pytest

from engine import store
from engine.errors import UserFault
from engine.events import LogLine, TrialEnded, TrialStarted
from tests.engine.store.studies import SPACE, make, settle, trial


def altered(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()
    return path


def test_a_reader_notices_every_commit(tmp_path):
    rng = np.random.default_rng(0)
    with store.create(tmp_path / "a.study", "", SPACE) as writer:
        reader = store.Reader(writer.path)
        for number in range(100):
            writer.record(list(trial(number, rng, steps=2)))
            assert reader.changed()
            assert len(reader.history()) == number + 1


def test_a_reader_sees_nothing_new_where_nothing_was_written(tmp_path):
    reader = store.Reader(make(tmp_path / "a.study"))
    settle(reader)
    reader.history()
    assert not reader.changed()


def test_a_change_in_the_same_moment_as_the_last_one_is_told(tmp_path):
    reader = store.Reader(make(tmp_path / "a.study"))
    settle(reader)
    altered(reader.path, "UPDATE trial SET reason = 'first'")
    moment = time.time()
    os.utime(reader.path, (moment, moment))
    assert reader.changed()
    altered(reader.path, "UPDATE trial SET reason = 'other'")
    os.utime(reader.path, (moment, moment))
    assert reader.changed()


def test_a_reader_beside_a_busy_writer_always_sees_whole_trials(tmp_path):
    rng = np.random.default_rng(0)
    over = threading.Event()
    seen = []

    def look():
        while not over.is_set():
            reader = store.Reader(tmp_path / "a.study")
            history = reader.history()
            assert history.state.tolist() == [2] * len(history)
            curves = reader.curves(range(len(history)))
            seen.append(all(len(curve) == 5 for curve in curves.values()) and len(curves) == len(history))

    for _ in range(3):  # also while the file is made, opened, folded and closed
        with store.create(tmp_path / "a.study", "", SPACE, replace=True):
            pass
        over.clear()
        looker = threading.Thread(target=look)
        looker.start()
        for number in range(40):
            with store.open_writer(tmp_path / "a.study") as writer:
                writer.record(list(trial(number, rng, steps=5)))
        over.set()
        looker.join()
    assert seen
    assert all(seen)


def test_a_reader_goes_on_when_the_writer_closes_and_another_opens(tmp_path):
    path = make(tmp_path / "a.study")
    reader = store.Reader(path)
    for number in range(3):
        with store.open_writer(path) as writer:
            assert reader.changed()
            writer.record([LogLine(f"line {number}", 1.0, "warning")])
        assert reader.log()[-1].text == f"line {number}"
    assert [item.name for item in tmp_path.iterdir()] == ["a.study"]


def test_a_deleted_study_is_missed_in_a_sentence(tmp_path):
    reader = store.Reader(make(tmp_path / "a.study"))
    reader.path.unlink()
    assert reader.changed()
    with pytest.raises(UserFault, match="There is no file"):
        reader.history()


def test_a_trial_that_reported_nothing_has_an_empty_curve(tmp_path):
    with store.create(tmp_path / "a.study", "", SPACE) as writer:
        writer.record([TrialStarted(0, {"lr": 0.1}, 1.0), TrialEnded(0, "failed", 2.0, 1.0, reason="Nothing.")])
    reader = store.Reader(tmp_path / "a.study")
    assert len(reader.curve(0)) == len(reader.curve(17)) == len(reader.curve(-1)) == 0
    assert reader.curves() == {}


def test_only_the_curves_asked_for_are_read(tmp_path):
    reader = store.Reader(make(tmp_path / "a.study"))
    assert sorted(reader.curves([3, 5, 5, 99, -1])) == [3, 5]


def test_a_damaged_curve_is_named_and_the_others_are_read(tmp_path):
    path = altered(make(tmp_path / "a.study"), "UPDATE curve SET data = zeroblob(50) WHERE id = 4 * 1048576")
    reader = store.Reader(path)
    assert sorted(reader.curves(range(6))) == [0, 1, 2, 3, 5]
    assert list(reader.damaged) == [4]
    with pytest.raises(UserFault, match="curve of trial 4"):
        reader.curve(4)


def test_a_damaged_checkpoint_is_none(tmp_path):
    path = make(tmp_path / "a.study")
    with store.open_writer(path) as writer:
        writer.put_checkpoint(31, 1, b"weights")
    assert store.Reader(path).checkpoint(31) == (1, b"weights")
    altered(path, "UPDATE checkpoint SET data = ?", b"weighty")
    assert store.Reader(path).checkpoint(31) is None


@pytest.mark.parametrize(
    ("statement", "value", "where"),
    [
        ("UPDATE trial SET params = ? WHERE number = 3", "[" * 100_000, "trial"),
        ("UPDATE trial SET params = ? WHERE number = 3", '{"lr": [1]}', "trial"),
        ("UPDATE trial SET params = ? WHERE number = 3", b"{}", "trial"),
        ("UPDATE trial SET score = ? WHERE number = 3", "0.5", "trial"),
        ("UPDATE trial SET state = ? WHERE number = 3", "finished", "trial"),
        ("UPDATE trial SET details = ? WHERE number = 3", "3", "trial"),
        ("UPDATE trial SET reason = ? WHERE number = 3", b"x", "trial"),
        ("UPDATE trial SET number = ? WHERE number = 31", 2**60, "number of trials"),
        ("UPDATE trial SET number = ? WHERE number = 3", -5, "trial"),
        ("UPDATE space SET json = ?", '{"lr": {"kind": "float", "low": 2, "high": 1}}', "search space"),
        ("UPDATE space SET first_trial = ?", 7, "search space"),
        ("UPDATE study SET value = ? WHERE key = 'directions'", '["up"]', "direction"),
        ("DELETE FROM space WHERE json != ?", "", "search space"),
        ("INSERT INTO further_score VALUES (0, 7, ?)", 0.5, "score"),
    ],
)
def test_a_value_that_no_twinloop_wrote_is_refused_with_its_place(tmp_path, statement, value, where):
    reader = store.Reader(altered(make(tmp_path / "a.study"), statement, value))
    with pytest.raises(UserFault, match=rf"damaged: .*{where}"):
        reader.history()


def test_pages_that_lead_in_circles_end_the_reading(tmp_path):
    """A tree of pages whose branches all lead to the same few leaves would take longer to read than the sun burns."""
    path = make(tmp_path / "a.study", trials=300)
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'trial'").fetchone()
    content = bytearray(path.read_bytes())
    page = (root - 1) * 4096
    assert content[page] == 5  # the inside of a tree
    cells = int.from_bytes(content[page + 3 : page + 5], "big")
    pointers = [int.from_bytes(content[page + 12 + 2 * i : page + 14 + 2 * i], "big") for i in range(cells)]
    for pointer in pointers:
        content[page + pointer : page + pointer + 4] = root.to_bytes(4, "big")
    path.write_bytes(content)
    with pytest.raises(UserFault, match="damaged"):
        store.Reader(path).history()
    with pytest.raises(UserFault, match="damaged"):
        store.open_writer(path)
