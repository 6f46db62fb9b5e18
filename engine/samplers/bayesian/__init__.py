"""The Bayesian sampler, in a room of its own: :mod:`engine.samplers.bayesian.sampler` is where it begins."""

from engine.samplers.bayesian.sampler import BayesianOptions, BayesianSampler

__all__ = ["BayesianOptions", "BayesianSampler"]
