"""``twinloop race --optimizers``: over a surface of two parameters, or on a study's network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine import surfaces
from engine.errors import UserFault
from engine.exporting.base import read_content
from engine.objectives.permissions import grant_permission
from engine.printing import print_json, print_line
from engine.store import Reader
from engine.trajectories import words
from engine.trajectories.arrivals import RESTARTS
from engine.trajectories.entrants import check_names, title_of
from engine.trajectories.network import trains_network
from engine.trajectories.records import Sweep
from engine.trajectories.surface_race import SurfaceRace, race_on_surface, with_restarts
from engine.trajectories.sweep import EPOCHS, sweep_rates


def race_optimizers(surface: str, names: Sequence[str], as_json: bool, may_read: bool) -> int:
    """Race over the surface called so, or on the network of the study in that file, and print it; the exit status.

    ``may_read`` agrees to the table that the study names. Raises :class:`UserFault` for unknown names.
    """
    entrants = check_names([name.strip() for name in names if name.strip()])
    if surface in surfaces.names():
        race = with_restarts(race_on_surface(surface, entrants))
        (print_json if as_json else _print_race)(_of_surface(race))
        return 0
    if not Path(surface).exists():
        raise UserFault(
            f"There is neither a surface nor a study called {surface!r}.",
            f"Choose one of: {', '.join(surfaces.names())}, or give the file of a study.",
        )
    (print_json if as_json else _print_race)(_on_network(surface, entrants, may_read))
    return 0


def _of_surface(race: SurfaceRace) -> dict[str, object]:
    losses = {path.name: path.losses.tolist() for path in race.paths}
    return {
        "optimizers": list(losses),
        "surface": race.name,
        "trials": race.steps,
        "repeats": 1,
        "start": list(race.start),
        "losses": losses,
        "best_so_far": {name: [values] for name, values in losses.items()},
        "paths": {path.name: path.points.tolist() for path in race.paths},
        "rates": race.rates,
        "gradients": {path.name: int(path.gradients[-1]) for path in race.paths},
        "values": {path.name: int(path.values[-1]) for path in race.paths},
        "ended": {path.name: path.ended for path in race.paths if path.ended},
        "lowest_from_starts": race.counts,
        "starts": RESTARTS,
        "refused": {},
        "superiority": [],
        "verdict": str(race.finding),
        "sentences": [race.restarts],
    }


def _on_network(path: str, names: Sequence[str], may_read: bool) -> dict[str, object]:
    if may_read:
        with Reader(path) as reader:
            grant_permission(reader.study().setup.objective, reader.path)
    content = read_content(Path(path))
    best = content.history.best_number()
    params = {} if best is None else dict(content.history.params(best))
    is_own = trains_network(content.setup)
    sweeps: list[Sweep] = []
    refused: dict[str, str] = {}
    for name in names:
        try:
            sweeps.append(sweep_rates(content.setup, params, name))
            if sweeps[-1].best is None:
                refused[name] = "Training diverged with every learning rate."
        except UserFault as fault:
            if len(refused) + 1 == len(names):
                raise
            refused[name] = fault.what
    trainings = [one.best for one in sweeps if one.best is not None]
    losses = {one.optimizer: one.val_loss for one in trainings}
    return {
        "optimizers": list(losses),
        "surface": path,
        "trials": EPOCHS,
        "repeats": 1,
        "losses": losses,
        "best_so_far": {name: [values] for name, values in losses.items()},
        "train_losses": {one.optimizer: one.train_loss for one in trainings},
        "rates": {one.optimizer: one.rate for one in trainings},
        "gradients": {one.optimizer: one.gradients[-1] if one.gradients else 0 for one in trainings},
        "values": {},
        "seconds": {one.optimizer: one.seconds[-1] if one.seconds else 0.0 for one in trainings},
        "ended": {one.optimizer: one.ended for one in trainings if one.ended},
        "refused": refused,
        "sweeps": {
            one.optimizer: [[rate, loss if math.isfinite(loss) else None] for rate, loss in _points(one)]
            for one in sweeps
            if one.rates
        },
        "superiority": [],
        "verdict": str(words.network_finding(sweeps, EPOCHS, is_own=is_own)),
        "sentences": [str(words.sweep_finding(sweeps))] if any(one.rates for one in sweeps) else [],
    }


def _points(sweep: Sweep) -> list[tuple[float, float]]:
    return list(zip(sweep.rates, sweep.losses, strict=True))


def _print_race(found: dict[str, Any]) -> None:
    print_line(found["verdict"] + ".")
    ranked = sorted(found["losses"].items(), key=lambda item: item[1][-1] if item[1] else math.inf)
    width = max(map(len, map(title_of, found["optimizers"])), default=0)
    for name, losses in ranked:
        rate = found["rates"].get(name)
        cost = f"{found['gradients'][name]:,} gradients"
        if found["values"].get(name):
            cost += f", {found['values'][name]:,} values"
        how = "" if rate is None else f", learning rate {rate:.2g}"
        last = f"{losses[-1]:.4g}" if losses else "diverged"
        print_line(f"  {title_of(name):{width}}  {last:>10}  {cost}{how}")
    for name, why in found["refused"].items():
        print_line(f"  {title_of(name)}: {why}")
    for sentence in found["sentences"]:
        print_line(sentence + ".")
