"""What a run keeps beside the events of its study, and reads again where it goes on for an earlier one."""

from __future__ import annotations

import logging
from contextlib import suppress

from engine import store
from engine.errors import UserFault
from engine.runner.outbox import Outbox

log = logging.getLogger(__name__)

ONCE_MORE = "It is tried once more."
"""The end of what the log says of a trial whose computer was lost the first time: by this it is known again."""


class Archive:
    """The states of unfinished trials, and what happened to them. Used by the runner's thread alone."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def save_checkpoint(self, number: int, step: int, state: bytes) -> None:
        """Keep a trial's latest state; one that cannot be written is simply not kept."""
        self._outbox.save_checkpoint(number, step, state)

    def load_checkpoint(self, number: int) -> bytes:
        """The kept state of a trial that was cut off, empty where there is none."""
        try:
            with store.Reader(self._outbox.place) as reader:
                found = reader.checkpoint(number)
        except UserFault as fault:
            log.info("the state of trial %s was not read: %s", number, fault)
            return b""
        return found[1] if found is not None else b""

    def was_moved(self, number: int) -> bool:
        """Whether a trial lost its computer before, in this run or an earlier one."""
        with suppress(UserFault), store.Reader(self._outbox.place) as reader:
            return any(line.text.endswith(ONCE_MORE) for line in reader.log(number))
        return False
