"""Times of a study as the calendar has them: a file may tell any number of seconds."""

from __future__ import annotations

from datetime import datetime, timedelta


def local_time(seconds: float | None) -> datetime | None:
    """Local time of so many seconds since 1970; *None* where the calendar has no such day."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return None


def time_span(seconds: float | None) -> timedelta | None:
    """So many seconds; *None* where they are none, or more than a calendar has."""
    try:
        return None if seconds is None else timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
