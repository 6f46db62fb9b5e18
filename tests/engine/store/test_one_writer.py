"""One file, one writer, by what the file is: neither another name of it nor a deleted lock lets anybody else in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Float, Study, store
from engine.errors import UserFault
from engine.events import TrialQueued
from engine.space import SearchSpace

ROOT = Path(__file__).resolve().parents[3]
SPACE = SearchSpace({"x": Float(0, 1)})
OPENS = """
import sys
from engine import store
from engine.events import TrialQueued
try:
    with store.open_writer(sys.argv[1]) as writer:
        writer.record([TrialQueued(writer.count, {"x": 0.75}, 0.0)])
except store.LockedByOther as held:
    print(held)
"""


def queue(writer, *values):
    writer.record([TrialQueued(writer.count + place, {"x": x}, 0.0) for place, x in enumerate(values)])


def values_in(path):
    with store.Reader(path) as reader:
        history = reader.history()
    return [history.params(number)["x"] for number in range(len(history))]


def opened_elsewhere(path):
    """What another process is told that opens the file to write."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", OPENS, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT).stdout


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.study"
    store.create(path, "", SPACE).close()
    return path


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
@pytest.mark.parametrize("steps", [1, 2])
def test_a_symbolic_link_is_another_name_of_the_file(path, tmp_path, steps):
    link = tmp_path / "places" / "link.study"
    link.parent.mkdir()
    between = tmp_path / "between.study"
    between.symlink_to(path)
    link.symlink_to(path if steps == 1 else between)
    with store.open_writer(link) as writer:
        queue(writer, 0.25)
        assert writer.path == path
        assert values_in(link) == values_in(path) == [0.25]
        assert store.Reader(link).is_written()
        with pytest.raises(store.LockedByOther):
            store.open_writer(path)
        assert str(os.getpid()) in opened_elsewhere(path)
    with store.open_writer(path), pytest.raises(store.LockedByOther):
        store.open_writer(link)
    assert values_in(path) == [0.25]
    assert sorted(one.name for one in link.parent.iterdir()) == ["link.study"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_what_is_made_or_saved_at_a_link_goes_where_it_leads(tmp_path):
    (tmp_path / "there").mkdir()
    link, target = tmp_path / "link.study", tmp_path / "there" / "a.study"
    link.symlink_to(target)
    with store.create(link, "", SPACE) as writer:
        queue(writer, 0.5)
        with pytest.raises(store.LockedByOther):
            store.open_writer(target)
    assert link.is_symlink()
    study = Study(SPACE)
    study.save(link)
    study.close()
    assert link.is_symlink()
    assert values_in(target) == []
    with store.open_writer(target) as writer, pytest.raises(UserFault, match="is the study itself"):
        writer.save_as(link)


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_that_leads_to_itself_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "a.study").symlink_to(tmp_path / "b.study")
    (tmp_path / "b.study").symlink_to(tmp_path / "a.study")
    for action in (store.open_writer, store.Reader, lambda path: store.create(path, "", SPACE), Study(SPACE).save):
        with pytest.raises(UserFault):
            action(tmp_path / "a.study")


def test_a_file_with_two_names_is_only_looked_at(path, tmp_path):
    other = tmp_path / "b.study"
    with store.open_writer(path) as writer:
        queue(writer, 0.25)
        os.link(path, other)
        with pytest.raises(UserFault, match="two names"):
            store.open_writer(other)
        queue(writer, 0.5)
    for name in (path, other):
        with pytest.raises(UserFault, match="two names"):
            store.open_writer(name)
        assert values_in(name) == [0.25, 0.5]
    other.unlink()
    store.open_writer(path).close()


def test_a_copy_of_the_process_by_a_fork_is_no_writer_and_lets_go_of_nothing(tmp_path, monkeypatch):
    path, own = tmp_path / "a.study", os.getpid()
    study = Study(SPACE, sampler="random")
    study.save(path)
    study.tell(study.ask(), 0.5)
    trial = study.ask()
    with monkeypatch.context() as forked:
        forked.setattr(os, "getpid", lambda: own + 1)
        for change in (study.ask, lambda: study.tell(trial, 0.75), study.close):
            with pytest.raises(UserFault, match="a copy of"):
                change()
        assert (tmp_path / "a.study-lock").exists()
    assert str(own) in opened_elsewhere(path)


def test_a_lock_that_was_deleted_lets_nobody_else_in(path):
    with store.open_writer(path) as writer:
        queue(writer, 0.25)
        (path.parent / "a.study-lock").unlink()
        assert str(os.getpid()) in opened_elsewhere(path)
        with pytest.raises(store.LockedByOther, match=str(os.getpid())):
            store.open_writer(path)
        queue(writer, 0.5)
    assert values_in(path) == [0.25, 0.5]
    store.open_writer(path).close()


def test_a_writer_that_another_took_the_file_from_writes_nothing_more(path, monkeypatch):
    """Where locks hold nobody back (some network drives), the one who came last writes."""
    first = store.open_writer(path)
    queue(first, 0.25)
    monkeypatch.setattr("engine.store.holder.is_alive", lambda *_: False)
    (path.parent / "a.study-lock").unlink()
    second = store.open_writer(path)
    queue(second, 0.5)
    with pytest.raises(store.LockedByOther, match="taken over"):
        queue(first, 0.75)
    with pytest.raises(store.LockedByOther, match="taken over"):
        first.set_setup("mine")
    with pytest.raises(store.LockedByOther, match="taken over"):
        first.close()
    queue(second, 1.0)
    second.close()
    assert values_in(path) == [0.25, 0.5, 1.0]


def test_a_study_in_python_whose_file_was_taken_over_keeps_everything(tmp_path, monkeypatch):
    path = tmp_path / "a.study"
    study = Study(SPACE, sampler="random")
    study.save(path)
    monkeypatch.setattr("engine.store.holder.is_alive", lambda *_: False)
    (tmp_path / "a.study-lock").unlink()
    second = store.open_writer(path)
    queue(second, 0.5)
    with pytest.raises(store.Unwritten, match="taken over"):
        study.tell(study.ask(), 0.5)
    second.close()
    study.save(tmp_path / "mine.study")
    study.tell(study.ask(), 0.25)
    study.close()
    assert values_in(path) == [0.5]
    assert len(values_in(tmp_path / "mine.study")) == 1


def test_a_killed_writer_is_no_writer_also_where_its_lock_was_swept(path):
    code = (
        "import os, signal, sys\nfrom engine import store\nfrom engine.events import TrialQueued\n"
        "writer = store.open_writer(sys.argv[1])\nwriter.record([TrialQueued(0, {'x': 0.25}, 0.0)])\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(path)], check=False, env=environment, cwd=ROOT)
    (path.parent / "a.study-lock").unlink()
    with store.open_writer(path) as writer:
        queue(writer, 0.5)
    assert values_in(path) == [0.25, 0.5]


NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
int fcntl64(int file, int command, ...) {
    va_list more; va_start(more, command); void *value = va_arg(more, void *); va_end(more);
    static int (*real)(int, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "fcntl64");
    if (command == F_SETLK || command == F_SETLKW || command == F_GETLK) { errno = ENOLCK; return -1; }
    return real(file, command, value);
}
int fcntl(int file, int command, ...) {
    va_list more; va_start(more, command); void *value = va_arg(more, void *); va_end(more);
    return fcntl64(file, command, value);
}
"""


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="builds a drive without locks")
def test_a_drive_without_locks_is_told_as_what_it_is(path, tmp_path, monkeypatch):
    code, library = tmp_path / "no_locks.c", tmp_path / "no_locks.so"
    code.write_text(NO_LOCKS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, code, "-ldl"], check=True)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    told = opened_elsewhere(path)
    assert told.startswith("The drive that holds a.study locks no files")
    assert sorted(item.name for item in tmp_path.glob("*study*")) == ["a.study"]
    assert values_in(path) == []
