"""``twinloop compare``: studies side by side, and whether their scores may be compared."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.comparing import BestScore, Comparison, compare_studies, read_study
from engine.printing import print_json, print_line
from engine.wording import counted


def compare(paths: list[str], as_json: bool) -> int:
    """Print a comparison of study files, none of which is run or changed; the exit status."""
    found = compare_studies([read_study(path) for path in paths])
    if as_json:
        print_json(_as_json(found))
    else:
        _print(found)
    return 0


def _as_json(found: Comparison) -> dict[str, object]:
    studies = [
        {
            "path": str(study.path),
            "title": study.setup.title,
            "trials": study.trials,
            "counts": study.counts,
            "best": None if study.best is None else _best(study.best),
            "seconds": study.seconds,
            "strategy": msgspec.to_builtins(study.setup.strategy),
            "comparable": not why,
            "why": why,
        }
        for study, why in zip(found.studies, found.why_not, strict=True)
    ]
    differing = [
        {"name": row.name, "values": [cell.text for cell in row.cells], "relations": [c.relation for c in row.cells]}
        for row in found.rows
        if row.differs
    ]
    return {
        "studies": studies,
        "comparable": found.comparable,
        "why": found.why,
        "differences": differing,
        "leader": None if found.leader is None else str(found.studies[found.leader].path),
        "told_apart": [str(found.studies[place].path) for place in sorted(found.apart)],
        "verdict": found.verdict,
        "remark": found.remark,
    }


def _best(best: BestScore) -> dict[str, Any]:
    return {
        "number": best.number,
        "score": best.score,
        "params": best.params,
        "standard_error": best.standard_error,
        "low": best.low,
        "high": best.high,
    }


def _print(found: Comparison) -> None:
    width = max(len(label) for label in found.labels)
    for label, study, why in zip(found.labels, found.studies, found.why_not, strict=True):
        best = study.best
        said = "no best trial yet" if best is None else f"best {best.score!r} by trial {best.number}"
        if best is not None and best.low is not None:
            said += f" (90 % interval {best.low:.6g} to {best.high:.6g})"
        print_line(f"{label:<{width}}  {counted(study.trials, 'trial')}, {said}{f'; {why}' if why else ''}")
    for row in found.rows:
        if row.differs:
            cells = " | ".join(cell.text + (f" (best {cell.best})" if cell.best else "") for cell in row.cells)
            print_line(f"  {row.name}: {cells}")
    print_line(("Scores may be compared. " if found.comparable else "Not all scores may be compared. ") + found.why)
    print_line(found.verdict)
    if found.remark:
        print_line(found.remark)
