"""The arguments of ``twinloop steer``, apart from what carries it out, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse

from engine.commands.arguments import Commands

ACTIONS = ("pause", "resume", "stop", "stop-trial", "retry", "enqueue", "budget")


def add_steering(commands: Commands) -> None:
    """Let the command line know the command."""
    steer = commands.add_parser("steer", help="steer a study that runs in another terminal, or in a window")
    steer.add_argument("study", metavar="STUDY.study")
    steer.add_argument(
        "what", choices=ACTIONS, help="stop-trial and retry take a trial's number; enqueue and budget NAME=VALUE"
    )
    steer.add_argument("words", nargs="*", metavar="NUMBER | NAME=VALUE")
    steer.add_argument("--json", action="store_true", help="print one JSON object")
    steer.set_defaults(action=_steer)


def _steer(arguments: argparse.Namespace) -> int:
    # In here because it loads what --help does without.
    from engine.commands.steering import steer

    return steer(arguments)
