"""One thread for linear algebra: the matrices are small, and more threads only wait for each other."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _blas_controller() -> Any:
    import scipy.linalg  # noqa: F401 - brings a BLAS of its own, which is looked for once

    return ThreadpoolController()  # looks through the loaded libraries, which takes a millisecond


def one_thread() -> AbstractContextManager[Any]:
    """A context in which BLAS uses one thread."""
    limited: AbstractContextManager[Any] = _blas_controller().limit(limits=1, user_api="blas")
    return limited
