"""Which trials go on although a pruner would end them, so that what pruning costs is known and not believed."""

from __future__ import annotations

SHARE = 0.1  # of trials that would be pruned; the design's one in ten
_KNUTH = 0x9E3779B1  # multiplicative hashing: neighbours fall far apart


def is_spared(number: int) -> bool:
    """Whether trial ``number`` is one of those that finish in any case: by its number alone, whoever asks."""
    return ((number + 1) * _KNUTH & 0xFFFFFFFF) < SHARE * 2**32
