"""What a pruner is: it decides from the curves so far whether a running trial is hopeless."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.trials import Curves, History


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a pruner that has none."""


class Pruner(ABC):
    """Stateless: the answer follows from the history and the curves alone.

    ``title`` and ``summary`` are what a person reads; ``options`` is an options dataclass (:mod:`engine.options`).
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    options: ClassVar[type] = NoOptions

    def __init__(self, options: Any = None) -> None:
        self.settings = options if options is not None else self.options()

    @abstractmethod
    def decide(self, history: History, curves: Curves, number: int) -> str:
        """Why trial ``number`` should end now, as a sentence; empty where it should go on."""
