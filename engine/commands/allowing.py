"""Consent that is given on the command line: ``--allow``."""

from __future__ import annotations

from pathlib import Path

from engine import store
from engine.objectives.permissions import grant_permission


def allow_study(study: str, allowed: bool) -> Path:
    """The study's path, with consent to the table that it names remembered where ``allowed``."""
    path = Path(study)
    if allowed:
        with store.Reader(path) as reader:
            grant_permission(reader.study().setup.objective, reader.path)
    return path
