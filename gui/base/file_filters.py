"""Kinds of files as dialogs offer them."""

from __future__ import annotations

from engine.study import PROGRAMS, SCRIPT_SUFFIXES, TABLE_SUFFIXES

STUDY = ".study"


def _filter(title: str, *suffixes: str) -> str:
    return f"{title} ({' '.join(f'*{suffix}' for suffix in suffixes)})"


TABLE_FILTER = _filter("Tables", *TABLE_SUFFIXES)
STUDY_FILTER = _filter("Studies", STUDY)
SCRIPT_FILTER = _filter("Scripts", *SCRIPT_SUFFIXES, *PROGRAMS)
NEW_FILTER = _filter("Tables and scripts", *TABLE_SUFFIXES, *SCRIPT_SUFFIXES, *PROGRAMS)
ANY_FILTER = _filter("Studies, tables and scripts", STUDY, *TABLE_SUFFIXES, *SCRIPT_SUFFIXES, *PROGRAMS)
