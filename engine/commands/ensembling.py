"""``twinloop ensemble``: several trials averaged, and whether that is better than the best one alone."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from engine.exporting.ensembling import read_ensemble
from engine.judging.ensemble_words import ensemble_finding, ensemble_sentence
from engine.printing import print_json, print_line
from engine.wording import command_line, score_text


def ensemble(arguments: argparse.Namespace) -> int:
    """Choose it on stored predictions and print what it gains; the exit status."""
    found = read_ensemble(arguments.study)
    if arguments.json:
        members = [{"trial": number, "weight": weight} for number, weight in found.members]
        sentences = [f"{' '.join(ensemble_finding(found))}.", ensemble_sentence(found)]
        print_json({**asdict(found), "members": members, "helps": found.helps, "sentences": sentences})
        return 0
    print_line(f"{' '.join(ensemble_finding(found))}.")
    print_line(ensemble_sentence(found))
    if len(found.members) > 1:
        for number, weight in found.members:
            print_line(f"  {weight:6.1%}  trial {number}")
        scores = [score_text(one, found.standard_error) for one in (found.score, found.best_score)]
        print_line(f"on the rows that chose it: {scores[0]}, trial {found.best} alone {scores[1]}")
    if found.helps:
        words = ("twinloop", "export", arguments.study, "--to", "ensemble.py", "--what", "ensemble")
        print_line(f"Take it home: {command_line(*words)}")
    return 0
