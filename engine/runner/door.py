"""The way in for other processes: what they ask of a run comes in letters, and each is answered.

One process writes the study; whoever else wants something of it asks that one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from engine import store
from engine.errors import UserFault
from engine.runner.intents import Intent, SessionIntent
from engine.runner.orders import Answered, AnyOrder, decode_answer, decode_order, encode, intent_of
from engine.runner.outbox import Outbox
from engine.runner.replies import Rejected
from engine.store import letters

LOOK_SECONDS = 0.2  # between looks at whether there are letters: what steering may take to be felt
PATIENCE_SECONDS = 10.0  # for an answer: a run looks many times in that, unless it hangs; a guess


class Door:
    """The writer's side. Used by the runner's thread alone."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._not_before = 0.0

    def take_orders(self) -> list[tuple[str, SessionIntent]]:
        """What was asked since the last look, each with the name of its letter; what makes no sense is answered."""
        mark = self._outbox.mark
        if mark is None or time.monotonic() < self._not_before:
            return []
        self._not_before = time.monotonic() + LOOK_SECONDS
        orders = []
        for name, content in letters.take_letters(self._outbox.place, mark):
            try:
                orders.append((name, intent_of(decode_order(content))))
            except UserFault as fault:
                self.answer(name, fault)
        return orders

    def answer(self, name: str, fault: UserFault | None) -> None:
        """Say what became of an order."""
        answer = Answered() if fault is None else Answered(fault.what, fault.remedy)
        letters.send_answer(self._outbox.place, name, encode(answer))


@dataclass(frozen=True, slots=True)
class _Sent:
    name: str
    intent: type[Intent]
    until: float


class Caller:
    """The side of whoever asks: of one process for one study. For one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sent: list[_Sent] = []

    def send(self, order: AnyOrder, intent: type[Intent]) -> None:
        """Ask the study's writer; raises :class:`UserFault` where nobody writes it."""
        with store.Reader(self._path) as reader:
            mark = reader.writer_mark()
        if mark is None:
            raise UserFault(f"{self._path.name} is not running.", "Run it first.")
        name = letters.send_letter(self._path, mark, encode(order))
        self._sent.append(_Sent(name, intent, time.monotonic() + PATIENCE_SECONDS))

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._sent)

    def take_refusals(self) -> list[Rejected]:
        """What was refused since the last look, and what nobody answered in time."""
        refused: list[Rejected] = []
        for sent in list(self._sent):
            content = letters.take_answer(self._path, sent.name)
            if content is None and time.monotonic() < sent.until:
                continue
            self._sent.remove(sent)
            if content is None:
                letters.withdraw_letter(self._path, sent.name)
                refused.append(Rejected(sent.intent, "The run does not answer.", "Look where it runs."))
            elif (answer := decode_answer(content)).what:
                refused.append(Rejected(sent.intent, answer.what, answer.remedy))
        return refused
