"""Older study files are brought up to date, with a backup copy beside them."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from engine import store
from engine.errors import Bug, UserFault
from engine.events import StudyChanged, TrialEnded, TrialStarted
from engine.store import migrations, schema
from tests.engine.store.studies import SPACE, make

THIRD = ("prediction", "prediction_rows", "finding", "change")  # the tables of version 3


@pytest.fixture
def second_version(tmp_path):
    """A study as version 2 wrote it: nobody noted who changed what."""
    path = make(tmp_path / "a.study")
    with closing(sqlite3.connect(path)) as connection:
        for table in THIRD:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    return path


@pytest.fixture
def first_version(tmp_path):
    """A study as version 1 wrote it: without constraints."""
    path = make(tmp_path / "a.study")
    with closing(sqlite3.connect(path)) as connection:
        for table in ("constraint_value", *THIRD):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM study WHERE key = 'constraints'")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return path


@pytest.fixture
def tomorrow(tmp_path, monkeypatch):
    """A study of today's version, opened by the Twinloop of two versions later."""
    path = make(tmp_path / "a.study")
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 2)
    monkeypatch.setitem(schema.TABLES, "tag", "CREATE TABLE tag (trial INTEGER NOT NULL, text TEXT NOT NULL)")
    return path


def add_tags(connection):
    connection.execute("CREATE TABLE tag (trial INTEGER NOT NULL)")


def add_texts_of_tags(connection):
    connection.execute("DROP TABLE tag")
    connection.execute(schema.TABLES["tag"])


def test_an_older_study_is_brought_up_to_date_after_a_backup(tomorrow, monkeypatch):
    first = schema.VERSION - 1
    monkeypatch.setattr(migrations, "STEPS", {first: add_tags, first + 1: add_texts_of_tags})
    store.open_writer(tomorrow).close()
    assert len(store.Reader(tomorrow).history()) == 32
    backup = tomorrow.with_name(f"a.version-{first - 1}.study")
    assert sorted(item.name for item in tomorrow.parent.iterdir()) == ["a.study", backup.name]
    monkeypatch.undo()
    assert len(store.Reader(backup).history()) == 32


def test_backups_of_several_upgrades_do_not_replace_each_other(tomorrow):
    taken = migrations.backup_path(tomorrow, 1)
    taken.write_bytes(b"")
    assert migrations.backup_path(tomorrow, 1).name == "a.version-1-2.study"


def test_a_migration_that_fails_half_way_leaves_the_older_study(tomorrow, monkeypatch):
    def fail(connection):
        connection.execute("DELETE FROM trial")
        raise sqlite3.OperationalError("half way")

    first = schema.VERSION - 1
    monkeypatch.setattr(migrations, "STEPS", {first: add_tags, first + 1: fail})
    with pytest.raises(Bug, match="half way"):
        store.open_writer(tomorrow)
    monkeypatch.undo()
    assert len(store.Reader(tomorrow).history()) == 32


def test_a_reader_sees_an_older_study_as_it_will_be_and_does_not_touch_it(tomorrow, monkeypatch):
    first = schema.VERSION - 1
    monkeypatch.setattr(migrations, "STEPS", {first: add_tags, first + 1: add_texts_of_tags})
    before = tomorrow.read_bytes()
    assert len(store.Reader(tomorrow).history()) == 32
    assert tomorrow.read_bytes() == before
    assert [item.name for item in tomorrow.parent.iterdir()] == ["a.study"]


def test_a_reader_refuses_an_older_study_with_a_view(first_version):
    with closing(sqlite3.connect(first_version)) as connection:
        connection.execute("CREATE VIEW strange AS SELECT 1")
        connection.commit()
    with pytest.raises(UserFault, match="no study has"):
        store.Reader(first_version)


def test_a_study_of_version_1_has_no_constraints_and_takes_more_trials(first_version):
    before = store.Reader(first_version).history()
    with store.open_writer(first_version) as writer:
        writer.record([TrialStarted(32, SPACE.sample(np.random.default_rng(0)), 0.0)])
        writer.record([TrialEnded(32, "complete", 1.0, 1.0, (0.5,))])
    after = store.Reader(first_version).history()
    assert (before.constraint_names, after.constraint_names) == ((), ())
    assert (len(before), len(after)) == (32, 33)
    assert after.feasible[32]
    assert first_version.with_name("a.version-1.study").exists()


def test_a_study_of_version_2_has_no_changes_and_takes_some(second_version):
    assert store.Reader(second_version).history().changes == ()
    change = StudyChanged(32, 1.0, "window", {"budget.trials": 10}, {"budget.trials": 20})
    with store.open_writer(second_version) as writer:
        writer.record([change])
    assert store.Reader(second_version).history().changes == (change,)
    assert second_version.with_name("a.version-2.study").exists()


def test_every_version_has_its_migration():
    assert sorted(migrations.STEPS) == list(range(2, schema.VERSION + 1))


@pytest.mark.parametrize("opener", [store.open_writer, store.Reader])
def test_a_file_that_only_says_it_is_older_is_damaged_and_leaves_no_backup(first_version, opener):
    with closing(sqlite3.connect(first_version)) as connection:
        connection.execute("CREATE TABLE constraint_value (trial INTEGER)")
        connection.commit()
    with pytest.raises(UserFault, match="damaged"):
        opener(first_version)
    assert [item.name for item in first_version.parent.iterdir()] == ["a.study"]
