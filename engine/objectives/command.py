"""The objective "any program": run once a trial with the configuration on its command line or in a file.

Its output is read as it comes, so that losses stream and a hopeless trial ends. The program ends with its trial, and
with it all that it started. Nothing passes through a shell unless the person has said so.
"""

from __future__ import annotations

import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import UserFault
from engine.objectives.base import Ending, ObjectiveTrial
from engine.objectives.code_files import ChangedSince, read_command
from engine.objectives.command_line import fill_shell, fill_words, text_of
from engine.objectives.description import CommandObjective
from engine.objectives.host_process import environment_of
from engine.objectives.output_log import OutputLog
from engine.objectives.output_reading import OutputReader
from engine.objectives.process_tree import kill_tree
from engine.texts import to_json

MOST_WAITING = 1000  # lines between the program and what is done with them; a faster one waits
LOOK_SECONDS = 0.05  # between looks whether the trial is told to end while nothing is printed
END_SECONDS = 2.0  # that a program which closed its output has to end, and its output once it has ended; a guess
MOST_PART = 1 << 16  # bytes that are read at a time


class CommandEvaluator:
    """Used by a worker's training thread alone."""

    queued = ()

    def __init__(self, objective: CommandObjective) -> None:
        self._objective = objective
        self._require_version()
        OutputReader(objective)  # refuses a pattern that is none
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End a program that still runs."""
        if self._process is not None:
            self._end(self._process)
            self._process = None

    def evaluate_trial(self, params: Mapping[str, object], seed: int, trial: ObjectiveTrial) -> Ending:
        """Run the program once; what it prints is reported as it comes. A changed file of it ends the run."""
        try:
            self._require_version()
        except ChangedSince as fault:
            return Ending("failed", reason=str(fault), ends_search=True)
        objective, reader, log = self._objective, OutputReader(self._objective), OutputLog(trial.note_output)
        with tempfile.TemporaryDirectory(prefix="twinloop-trial-", ignore_cleanup_errors=True) as folder:
            values = {**params, "trial": trial.number, "seed": seed}
            if objective.handover:
                values["config"] = str(write_config(Path(folder), objective.handover, params))
            words = (fill_shell if objective.shell else fill_words)(objective.command, values)
            process = self._start(words, trial.number, seed)
            self._process = process
            try:
                code = self._follow(process, reader, log, trial)
            finally:
                self.close()
                log.finish()
        details: dict[str, Any] = {"version": objective.fingerprint[:8]} if objective.fingerprint else {}
        if code not in objective.accepted:
            return Ending("failed", reason=_exit_sentence(code, log.last_line), details=details)
        try:
            scores, notes = reader.ending()
        except UserFault as fault:
            return Ending("failed", reason=str(fault), details=details)
        if notes:
            details["notes"] = notes
        others = {name: value for name, value in reader.numbers.items() if name not in objective.scores}
        if others:
            details["user_attrs"] = others
        return Ending("complete", scores, details=details)

    def _require_version(self) -> None:
        """Raises :class:`UserFault` where what would run is not what was agreed to."""
        facts, agreed = read_command(self._objective), self._objective.fingerprint
        if agreed and facts.fingerprint != agreed:
            raise ChangedSince("A file of the command was changed a moment ago.")

    def _start(self, words: list[str], number: int, seed: int) -> subprocess.Popen[bytes]:
        objective = self._objective
        environment = environment_of(objective.environment)
        environment |= {"TWINLOOP_TRIAL": str(number), "TWINLOOP_SEED": str(seed)}
        options: dict[str, Any] = {} if sys.platform == "win32" else {"process_group": 0}
        try:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=objective.folder or None,
                env=environment,
                **options,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            what = f"The program {words[0]} cannot be started ({why})."
            raise UserFault(what, "Check the command and its folder in Setup.", "command") from error

    def _follow(
        self, process: subprocess.Popen[bytes], reader: OutputReader, log: OutputLog, trial: ObjectiveTrial
    ) -> int:
        """Read to the end of the program; its exit code."""
        parts: queue.Queue[bytes | None] = queue.Queue(MOST_WAITING)
        over = threading.Event()
        threading.Thread(target=_read_parts, args=(process, parts, over), name="program", daemon=True).start()
        try:
            self._read_to_end(process, parts, reader, log, trial)
        finally:
            over.set()
        try:
            return process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return self._wait_on(process, trial)

    def _read_to_end(
        self,
        process: subprocess.Popen[bytes],
        parts: queue.Queue[bytes | None],
        reader: OutputReader,
        log: OutputLog,
        trial: ObjectiveTrial,
    ) -> None:
        held, until = b"", math.inf
        while True:
            try:
                part = parts.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if trial.must_stop:
                    trial.ask_pruner()  # which raises what ends the trial
                if process.poll() is not None and until == math.inf:
                    self._end(process)  # what it started may hold its output open; what was printed is still read
                    until = time.monotonic() + END_SECONDS
                if time.monotonic() > until:
                    break
                continue
            if part is None:
                break
            log.add(part.decode("utf-8", "replace"))
            *lines, held = (held + part).replace(b"\r", b"\n").split(b"\n")
            held = held[-MOST_PART:]
            for line in lines:
                self._take(line, reader, trial)
        self._take(held, reader, trial)

    @staticmethod
    def _wait_on(process: subprocess.Popen[bytes], trial: ObjectiveTrial) -> int:
        """A program that has closed its output and goes on: it has as long as its trial has."""
        while process.poll() is None:
            if trial.must_stop:
                trial.ask_pruner()
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
        return int(process.returncode)

    @staticmethod
    def _take(line: bytes, reader: OutputReader, trial: ObjectiveTrial) -> None:
        step = reader.read(line.decode("utf-8", "replace"))
        if step is not None:
            trial.report(*step)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        kill_tree(process.pid)
        if sys.platform != "win32":
            with suppress(OSError):  # what left the tree of parents, and stayed in the group
                os.killpg(process.pid, 9)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)


def _read_parts(process: subprocess.Popen[bytes], parts: queue.Queue[bytes | None], over: threading.Event) -> None:
    """Hand on what is printed, until there is no more or nobody wants it."""
    assert process.stdout is not None
    part: bytes | None = b"-"
    while part and not over.is_set():
        try:
            part = os.read(process.stdout.fileno(), MOST_PART) or None
        except (OSError, ValueError):
            part = None
        while not over.is_set():
            with suppress(queue.Full):
                parts.put(part, timeout=LOOK_SECONDS)
                break
    with suppress(OSError):
        process.stdout.close()


def write_config(folder: Path, kind: str, params: Mapping[str, object]) -> Path:
    """The configuration as a file, JSON or YAML."""
    path = folder / f"config.{kind}"
    if kind == "json":
        path.write_text(to_json(dict(params), indent=2) + "\n", encoding="utf-8")
    else:
        # In here because workers of tables do without it.
        import yaml

        path.write_text(yaml.safe_dump(dict(params), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def _exit_sentence(code: int, last: str) -> str:
    said = f" Its last line was: {last}" if last else ""
    if code < 0:
        return f"The program was ended by signal {-code}.{said}"
    return f"The program ended with exit code {code}.{said}"


__all__ = ["CommandEvaluator", "text_of", "write_config"]
