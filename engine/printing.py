"""The one door to the terminal: whatever a study holds is printed as text that can be seen and steers nothing."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from typing import TextIO

from engine.errors import UserFault
from engine.texts import make_visible, to_json


class Unprintable(UserFault):
    """The place that the output goes to does not take it."""


def print_line(text: str) -> None:
    """Print one line on standard output; a line break inside ``text`` is shown, not made."""
    _write(sys.stdout, make_visible(text) + "\n")


def print_page(text: str) -> None:
    """Print lines of our own on standard output."""
    _write(sys.stdout, make_visible(text, keep="\n"))


def print_fault(text: str) -> None:
    """Print one line on standard error; where that takes nothing, the exit status alone tells it."""
    with suppress(Unprintable, BrokenPipeError):
        _write(sys.stderr, make_visible(text) + "\n")


def print_json(value: object) -> None:
    """Print plain data as one line of JSON on standard output."""
    _write(sys.stdout, to_json(value) + "\n")


def renew_line(text: str = "") -> None:
    """Put ``text`` in place of the line that the cursor is in, and stay in it."""
    _write(sys.stdout, "\r\x1b[K" + make_visible(text))


def renew_fault_line(text: str = "") -> None:
    """The same on standard error, for what no program reads; only a carriage return, which every notebook knows."""
    _write(sys.stderr, "\r" + make_visible(text))


def end_fault_line() -> None:
    """Leave the line on standard error that was renewed."""
    _write(sys.stderr, "\n")


def guard_log() -> None:
    """Have what nobody configured a handler for, which Python prints on standard error, pass the same door."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_VisibleFormatter("%(message)s"))


class _VisibleFormatter(logging.Formatter):
    """Keeps the lines of a traceback apart, and shows everything else that is not seen."""

    def format(self, record: logging.LogRecord) -> str:
        return make_visible(super().format(record), keep="\n\t")


def _write(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        _silence(stream)
        if isinstance(error, BrokenPipeError):
            raise
        raise Unprintable(
            f"The output cannot be written ({error.strerror}).", "Make room where it goes, or send it elsewhere."
        ) from error


def _silence(stream: TextIO) -> None:
    """Let what is still to be printed go nowhere: it would fail again at every line, and once more at the end."""
    with suppress(OSError, ValueError):  # a stream that is no file of the system
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
