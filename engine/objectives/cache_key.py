"""What decides on the encoded rows of a description: by these, processes find the arrays that another one wrote."""

from __future__ import annotations

import os
from pathlib import Path

from engine.data import folds, samples
from engine.objectives.checking import scheme_of
from engine.objectives.description import TableObjective
from engine.objectives.permissions import require_permission


def column_for(description: TableObjective, *schemes: str) -> str:
    """The column of the validation where its scheme is one of these, else empty."""
    return (description.validation.column or "") if scheme_of(description) in schemes else ""


def stamp(source: str) -> list[object]:
    """What tells one state of a source from another without reading it."""
    if samples.is_sample(source):
        return [source]
    require_permission(source)
    try:
        status = Path(source).stat()
    except OSError:
        return [source]
    return [os.path.realpath(source), status.st_size, status.st_mtime_ns]


def selection(description: TableObjective) -> list[object]:
    """What of a description decides on the encoded rows."""
    return [
        description.target,
        description.task,
        description.read,
        dict(sorted(description.kinds.items())),
        dict(sorted(description.found_kinds.items())),
        sorted(description.ignored),
        column_for(description, *folds.BY_GROUP),
        column_for(description, "time"),
        description.fingerprint,
    ]
