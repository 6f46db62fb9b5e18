"""``twinloop import``: trials of another program as a study file."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import msgspec

from engine.importing import Wishes, import_study
from engine.printing import print_json, print_line
from engine.wording import command_line, counted


def import_trials(arguments: argparse.Namespace) -> int:
    """Make the file and say what is in it; the exit status."""
    wishes = Wishes(arguments.study, tuple(arguments.score), tuple(arguments.param), arguments.direction)
    out = Path(arguments.out)
    found = import_study(arguments.source, out, wishes)
    counts = Counter(trial.state for trial in found.trials)
    if arguments.json:
        print_json(
            {
                "path": str(out),
                "study": found.name,
                "directions": found.directions,
                "trials": len(found.trials),
                "counts": dict(counts),
                "space": msgspec.to_builtins(dict(found.space)),
                "said": found.said,
            }
        )
        return 0
    for sentence in found.said:
        print_line(f"- {sentence}")
    tally = ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "no trials"
    print_line(
        f"Made {out}: {found.name}, {counted(len(found.trials), 'trial')} ({tally}), "
        f"{counted(len(found.space), 'hyperparameter')}."
    )
    print_line(f"See it with: {command_line('twinloop', 'show', out)}")
    return 0
