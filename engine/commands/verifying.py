"""``twinloop verify``: a trial trained again, its score compared to the last digit."""

from __future__ import annotations

import argparse

from engine.applying.verification import verification_sentence
from engine.commands.allowing import allow_study
from engine.exporting.base import read_content
from engine.exporting.verifying import verify_content
from engine.printing import print_json, print_line

HOLDS, FAILS = 0, 1  # exit statuses


def verify(arguments: argparse.Namespace) -> int:
    """Train it again and print what came; 1 where it is another score."""
    path = allow_study(arguments.study, arguments.allow)
    found = verify_content(read_content(path), arguments.trial)
    if arguments.json:
        print_json(found.to_builtins())
        return HOLDS if found.same else FAILS
    print_line(verification_sentence(found))
    for sentence in (*found.differs, *found.notes):
        print_line(f"- {sentence}")
    if not found.same and not found.differs:
        print_line("- The recorded table, versions and machine are the same.")
    known = ", ".join(f"{name} {value}" for name, value in (found.now or {}).items())
    table = f"table {found.fingerprint[:8]}, " if found.fingerprint else ""
    print_line(f"{table}seed {found.seed}, {known}")
    return HOLDS if found.same else FAILS
