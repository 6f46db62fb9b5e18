"""What races of strategies look like: their records as the data that plots draw, and words around them."""

from __future__ import annotations

import numpy as np

from engine.analysis import Verdict, coverage_words, verdict_words
from engine.racing.reading import Axis, race_coverage, race_lines
from engine.racing.record import Race
from engine.space import Categorical, SearchSpace
from gui.base.formats import count_text, number_text, value_text
from gui.base.text import seen
from gui.plots.categories import category_of
from gui.plots.coverage_maps import MOST_MAPS, CoverageMap
from gui.plots.lines import LinesData, NamedLine

X_AXES: tuple[Axis, ...] = ("trials", "seconds", "fits")
NO_SCORE = "No trial of this race has a score."
STOPPED = "The race was stopped."
STOPPED_REAL = "The race was stopped; started again on the real objective, it goes on where it was."


def race_lines_data(race: Race, told: Verdict | None, against: Axis, metric: str, *, is_running: bool) -> LinesData:
    """The medians of all strategies; bands for the leader and for random search alone, for five bands are mud."""
    leader = told.order[0] if told is not None else None
    lines = []
    for place, line in enumerate(race_lines(race, against)):
        name, known = race.entrants[place].kind, np.isfinite(line.median)
        end = number_text(float(line.median[known][-1]), 4) if known.any() else ""
        look = category_of(name, place)
        band = (line.low, line.high) if place == leader or name == "random" else None
        label = f"{race.titles[place]} {end}".strip()
        lines.append(NamedLine(race.names[place], line.x, line.median, look, label, place == leader, band=band))
    what = f"{'best predicted' if race.quality is not None else 'best'} {metric} so far"
    so_far = "of the repeats so far" if is_running else f"of {count_text(race.repeats, 'repeat')}"
    return LinesData(
        tuple(lines),
        "",
        what[:1].upper() + what[1:],
        f"Median {so_far}; band: middle half, of the leader and of random search.",
        against,
        what,
        loop="outer",
        x_label=against.removesuffix("s"),
        x_whole=against != "seconds",
        empty="The first trials are on their way …" if is_running else NO_SCORE,
    )


def race_title(race: Race, told: Verdict | None, *, is_running: bool) -> tuple[str, str, str]:
    """Subject, rest and remark of the verdict, or how far the race is."""
    if is_running:
        all_trials = len(race.names) * race.repeats * race.trials
        done = f"{race.finished_trials:,} of {count_text(all_trials, 'trial')}"
        return "Racing:", done, "Results so far stay when the race is stopped."
    cut = "" if race.is_whole else STOPPED_REAL if race.quality is None else STOPPED
    if told is None:
        return "No verdict:", "no repeat is whole yet" if not race.is_whole else "no trial has a score", cut
    words = verdict_words(told, race.titles, is_held_out=race.is_held_out)
    return words.subject, words.rest, f"{words.remark} {cut}".strip()


def keep_words(race: Race, told: Verdict) -> str:
    """What the button says that keeps the leader."""
    leader = race.entrants[told.order[0]]
    if any(one.start for one in race.entrants) and not leader.start:
        return "Start without known configurations"
    title = leader.short_title.lower() if leader.start else leader.short_title
    return f"Keep {title} for this study"


def coverage_maps(
    race: Race, space: SearchSpace, told: Verdict, names: tuple[str, str] | None = None
) -> tuple[CoverageMap, ...]:
    """A grid, random search and the leader, where they race; else the first of the verdict. ``names`` are the axes."""
    found = race_coverage(race, space, told.order[0], names)
    if not found:
        return ()
    kinds = [one.kind for one in race.entrants]
    wanted = [kinds.index(name) for name in ("grid", "random") if name in kinds]
    places = list(dict.fromkeys([*wanted, told.order[0], *told.order]))[:MOST_MAPS]
    if told.order[0] not in places:
        places[-1] = told.order[0]
    scores = np.concatenate([one.scores for one in found])
    finite = scores[np.isfinite(scores)]
    low, high = np.quantile(finite, (0.25, 1.0)) if race.direction == "maximize" else np.quantile(finite, (0.75, 0.0))
    width = high - low if high != low else 1.0
    return tuple(
        CoverageMap(
            coverage_words(found[place], race.titles[place], found[place].names[0]),
            found[place],
            np.clip((found[place].scores - low) / width, 0.0, 1.0),
            (_ends(space, found[place].names[0]), _ends(space, found[place].names[1])),
        )
        for place in places
    )


def _ends(space: SearchSpace, name: str) -> tuple[str, str]:
    """The first and the last value of a hyperparameter."""
    one = space[name]
    low, high = (one.choices[0], one.choices[-1]) if isinstance(one, Categorical) else (one.low, one.high)
    return value_text(low), value_text(high)


def pair_words(names: tuple[str, str]) -> str:
    """Two hyperparameters, as a choice among such pairs says them."""
    return " × ".join(seen(name.replace("_", " ")) for name in names)


def foot(race: Race) -> str:
    """What the race rests on."""
    said = " ".join(race.remarks)
    if race.quality is None:
        rows = " Judged on rows that no strategy saw." if race.is_held_out else ""
        return f"Trained on the real objective.{rows} {said}".strip()
    quality = f"{race.quality:.2f}".replace("-", "−")
    model = f"Raced on the model of {count_text(race.modelled, 'trial')}, noise included: quick, and only as true as "
    return f"{model}the model (quality {quality}). {said}".strip()
