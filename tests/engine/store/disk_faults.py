"""A short life of a study in which the disk fails once, at any call; nothing acknowledged may be missing after it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from engine import store
from engine.errors import UserFault
from engine.events import TrialStarted
from tests.engine.store.failing_files import FailingFiles
from tests.engine.store.studies import SPACE, trial

TRIALS = 6


def live(path: Path, layer: FailingFiles) -> tuple[set[int], int]:
    """Make, fill, copy, close and reopen a study as a patient runner does: what is refused is tried again later.

    Returns the numbers of the acknowledged trials, and how often the disk was at fault.
    """
    acknowledged: set[int] = set()
    refusals = 0
    rng = np.random.default_rng(0)
    unwritten: list = []
    with layer.in_force():
        writer = None
        for number in range(TRIALS):
            unwritten += trial(number, rng, steps=5)
            for _ in range(5):
                try:
                    if writer is None:
                        writer = store.open_writer(path) if path.exists() else store.create(path, "{}", SPACE)
                    writer.record(unwritten)
                    acknowledged |= {event.number for event in unwritten if isinstance(event, TrialStarted)}
                    unwritten = []
                    if number == TRIALS // 2:
                        writer.save_as(path.with_name("copy.study"))
                        closing, writer = writer, None
                        closing.close()
                    break
                except UserFault:
                    refusals += 1
        for _ in range(2):
            try:
                if writer is not None:
                    closing, writer = writer, None
                    closing.close()
            except UserFault:
                refusals += 1
    return acknowledged, refusals


def lost(path: Path, acknowledged: set[int]) -> set[int]:
    """Acknowledged trials that are not whole on file, after opening it as a person would."""
    store.open_writer(path).close()
    reader = store.Reader(path)
    complete = {number for number in reader.history().where(2).tolist() if len(reader.curve(number)) == 5}
    copy = path.with_name("copy.study")
    if copy.exists():  # then it is whole
        assert len(store.Reader(copy).history().where(2)) > TRIALS // 2
    return acknowledged - complete


def failing_at(kind: str, number: int, *, forever: bool = False):
    """Refuses the ``number``-th call of a kind, or all from that one on up to the twentieth."""
    if forever:
        return lambda asked, count: asked == kind and number <= count < number + 20
    return lambda asked, count: asked == kind and count == number


def sweep(folder: Path, kinds=("write", "sync", "truncate", "open", "delete"), every: int = 1, seed: int = 0):
    """Every call of every kind fails in turn (one in ``every``); yields (kind, call, lost trials, refusals)."""
    layer = FailingFiles()
    live(folder / "count.study", layer)
    counts = dict(layer.counts)
    rng = random.Random(seed)
    for kind in kinds:
        for number in range(1 + rng.randrange(every), counts.get(kind, 0) + 1, every):
            for forever in (False, True):
                place = folder / f"{kind}-{number}-{forever}"
                place.mkdir()
                layer = FailingFiles()
                layer.refuse = failing_at(kind, number, forever=forever)
                acknowledged, refusals = live(place / "a.study", layer)
                yield kind, number, lost(place / "a.study", acknowledged), refusals
