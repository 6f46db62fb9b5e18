"""Tables are read in a process of their own: the same answers, cancelled and killed without harm, bounded memory."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import psutil
import pytest

from engine.data.reading.cancelling import Cancelled
from engine.errors import Bug, UserFault
from engine.execution.messages import Quit
from engine.execution.startup import THREAD_VARIABLES
from engine.objectives import handover, permissions
from engine.objectives.permissions import PermissionMissing
from engine.setup import replace
from engine.study import (
    TableProcess,
    classes_of,
    grid_count,
    inspect_table,
    look_for_hints,
    reread_setup,
    setup_problems,
    start_of_table,
    suggest_setup,
    suggest_space,
)


@pytest.fixture(scope="module")
def shared():
    process = TableProcess()
    yield process
    process.close()


@pytest.fixture
def process():
    process = TableProcess()
    yield process
    process.close()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    rows = [f"{row},{row % 7},{'red' if row % 3 else 'blue'},2024-01-{row % 28 + 1:02}" for row in range(90)]
    path.write_text("\n".join(["n,size,colour,day", *rows]))
    return path


QUESTIONS = {
    "look": lambda path, setup: partial(inspect_table, path, {"size": "category"}, read={"separator": ","}, quick=True),
    "whole": lambda path, setup: partial(inspect_table, str(path), target="colour", found={"n": "number"}),
    "start": lambda path, setup: partial(start_of_table, path, {}),
    "setup": lambda path, setup: partial(suggest_setup, path, "colour"),
    "on": lambda path, setup: partial(suggest_setup, path, None, None, "random_forest", setup),
    "again": lambda path, setup: partial(reread_setup, setup, {"missing": ("red",)}),
    "space": lambda path, setup: partial(suggest_space, setup),
    "classes": lambda path, setup: partial(classes_of, setup),
    "problems": lambda path, setup: partial(setup_problems, replace(setup, space={})),
    "hints": lambda path, setup: partial(look_for_hints, setup),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_is_the_one_that_the_function_gives(shared, table, name):
    question = QUESTIONS[name](table, suggest_setup(table, "colour"))
    here = question()
    assert here or name == "hints"
    assert shared.ask(question.func, *question.args, **question.keywords) == here


@pytest.mark.parametrize("source", ["gone.csv", "empty.csv", "broken.parquet"])
def test_what_cannot_be_read_is_told_in_the_same_words(shared, tmp_path, source):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(UserFault) as here:
        inspect_table(tmp_path / source)
    with pytest.raises(UserFault) as there:
        shared.ask(inspect_table, tmp_path / source)
    told = [(type(one.value), one.value.what, one.value.remedy, one.value.place) for one in (here, there)]
    assert told[0] == told[1]


def test_what_is_withheld_here_is_not_read_there(shared, table, tmp_path):
    study = tmp_path / "elsewhere" / "a.study"
    study.parent.mkdir()
    objective = suggest_setup(table, "colour").objective
    permissions.check_permission(objective, study)
    try:
        with pytest.raises(PermissionMissing):
            shared.ask(inspect_table, table)
        permissions.permit_table(str(table))
        assert shared.ask(inspect_table, table).info.rows == 90
    finally:
        permissions.permit_table(str(table))


def test_what_is_no_question_about_tables_is_not_called(shared):
    with pytest.raises(Bug):
        shared.ask(grid_count, {})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_a_reading_that_hangs_is_cancelled_and_the_next_one_works(process, table, tmp_path):
    assert process.ask(inspect_table, table).info.rows == 90
    first = process.pid
    os.kill(first, signal.SIGSTOP)  # as if stuck in a library, deaf to everything
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        process.ask(inspect_table, table, cancelled=lambda: time.monotonic() > begun + 0.2)
    assert not psutil.pid_exists(first)
    assert process.ask(inspect_table, table).info.rows == 90
    assert process.pid != first


def test_a_reading_that_takes_the_memory_is_ended_with_a_sentence(process, tmp_path, monkeypatch):
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(",".join(f"{row * column % 97}.5" for column in range(300)) for row in range(1, 9000)))
    monkeypatch.setattr("engine.asking.process._limit", lambda worker: worker.megabytes() * 1e6 + 20e6)
    with pytest.raises(UserFault, match=r"takes more memory than this computer has free"):
        process.ask(inspect_table, path)
    assert process.pid is None


def test_a_process_that_is_killed_is_told_of_and_replaced(process, table):
    process.ask(start_of_table, table, {})
    os.kill(process.pid, signal.SIGSTOP)
    killer = threading.Timer(0.3, process._worker.kill)
    killer.start()
    with pytest.raises(UserFault, match="ended in the middle of its work"):
        process.ask(inspect_table, table)
    killer.join()
    assert process.ask(inspect_table, table).info.rows == 90
    os.kill(process.pid, signal.SIGKILL)  # while nothing is asked
    time.sleep(0.3)
    assert process.ask(inspect_table, table).info.rows == 90


def test_rows_that_were_checked_there_are_handed_to_workers_once(shared, table, tmp_path):
    setup = shared.ask(suggest_setup, table, "colour")
    assert shared.ask(setup_problems, setup) == ()
    assert not handover.write_kept(replace(setup.objective, target="day"), str(tmp_path / "other"))
    cache = tmp_path / "cache"
    cache.mkdir()
    assert handover.write_kept(setup.objective, str(cache))
    assert any(cache.iterdir())
    assert not handover.write_kept(setup.objective, str(cache))


def test_several_threads_are_answered_in_turn(shared, table):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(shared.ask(inspect_table, table).info.rows)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [90] * 4


def test_closing_ends_a_reading_and_the_process(table):
    process, told = TableProcess(), []
    process.ask(start_of_table, table, {})
    pid = process.pid
    os.kill(pid, signal.SIGSTOP)

    def ask():
        try:
            process.ask(inspect_table, table)
        except Cancelled as cancelled:
            told.append(cancelled)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    process.close()
    thread.join(10)
    assert len(told) == 1
    assert not psutil.pid_exists(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends once it is awake")
def test_the_process_ends_with_its_parent_even_while_it_is_stopped(table):
    code = (
        "import os, signal, sys\n"
        "from engine.study import TableProcess, start_of_table\n"
        "process = TableProcess(); process.ask(start_of_table, sys.argv[1], {})\n"
        "os.kill(process.pid, signal.SIGSTOP); print(process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(table)], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    end = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid)


def test_the_process_outlives_the_thread_that_asked_first_and_gives_way_to_the_window(process, table):
    asking = threading.Thread(target=process.ask, args=(start_of_table, table, {}))
    asking.start()
    asking.join()
    first = process.pid
    process.ask(start_of_table, table, {})
    assert process.pid == first
    if sys.platform == "linux":
        assert psutil.Process(first).nice() == min(psutil.Process().nice() + 5, 19)  # before workers: a person waits
        assert os.sched_getscheduler(first) == os.SCHED_BATCH
        assert {psutil.Process(first).environ()[name] for name in THREAD_VARIABLES} == {"1"}


def test_whoever_asks_loads_nothing_heavy(table):
    code = (
        "import sys\n"
        "from engine.study import TableProcess, suggest_setup, setup_problems\n"
        "process = TableProcess(); process.ask(setup_problems, process.ask(suggest_setup, sys.argv[1]))\n"
        "process.close(); print(*{'pandas', 'sklearn', 'pyarrow', 'scipy.linalg'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(table)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


LETS_GO = """
from engine.asking import child
child.Reader.__init__.__defaults__ = (0.01,)
child.MOST_IDLE_BYTES = %d
child.main()
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no pipe is looked at without reading it")
@pytest.mark.parametrize(("most", "ends"), [(0, True), (1 << 50, False)])
def test_a_process_that_nobody_asks_lets_go_of_a_large_table(most, ends):
    quiet = subprocess.Popen([sys.executable, "-c", LETS_GO % most], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if ends:
        assert quiet.wait(60) == 0
    else:
        assert select.select([quiet.stdout], [], [], 2.0) == ([], [], [])
        assert quiet.poll() is None
    quiet.kill()
    quiet.communicate()


def test_a_process_that_let_go_of_its_table_is_started_again(process, table):
    assert process.ask(inspect_table, table).info.rows == 90
    before = process.pid
    process._worker.send(Quit())
    psutil.wait_procs([psutil.Process(before)], 30)
    assert process.ask(inspect_table, table).info.rows == 90
    process._worker.send(Quit())  # and once more where it ends with the question under way
    assert process.ask(inspect_table, table).info.rows == 90
    assert process.pid != before
