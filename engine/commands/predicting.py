"""``twinloop predict``: the rows of a new table, predicted by the best model."""

from __future__ import annotations

import argparse
from dataclasses import replace

from engine.commands.allowing import allow_study
from engine.data.reading.options import parse
from engine.exporting.base import ENSEMBLE, read_content
from engine.exporting.new_predictions import predict_table
from engine.printing import print_json, print_line
from engine.wording import counted


def predict(arguments: argparse.Namespace) -> int:
    """Train on all rows, predict, write, and say what is doubted; the exit status."""
    path = allow_study(arguments.study, arguments.allow)
    read = parse(arguments.read) if arguments.read else None
    content = replace(read_content(path), what=ENSEMBLE if arguments.ensemble else "")
    found = predict_table(content, arguments.table, arguments.to, read)
    if arguments.json:
        print_json(
            {
                "path": str(found.path),
                "rows": found.rows,
                "trial": found.trial,
                "by": found.by,
                "target": found.target,
                "columns": found.columns,
                "doubts": found.doubts,
                "score": found.score,
                "scored": found.scored,
                "metric": found.metric,
            }
        )
        return 0
    for sentence in found.doubts:
        print_line(f"- {sentence}")
    if found.score is not None:
        print_line(f"{found.metric} on the {counted(found.scored, 'row')} that hold {found.target}: {found.score:.6g}")
    print_line(
        f"Wrote {counted(found.rows, 'row')} to {found.path}: {', '.join(found.columns)}, by {found.by} "
        "trained on all rows."
    )
    return 0
