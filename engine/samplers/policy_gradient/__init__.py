"""Search by policy gradient: :mod:`engine.samplers.policy_gradient.sampler` is where it begins."""

from engine.samplers.policy_gradient.sampler import PolicyGradientOptions, PolicyGradientSampler

__all__ = ["PolicyGradientOptions", "PolicyGradientSampler"]
