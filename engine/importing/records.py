"""What every source of trials is read into, before it becomes a study: plain frozen records."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.events import StateName
from engine.space import Hyperparameter
from engine.trials import Direction


@dataclass(frozen=True, slots=True)
class ForeignTrial:
    """One trial of another program.

    ``started`` is in seconds since 1970 and ``seconds`` its duration, NaN where unknown; ``scores`` has one number a
    direction, or none; ``reported`` is what it reported by step. ``ranges`` are the hyperparameters as this trial had
    them, where they differ from the study's.
    """

    state: StateName
    params: Mapping[str, Any]
    scores: tuple[float, ...] = ()
    started: float = math.nan
    seconds: float = math.nan
    reported: Mapping[int, float] = field(default_factory=dict)
    constraints: Mapping[str, float] = field(default_factory=dict)
    user_attrs: Mapping[str, Any] = field(default_factory=dict)
    system_attrs: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, Hyperparameter] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    is_optuna: bool = False


@dataclass(frozen=True, slots=True)
class ForeignStudy:
    """A study of another program; ``said`` are sentences on what of it could not be taken over as it was."""

    name: str
    directions: tuple[Direction, ...]
    space: Mapping[str, Hyperparameter]
    trials: tuple[ForeignTrial, ...]
    constraint_names: tuple[str, ...] = ()
    metric_names: tuple[str, ...] = ()
    user_attrs: Mapping[str, Any] = field(default_factory=dict)
    system_attrs: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of a source: which study in it, and which columns of a table are what.

    ``scores`` and ``params`` name columns, ``direction`` says which scores are better; empty leaves it to the source.
    """

    study: str = ""
    scores: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    direction: str = ""
