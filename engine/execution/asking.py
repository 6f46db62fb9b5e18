"""A running trial whose objective asks: for values, for the pruner's word, for what the study knows."""

from __future__ import annotations

from typing import Any

from engine.errors import UserFault
from engine.execution.messages import OutputPrinted, PrunerAsked, StudyAsked, ValueAsked
from engine.execution.reporting import TrialReporter, TrialStopped
from engine.space import Hyperparameter
from engine.texts import make_encodable


class AskingReporter(TrialReporter):
    """Used by the thread that evaluates; every question waits for its answer, and so for an order to end."""

    @property
    def must_stop(self) -> bool:
        """Whether the trial was told to end."""
        return self._control.must_stop(self.number)

    def ask_value(self, name: str, asked: Hyperparameter) -> Any:
        """The trial's value of a hyperparameter as its objective names it; raises :class:`UserFault`."""
        return self._ask_run(ValueAsked(self.number, make_encodable(name), asked))

    def ask_pruner(self) -> str:
        """Why the trial should end now, or the empty text."""
        return str(self._ask_run(PrunerAsked(self.number)))

    def ask_study(self) -> dict[str, Any]:
        """What the study knows."""
        return dict(self._ask_run(StudyAsked(self.number)))

    def note_output(self, text: str) -> None:
        """Pass on what was printed."""
        self._channel.send(OutputPrinted(self.number, make_encodable(text)))

    def _ask_run(self, question: ValueAsked | PrunerAsked | StudyAsked) -> Any:
        if self.must_stop:
            raise TrialStopped
        self.flush()
        self._channel.send(question)
        answer = self._control.wait_answer(self.number)
        if answer.fault is not None:
            raise UserFault(*answer.fault)
        return answer.value
