"""The process that reads tables for a window: it answers one question after another, and can be ended at any time.

It is started as ``python -m engine.asking.child`` with its messages on standard input and output; whatever a library
prints goes to standard error.
"""

from __future__ import annotations

import importlib
import inspect
import queue
import traceback

import psutil

from engine.asking.messages import QUESTIONS, Answer, Ask, Cancel, Fault, HandOver, Mistake, ToReader, encode
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.execution import startup
from engine.execution.channel import Channel, Unsendable
from engine.execution.messages import Message, Quit
from engine.execution.reporting import sentence
from engine.learners.estimators import allow_import
from engine.objectives import handover, permissions
from engine.texts import make_encodable

IDLE_SECONDS = 60.0  # without a question, after which a large table is let go: a guess
MOST_IDLE_BYTES = 1 << 30  # that a process may hold which nobody asks: a guess
_TOO_MUCH = "What is to be said of the table cannot be shown."


class Reader:
    """The loop of the process. A second thread listens, so that a question can be cancelled while it is answered."""

    def __init__(self, channel: Channel[ToReader], patience: float = IDLE_SECONDS) -> None:
        """``patience`` are the seconds without a question after which a large table is let go."""
        self._patience = patience
        self._channel = channel
        self._tasks: queue.SimpleQueue[ToReader] = queue.SimpleQueue()
        self._cancelled = 0

    def run(self) -> None:
        """Serve until told to quit, or until nobody has asked for long while a large table is kept."""
        self._tasks = startup.hear_tasks(self._channel, self._take_cancel)
        while not isinstance(message := self._next(), Quit):
            if isinstance(message, Ask | HandOver):
                try:
                    self._channel.send(self._answer_question(message))
                except Unsendable as fault:
                    self._channel.send(
                        _fault_message(message.number, UserFault(_TOO_MUCH, f"Choose a part of it. ({fault.what})"))
                    )

    def _next(self) -> ToReader:
        while True:
            try:
                return self._tasks.get(timeout=self._patience)
            except queue.Empty:
                if psutil.Process().memory_info().rss > MOST_IDLE_BYTES:
                    return Quit()  # a process gives memory back for certain only when it ends

    def _take_cancel(self, message: ToReader) -> bool:
        """Whether a message was about a question that is answered now."""
        if isinstance(message, Cancel):
            self._cancelled = max(self._cancelled, message.number)
        return isinstance(message, Cancel)

    def _answer_question(self, message: Ask | HandOver) -> Message:
        number = message.number
        try:
            if isinstance(message, HandOver):
                return Answer(number, b"written" if handover.write_kept(message.objective, message.cache) else b"")
            return Answer(number, encode(self._call_function(message)))
        except UserFault as fault:
            return _fault_message(number, fault)
        except Cancelled:
            return Fault(number, "Cancelled", "", "", "")
        except MemoryError:
            return Fault(number, "UserFault", "The table needs more memory than there is.", "Choose a part of it.", "")
        except Exception as error:  # noqa: BLE001 - told where it can be shown
            traceback.print_exc()
            return Mistake(number, sentence(error))

    def _call_function(self, message: Ask) -> object:
        permissions.set_withheld_tables(message.withheld)
        for path in message.imports:
            allow_import(path)
        module, _ = QUESTIONS[message.question]
        function = getattr(importlib.import_module(module), message.question)
        arguments = {**message.arguments, **message.setups}
        if "cancelled" in inspect.signature(function).parameters:
            arguments["cancelled"] = lambda: self._cancelled >= message.number
        return function(**arguments)


def _fault_message(number: int, fault: UserFault) -> Fault:
    return Fault(number, type(fault).__name__, make_encodable(fault.what), make_encodable(fault.remedy), fault.place)


def main() -> None:
    """Take over the standard streams for messages, then serve; trials that run meanwhile leave it the processors."""
    Reader(startup.open_channel(ToReader, startup.AWAITED_NICENESS)).run()


if __name__ == "__main__":
    main()
