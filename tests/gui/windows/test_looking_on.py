"""A window that looks on at a study that another process runs."""

from engine.study import StudyOpened
from engine.trials import Curves, History
from tests.gui.windows.conftest import Stage


def test_a_run_of_another_process_is_steered_from_a_window_that_looks_on_and_goes_on_without_it(opened: Stage, qtbot):
    stage, study, path = opened, opened.runner, opened.window.study.path.with_name("held.study")
    setup = study.setup
    history = History(setup.search_space(), (setup.direction,), setup.constraints)
    study.say(StudyOpened(path, setup, history, Curves(), writable=False, holder="Held in another program."))
    study.run_state("running")
    qtbot.waitUntil(lambda: stage.action("pause").isEnabled())
    said = stage.messages.lines[-1]
    assert (str(said), said.bad) == ("Held in another program. Pause, Resume and Stop are passed on to it.", False)
    assert stage.action("stop").isEnabled()
    stage.action("pause").trigger()
    qtbot.waitUntil(lambda: stage.action("run").isEnabled())  # it is Resume now
    assert study.names()[-1] == "pause"
    stage.action("run").trigger()
    assert study.names()[-1] == "start"
    qtbot.waitUntil(lambda: stage.window.study.is_running)
    stage.window.close()
    assert study.names()[-1] == "close"  # without a question about its trials
