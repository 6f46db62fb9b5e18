"""A study that one process runs is steered from another one: by the command line, and by whoever looks on."""

import os

import pytest

from engine import store
from engine.cli import main
from engine.events import StudyChanged, TrialEnded, TrialQueued, TrialStarted
from engine.runner import Rejected, SetupSaved
from engine.runner.orders import Edit, decode_answer, encode
from engine.setup import replace
from engine.space import Float
from engine.store import letters
from tests.helpers.runs import Listened, function_setup
from tests.helpers.scripted import ScriptedBackend

SPACE = {"x": Float(0, 1), "milliseconds": Float(1, 30)}


@pytest.fixture
def backend():
    return ScriptedBackend(room=9)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.study"


@pytest.fixture
def run(backend, path):
    with Listened(backend=lambda: backend) as run:
        run.runner.create(path, function_setup("busy", SPACE, trials=50, workers=1))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialStarted))
        yield run


def steer(path, *words):
    return main(["steer", str(path), *words])


def test_a_run_is_paused_resumed_given_more_and_stopped_from_another_terminal(run, path, backend, capsys):
    assert steer(path, "pause") == 0
    backend.workers[0].pause()
    run.until_state("paused")
    assert steer(path, "resume") == 0
    run.until_state("running")
    assert steer(path, "enqueue", "x=0.25", "milliseconds=2") == 0
    assert run.until(lambda one: isinstance(one, TrialQueued)).params == {"x": 0.25, "milliseconds": 2}
    assert steer(path, "budget", "workers=3", "trials=60") == 0
    changed = run.until(lambda one: isinstance(one, StudyChanged))
    assert changed.after == {"budget.workers": 3, "budget.trials": 60}
    while len(backend.workers) < 3:
        run.until(lambda one: isinstance(one, TrialStarted))
    assert steer(path, "stop-trial", "0") == 0
    backend.workers[0].stopped()
    assert run.until(lambda one: isinstance(one, TrialEnded)).number == 0
    assert steer(path, "stop") == 0
    for one in backend.workers:
        one.stopped()
    run.until_state("ended")
    assert not [one for one in path.parent.iterdir() if "letters" in one.name]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stop-trial", "7"), "Trial 7 is not running."),
        (("retry", "99"), "There is no trial 99."),
        (("enqueue", "y=1"), "The space has no 'y'."),
        (("enqueue", "x=7", "milliseconds=2"), "x"),
        (("budget", "trials=-1"), "trials is not such a number"),
        (("budget", "colour=red"), "A budget has no 'colour'."),
        (("pause", "7"), "Nothing goes with it"),
        (("stop-trial",), "The number of one trial is needed."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(run, path, capsys, words, said):
    assert steer(path, *words) == 2
    assert said in capsys.readouterr().err


def test_nobody_is_asked_where_nobody_runs_it(run, path, capsys):
    run.close()
    assert steer(path, "pause") == 2
    assert "a.study is not running." in capsys.readouterr().err


def test_whoever_looks_on_sees_the_run_and_steers_it(run, path, backend):
    with Listened() as looking:
        looking.runner.open(path)
        assert not looking.opened().writable
        looking.until_state("running")
        looking.runner.pause()
        run.until_state("pausing")
        backend.workers[0].pause()
        looking.until_state("paused")
        looking.runner.resume()
        looking.until_state("running")
        looking.runner.stop_trial(77)
        refused = looking.until(lambda one: isinstance(one, Rejected))
        assert refused.what == "Trial 77 is not running."
        setup = function_setup("busy", SPACE, trials=3, workers=1)
        looking.runner.edit(replace(setup, wishes={}))
        assert looking.until(lambda one: isinstance(one, SetupSaved)).setup.budget.trials == 3
        run.close()
        looking.until_state("idle")


def test_a_letter_to_another_writer_is_never_obeyed_and_does_not_stay(path, run):
    with store.Reader(path) as reader:
        mark = reader.writer_mark()
    letters.send_letter(path, mark + 1, b'{"order":"stop"}')
    letters.send_letter(path, mark, b"nonsense")
    assert steer(path, "retry", "0") == 0
    assert run.until(lambda one: isinstance(one, TrialQueued)).source == "retry"
    assert not list(path.parent.rglob("*.letter"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_letter_that_is_no_file_is_thrown_away_unread(path, run):
    folder = path.with_name("a.study-letters")
    folder.mkdir()
    os.mkfifo(folder / "0.letter")
    (folder / "1.letter").symlink_to("/dev/zero")
    assert steer(path, "retry", "0") == 0
    assert run.until(lambda one: isinstance(one, TrialQueued)).source == "retry"
    assert not folder.exists()


def test_letters_and_answers_follow_no_link_and_wait_for_no_pipe(tmp_path):
    study, folder, victim = tmp_path / "a.study", tmp_path / "a.study-letters", tmp_path / "victim"
    folder.mkdir()
    (folder / "0.draft").symlink_to(tmp_path / "nowhere")
    (folder / "7.draft").symlink_to(victim)
    (folder / "8.answer").symlink_to(victim)
    letters.send_answer(study, "7", b"{}")
    letters.send_answer(study, "8", b"{}")
    assert not victim.exists()
    assert letters.take_answer(study, "8") == b"{}"
    name = letters.send_letter(study, 3, b"hello")
    assert letters.take_letters(study, 3) == [(name, b"hello")]


def test_a_flood_of_letters_is_taken_in_turns(tmp_path):
    study = tmp_path / "a.study"
    for _ in range(letters.MOST_TAKEN + 1):
        letters.send_letter(study, 3, b"hello")
    assert [len(letters.take_letters(study, 3)) for _ in range(3)] == [letters.MOST_TAKEN, 1, 0]


def test_letters_are_not_written_where_a_link_leads(path, run, tmp_path, capsys):
    (tmp_path / "elsewhere").mkdir()
    path.with_name("a.study-letters").symlink_to(tmp_path / "elsewhere")
    assert steer(path, "pause") == 2
    assert "Nothing can be written beside a.study" in capsys.readouterr().err
    assert not list((tmp_path / "elsewhere").iterdir())


def test_what_is_scored_is_not_changed_from_outside(path, run):
    other = replace(function_setup("quiet", SPACE, trials=50, workers=1), wishes={})
    with store.Reader(path) as reader:
        name = letters.send_letter(path, reader.writer_mark(), encode(Edit(other.to_json(), "window")))
    answer = None
    while answer is None:
        answer = letters.take_answer(path, name)
    assert decode_answer(answer).what == "Data, model and metric are changed where the study runs."
    with store.Reader(path) as reader:
        assert reader.study().setup.objective == function_setup("busy", SPACE).objective


def test_an_edit_leaves_the_rest_of_a_runs_own_budget_as_it_is(path, backend):
    with Listened(backend=lambda: backend) as run:
        setup = function_setup("busy", SPACE, trials=2, workers=1)
        run.runner.create(path, setup)
        run.opened()
        run.runner.start(replace(setup.budget, workers=3, trials=9))
        for _ in range(3):
            run.until(lambda one: isinstance(one, TrialStarted))
        run.runner.edit(replace(setup, budget=replace(setup.budget, trials=20)))
        for one in backend.workers:
            one.score()
        for _ in range(3):
            run.until(lambda one: isinstance(one, TrialStarted))
        assert len(backend.workers) == 3


def test_a_letter_that_is_too_long_is_thrown_away_unread(tmp_path, monkeypatch):
    study = tmp_path / "a.study"
    monkeypatch.setattr(letters, "LARGEST", 20)
    letters.send_letter(study, 3, b"x" * 30)
    name = letters.send_letter(study, 3, b"hello")
    assert letters.take_letters(study, 3) == [(name, b"hello")]
