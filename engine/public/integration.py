"""What optuna-integration has for other libraries, where it is installed: its callbacks work as they are."""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    try:
        return getattr(importlib.import_module("optuna_integration"), name)
    except ImportError as error:
        raise AttributeError(f"{name} is in optuna-integration, which is not installed ({error}).") from None
