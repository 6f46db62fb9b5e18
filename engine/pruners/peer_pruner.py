"""What pruners have in common that compare a trial with what others had reached at the same step."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from engine.options import option
from engine.pruners.base import Pruner
from engine.pruners.peers import Peers, Running
from engine.trials import Curves, History


def peers_option() -> Any:
    """How many others must have finished: a field of an options dataclass."""
    return option(
        6, label="Trials to compare with", low=2, high=1000, help="Trials that must have finished before any is pruned."
    )


def grace_option() -> Any:
    """How many steps a trial has at least: a field of an options dataclass."""
    return option(3, label="Warm-up steps", low=1, high=10_000, help="No trial is pruned before this step.")


class PeerPruner(Pruner):
    """Keeps what peers had reached in ``peers``, up to date; a subclass judges a trial by that.

    A trial that has nothing left to save, or nothing to compare, is never judged.
    """

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self.peers = Peers()

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """Why trial ``number`` should end now, as :meth:`judge` says.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        trial = self.peers.running(history, curves, number)
        return "" if trial is None else self.judge(trial)

    @abstractmethod
    def judge(self, trial: Running) -> str:
        """Why ``trial`` should end, as a sentence; empty where it should go on."""
