"""What another process may ask of a run: the intents that steer it, as plain data in letters to the file's writer."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.errors import UserFault
from engine.events import Author
from engine.runner import intents
from engine.runner.intents import SessionIntent
from engine.setup import StudySetup


class Order(msgspec.Struct, frozen=True, tag_field="order"):
    """Root of all orders."""


class Pause(Order, frozen=True, tag="pause"):
    """Pause running trials at their next step and start no more."""


class Resume(Order, frozen=True, tag="resume"):
    """Go on after a pause."""


class Stop(Order, frozen=True, tag="stop"):
    """End running trials and the run."""


class StopTrial(Order, frozen=True, tag="stop_trial"):
    """End one running trial."""

    number: int


class Enqueue(Order, frozen=True, tag="enqueue"):
    """Queue a configuration to be run next."""

    params: dict[str, Any]


class Retry(Order, frozen=True, tag="retry"):
    """Queue a finished trial's configuration once more."""

    number: int


class Edit(Order, frozen=True, tag="edit"):
    """Change the study's definition, given as its file holds it."""

    setup: str
    author: Author


AnyOrder = Pause | Resume | Stop | StopTrial | Enqueue | Retry | Edit


class Answered(msgspec.Struct, frozen=True):
    """What became of an order: nothing to say, or what is wrong with it and what to do."""

    what: str = ""
    remedy: str = ""


_ORDERS: msgspec.json.Decoder[AnyOrder] = msgspec.json.Decoder(AnyOrder)
_ANSWERS = msgspec.json.Decoder(Answered)


def order_of(intent: SessionIntent, author: Author) -> AnyOrder | None:
    """The order that asks for the same of whoever runs the study; *None* where nobody else can be asked."""
    match intent:
        case intents.PauseRun():
            return Pause()
        case intents.StartRun() | intents.ResumeRun():
            return Resume()
        case intents.StopRun():
            return Stop()
        case intents.StopTrial(number):
            return StopTrial(number)
        case intents.EnqueueTrial(params):
            return Enqueue(dict(params))
        case intents.RetryTrial(number):
            return Retry(number)
        case intents.EditStudy(setup):
            return Edit(setup.to_json(), author)
    return None


def intent_of(order: AnyOrder) -> SessionIntent:
    """What an order asks for; raises :class:`UserFault` where its definition is none."""
    match order:
        case Pause():
            return intents.PauseRun()
        case Resume():
            return intents.ResumeRun()
        case Stop():
            return intents.StopRun()
        case StopTrial(number):
            return intents.StopTrial(number)
        case Enqueue(params):
            return intents.EnqueueTrial(params)
        case Retry(number):
            return intents.RetryTrial(number)
        case Edit(setup, author):
            return intents.EditStudy(StudySetup.from_json(setup), author)


def encode(message: AnyOrder | Answered) -> bytes:
    """As a letter holds it."""
    return msgspec.json.encode(message)


def decode_order(content: bytes) -> AnyOrder:
    """The order in a letter; raises :class:`UserFault` where it is none."""
    try:
        return _ORDERS.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UserFault("The run was asked for something that it does not know.", "Update Twinloop.") from error


def decode_answer(content: bytes) -> Answered:
    """The answer in a letter; one that makes no sense says so."""
    try:
        return _ANSWERS.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return Answered("The answer cannot be read.", "Update Twinloop.")
