"""An objective in Python, run trial after trial in the threads of this process."""

from __future__ import annotations

import gc
import logging
import queue
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from engine import samplers, store
from engine.errors import UserFault, WrongMoment
from engine.events import StateName
from engine.runner.optimize_options import OptimizeOptions
from engine.texts import make_visible
from engine.trials import FrozenTrial, State
from engine.tuning import Trial, TrialPruned

Objective = Callable[[Any], float | Iterable[float]]

ALIKE = 10  # trials at the start of a search that fail with one error before it is raised
POLL_SECONDS = 0.2  # how often the thread that waits for the others listens to Ctrl+C, where no signal wakes it

_INSTALLED = (
    str(Path(__file__).resolve().parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    "<frozen",
)

log = logging.getLogger("twinloop")
_here = threading.local()  # the studies whose objectives this thread runs


class Study(Protocol):
    """The study whose trials are run."""

    def ask(self) -> Trial: ...

    def tell(
        self,
        trial: Trial | int,
        score: float | Iterable[float] | None = None,
        state: StateName | Any | None = None,
        skip_if_finished: bool = False,
        *,
        reason: str = "",
    ) -> FrozenTrial: ...

    def put_back(self, number: int) -> None: ...


class Optimization:
    """One call of ``optimize``. :meth:`run` is called once; :meth:`stop` may be called from anywhere meanwhile."""

    def __init__(self, study: Study, objective: Objective, options: OptimizeOptions) -> None:
        self._study, self._objective, self._options = study, objective, options
        self._asking, self._taking = threading.Lock(), threading.Lock()
        self._ending = False
        self._is_abandoned = False
        self._taken = self._run_so_far = self._ended = 0
        self._running: set[int] = set()
        self._alike: list[BaseException] | None = []  # errors of the first trials, *None* once one of them is another
        self._raised: BaseException | None = None
        self._begun = time.monotonic()

    def stop(self) -> None:
        """Begin no further trial."""
        self._ending = True

    def run(self) -> None:
        """Run the trials that were asked for, or fewer where the space has no more, which is said.

        What ends one worker (a refused write, a callback's error) ends the others after their trials, and is raised.
        An interrupt ends all at once: their trials wait to be run again.
        """
        if any(study is self._study for study in getattr(_here, "studies", ())):
            raise WrongMoment("An objective called optimize() of its own study.", "Make another study in it.")
        if self._options.workers == 1:
            self._run_trials()
        else:
            self._work_together()
        if self._raised is None and self._alike and 0 < self._ended == len(self._alike) < ALIKE:
            self._raised = self._alike[0]  # fewer were run than tell a fault of the objective from bad luck
        if self._raised is not None:
            raise self._raised

    def _work_together(self) -> None:
        ends: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

        def work() -> None:
            try:
                self._run_trials()
            except BaseException as error:  # noqa: BLE001 - it is raised where people wait for it
                ends.put(error)
            else:
                ends.put(None)

        # Daemons, because an objective that an interrupt cut off may go on for hours.
        for _ in range(self._options.workers):
            threading.Thread(target=work, daemon=True, name="twinloop-trials").start()
        errors = []
        try:
            for _ in range(self._options.workers):
                error = _next_end(ends)
                errors += [error] if error is not None else []
        except BaseException:
            self._abandon()
            raise
        if errors:
            raise errors[0]

    def _abandon(self) -> None:
        """Take every trial away from the workers, which may never come back."""
        self._ending = True
        with self._asking, self._taking:
            self._is_abandoned = True
            running, self._running = self._running, set()
        for number in sorted(running):
            self._study.put_back(number)

    def _run_trials(self) -> None:
        _here.studies = [*getattr(_here, "studies", ()), self._study]
        try:
            while self._takes_another():
                with self._asking:  # so that whoever takes all trials away misses none
                    if self._is_abandoned:
                        return  # the study is somebody else's again, its file perhaps closed
                    trial = self._study.ask()
                    self._note_begun(trial)
                self._run_one(trial)
        except samplers.SpaceExhausted as fault:
            self._say_exhausted(fault)
        except BaseException:
            self._ending = True
            raise
        finally:
            _here.studies = _here.studies[:-1]

    def _takes_another(self) -> bool:
        options = self._options
        with self._taking:
            is_late = options.seconds is not None and time.monotonic() - self._begun >= options.seconds
            if self._ending or is_late or (options.trials is not None and self._taken >= options.trials):
                return False
            self._taken += 1
            return True

    def _note_begun(self, trial: Trial) -> None:
        with self._taking:
            self._run_so_far += 1
            self._running.add(trial.number)

    def _run_one(self, trial: Trial) -> None:
        """Run one trial; where that is interrupted before it told anything, it waits to be run again."""
        try:
            ended, error = self._evaluate_trial(trial)
        except BaseException:
            if self._is_abandoned:
                return
            self._study.put_back(trial.number)
            raise
        finally:
            self._running.discard(trial.number)
        self._note_error(ended, error)
        if self._options.collect:
            gc.collect()
        if self._options.shown is not None:
            self._options.shown(ended)
        for callback in self._options.callbacks:
            callback(self._study, ended)

    def _evaluate_trial(self, trial: Trial) -> tuple[FrozenTrial, BaseException | None]:
        study = self._study
        try:
            score = self._objective(trial)
        except store.Unwritten:
            raise  # it changed its study, whose file cannot be written; that is no fault of the trial
        except Exception as error:  # noqa: BLE001 - an objective may raise anything; that is a failed trial
            if isinstance(error, TrialPruned) or type(error).__name__ == "TrialPruned":
                return study.tell(trial, state="pruned", reason=str(error)), None
            reason = f"{type(error).__name__}: {error}"
            ended = study.tell(trial, state="failed", reason=reason)
            log.warning("Trial %d failed: %s%s", trial.number, make_visible(reason), _line_of(error))
            return ended, error
        try:
            ended = study.tell(trial, score)
        except store.Unwritten:
            raise
        except (UserFault, TypeError, ValueError) as error:
            reason = f"The objective returned {score!r}: {error}"
            ended = study.tell(trial, state="failed", reason=reason)
            log.warning("Trial %d failed: %s", trial.number, make_visible(reason))
            return ended, UserFault(f"The objective returned {score!r}.", str(error)).with_traceback(
                error.__traceback__
            )
        if ended.state is State.FAILED:
            log.warning("Trial %d failed: %s", trial.number, make_visible(ended.reason))
        else:
            said = ended.scores[0] if len(ended.scores) == 1 else ended.scores
            log.info("Trial %d is %s: %s with %s", trial.number, ended.state.label, said, ended.params)
        return ended, None

    def _note_error(self, ended: FrozenTrial, error: BaseException | None) -> None:
        """Note an error where the search has seen nothing else yet; end it where that goes on."""
        with self._taking:
            self._ended += 1
            if self._alike is None:
                return
            is_caught = error is None or isinstance(error, self._options.catch)
            if is_caught or (self._alike and _mark_of(self._alike[0]) != _mark_of(error)):
                self._alike = None
                return
            assert error is not None
            self._alike.append(error)
            if len(self._alike) >= ALIKE:
                self._raised, self._ending = self._alike[0], True

    def _say_exhausted(self, fault: UserFault) -> None:
        with self._taking:
            was_ending, self._ending = self._ending, True
            count = self._run_so_far
        if not was_ending:
            asked = f" of {self._options.trials:,}" if self._options.trials is not None else ""
            hint = " Pass repeats=True to go on." if getattr(fault, "may_repeat", False) else ""
            log.warning("The search ends after %d%s trials: %s%s", count, asked, fault.what, hint)


def _next_end(ends: queue.SimpleQueue[BaseException | None]) -> Exception | None:
    """The error that ended the next worker, if one did; an interrupt in it is raised here."""
    while True:
        with suppress(queue.Empty):
            error = ends.get(timeout=POLL_SECONDS)
            if error is None or isinstance(error, Exception):
                return error
            raise error


def _mark_of(error: BaseException | None) -> tuple[object, ...]:
    """What makes two errors the same: their kind, and the line that raised them."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    place = (frames[-1].filename, frames[-1].lineno) if frames else (str(error),)
    return type(error), *place


def _line_of(error: BaseException) -> str:
    """Where in a person's code an error came up, for the end of a sentence; the first frame is ours.

    What their code called in installed packages, this one among them, is not where they would look.
    """
    frames = traceback.extract_tb(error.__traceback__)[1:]
    theirs = [frame for frame in frames if not frame.filename.startswith(_INSTALLED)] or frames
    return f" ({theirs[-1].filename}, line {theirs[-1].lineno})" if theirs else ""
