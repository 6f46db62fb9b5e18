"""Trials: their states, their history in columns, their learning curves."""

from engine.trials.columns import SOURCES, Direction
from engine.trials.conditions import learned_space
from engine.trials.curves import Curve, Curves
from engine.trials.history import History
from engine.trials.moments import local_time
from engine.trials.notes import BY_HAND
from engine.trials.trial import FrozenTrial, State

__all__ = [
    "BY_HAND",
    "SOURCES",
    "Curve",
    "Curves",
    "Direction",
    "FrozenTrial",
    "History",
    "State",
    "learned_space",
    "local_time",
]
