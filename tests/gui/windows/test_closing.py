"""Closing while trials run asks first, waits for nobody, and keeps its word."""

from __future__ import annotations

from engine.study import CloseStudy, Rejected
from gui.windows.closing import QUESTION
from tests.gui.windows.conftest import Stage


def start(stage: Stage, qtbot) -> None:
    stage.window.run()
    qtbot.waitUntil(lambda: stage.window.study.run_state == "running")


def test_closing_a_quiet_study_closes_its_file_first(opened: Stage, qtbot):
    opened.window.close()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    assert opened.runner.names()[-1] == "close"
    assert opened.messages.questions == []


def test_closing_while_running_asks_with_verbs(opened: Stage, qtbot):
    start(opened, qtbot)
    opened.window.close()
    assert opened.messages.questions == [QUESTION]
    assert [verb for _, verb in QUESTION.answers] == ["Pause and quit", "Stop and quit", "Cancel"]


def test_cancel_leaves_everything_as_it_was(opened: Stage, qtbot):
    start(opened, qtbot)
    opened.messages.answer = "cancel"
    opened.window.close()
    assert opened.window.isVisible()
    assert opened.window.centralWidget().isEnabled()
    assert "close" not in opened.runner.names()


def test_pause_and_quit_leaves_running_trials_to_the_next_opening(opened: Stage, qtbot):
    start(opened, qtbot)
    opened.messages.answer = "pause"
    opened.window.close()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    assert opened.runner.names()[-1] == "close"
    assert "stop" not in opened.runner.names()


def test_stop_and_quit_ends_them_first(opened: Stage, qtbot):
    start(opened, qtbot)
    opened.messages.answer = "stop"
    opened.window.close()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    asked = [name for name in opened.runner.names() if name != "warm"]  # which may come whenever pages are built
    assert asked[-2:] == ["stop", "close"]


def test_a_run_that_never_says_it_stopped_is_closed_all_the_same(opened: Stage, qtbot, monkeypatch):
    """On a full disk nothing is heard of a run, not even that it stopped."""
    monkeypatch.setattr("gui.windows.closing.STOPPING_MS", 50)
    monkeypatch.setattr(opened.runner, "stop", lambda: None)
    start(opened, qtbot)
    opened.messages.answer = "stop"
    opened.window.close()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    assert opened.runner.names()[-1] == "close"


def test_where_a_study_was_rescued_is_said_before_the_window_goes(opened: Stage, qtbot, tmp_path):
    copy = tmp_path / "a (rescued).study"
    opened.messages.answer = "cancel"
    opened.runner.say(Rejected(CloseStudy, "a.study was moved.", f"All of it is in {copy}.", rescued=copy))
    opened.window.close()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    (question,) = opened.messages.questions
    assert question.text == f"All of it is in {copy}."


def test_a_program_that_is_ended_by_the_system_asks_nothing(opened: Stage, qtbot, tmp_path):
    opened.runner.say(
        Rejected(CloseStudy, "a.study was moved.", "All of it is in b.study.", rescued=tmp_path / "b.study")
    )
    opened.window.close_without_asking()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    assert opened.messages.questions == []


def test_the_window_takes_no_input_while_it_closes(opened: Stage, qtbot):
    opened.window.study.closed.connect(lambda: seen.append(opened.window.centralWidget().isEnabled()))
    seen: list[bool] = []
    opened.window.close()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [False]
