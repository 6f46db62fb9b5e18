"""The ask-and-tell core: space, history, sampler and pruner together, without thread, clock or file."""

from engine.tuning.beliefs import Beliefs
from engine.tuning.trial import Trial, TrialPruned
from engine.tuning.tuner import Tuner

__all__ = ["Beliefs", "Trial", "TrialPruned", "Tuner"]
