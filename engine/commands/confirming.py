"""``twinloop confirm``: the winner on fresh folds and seeds, beside its rivals and baselines."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine import store
from engine.confirming.confirm import confirm_winner
from engine.confirming.rounds import ConfirmOptions
from engine.errors import UserFault
from engine.events import FindingRecorded
from engine.judging.confirmation import Confirmation, ConfirmedRow
from engine.judging.confirmation_words import headline, holdout_sentence, paragraph, suggestion, used_up_sentence
from engine.judging.holdout import HoldoutLook, holdout_looks
from engine.objectives.permissions import grant_permission
from engine.printing import print_json, print_line, renew_line
from engine.wording import number_text, score_text


def confirm(arguments: argparse.Namespace) -> int:
    """Confirm, keep every fit in the study as it is known, and print what came of it; the exit status."""
    path = Path(arguments.study)
    with store.open_writer(path) as writer:
        with store.Reader(writer.path) as reader:
            setup, history, _ = reader.study()
            findings = reader.findings()
        if arguments.allow:
            grant_permission(setup.objective, writer.path)

        def keep(finding: FindingRecorded) -> None:
            writer.record([finding])
            findings.append(finding)

        is_live = not arguments.json and sys.stdout.isatty()

        def heard(now: Confirmation) -> None:
            if is_live:
                renew_line(f"{now.fits} fits: {score_text(now.rows[0].score, now.rows[0].standard_error)}")

        options = ConfirmOptions(arguments.fits, opens_holdout=arguments.open_holdout)
        found = confirm_winner(writer.path, setup, history, list(findings), keep, options, heard=heard)
    if found is None:
        raise UserFault("Too few fits to tell anything.", "Allow more of them: --fits 20.")
    looks = holdout_looks(findings)
    if arguments.json:
        print_json(as_plain(found, looks))
    else:
        _print_words(found, looks)
    return 0


def as_plain(found: Confirmation, looks: list[HoldoutLook]) -> dict[str, Any]:
    """A confirmation with the keys of the contract."""
    top = found.winner
    rows = [_plain_row(row) for row in found.rows]
    return {
        "trial": top.candidate.number,
        "score": top.score,
        "standard_error": top.standard_error,
        "interval": [top.low, top.high],
        "search_score": top.candidate.search_score,
        "leaders": [row for row, one in zip(rows, found.rows, strict=True) if one.candidate.kind == "trial"],
        "baselines": [row for row, one in zip(rows, found.rows, strict=True) if one.candidate.kind == "baseline"],
        "suggested": found.rows[found.suggested].candidate.number,
        "quickest": found.rows[found.quickest].candidate.number,
        "simplest": None if found.simplest is None else found.rows[found.simplest].candidate.number,
        "optimism": found.optimism,
        "fits": found.fits,
        "holdout": _plain_look(looks),
        "sentences": [headline(found), paragraph(found), suggestion(found)],
    }


def _plain_row(row: ConfirmedRow) -> dict[str, object]:
    plain = asdict(row)
    candidate = plain.pop("candidate")
    more = {"told_apart": row.verdict != "", "search_score": candidate["search_score"]}
    about = {"title": candidate["title"], "trial": candidate["number"], "params": candidate["params"]}
    return {
        **about,
        **plain,
        "interval": [row.low, row.high],
        **more,
    }


def _plain_look(looks: list[HoldoutLook]) -> dict[str, object] | None:
    if not looks:
        return None
    last = looks[-1]
    return {
        "score": last.score,
        "interval": [last.low, last.high],
        "title": last.title,
        "rows": len(last.rows),
        "others": dict(last.others),
        "time": looks[0].time,
        "by": looks[0].by,
        "opened": len(looks),
        "sentence": used_up_sentence(len(looks), looks[0]),
    }


def _print_words(found: Confirmation, looks: list[HoldoutLook]) -> None:
    top = found.winner
    print_line(f"{score_text(top.score, top.standard_error)} ± {number_text(top.standard_error, 2)} {headline(found)}")
    print_line(paragraph(found))
    width = max(len(row.candidate.title) for row in found.rows)
    for place, row in enumerate(found.rows):
        if not row.fits:
            print_line(f"  {row.candidate.title:{width}}  failed: {row.reason}")
            continue
        said = "" if place == 0 else f"  {number_text(row.difference, 2)} {row.verdict or 'not told apart'}"
        score = f"{score_text(row.score, row.standard_error)} ± {number_text(row.standard_error, 2)}"
        print_line(f"  {row.candidate.title:{width}}  {score}  {number_text(row.seconds, 2)} s{said}")
    print_line(suggestion(found))
    if looks:
        print_line(holdout_sentence(looks[-1]))
        print_line(used_up_sentence(len(looks), looks[0]))
