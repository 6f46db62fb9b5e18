"""Making and opening study files: who may write, what is refused, what a cut-off run left behind."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from engine import store
from engine.errors import UserFault
from engine.events import TrialStarted
from engine.store import schema
from engine.trials import State
from tests.engine.store.studies import SPACE, make

HOLD = """
import sys, time
from engine import store
writer = store.open_writer(sys.argv[1])
print("open", flush=True)
time.sleep(60)
"""


def files(folder):
    return sorted(item.name for item in folder.iterdir())


def asked(path, *statements):
    """The answer of another SQLite client to the last of ``statements``."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            answer = connection.execute(statement).fetchall()
        connection.commit()
    return answer


def altered(path, *statements):
    asked(path, *statements)
    return path


def held_by_another_process(path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "open\n"
    return process


def test_a_closed_study_is_one_plain_file(tmp_path):
    path = make(tmp_path / "a.study")
    assert files(tmp_path) == ["a.study"]
    assert asked(path, "PRAGMA journal_mode") == [("delete",)]


def test_the_file_says_what_it_is(tmp_path):
    path = make(tmp_path / "a.study")
    assert asked(path, "PRAGMA application_id") == [(0x54774C70,)]
    assert asked(path, "PRAGMA user_version") == [(schema.VERSION,)]


def test_any_sqlite_client_reads_trials_and_their_configurations(tmp_path):
    path = make(tmp_path / "a.study")
    statement = "SELECT count(*), sum(json_extract(params, '$.lr') > 0), min(score) FROM trial WHERE state = 'complete'"
    ((count, with_lr, best),) = asked(path, statement)
    assert count == with_lr == 30
    assert best == store.Reader(path).history().score[:30].min()


def test_an_existing_study_is_not_made_anew(tmp_path):
    path = make(tmp_path / "a.study")
    with pytest.raises(UserFault, match="exists already"):
        store.create(path, "", SPACE)
    assert len(store.Reader(path).history()) == 32


def test_replacing_a_study_leaves_nothing_of_the_old_one(tmp_path):
    path = make(tmp_path / "a.study")
    store.create(path, "new", SPACE, replace=True).close()
    assert len(store.Reader(path).history()) == 0
    assert files(tmp_path) == ["a.study"]


def test_the_log_of_a_killed_writer_is_not_taken_for_the_new_file(tmp_path):
    path = make(tmp_path / "a.study")
    with held_by_another_process(path) as process:
        process.kill()
    assert "a.study-wal" in files(tmp_path)
    store.create(path, "new", SPACE, replace=True).close()
    assert store.Reader(path).setup() == "new"
    assert files(tmp_path) == ["a.study"]


def test_a_second_writer_is_told_who_holds_the_file(tmp_path):
    path = make(tmp_path / "a.study")
    with held_by_another_process(path) as process:
        try:
            with pytest.raises(store.LockedByOther, match=f"process {process.pid} on ") as held:
                store.open_writer(path)
            with pytest.raises(store.LockedByOther):
                store.create(path, "", SPACE, replace=True)
        finally:
            process.kill()
    assert "look on here" in held.value.remedy


def test_a_second_writer_in_the_same_program_is_refused_too(tmp_path):
    path = make(tmp_path / "a.study")
    with store.open_writer(path), pytest.raises(store.LockedByOther, match=f"process {os.getpid()} on "):
        store.open_writer(path)
    store.open_writer(path).close()


def test_a_reader_follows_along_while_another_program_holds_the_file(tmp_path):
    path = make(tmp_path / "a.study")
    with held_by_another_process(path) as process:
        try:
            assert len(store.Reader(path).history()) == 32
        finally:
            process.kill()


def test_a_killed_writer_leaves_no_lock_behind(tmp_path):
    path = make(tmp_path / "a.study")
    with held_by_another_process(path) as process:
        process.kill()
    store.open_writer(path).close()
    assert files(tmp_path) == ["a.study"]


def test_trials_that_were_cut_off_wait_again_with_their_number_of_attempts(tmp_path):
    path = make(tmp_path / "a.study")
    with store.open_writer(path) as writer:
        assert [event.number for event in writer.recovered] == [31]
        reader = store.Reader(path)
        assert reader.history().trial(31).state.label == "waiting"
        assert reader.attempts(31) == 1
        assert "ended while" in reader.log(31)[-1].text
        writer.record([TrialStarted(31, reader.history().params(31), 2e9)])
        assert reader.attempts(31) == 2
    with store.open_writer(path) as writer:
        assert len(writer.recovered) == 1


def test_the_curve_of_a_cut_off_trial_can_be_seen_until_it_starts_anew(tmp_path):
    path = make(tmp_path / "a.study")
    with store.open_writer(path) as writer:
        reader = store.Reader(path)
        assert len(reader.curve(31)) == 1
        writer.record([TrialStarted(31, reader.history().params(31), 2e9)])
        assert len(reader.curve(31)) == 0


def test_a_reader_leaves_trials_and_folder_as_they_are(tmp_path):
    path = make(tmp_path / "a.study")
    before = path.read_bytes()
    reader = store.Reader(path)
    assert reader.history().trial(31).state.label == "running"
    reader.curves()
    assert files(tmp_path) == ["a.study"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("opener", [store.open_writer, store.Reader])
class TestRefusals:
    def refused(self, opener, path, match):
        before = files(path.parent) if path.parent.is_dir() else None
        with pytest.raises(UserFault, match=match) as fault:
            opener(path)
        assert fault.value.what.endswith(".")
        assert fault.value.remedy.endswith(".")
        if before is not None:
            assert files(path.parent) == before

    def test_a_missing_file_is_named(self, opener, tmp_path):
        self.refused(opener, tmp_path / "none.study", "There is no file none.study")

    def test_a_missing_folder_is_no_crash(self, opener, tmp_path):
        self.refused(opener, tmp_path / "none" / "none.study", "There is no file none.study")

    def test_a_folder_is_not_a_study(self, opener, tmp_path):
        (tmp_path / "a.study").mkdir()
        self.refused(opener, tmp_path / "a.study", "not a study")

    @pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"SQLite format 3\x00", bytes(5000), b"\xff" * 5000])
    def test_any_other_file_is_not_a_study(self, opener, tmp_path, content):
        (tmp_path / "a.study").write_bytes(content)
        self.refused(opener, tmp_path / "a.study", "not a study|damaged")
        assert (tmp_path / "a.study").read_bytes() == content

    def test_another_database_is_not_a_study(self, opener, tmp_path):
        path = altered(tmp_path / "a.study", "CREATE TABLE t (a)")
        self.refused(opener, path, "not a study")

    def test_a_newer_study_is_left_alone(self, opener, tmp_path):
        path = altered(make(tmp_path / "a.study"), "PRAGMA user_version = 99")
        self.refused(opener, path, "newer Twinloop")

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE VIEW v AS SELECT 1",
            "CREATE TRIGGER t AFTER INSERT ON trial BEGIN DELETE FROM trial; END",
            "CREATE INDEX i ON trial (abs(score))",
            "CREATE TABLE more (a, b AS (abs(a)))",
            "ALTER TABLE trial ADD COLUMN more AS (abs(score))",
        ],
    )
    def test_a_file_with_programs_inside_is_left_alone(self, opener, tmp_path, statement):
        path = altered(make(tmp_path / "a.study"), statement)
        self.refused(opener, path, "something that no study has")

    def test_a_file_without_one_of_the_tables_is_damaged(self, opener, tmp_path):
        self.refused(opener, altered(make(tmp_path / "a.study"), "DROP TABLE log"), "damaged")


def test_a_place_where_nothing_can_be_written_is_refused_in_a_sentence(tmp_path):
    path = make(tmp_path / "a.study")
    (tmp_path / "a.study-lock").mkdir()  # what a read-only folder does to the lock, for root as well
    with pytest.raises(UserFault, match="where nothing may be written"):
        store.open_writer(path)
    assert len(store.Reader(path).history()) == 32


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root and Windows write everywhere")
def test_a_study_in_a_read_only_folder_can_be_read(tmp_path):
    path = make(tmp_path / "a.study")
    tmp_path.chmod(0o500)
    try:
        assert len(store.Reader(path).history()) == 32
        with pytest.raises(UserFault, match="where nothing may be written"):
            store.open_writer(path)
    finally:
        tmp_path.chmod(0o700)


def test_a_study_is_not_made_in_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(UserFault, match="There is no folder"):
        store.create(tmp_path / "none" / "a.study", "", SPACE)


@pytest.mark.parametrize("name", ["größe.study", "a b%20?mode=ro#x.study", "a'b\".study", "x" * 200])
def test_odd_names_are_names_like_any_other(tmp_path, name):
    if os.name == "nt" and set(name) & set('?"'):
        pytest.skip("Windows has no such names")
    make(tmp_path / name, trials=2)
    assert files(tmp_path) == [name]
    assert len(store.Reader(tmp_path / name).history()) == 4


def test_nothing_says_who_held_a_file_once_it_is_closed(tmp_path):
    path = make(tmp_path / "a.study")
    assert {key for (key,) in asked(path, "SELECT key FROM study")} == {"setup", "directions", "constraints"}


def test_a_holder_that_a_stranger_wrote_is_not_believed(tmp_path):
    path = make(tmp_path / "a.study")
    with store.open_writer(path) as writer:
        asked(path, """UPDATE study SET value = '{"since": 1e300}' WHERE key = 'holder'""")
        with pytest.raises(store.LockedByOther, match="open already elsewhere"):
            store.open_writer(path)
        assert writer.path == path


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "folder"])
@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal", "-lock"])
def test_a_pipe_or_a_folder_in_the_place_of_a_file_is_a_sentence_and_no_wait(tmp_path, ending, kind):
    path = make(tmp_path / "a.study")
    if not ending:
        path.unlink()
    odd = tmp_path / f"a.study{ending}"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.mkdir()
    words = "." if kind == "folder" else "not a file but a pipe|not a study file"
    with pytest.raises(UserFault, match=words):
        store.open_writer(path)
    if ending != "-lock" and (kind, ending) != ("folder", "-shm"):
        with pytest.raises(UserFault, match=words):
            store.Reader(path).history()


@pytest.mark.parametrize("name", ["watch", "sqlite_watch"])
@pytest.mark.parametrize("opener", [store.open_writer, lambda path: store.Reader(path).history()])
def test_a_trigger_is_refused_to_readers_and_writers_alike_whatever_its_name(tmp_path, name, opener):
    path = make(tmp_path / "a.study")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER watch AFTER INSERT ON log BEGIN DELETE FROM trial; END")
        connection.execute("PRAGMA writable_schema = ON")
        change = "UPDATE sqlite_schema SET name = ?, sql = replace(sql, 'watch', ?) WHERE name = 'watch'"
        connection.execute(change, (name, name))
        connection.commit()
    with pytest.raises(UserFault, match=f"'{name}'"):
        opener(path)


def test_a_complete_trial_without_a_score_is_never_the_best(tmp_path):
    path = altered(make(tmp_path / "a.study"), "UPDATE trial SET state = 'complete', score = NULL WHERE number = 1")
    with store.Reader(path) as reader:
        history = reader.history()
    assert history.state[1] == State.COMPLETE
    assert history.best_number() not in (None, 1)
    altered(path, "UPDATE trial SET score = NULL")
    with store.Reader(path) as reader:
        history = reader.history()
    assert history.best_number() is None
    assert "has a score" in str(history.no_best("Press Run."))
