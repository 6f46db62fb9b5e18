"""Where studies are kept, in Optuna's words: each gives the path or address that ``storage=`` takes."""

from __future__ import annotations

import sys
from typing import Any

__all__ = [
    "InMemoryStorage",
    "JournalFileBackend",
    "JournalStorage",
    "RDBStorage",
    "RetryFailedTrialCallback",
    "get_storage",
]


def InMemoryStorage() -> str | None:  # noqa: N802 - a class of Optuna's
    """No file."""
    return None


def RDBStorage(url: str, **further: Any) -> str:  # noqa: N802
    """The address itself. ``heartbeat_interval`` and such have nothing to do: interrupted trials wait here anyway."""
    return url


def JournalFileBackend(file_path: str, lock_obj: Any = None) -> str:  # noqa: N802
    """An address, so that the studies in that journal become files beside it."""
    return f"sqlite:///{file_path}"


def JournalStorage(log_storage: str) -> str:  # noqa: N802
    """The address that the backend gives."""
    return log_storage


def RetryFailedTrialCallback(**settings: Any) -> Any:  # noqa: N802
    """Nothing: trials that were interrupted wait to be run again, and failed ones stay failed."""
    return None


def get_storage(storage: str | None) -> str | None:
    """The path or address as it is."""
    return storage


JournalFileStorage = JournalFileBackend
sys.modules[f"{__name__}.journal"] = sys.modules[__name__]  # where Optuna has the backend
journal = sys.modules[__name__]
