"""How much is told while a study runs, in the calls of Optuna's module for it."""

from __future__ import annotations

import logging
import sys
from logging import CRITICAL, DEBUG, ERROR, FATAL, INFO, WARN, WARNING

__all__ = [
    "CRITICAL", "DEBUG", "ERROR", "FATAL", "INFO", "WARN", "WARNING", "disable_default_handler", "disable_propagation",
    "enable_default_handler", "enable_propagation", "get_logger", "get_verbosity", "set_verbosity",
]  # fmt: skip

_log = logging.getLogger("twinloop")
_handlers: list[logging.Handler] = []


def get_logger(name: str) -> logging.Logger:
    """A logger under the name ``name``."""
    return logging.getLogger(name)


def get_verbosity() -> int:
    """The level from which on something is told."""
    return _log.getEffectiveLevel()


def set_verbosity(verbosity: int) -> None:
    """Tell what is of this level or above: from ``INFO`` on, a line for every trial on standard error."""
    _log.setLevel(verbosity)
    if verbosity < WARNING and not _log.hasHandlers():
        enable_default_handler()


def enable_default_handler() -> None:
    """Write to standard error."""
    if not _handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _handlers.append(handler)
        _log.addHandler(handler)


def disable_default_handler() -> None:
    """Write nothing to standard error."""
    while _handlers:
        _log.removeHandler(_handlers.pop())
    if not any(isinstance(one, logging.NullHandler) for one in _log.handlers):
        _log.addHandler(logging.NullHandler())


def enable_propagation() -> None:
    """Let the handlers of the root logger have it as well."""
    _log.propagate = True


def disable_propagation() -> None:
    """Keep it from the handlers of the root logger."""
    _log.propagate = False
