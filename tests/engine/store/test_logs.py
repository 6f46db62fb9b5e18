"""A log beside a study is read with the file that it belongs to, and with no other, whatever lies under the name."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import weakref
from contextlib import closing
from pathlib import Path

import pytest

from engine import Float, store
from engine.events import TrialQueued
from engine.setup import StudySetup
from engine.space import SearchSpace
from engine.store import logs
from engine.store.copying import sweep

ROOT = Path(__file__).resolve().parents[3]
SPACE = SearchSpace({"x": Float(0, 1)})
OTHERS, OLD = [0.5], [0.125, 0.25, 0.75]
CUT_OFF = """
import os, sys
from engine import store
from engine.events import TrialQueued
writer = store.open_writer(sys.argv[1])
writer.record([TrialQueued(writer.count + place, {"x": x}, 0.0) for place, x in enumerate([0.25, 0.75])])
os._exit(9)
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere no open file is moved or replaced")


def queue(writer, *values):
    writer.record([TrialQueued(writer.count + place, {"x": x}, 0.0) for place, x in enumerate(values)])


def values_in(path):
    with store.Reader(path) as reader:
        history = reader.history()
    return [history.params(number)["x"] for number in range(len(history))]


def said_of(path):
    with store.Reader(path) as reader:
        return reader.study().put_right


def make(path, *values):
    with store.create(path, StudySetup("Made", None, dict(SPACE.items())).to_json(), SPACE) as writer:
        queue(writer, *values)
    return path


@pytest.fixture
def other(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return make(folder / "other.study", *OTHERS)


@pytest.fixture
def cut_off(tmp_path):
    """A study whose last two trials lie in its log, since its program was killed."""
    path = make(tmp_path / "a.study", OLD[0])
    subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(path)], check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    assert values_in(path) == OLD
    return path


def moved_over(other, path):
    other.replace(path)


def copied_over(other, path):
    shutil.copyfile(other, path)


replaced = pytest.mark.parametrize("put", [moved_over, copied_over])


@replaced
def test_a_study_put_in_the_place_of_one_that_was_cut_off_is_read_as_it_is(cut_off, other, put):
    put(other, cut_off)
    assert values_in(cut_off) == OTHERS
    with store.open_writer(cut_off) as writer:
        assert "kept in" in writer.put_right[0]
        queue(writer, 1.0)
    assert values_in(cut_off) == [*OTHERS, 1.0]


@replaced
def test_a_study_that_was_cut_off_itself_is_told_from_the_one_before_it_by_its_mark(cut_off, tmp_path, put):
    other = make(tmp_path / "b.study", 0.5)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", CUT_OFF, str(other)], check=False, env=env, cwd=ROOT)
    put(other, cut_off)
    assert values_in(cut_off) == OTHERS
    with store.open_writer(cut_off) as writer:
        assert len(writer.put_right) == 2  # what became of the one log, and of the other
    assert values_in(cut_off) == ([0.5, 0.25, 0.75] if put is moved_over else OTHERS)


@replaced
@pytest.mark.parametrize("swept", [False, True])
def test_without_its_lock_a_closed_study_takes_up_no_log(cut_off, other, put, swept):
    lock = cut_off.with_name("a.study-lock")
    if swept:
        os.utime(lock, (0, 0))
        sweep(cut_off.parent)
        assert lock.exists()  # it tells whose log it is
    else:
        lock.unlink()
    put(other, cut_off)
    assert values_in(cut_off) == OTHERS


def test_a_study_that_was_renamed_without_its_log_finds_it_again(cut_off, tmp_path):
    renamed = cut_off.rename(tmp_path / "b.study")
    assert said_of(renamed) == ("The last trials of b.study lie in a.study-wal; running it brings them back.",)
    with store.open_writer(renamed) as writer:
        assert writer.put_right
    assert values_in(renamed) == OLD
    assert sorted(item.name for item in tmp_path.iterdir()) == ["b.study"]


def test_a_log_that_was_kept_comes_back_when_its_study_does(cut_off, other, tmp_path):
    away = cut_off.rename(other.with_name("away.study"))
    other.replace(cut_off)
    store.open_writer(cut_off).close()
    back = away.rename(tmp_path / "back.study")
    store.open_writer(back).close()
    assert values_in(back) == OLD
    assert values_in(cut_off) == OTHERS
    assert sorted(item.name for item in tmp_path.iterdir() if item.is_file()) == ["a.study", "back.study"]


def test_a_study_that_was_moved_away_from_its_log_says_so(cut_off, other):
    away = cut_off.rename(other.with_name("away.study"))
    assert "left without its log" in said_of(away)[0]
    with store.open_writer(away) as writer:
        assert "left without its log" in writer.put_right[0]
    assert said_of(away) == ()


def test_a_study_whose_folder_was_copied_keeps_its_log(cut_off, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(f"{cut_off}{ending}", there / f"a.study{ending}")
    assert values_in(there / "a.study") == OLD
    with store.open_writer(there / "a.study") as writer:
        assert writer.put_right == ()
    assert values_in(there / "a.study") == OLD


def test_a_new_study_in_the_place_of_one_that_was_moved_leaves_its_log_alone(cut_off, other, tmp_path):
    away = cut_off.rename(tmp_path / "away.study")
    make(cut_off, 0.5)
    assert values_in(cut_off) == [0.5]
    store.open_writer(away).close()
    assert values_in(away) == OLD


def test_a_copy_saved_over_the_place_of_a_study_that_was_moved_leaves_its_log_alone(cut_off, other, tmp_path):
    away = cut_off.rename(tmp_path / "away.study")
    with store.open_writer(other) as writer:
        writer.save_as(cut_off)
    assert values_in(cut_off) == OTHERS
    store.open_writer(away).close()
    assert values_in(away) == OLD


@replaced
def test_a_study_put_in_the_place_of_a_running_one_is_read_and_left_as_it_is(tmp_path, other, put):
    path = make(tmp_path / "a.study", OLD[0])
    before = other.read_bytes()
    writer = store.open_writer(path)
    queue(writer, *OLD[1:])
    put(other, path)
    assert values_in(path) == OTHERS
    with pytest.raises(store.Gone):
        queue(writer, 1.0)
    with pytest.raises(store.Gone):
        writer.close()
    assert path.read_bytes() == before
    assert values_in(path) == OTHERS


def test_a_file_that_is_only_touched_is_still_the_study(tmp_path):
    path = make(tmp_path / "a.study", OLD[0])
    with store.open_writer(path) as writer:
        os.utime(path, (0, 0))
        queue(writer, *OLD[1:])
    assert values_in(path) == OLD


def test_a_writer_that_stays_open_is_not_opened_again_under_a_new_name(tmp_path):
    path = make(tmp_path / "a.study", OLD[0])
    writer = store.open_writer(path)
    queue(writer, *OLD[1:])
    renamed = path.rename(tmp_path / "b.study")
    with pytest.raises(store.LockedByOther):
        store.open_writer(renamed)
    writer.abandon()


@pytest.mark.parametrize("is_collecting", [True, False])
def test_closing_a_study_that_is_read_collects_garbage_only_where_the_collector_is_on(tmp_path, is_collecting):
    class Knot:
        pass

    was_collecting = gc.isenabled()
    with (
        closing(sqlite3.connect(tmp_path / "a.study", isolation_level=None, timeout=0)) as writing,
        closing(sqlite3.connect(tmp_path / "a.study", isolation_level=None)) as reading,
    ):
        writing.execute("PRAGMA journal_mode = WAL")
        writing.execute("CREATE TABLE trial (number)")
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM trial").fetchall()
        writing.execute("INSERT INTO trial VALUES (0)")
        gc.disable()
        knot = Knot()
        knot.itself, watched = knot, weakref.ref(knot)
        del knot
        try:
            if is_collecting:
                gc.enable()
            with pytest.raises(sqlite3.OperationalError):
                logs.fold(writing)
        finally:
            gc.enable() if was_collecting else gc.disable()
    assert (watched() is None) == is_collecting
