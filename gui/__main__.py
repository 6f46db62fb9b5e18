"""The command ``twinloop``: headless commands go to the engine before Qt is imported, the rest opens a window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.printing import print_fault

WRONG = 2  # exit code, as that of the command line for a wrong input


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command line; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    demo = given == ["demo"]
    if given and not demo and (given[0].startswith("-") or len(given) > 1 or _is_command(given[0])):
        # In here because the commands and the window each load only what they need.
        from engine.cli import main as headless

        return headless(given)
    source = None if demo or not given else given[0]
    if source is not None and not Path(source).is_file():
        print_fault(_no_file(source))
        return WRONG
    from gui.display import NO_DISPLAY, missing_display

    trouble = missing_display()
    if not trouble:
        from gui.app import run_application

        return run_application(["twinloop", *given], source, demo=demo)
    if demo:
        from engine.cli import main as headless

        if trouble != NO_DISPLAY:  # the demo itself says that there is no display
            print_fault(trouble)
        return headless(["demo"])
    print_fault(f"{trouble} {_instead(source)}")
    return WRONG


def _is_command(word: str) -> bool:
    if not word.isalpha():  # most files have an ending: a window need not load the commands
        return False
    from engine.cli import is_command

    return is_command(word)


def _no_file(source: str) -> str:
    if Path(source).is_dir():
        return f"{source} is a folder. Name a study file or a table in it."
    if Path(source).suffix:
        return f"There is no file {source}. Check the name, or start twinloop without one."
    return f"There is no command or file {source!r}. Try twinloop --help."


def _instead(source: str | None) -> str:
    """Which headless command does what the window would have done."""
    if source is None:
        return "Without a window: twinloop new, twinloop run and twinloop export do the same; see twinloop --help."
    if source.lower().endswith(".study"):
        return f"Without a window: twinloop run {source} runs it, twinloop show {source} looks at it."
    return f"Without a window: twinloop new --data {source} --target COLUMN OUT.study makes the study."


if __name__ == "__main__":
    raise SystemExit(main())
