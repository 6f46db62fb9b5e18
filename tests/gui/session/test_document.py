"""A document mirrors what its runner says and sends it what a person wants."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.setup import Budget
from engine.study import EditStudy, OpenStudy, Rejected, StudyOpened
from engine.trials import Curves, History
from gui.commands.edit_setup import EditSetup
from gui.session.document import Document
from tests.gui.fakes import FakeRunner, wine_setup


def test_creating_a_study_gives_its_definition_and_an_empty_history(fake):
    _, document = fake
    assert document.setup == wine_setup()
    assert len(document.history) == 0
    assert document.is_saved


def test_trials_are_in_the_history_before_the_change_is_told(fake, qtbot):
    runner, document = fake
    seen = []
    document.trials_changed.connect(lambda events: seen.append((len(events), len(document.history))))
    with qtbot.waitSignal(document.trials_changed):
        runner.trial(0.9)
        runner.trial(0.8)
    assert seen == [(4, 2)]
    assert document.history.best_number() == 0


def test_steps_go_to_the_curves(fake, qtbot):
    runner, document = fake
    with qtbot.waitSignal(document.trials_changed):
        number = runner.begin()
        runner.step(number, 1, train_loss=0.5)
    assert document.curves.get(number).values("train_loss").tolist() == [0.5]


def test_edits_that_follow_each_other_are_sent_as_one(fake, qtbot):
    runner, document = fake
    for trials in (30, 40, 50):
        document.put_setup(msgspec.structs.replace(document.setup, budget=Budget(trials=trials)))
    assert not document.is_saved
    with qtbot.waitSignal(document.saved_changed):
        pass
    assert [intent[1].budget.trials for intent in runner.intents if intent[0] == "edit"] == [50]
    assert document.is_saved


def test_run_sends_a_waiting_edit_first(fake):
    runner, document = fake
    document.put_setup(msgspec.structs.replace(document.setup, budget=Budget(trials=7)))
    document.run()
    assert runner.names()[-2:] == ["edit", "start"]


def test_a_refused_edit_shows_the_saved_definition_again(fake, qtbot):
    runner, document = fake
    runner.refuse["edit"] = Rejected(EditStudy, "No.", "Do otherwise.")
    before = document.setup
    document.put_setup(msgspec.structs.replace(before, budget=Budget(trials=7)))
    with qtbot.waitSignal(document.rejected) as heard:
        document.flush()
    assert heard.args[0].what == "No."
    assert document.setup == before


def test_a_file_that_cannot_be_opened_leaves_an_empty_document_that_can_open_another(qtbot):
    runners: list[FakeRunner] = []

    def make(listener):
        runner = FakeRunner(listener)
        if not runners:
            runner.refuse["open"] = Rejected(OpenStudy, "It is not a study.", "Choose another file.")
        runners.append(runner)
        return runner

    document = Document(make)
    with qtbot.waitSignal(document.rejected):
        document.open(Path("bad.study"))
    assert document.is_empty
    with qtbot.waitSignal(document.opened):
        document.open(Path("good.study"))
    assert "close" in runners[0].names()
    assert document.end()


def test_closing_sends_what_waits_and_says_when_the_runner_has_ended(fake, qtbot):
    runner, document = fake
    document.put_setup(msgspec.structs.replace(document.setup, budget=Budget(trials=7)))
    with qtbot.waitSignal(document.closed):
        document.close()
    assert runner.names()[-2:] == ["edit", "close"]


def test_a_view_that_fails_costs_no_event_and_no_other_view(fake, qtbot):
    runner, document = fake
    seen = []

    def fail(events):
        raise ValueError("a view")

    document.trials_changed.connect(fail)
    document.run_state_changed.connect(lambda: seen.append(document.run_state))
    with qtbot.captureExceptions() as raised:
        runner.run_state("running")
        runner.trial(0.5)
        runner.run_state("ended")
        qtbot.waitUntil(lambda: seen == ["ended"])
    assert len(document.history) == 1
    assert document.history.counts()["complete"] == 1
    assert raised


def test_the_first_trial_settles_what_can_be_undone(fake, qtbot):
    runner, document = fake
    before = document.setup
    after = msgspec.structs.replace(before, budget=Budget(trials=7))
    document.undo_stack.push(EditSetup("trials", before, after, document.put_setup))
    with qtbot.waitSignal(document.trials_changed):
        runner.begin()
    assert not document.undo_stack.canUndo()
    assert document.setup == after


def test_elapsed_time_stands_still_while_paused(fake, qtbot):
    runner, document = fake
    document.run()
    qtbot.waitUntil(lambda: document.run_state == "running")
    runner.pause()
    qtbot.waitUntil(lambda: document.run_state == "paused")
    first = document.elapsed
    qtbot.wait(30)
    assert document.elapsed == first
    assert document.elapsed_this_run == first


def test_a_study_that_is_told_once_more_after_a_mistake_begins_views_anew(fake, qtbot):
    runner, document = fake
    with qtbot.waitSignal(document.trials_changed):
        runner.begin()
    told = History(document.history.space, ("maximize",))
    opened = []
    document.opened.connect(lambda: opened.append(True))
    with qtbot.waitSignal(document.setup_changed):
        runner.say(StudyOpened(document.path, wine_setup(), told, Curves()))
    assert len(document.history) == 0
    assert not opened
