"""Saving a study: in one step, over another study at most, and over nothing that is open or something else."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Float, SearchSpace, Study, store
from engine.cli import main
from engine.errors import UserFault
from engine.objectives.permissions import check_permission, with_absolute_path
from tests.engine.store.event_sequences import picture
from tests.engine.store.studies import make
from tests.engine.store.test_opening import altered, files

SPACE = SearchSpace({"x": Float(0, 1)})
CUT_OFF = """
import os, sys
from engine import Study
study = Study.open(sys.argv[1])
for _ in range(20):
    study.tell(study.ask(), 0.5)
os._exit(9)
"""


@pytest.fixture
def study():
    made = Study(SPACE, sampler="random")
    for score in (3.0, 1.0):
        made.tell(made.ask(), score)
    yield made
    made.close()


def with_live_log(path):
    """A study that a crash left in two files; its number of trials."""
    root = Path(__file__).resolve().parents[3]
    made = Study(SPACE, sampler="random")
    made.save(path)
    made.close()
    subprocess.run([sys.executable, "-c", CUT_OFF, str(path)], cwd=root, check=False)
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    return 20


def count(path):
    with store.Reader(path) as reader:
        return len(reader.history())


@pytest.mark.parametrize("content", [b"", b"my notes", b"SQLite format 3\x00", bytes(5000)])
def test_a_file_that_is_no_study_is_not_overwritten(study, tmp_path, content):
    path = tmp_path / "a.study"
    path.write_bytes(content)
    with pytest.raises(UserFault, match=r"a.study is (not a study file|damaged)"):
        study.save(path)
    with store.create(tmp_path / "b.study", "", SPACE) as writer, pytest.raises(UserFault):
        writer.save_as(path)
    assert path.read_bytes() == content
    assert files(tmp_path) == ["a.study", "b.study"]


def test_another_database_a_newer_study_and_a_folder_are_not_overwritten(study, tmp_path):
    other = altered(tmp_path / "other.db", "CREATE TABLE t (a)")
    newer = altered(make(tmp_path / "newer.study"), "PRAGMA user_version = 99")
    (tmp_path / "folder").mkdir()
    before = other.read_bytes(), newer.read_bytes()
    for path, words in ((other, "not a study"), (newer, "newer Twinloop"), (tmp_path / "folder", "not a study")):
        with pytest.raises(UserFault, match=words):
            study.save(path)
    assert (other.read_bytes(), newer.read_bytes()) == before


def test_a_study_that_is_open_elsewhere_is_not_overwritten(study, tmp_path):
    path = make(tmp_path / "a.study")
    with store.open_writer(path), pytest.raises(UserFault, match="is open already") as refused:
        study.save(path)
    assert refused.value.remedy == "Close it there, or choose another name."
    assert count(path) == 32
    study.save(tmp_path / "b.study")
    assert count(tmp_path / "b.study") == 2


def test_a_study_that_another_program_is_reading_from_its_log_is_not_overwritten(study, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.store.connection.BUSY_SECONDS", 0.05)
    trials = with_live_log(tmp_path / "a.study")
    from engine.store import connection as connections

    reader = connections.reading(tmp_path / "a.study", closed=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM trial LIMIT 1").fetchall()
    try:
        with pytest.raises(UserFault, match="open elsewhere"):
            study.save(tmp_path / "a.study")
    finally:
        reader.close()
    assert count(tmp_path / "a.study") == trials
    study.save(tmp_path / "a.study")
    assert count(tmp_path / "a.study") == 2


@pytest.mark.parametrize("step", ["replace", "unlink"])
def test_a_save_that_fails_at_the_last_step_leaves_the_whole_old_study_also_of_two_files(
    study, tmp_path, monkeypatch, step
):
    trials = with_live_log(tmp_path / "a.study")

    def refuse(self, *_, **__):
        raise PermissionError(errno.EACCES, "in use", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, refuse)
        with pytest.raises(UserFault):
            study.save(tmp_path / "a.study")
    assert count(tmp_path / "a.study") == trials
    study.save(tmp_path / "b.study")
    study.close()
    store.open_writer(tmp_path / "a.study").close()
    assert files(tmp_path) == ["a.study", "b.study"]


def test_a_study_saved_over_another_is_that_and_keeps_up(study, tmp_path):
    path = make(tmp_path / "a.study")
    running = study.ask()
    running.report(1, {"loss": 0.5})
    study.save(path)
    running.report(2, {"loss": 0.25})
    study.tell(running, 0.5)
    study.close()
    with Study.open(path) as again:
        assert picture(again.history) == picture(study.history)
        assert again.curves.get(2).steps.tolist() == [1, 2]
    with store.Reader(path) as reader:
        assert reader.attempts(2) == 1
    assert files(tmp_path) == ["a.study"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_study_saved_by_another_name_of_its_file_is_only_brought_to_disk(study, tmp_path):
    study.save(tmp_path / "a.study")
    (tmp_path / "link.study").symlink_to(tmp_path / "a.study")
    study.save(tmp_path / "link.study")
    assert (tmp_path / "link.study").is_symlink()
    study.tell(study.ask(), 0.5)
    assert count(tmp_path / "a.study") == 3


def test_leavings_of_killed_programs_are_swept_and_nothing_else_is(study, tmp_path):
    ours = [".b.study.0123abcd.twinloop", ".b.study.0123abcd.twinloop-journal", "never.study-lock"]
    others = ["young.study-lock", ".b.study.1234.new", "yarn-lock", "notes.twinloop", ".x.twinloop"]
    for name in (*ours, *others):
        (tmp_path / name).touch()
    os.utime(tmp_path / "never.study-lock", (0, 0))
    (tmp_path / ".t.csv.89abcdef.twinloop").mkdir()
    (tmp_path / ".t.csv.89abcdef.twinloop" / "t.csv").touch()
    study.save(tmp_path / "a.study")
    study.close()
    assert files(tmp_path) == sorted(["a.study", *others])


def test_what_another_program_is_still_filling_is_not_swept(study, tmp_path):
    from engine.store import copying

    with copying.draft(tmp_path / "b.study") as fresh:
        fresh.write_bytes(b"half")
        study.save(tmp_path / "a.study")
        assert fresh.read_bytes() == b"half"
    study.close()
    assert files(tmp_path) == ["a.study"]


def test_a_study_may_be_opened_with_another_sampler_and_pruner_which_its_file_takes_over(tmp_path):
    path = tmp_path / "a.study"
    with Study({"x": Float(0, 1)}, sampler="random") as first:
        first.save(path)
    with Study.open(path, sampler="tpe", pruner="median") as study:
        assert (type(study.sampler).__name__, type(study.pruner).__name__) == ("TpeSampler", "MedianPruner")
        study.optimize(lambda trial: trial.params["x"], 3)
    with Study.open(path) as again:
        assert (again.setup.strategy.sampler, again.setup.strategy.pruner) == ("tpe", "median")
        assert len(again.trials) == 3
    for wrong in ({"sampler": "magic"}, {"pruner": "magic"}, {"sampler": 3}):
        with pytest.raises(UserFault):
            Study.open(path, **wrong)


def test_a_study_that_is_open_already_is_told_when_it_is_opened(study, tmp_path):
    study.save(tmp_path / "a.study")
    with pytest.warns(UserWarning, match=r"a\.study is open in .*process \d+.*Close it there"):
        other = Study.open(tmp_path / "a.study")
    assert len(other.trials) == 2
    study.close()
    other.tell(other.ask(), 0.5)
    other.close()
    assert count(tmp_path / "a.study") == 3


@pytest.mark.parametrize("place", ["elsewhere", "elsewhere/below", "."])
def test_the_table_of_a_study_is_found_from_where_it_is_saved(tmp_path, monkeypatch, place):
    (tmp_path / "first").mkdir()
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    table = tmp_path / "first" / "t.csv"
    table.write_text("a,b,y\n" + "".join(f"{row % 7},{row % 3},{row % 2}\n" for row in range(60)))
    monkeypatch.chdir(tmp_path / "first")
    assert main(["new", "--data", "t.csv", "--target", "y", "a.study"]) == 0
    monkeypatch.chdir(tmp_path)
    study = Study.open("first/a.study")
    study.save(tmp_path / place / "b.study")
    study.close()
    with store.Reader(tmp_path / place / "b.study") as reader:
        setup = reader.study().setup
    objective = with_absolute_path(setup.objective, tmp_path / place / "b.study")
    assert Path(objective.source).resolve() == table.resolve()
    assert check_permission(setup.objective, tmp_path / place / "b.study") is None


def test_a_name_that_no_file_can_have_is_a_sentence(study):
    for call in (study.save, Study.open):
        with pytest.raises(UserFault, match="NUL"):
            call("a\0b.study")
