"""What a study in memory has beyond its file, kept in order until the file has it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from engine import store
from engine.errors import UserFault
from engine.events import (
    AnyEvent,
    FindingRecorded,
    LogLine,
    RunStateChanged,
    SpaceChanged,
    StepReported,
    StudyChanged,
    TrialEnded,
    TrialQueued,
)
from engine.runner.continuing import may_become
from engine.space import SearchSpace
from engine.store import faults
from engine.trials import Curves, History
from engine.trials.replay import events_between, reports_of

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0  # between attempts that nobody asked for to write what the disk would not take


class Outbox:
    """Applies events to a study in memory and brings them to its file; the caller keeps threads apart.

    Memory comes first and is never taken back. What the file refuses waits here. Where it is not certain what the file
    took (somebody interrupted the writing, or it was let go of), what it lacks is found by comparing the two.
    """

    def __init__(
        self,
        history: History,
        curves: Curves,
        setup: Callable[[], str],
        path: Path | None = None,
        writer: store.Writer | None = None,
        setup_at: Callable[[Path], str] | None = None,
    ) -> None:
        """``setup`` gives the text of the study's definition as it is now, ``setup_at`` as it is at another place.

        ``writer``, of ``path``, is taken over.
        """
        self._setup_at = setup_at or (lambda _: setup())
        self._setup = setup
        self._history = history
        self._curves = curves
        self._path = path.absolute() if path is not None else None
        self._writer = writer
        self._waiting: list[AnyEvent] = []  # what the writer did not take, where there is one
        self._is_certain = True
        self._not_before = 0.0
        self._is_redefined = False
        self._spaces = [history.space]  # that the file may have now
        self._is_defined = True  # whether the file's definition is certainly the study's

    @property
    def path(self) -> Path | None:
        """Where the file is, if there is one."""
        return self._path

    @property
    def place(self) -> Path:
        """Where the file is, for a study that has one."""
        assert self._path is not None, "a study without a file"
        return self._path

    @property
    def mark(self) -> int | None:
        """The mark of the file's writer; *None* where the file is let go."""
        return None if self._writer is None else self._writer.mark

    @property
    def is_empty(self) -> bool:
        """Whether the file, where there is one, holds everything but what may wait a second."""
        return self._path is None or (not self._waiting and not self._is_redefined and self._is_certain)

    def add(self, event: AnyEvent) -> None:
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

    @property
    def is_resting(self) -> bool:
        """Whether the last attempt to write failed just now, so that the next one that nobody asked for waits."""
        return time.monotonic() < self._not_before

    def retry_now(self) -> None:
        """Somebody asks for the next attempt to write."""
        self._not_before = 0.0

    def has_end(self, number: int) -> bool:
        """Whether the end of a trial waits for the file."""
        return any(isinstance(event, TrialEnded) and event.number == number for event in self._waiting)

    def find_queued(self, params: dict[str, object]) -> int | None:
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
            edits = [event for event in self._waiting if isinstance(event, StudyChanged)]
            try:
                writer.set_setup(self._setup(), *edits)
            except UserFault as fault:
                self._is_certain = True
                raise self._unwritten_fault(fault) from fault
            self._is_redefined = False
            self._waiting = [event for event in self._waiting if not isinstance(event, StudyChanged)]
        for batch in _transactions(self._waiting):
            try:
                self._record_batch(writer, batch)
            except UserFault as fault:
                self._is_certain = True
                raise self._unwritten_fault(fault) from fault
            except BaseException:
                self._not_before = time.monotonic() + RETRY_SECONDS
                raise
            self._waiting = self._waiting[len(batch) :]
        self._is_certain = True
        self._spaces = [self._history.space]
        if everything:
            try:
                writer.flush()
            except UserFault as fault:
                raise self._unwritten_fault(fault) from fault

    def _record_batch(self, writer: store.Writer, batch: list[AnyEvent]) -> None:
        if isinstance(batch[0], SpaceChanged):  # the definition says so in the same transaction
            writer.set_setup(self._setup(), batch[0], *(one for one in batch[1:] if isinstance(one, StudyChanged)))
        else:
            writer.record(batch)

    def write_quietly(self) -> None:
        """The same for what nobody waits for: what is refused is told by the next :meth:`write`."""
        if time.monotonic() >= self._not_before:
            with suppress(store.Unwritten):
                self.write()

    def require_place(self) -> None:
        """Raises :class:`UserFault` where the open file is no longer where it was opened."""
        if self._writer is not None and not self._writer.is_in_place:
            raise faults.gone(self._writer.path)
        if self._writer is not None and not self._writer.has_log:
            raise faults.cut(self._writer.path)

    def flush_steps(self) -> None:
        """Let the file have the steps that waited for company, where their second is over."""
        if self._writer is not None and self.is_empty and not self.is_resting:
            with suppress(UserFault):  # a fault is told with the next event, which would meet it too
                self._writer.record(())

    def set_definition(self, setup: str, *events: SpaceChanged | StudyChanged) -> None:
        """Replace the study's definition on file, with the events of that; nothing waits for it.

        The space of the study in memory changes with them.
        Raises :class:`UserFault` where the file refuses; then nothing has changed.
        """
        self.write()
        writer = self._taken_up()
        spaces = [SearchSpace.from_json(event.space) for event in events if isinstance(event, SpaceChanged)]
        self._spaces = [*self._spaces, *spaces]
        self._is_certain = self._is_defined = False
        try:
            writer.set_setup(setup, *events)
        except UserFault:
            self._is_certain = self._is_defined = True
            raise
        for event in events:
            self._history.apply(event)
            self._curves.apply(event)
        self._spaces = [self._history.space]
        self._is_certain = True

    def confirm_definition(self) -> None:
        """What was given to :meth:`set_definition` is the study's definition now."""
        self._is_defined = True

    def save_checkpoint(self, number: int, step: int, state: bytes) -> None:
        """Keep the state of an unfinished trial on file; one that cannot be written is simply not kept."""
        if self.is_resting:
            return
        try:
            self.write()  # the trial itself comes first
            if self._writer is not None:
                self._writer.put_checkpoint(number, step, state)
        except UserFault as fault:
            log.info("the state of trial %s was not kept: %s", number, fault)

    def copy_to(self, path: Path) -> None:
        """Write a copy of the whole study, also of what waits; the study itself stays where it is."""
        writer = None
        with suppress(UserFault):  # a full or vanished disk is why people save elsewhere
            writer = self._taken_up()
        if writer is not None and writer.has_log:
            writer.save_as(path, self._waiting, self._setup_at(path))
        else:
            self._create_copy(path).close()

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
        except BaseException:
            self.release_file()
            raise
        writer, self._writer = self._writer, None
        if writer is not None:
            self._is_certain = False
            try:
                writer.close()
            except BaseException:
                writer.abandon()
                raise
            self._is_certain = True

    def create(self, path: Path) -> None:
        """Put the whole study into a new file at ``path``, in one step, and go on there.

        Where that is refused, everything stays as it was.
        """
        path = path.absolute()
        own = self._writer if path == self._path else None
        if own is not None:  # it has gone; its lock would keep ourselves out
            self.release_file()
        writer = self._create_copy(path)
        if own is not None:
            own.abandon(is_saved=True)
        before, was_certain = self._writer, self._is_certain
        self._writer, self._path = writer, path
        self._waiting, self._is_certain, self._is_redefined = [], True, False
        self._spaces = [self._history.space]
        self._not_before = 0.0
        if before is not None and not was_certain:
            before.abandon()
        elif before is not None:
            try:
                before.close()
            except UserFault:  # what it lacks is in the new file
                before.abandon(is_saved=True)

    @property
    def is_writing(self) -> bool:
        """Whether it has its file open, so that nobody else can write there."""
        return self._writer is not None

    def is_at(self, path: Path) -> bool:
        """Whether ``path`` is this study's own file, which lies there."""
        with suppress(OSError):
            return self._path is not None and self._path.exists() and path.samefile(self._path)
        return False

    def _create_copy(self, path: Path) -> store.Writer:
        """A new file with the study as it is in memory."""
        known = self._history
        names = known.constraint_names
        events = events_between(History(known.space, known.directions, names), known, self._reports_of)
        return store.create(
            path, self._setup_at(path), known.space, known.directions, names, events=events, replace=True
        )

    def _taken_up(self) -> store.Writer:
        """The open file; opened, where it was not, and compared with the study in memory."""
        if self._writer is not None and not self._is_certain:
            self.release_file()
        if self._writer is None:
            assert self._path is not None
            try:
                writer = store.open_writer(self._path)
                try:
                    self._waiting = list(self._missing_events(writer))
                    if not self._is_defined:
                        writer.set_setup(self._setup())
                        self._is_defined = True
                except BaseException:
                    writer.abandon()
                    raise
            except UserFault as fault:
                raise self._unwritten_fault(fault) from fault
            self._writer, self._is_certain = writer, True
        return self._writer

    def _missing_events(self, writer: store.Writer) -> Iterator[AnyEvent]:
        with store.Reader(writer.path) as reader:
            on_file = reader.history()
            lines = set(map(_line_key, reader.log(last=len(self._waiting) + 1)))
        if on_file.space not in self._spaces and on_file.space != self._history.space:
            raise faults.changed(writer.path)
        if not may_become(on_file, self._history):
            raise faults.changed(writer.path)
        kept = {one.number: one.predictions for one in self._waiting if isinstance(one, TrialEnded)}
        for event in events_between(on_file, self._history, self._reports_of):
            if isinstance(event, TrialEnded):
                yield msgspec.structs.replace(event, predictions=kept.get(event.number))
            else:
                yield event
        for event in self._waiting:  # what no history tells of
            if isinstance(event, RunStateChanged | FindingRecorded) or (
                isinstance(event, LogLine) and _line_key(event) not in lines
            ):
                yield event

    def release_file(self, *, is_saved: bool = False) -> None:
        """Close the file as it is; what it took is found out by the next writing.

        ``is_saved`` says that all of the study is in another file.
        """
        writer, self._writer = self._writer, None
        if writer is not None:
            self._is_certain = False
            writer.abandon(is_saved=is_saved)

    def _unwritten_fault(self, fault: UserFault) -> store.Unwritten:
        self._not_before = time.monotonic() + RETRY_SECONDS
        return faults.unwritten(fault)

    def _reports_of(self, number: int) -> Iterator[StepReported]:
        return reports_of(self._curves.get(number), number)


def _line_key(line: LogLine) -> tuple[object, ...]:
    return line.text, line.time, line.number


def _transactions(events: list[AnyEvent]) -> Iterator[list[AnyEvent]]:
    """The events in the order of their writing, a change of the space by itself, or with the edit that made it."""
    batch: list[AnyEvent] = []
    for event in events:
        if isinstance(event, SpaceChanged):
            if batch:
                yield batch
            batch = [event]
        elif batch and isinstance(batch[0], SpaceChanged):  # whoever changed it is told in the same step
            if isinstance(event, StudyChanged):
                yield [*batch, event]
                batch = []
            else:
                yield batch
                batch = [event]
        else:
            batch.append(event)
    if batch:
        yield batch
