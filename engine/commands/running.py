"""``twinloop run`` and ``twinloop demo``: a study driven from the terminal."""

from __future__ import annotations

import argparse
import dataclasses
import queue
import signal
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from engine.commands.terminal import Terminal
from engine.errors import UserFault
from engine.events import RunStateChanged
from engine.execution.backend import MakeBackend
from engine.execution.remote import clusters
from engine.printing import print_line
from engine.runner import Closed, CloseStudy, PermissionNeeded, Rejected, Runner, StudyOpened
from engine.runner.local_backend import LocalBackend
from engine.setup import Budget, StudySetup, replace
from engine.store import create
from engine.study import check_setup, suggest_setup
from engine.wording import command_line

DEMO_TRIALS = 20  # enough to see a search learn, in seconds: a guess
EVERY_PLACE = 1_000_000  # workers: as many as there is room for, also on computers that join
FAILED, INTERRUPTED = 1, 130  # exit statuses
ENDING = ("SIGTERM", "SIGHUP", "SIGBREAK")  # signals by which a system or a closed terminal ends a program


def run(arguments: argparse.Namespace) -> int:
    """Run a study to the end of its budget; the exit status."""
    if arguments.seconds is not None and not arguments.seconds > 0:
        raise UserFault(f"--seconds is {arguments.seconds:g}.", "Give a number above 0.")
    more = _More(arguments.trials, arguments.seconds, arguments.workers, arguments.allow)
    if not arguments.cluster:
        return _drive_run(Path(arguments.study), more, arguments.json)
    with clusters.connected(arguments.cluster, arguments.allow, arguments.certificates) as cluster:
        if not arguments.json:
            for sentence in clusters.describe_cluster(cluster):
                print_line(sentence)
        if more.workers is None:
            more = dataclasses.replace(more, workers=EVERY_PLACE)
        return _drive_run(Path(arguments.study), more, arguments.json, cluster.make_backend)


@dataclass(frozen=True, slots=True)
class _More:
    """What this run may take, whatever the study's own budget says, and whether it may leave the study's folder."""

    trials: int | None = None
    seconds: float | None = None
    workers: int | None = None
    allow: bool = False


def demo() -> int:
    """Make a study on a bundled sample in a new folder and run it; the exit status."""
    path = Path(tempfile.mkdtemp(prefix="twinloop-demo-")) / "demo.study"
    setup = suggest_setup("sample:digits")
    setup = replace(setup, budget=replace(setup.budget, trials=DEMO_TRIALS))
    create(path, setup.to_json(), setup.search_space()).close()
    print_line(f"There is no display, so the demo runs here in the terminal: {setup.title}.")
    status = _drive_run(path, _More(), as_json=False)
    print_line(f"The study is {path}")
    print_line(f"See it with: {command_line('twinloop', 'show', path)}")
    return status


def _drive_run(path: Path, more: _More, as_json: bool, backend: MakeBackend = LocalBackend) -> int:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()

    def listen(batch: tuple[object, ...]) -> None:
        for one in batch:
            heard.put(one)

    runner = Runner(listen, "command line", backend)
    terminal = Terminal(as_json)
    previous = _heed_signals(_raise_interrupt)
    is_whole = True
    try:
        try:
            runner.open(path)
            opened = _wait_open(heard)
            wrong = check_setup(opened.setup)
            if wrong:  # what is wrong with the table, the workers say before the first trial
                what = f"{wrong[0].name}: {wrong[0].what}" if wrong[0].name else wrong[0].what
                raise UserFault(what, wrong[0].remedy)
            if more.allow:
                runner.grant_permission()
            runner.start(_budget_of(opened, more))
            terminal.begin(opened, more.trials)
            status = _follow_events(heard, terminal)
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            runner.close()
            is_whole = _drain_replies(heard, terminal)
            runner.join()
            terminal.end()
        if status == INTERRUPTED and is_whole:
            terminal.say("Paused. Resume with the same command.")
        return status if is_whole else FAILED
    finally:
        for name, handler in previous.items():
            signal.signal(name, handler)


def _heed_signals(handler: Callable[[int, FrameType | None], None]) -> dict[int, Any]:
    """Let whatever ends a program on this system be handled so; what handled it before.

    What is ignored stays so: ``nohup`` means it.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    heeded = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    return {number: signal.signal(number, handler) for number in heeded}


def _raise_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_open(heard: queue.SimpleQueue[object]) -> StudyOpened:
    while True:
        one = heard.get()
        if isinstance(one, Rejected):
            raise UserFault(one.what, one.remedy)
        if isinstance(one, StudyOpened):
            if not one.writable:
                raise UserFault(one.holder or "Another process runs this study.", "Look at it with: twinloop show.")
            return one


def _budget_of(opened: StudyOpened, more: _More) -> Budget:
    setup: StudySetup = opened.setup
    budget = setup.budget
    if more.trials is not None:
        counts = opened.history.counts()
        finished = counts["complete"] + counts["pruned"] + counts["failed"]
        budget = replace(budget, trials=finished + more.trials)
    if more.seconds is not None:
        budget = replace(budget, seconds=more.seconds)
    if more.workers is not None:
        budget = replace(budget, workers=more.workers)
    return budget


def _follow_events(heard: queue.SimpleQueue[object], terminal: Terminal) -> int:
    while True:
        try:
            one = heard.get(timeout=0.2)  # a timeout, so that Ctrl+C is noticed on every system
        except queue.Empty:
            terminal.tick()
            continue
        if isinstance(one, PermissionNeeded):
            raise UserFault(one.what, "Allow it once with --allow.")
        if isinstance(one, Rejected):
            if not one.is_unwritten and not one.is_mistake:
                raise UserFault(one.what, one.remedy)
            terminal.fault(dataclasses.replace(one, remedy="") if one.is_gone else one)
            if one.is_gone or one.is_mistake:  # nobody is here to mend it: all is saved, and the run can be taken up
                return FAILED
        terminal.hear(one)
        if isinstance(one, RunStateChanged) and one.state == "ended":
            terminal.say(one.reason)
            return 1 if one.failed else 0


def _drain_replies(heard: queue.SimpleQueue[object], terminal: Terminal) -> bool:
    """Hear the runner out: trials that end while it closes are durable as well. Whether all is in the study's file."""
    is_whole = True
    while True:
        one = heard.get()
        if isinstance(one, Closed):
            return is_whole
        if isinstance(one, Rejected) and one.intent is CloseStudy:
            terminal.fault(one)
            is_whole = is_whole and one.is_whole
        terminal.hear(one)
