"""What was asked about a study is not answered once another one is open, or none."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.study import Closed
from gui.session.exploration import Exploration
from gui.session.study_background import StudyBackground
from tests.gui.fakes import wine_setup

SECOND = Path("second.study")


@pytest.mark.parametrize("is_another", [True, False])
def test_an_answer_about_a_study_that_was_left_is_not_heard(fake, qtbot, is_another):
    runner, document = fake
    background, gate, heard = StudyBackground(document), threading.Event(), []
    background.call("title", lambda: gate.wait() and document.path, heard.append, heard.append)
    if is_another:
        with qtbot.waitSignal(document.opened):
            document.create(SECOND, wine_setup())
    else:
        with qtbot.waitSignal(document.closed):
            runner.say(Closed())
    assert not background.is_busy
    gate.set()
    background.call("other", lambda: "of the second", heard.append, heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["of the second"]


def test_a_study_is_left_before_another_is_open(fake, qtbot):
    _, document = fake
    told = []
    document.left.connect(lambda: told.append("left"))
    document.opened.connect(lambda: told.append("opened"))
    with qtbot.waitSignal(document.opened):
        document.create(SECOND, wine_setup())
    assert told == ["left", "opened"]


def test_what_a_view_asked_of_the_last_study_is_not_shown_of_the_next(fake, qtbot):
    _, document = fake
    exploration, gate, heard = Exploration(document), threading.Event(), []
    exploration.watch(True)
    exploration.ask("view", lambda _: gate.wait() and "of the first", heard.append, heard.append)
    with qtbot.waitSignal(exploration.changed):
        document.create(SECOND, wine_setup())
    gate.set()
    exploration.ask("other view", lambda _: "of the second", heard.append, heard.append)
    qtbot.waitUntil(lambda: not exploration.is_busy)
    assert heard == ["of the second"]
    exploration.cancel()
