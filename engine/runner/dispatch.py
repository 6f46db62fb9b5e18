"""Each intent to the one method of the open study that does it."""

from __future__ import annotations

from typing import assert_never

from engine.runner import intents
from engine.runner.intents import SessionIntent
from engine.runner.orders import order_of
from engine.runner.session import StudySession


def carry_out(session: StudySession, intent: SessionIntent) -> None:  # noqa: C901 - one line for each intent
    """Do what was asked, or ask whoever runs the study; raises :class:`UserFault` where it cannot be done."""
    follower = session.follower
    order = order_of(intent, session.author) if follower is not None and follower.can_ask(intent) else None
    if follower is not None and order is not None:
        follower.caller.send(order, type(intent))
        return
    match intent:
        case intents.OpenStudy(path):
            session.open(path)
        case intents.CreateStudy(path, setup):
            session.create(path, setup)
        case intents.EditStudy(setup, author):
            session.edit(setup, author)
        case intents.WarmUp():
            session.warm()
        case intents.StartRun(budget):
            session.start(budget)
        case intents.ResumeRun():
            session.resume()
        case intents.GrantPermission():
            session.grant_permission()
        case intents.MoveRun(backend):
            session.move(backend)
        case intents.PauseRun():
            session.pause()
        case intents.StopRun():
            session.stop()
        case intents.StopTrial(number):
            session.stop_trial(number)
        case intents.EnqueueTrial(params):
            session.enqueue(params)
        case intents.RetryTrial(number):
            session.retry(number)
        case intents.KeepFinding(finding):
            session.keep_finding(finding)
        case intents.SaveCopy(path):
            session.save_as(path)
        case _:
            assert_never(intent)
