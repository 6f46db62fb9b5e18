"""What becomes of a study whose own file does not take it when everything ends: all of it goes to another file."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.errors import UserFault
from engine.runner.intents import CloseStudy
from engine.runner.outbox import Outbox
from engine.runner.replies import Rejected

log = logging.getLogger(__name__)

MOST_NAMES = 1000  # of rescued copies in one folder that are tried


def attempt_twice(step: Callable[[], None], reply: Callable[[Rejected], None]) -> None:
    """Carry out a step of a study's end, a second time where the first one is a mistake of ours."""
    for attempt in range(2):
        try:
            step()
        except Exception as error:
            log.exception("closing: %s", step.__name__)
            what = f"Internal error ({type(error).__name__}: {error})."
            if attempt:
                safe = "The trials so far are safe."
                reply(Rejected(CloseStudy, what, safe, is_mistake=True, is_whole=False))
        else:
            return


def close_or_rescue(outbox: Outbox) -> Rejected | None:
    """Write everything and close the file, or save all of the study elsewhere; what is to be said of it."""
    try:
        outbox.flush()
        outbox.require_place()
    except Exception as error:
        log.log(logging.INFO if isinstance(error, UserFault) else logging.ERROR, "not written", exc_info=error)
        copy = None
        try:
            copy = rescue(outbox)
        finally:
            outbox.release_file(is_saved=copy is not None)
        what = error.what if isinstance(error, UserFault) else f"The study could not be written ({error!r})."
        remedy = f"All of it is in {copy}." if copy is not None else "No other place could be written either."
        return Rejected(CloseStudy, what, remedy, is_whole=False, rescued=copy)
    try:
        outbox.close()
    except UserFault as fault:  # everything is on file, in two pieces
        return Rejected(CloseStudy, fault.what, fault.remedy)
    return None


def rescue(outbox: Outbox) -> Path | None:
    """Where a copy of the whole study lies now; *None* where no place took it.

    It is made beside the study's own file where that can be, else in the person's home, else among temporary files.
    """
    assert outbox.path is not None
    for folder in _rescue_folders(outbox.path):
        path = _free_name(folder, outbox.path)
        try:
            outbox.copy_to(path)
        except Exception as error:  # noqa: BLE001 - whatever it is, another place may do
            log.info("%s could not be rescued to %s: %r", outbox.path.name, folder, error)
        else:
            return path
    return None


def _rescue_folders(own: Path) -> Iterator[Path]:
    yield own.parent
    with suppress(RuntimeError):  # nobody's home
        yield Path.home()
    yield Path(tempfile.gettempdir())


def _free_name(folder: Path, own: Path) -> Path:
    for count in range(1, MOST_NAMES):
        path = folder / f"{own.stem} (rescued{f' {count}' if count > 1 else ''}){own.suffix}"
        if not os.path.lexists(path):
            break
    return path
