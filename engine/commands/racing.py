"""``twinloop race``: which of the two kinds of race is meant."""

from __future__ import annotations

import argparse

from engine.errors import UserFault


def race(arguments: argparse.Namespace) -> int:
    """Race what was named; the exit status."""
    if arguments.optimizers:
        from engine.commands.racing_optimizers import race_optimizers

        surface = arguments.surface or arguments.study
        if not surface:
            raise UserFault("There is no surface to race over.", "Give --surface NAME, or a study.")
        return race_optimizers(surface, arguments.optimizers.split(","), arguments.json, arguments.allow)
    if arguments.study is None:
        raise UserFault("Nothing was named to race.", "Name a study, or give --optimizers A,B.")
    from engine.commands.racing_strategies import race_strategies

    return race_strategies(arguments)
