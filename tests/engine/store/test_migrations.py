"""Older study files are brought up to date, with a backup copy beside them."""

import sqlite3

import pytest

from engine import store
from engine.errors import Bug, UserFault
from engine.store import migrations, schema
from tests.engine.store.studies import make


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


def test_a_reader_does_not_touch_an_older_study(tomorrow):
    before = tomorrow.read_bytes()
    with pytest.raises(UserFault, match="older Twinloop"):
        store.Reader(tomorrow)
    assert tomorrow.read_bytes() == before


def test_every_version_has_its_migration():
    assert sorted(migrations.STEPS) == list(range(2, schema.VERSION + 1))
