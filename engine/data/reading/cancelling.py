"""A quick look that is no longer wanted ends."""

from __future__ import annotations

from engine.errors import TwinloopError


class Cancelled(TwinloopError):
    """The caller of a quick look no longer wants the answer."""
