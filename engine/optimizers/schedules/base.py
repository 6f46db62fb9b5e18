"""What a schedule is: a learning rate for each moment of training."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from engine.optimizers.base import described, set_settings
from engine.options import check


@dataclass
class Schedule(ABC):
    """A learning rate for each moment of training, relative to the optimizer's own (``base``).

    ``per_step`` says whether :meth:`rate` is asked before every step or before every epoch; ``now`` counts these from
    0 and ``total`` is how many there will be. :meth:`observe` hears each epoch's loss.
    """

    title: ClassVar[str] = ""
    per_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a setting outside its range with a sentence."""
        for item in described(type(self)):
            setattr(self, item.name, check(item, getattr(self, item.name)))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The settings by name, as scikit-learn asks for them to name them ``schedule__factor``."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def set_params(self, **params: object) -> Self:
        """Change settings; raises :class:`UserFault` for an unknown one, and for a value outside its range."""
        set_settings(self, params)
        return self

    def __sklearn_clone__(self) -> Self:
        """A copy with the same settings that has heard nothing."""
        return type(self)(**self.get_params())

    @abstractmethod
    def rate(self, base: object, now: int, total: int) -> Any:
        """The learning rate to use at ``now`` of ``total``."""

    def observe(self, loss: float) -> None:  # noqa: B027  (most schedules do not listen)
        """Hear the loss of the epoch that just ended."""

    def state(self) -> dict[str, Any]:
        """What the next rates depend on besides the settings."""
        return {}

    def restore(self, state: Mapping[str, object]) -> None:  # noqa: B027  (most schedules hold no state)
        """Go on from what :meth:`state` returned."""
