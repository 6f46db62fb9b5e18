"""What a study in memory has beyond its file, kept in order until the file has it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine import store
from engine.errors import UserFault
from engine.events import AnyEvent, SpaceChanged, StepReported, TrialEnded, TrialQueued
from engine.runner.following import steps_of, told
from engine.store import faults
from engine.trials import Curves, History, State

RETRY_SECONDS = 2.0  # between attempts that nobody asked for to write what the disk would not take


class Outbox:
    """Applies events to a study in memory and brings them to its file; the caller keeps threads apart.

    Memory comes first and is never taken back. What the file refuses waits here. Where it is not certain what the file
    took (somebody interrupted the writing, or it was let go of), what it lacks is found by comparing the two.
    """

    def __init__(self, history: History, curves: Curves, setup: Callable[[], str], path: Path | None = None) -> None:
        """``setup`` gives the text of the study's definition as it is now."""
        self._setup = setup
        self._history = history
        self._curves = curves
        self._path = path.absolute() if path is not None else None
        self._writer: store.Writer | None = None
        self._waiting: list[AnyEvent] = []  # what the writer did not take, where there is one
        self._is_certain = True
        self._not_before = 0.0
        self._is_redefined = False
        self._spaces = [history.space]  # that the file may have now

    @property
    def path(self) -> Path | None:
        """Where the file is, if there is one."""
        return self._path

    @property
    def is_empty(self) -> bool:
        """Whether the file, where there is one, holds everything but what may wait a second."""
        return self._path is None or (not self._waiting and not self._is_redefined and self._is_certain)

    def happen(self, event: AnyEvent) -> None:
        """Apply one event to the study in memory, and note it for the file."""
        was_certain, version = self._is_certain, self._history.version
        self._is_certain = False
        try:
            self._history.apply(event)
            self._curves.apply(event)
        except Exception:  # what does not fit changes nothing
            self._is_certain = was_certain and self._history.version == version
            raise
        if self._path is not None:
            self._waiting.append(event)
        self._is_certain = was_certain

    def note_setup(self) -> None:
        """Note for the file that the study's definition is another one, apart from its space."""
        self._is_redefined = self._path is not None

    def has_end(self, number: int) -> bool:
        """Whether the end of a trial waits for the file."""
        return any(isinstance(event, TrialEnded) and event.number == number for event in self._waiting)

    def queued(self, params: dict[str, object]) -> int | None:
        """The number of a trial of this configuration whose queueing waits for the file."""
        for event in self._waiting:
            if isinstance(event, TrialQueued) and event.params == params:
                return event.number
        return None

    def write(self, *, everything: bool = False) -> None:
        """Bring what waits to the file, in order; with ``everything`` also what might wait a second.

        Raises :class:`engine.store.Unwritten` where the file does not take it: it goes on waiting then.
        """
        if self._path is None:
            return
        writer = self._taken_up()
        self._spaces = [*self._spaces[:1], self._history.space]
        self._is_certain = False  # so it stays where anything but a refusal comes in between
        if self._is_redefined:
            try:
                writer.set_setup(self._setup())
            except UserFault as fault:
                self._is_certain = True
                raise self._refused(fault) from fault
            self._is_redefined = False
        for batch in _batches(self._waiting):
            try:
                self._record(writer, batch)
            except UserFault as fault:
                self._is_certain = True
                raise self._refused(fault) from fault
            self._waiting = self._waiting[len(batch) :]
        self._is_certain = True
        self._spaces = [self._history.space]
        if everything:
            try:
                writer.flush()
            except UserFault as fault:
                raise self._refused(fault) from fault

    def _record(self, writer: store.Writer, batch: list[AnyEvent]) -> None:
        if isinstance(batch[0], SpaceChanged):  # the definition says so in the same transaction
            writer.set_setup(self._setup(), batch[0])
        else:
            writer.record(batch)

    def write_quietly(self) -> None:
        """The same for what nobody waits for: what is refused is told by the next :meth:`write`."""
        if time.monotonic() >= self._not_before:
            with suppress(store.Unwritten):
                self.write()

    def flush(self) -> None:
        """Write everything, also what might wait a second; does nothing where that has been done and closed."""
        if self._writer is not None or not self.is_empty:
            self.write(everything=True)

    def close(self) -> None:
        """Write what waits and let go of the file, whatever happens; the next writing takes it up again.

        Raises :class:`engine.store.Unwritten` where the file did not take everything.
        """
        if self._writer is None and self.is_empty:
            return
        try:
            self.write(everything=True)
        except UserFault:
            self._let_go()
            raise
        writer, self._writer = self._writer, None
        if writer is not None:
            self._is_certain = False
            writer.close()
            self._is_certain = True

    def create(self, path: Path) -> None:
        """Put the whole study into a new file at ``path``, in one step, and go on there.

        Where that is refused, everything stays as it was.
        """
        known, path = self._history, path.absolute()
        if path == self._path:  # it has gone; its lock would keep ourselves out
            self._let_go()
        fresh = History(known.space, known.directions, known.constraint_names)
        events = told(fresh, known, self._steps_of)
        names = known.constraint_names
        writer = store.create(path, self._setup(), known.space, known.directions, names, events=events, replace=True)
        before, was_certain = self._writer, self._is_certain
        self._writer, self._path = writer, path
        self._waiting, self._is_certain, self._is_redefined, self._spaces = [], True, False, [known.space]
        self._not_before = 0.0
        if before is not None and not was_certain:
            before.abandon()
        elif before is not None:
            with suppress(UserFault):  # what it lacks is in the new file
                before.close()

    def is_at(self, path: Path) -> bool:
        """Whether ``path`` is this study's own file, which lies there."""
        with suppress(OSError):
            return self._path is not None and self._path.exists() and path.samefile(self._path)
        return False

    def _taken_up(self) -> store.Writer:
        """The open file; opened, where it was not, and compared with the study in memory."""
        if self._writer is not None and not self._is_certain:
            self._let_go()
        if self._writer is None:
            assert self._path is not None
            try:
                writer = store.open_writer(self._path)
                try:
                    self._waiting = list(self._missing(writer))
                except BaseException:
                    writer.abandon()
                    raise
            except UserFault as fault:
                raise self._refused(fault) from fault
            self._writer, self._is_certain = writer, True
        return self._writer

    def _missing(self, writer: store.Writer) -> Iterator[AnyEvent]:
        with store.Reader(writer.path) as reader:
            on_file = reader.history()
        if on_file.space not in self._spaces and on_file.space != self._history.space:
            raise faults.changed(writer.path)
        if not _may_become(on_file, self._history):
            raise faults.changed(writer.path)
        return told(on_file, self._history, self._steps_of)

    def _let_go(self) -> None:
        self._is_certain = False
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.abandon()

    def _refused(self, fault: UserFault) -> store.Unwritten:
        self._not_before = time.monotonic() + RETRY_SECONDS
        return faults.unwritten(fault)

    def _steps_of(self, number: int) -> Iterator[StepReported]:
        return steps_of(self._curves.get(number), number)


def _batches(events: list[AnyEvent]) -> Iterator[list[AnyEvent]]:
    """The events in the order of their writing, a change of the space by itself."""
    batch: list[AnyEvent] = []
    for event in events:
        if isinstance(event, SpaceChanged):
            if batch:
                yield batch
            yield [event]
            batch = []
        else:
            batch.append(event)
    if batch:
        yield batch


def _may_become(earlier: History, later: History) -> bool:
    """Whether one study can have gone from ``earlier`` to ``later``: what was over is the same, and nothing is less."""
    count = len(earlier)
    if count > len(later) or earlier.directions != later.directions:
        return False
    if earlier.constraint_names != later.constraint_names:
        return False
    over = np.flatnonzero(earlier.state >= State.COMPLETE)
    for name in ("state", "scores", "constraints", "started", "seconds"):
        before, after = getattr(earlier, name)[over], getattr(later, name)[over]
        if not np.array_equal(before, after, equal_nan=name != "state"):
            return False
    if earlier.space == later.space and not earlier.strange:
        before, after = earlier.numbers, later.numbers[:count]
        may_lose = (earlier.state < State.COMPLETE) & (later.state[:count] >= State.COMPLETE)  # what nobody asked for
        return bool(((before == after) | np.isnan(before) | (np.isnan(after) & may_lose[:, None])).all())
    return all(_may_have_become(earlier, later, number) for number in range(count))


def _may_have_become(earlier: History, later: History, number: int) -> bool:
    before, after = earlier.params(number), later.params(number)
    if earlier.state[number] < State.COMPLETE <= later.state[number]:
        before = {name: value for name, value in before.items() if name in after}
    return before.items() <= after.items()
