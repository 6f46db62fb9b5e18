"""Gradient clipping: a bound on how large one step's gradient may be."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Array


def clip_norm(gradients: Array, largest: float) -> float:
    """Scale ``gradients`` in place so that their norm is at most ``largest``; returns the norm before.

    Pascanu, Mikolov and Bengio 2013, algorithm 1; with PyTorch's 1e-6 beside the norm.
    """
    norm = math.sqrt(float(np.dot(gradients, gradients)))
    scale = largest / (norm + 1e-6)
    if scale < 1.0:
        np.multiply(gradients, scale, out=gradients)
    return norm
