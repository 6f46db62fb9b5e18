"""The model families that can be used here: those of packages that are not installed are none of them."""

import functools

from engine.errors import UserFault
from engine.learners import families


@functools.cache
def usable_families() -> tuple[str, ...]:
    """Their names. Continuous integration has no boosting packages; a machine that has them tests more."""
    return tuple(filter(_is_usable, families.names()))


def _is_usable(name: str) -> bool:
    try:
        families.get(name)
    except UserFault:
        return False
    return True
