"""What a race of optimizers has shown, in sentences; the window, the command line and reports all say these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.surfaces import Surface
from engine.trajectories.arrivals import Arrival
from engine.trajectories.entrants import title_of
from engine.trajectories.paths import Path
from engine.trajectories.records import Sweep, Training
from engine.wording import listed

AS_GOOD = 1.05  # of the lowest loss: who ends within it is named beside the best; a guess
RISEN = 1.1  # of a curve's own minimum: who ends above it is said to overfit; a guess
MOST_NAMED = 3  # optimizers in a sentence; of more, two and a count
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Finding:
    """A title in two parts: its subject, which a page colours, and the rest of the sentence."""

    subject: str
    rest: str

    def __str__(self) -> str:
        """The whole sentence."""
        return f"{self.subject} {self.rest}".strip()


def surface_finding(surface: Surface, paths: Sequence[Path], found: Sequence[Arrival]) -> Finding:
    """Who found the deepest minimum from this start."""
    lowest = [arrival for arrival in found if arrival.is_lowest]
    steps = max(path.steps for path in paths)
    if not lowest:
        closest = min(paths, key=lambda path: path.losses[-1])
        return Finding(
            "No optimizer", f"found {_goal(surface)} in {steps} steps; {title_of(closest.name)} came closest"
        )
    first = min(lowest, key=lambda arrival: arrival.evaluations)
    if len(lowest) == len(paths) > 1:
        return Finding(
            title_of(first.name),
            f"found {_goal(surface)} with the fewest evaluations, {first.evaluations}; all others found it too",
        )
    missing = [path.name for path in paths if path.name not in {arrival.name for arrival in lowest}]
    if len(missing) < len(lowest) > 2:
        return Finding(f"All but {named(missing)}", f"found {_goal(surface)}, from this one start")
    only = "Only " if len(lowest) == 1 < len(paths) else ""
    return Finding(
        f"{only}{named([arrival.name for arrival in lowest])} found", f"{_goal(surface)}, from this one start"
    )


def arrivals_sentence(counts: Mapping[str, int], starts: int) -> str:
    """From how many starts each optimizer reaches the lowest loss, most first."""
    ranked = sorted(counts, key=lambda name: -counts[name])
    return f"Lowest loss reached from {starts} starts: " + ", ".join(f"{title_of(one)} {counts[one]}" for one in ranked)


def network_finding(sweeps: Sequence[Sweep], epochs: int, *, is_own: bool) -> Finding:
    """Who ends with the lowest validation loss."""
    subject = "On this study's network" if is_own else "On a small network for this table"
    done = [one.best for one in sweeps if one.best is not None]
    if not done:
        return Finding(subject, "every training diverged")
    best = min(done, key=lambda one: one.final_loss)
    good = [one.optimizer for one in done if one.final_loss <= AS_GOOD * best.final_loss]
    verb = "ends" if len(good) == 1 else "end"
    return Finding(subject, f"{named(good)} {verb} lowest, at {best.final_loss:.3g} after {epochs} epochs")


def curve_label(training: Training) -> str:
    """The name at a curve's end, with its last loss and whether it has risen since its minimum."""
    name = title_of(training.optimizer)
    overfits = training.final_loss > RISEN * min(training.val_loss)
    return f"{name} {training.final_loss:.3g}" + (", overfits" if overfits else "")


def sweep_finding(sweeps: Sequence[Sweep]) -> Finding:
    """How exactly the learning rate must be chosen."""
    factors = {one.optimizer: one.tolerance for one in sweeps if one.best is not None and one.rates}
    if not factors:
        return Finding("Learning rates", "were too large everywhere: every training diverged")
    widest, narrowest = max(factors, key=factors.__getitem__), min(factors, key=factors.__getitem__)
    if factors[widest] <= 1.5 * factors[narrowest]:
        return Finding("Learning rates", f"must be right within {factors[widest]:,.0f}× for each")
    return Finding(
        "Learning rates",
        f"are good within {factors[widest]:,.0f}× for {title_of(widest)}, "
        f"{factors[narrowest]:,.0f}× for {title_of(narrowest)}",
    )


def named(names: Sequence[str]) -> str:
    """Optimizers by their titles: *A*, *A and B*, *A, B and 2 others*."""
    return listed([title_of(name) for name in names], MOST_NAMED)


def _goal(surface: Surface) -> str:
    minima = surface.minima
    if len(minima) > 1 and minima[-1].loss - minima[0].loss > 1e-9:
        count = NUMBERS[len(minima)] if len(minima) < len(NUMBERS) else str(len(minima))
        return f"the deepest of {count} valleys"
    return "the minimum" if len(minima) == 1 else "a minimum"
