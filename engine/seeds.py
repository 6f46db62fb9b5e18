"""One tree of seeds: a study's seed gives every trial, sampler, split and model its own stream.

A branch is named, never numbered by order of use, so that adding one changes no other.
"""

from __future__ import annotations

import hashlib

import numpy as np

Branch = str | int


def sequence(seed: int, *branch: Branch) -> np.random.SeedSequence:
    """The seed sequence of one named branch, e.g. ``sequence(7, "trial", 12, "sampler")``."""
    name = "/".join(f"{type(part).__name__}:{part}" for part in branch)
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = np.frombuffer(digest, dtype="<u4")
    return np.random.SeedSequence([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF, *map(int, words)])


def generator(seed: int, *branch: Branch) -> np.random.Generator:
    """A random generator for one named branch of a study's seed."""
    return np.random.Generator(np.random.PCG64(sequence(seed, *branch)))


def model_seed(seed: int, number: int) -> int:
    """What the models of trial ``number`` of a study with this seed are trained with."""
    return integer(seed, "trial", number, "model")


def integer(seed: int, *branch: Branch) -> int:
    """A seed of 32 bits for a library that takes a plain integer."""
    return int(sequence(seed, *branch).generate_state(1)[0])
