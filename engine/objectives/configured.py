"""One configuration of a study's model: which family trains it, with which arguments, on columns prepared how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import options
from engine.data.preprocessing import Preparation
from engine.learners import preparing
from engine.learners.families import Family, Task


@dataclass(frozen=True, slots=True)
class ConfiguredModel:
    """What a configuration means. ``params`` are the model's own."""

    family: Family
    params: Mapping[str, Any]
    settings: Any
    how: Preparation
    task: Task

    def make_estimator(self, seed: int) -> Any:
        """The unfitted estimator; raises :class:`engine.errors.UserFault` for what the family does not take."""
        return self.family.configure_estimator(self.params, self.settings, self.task, seed)

    @property
    def scales_target(self) -> bool:
        """Whether numbers to predict are scaled, as the model wants its inputs."""
        return self.task == "regression" and self.family.scaled


def configured(family: Family, params: Mapping[str, object], settings: object, task: Task) -> ConfiguredModel:
    """What ``params`` mean for ``family``; raises :class:`engine.errors.UserFault` for a preparation that there is not.

    A family that stands for several says which of them it is.
    """
    chosen, own = family.resolved(preparing.own_params(params))
    how = preparing.preparation_of(chosen, params)
    return ConfiguredModel(chosen, own, settings if chosen is family else options.make(chosen.settings, {}), how, task)
