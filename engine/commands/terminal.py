"""What a run looks like in a terminal: a progress line, plain lines in a file, or one JSON object a line."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping

import numpy as np

from engine.events import Event, RunStateChanged, StateName, TrialEnded, TrialStarted
from engine.printing import print_json, print_line, renew_line
from engine.runner import Rejected, StudyOpened
from engine.trials import History, State
from engine.wording import counted


class Terminal:
    """Follows the events of one run and prints what has become durable."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._live = not as_json and sys.stdout.isatty()
        self._history: History | None = None
        self._budget: int | None = None
        self._begun = time.monotonic()
        self._shown = 0.0
        self._waits = False  # whether the file could not be written when it was last heard of

    def begin(self, opened: StudyOpened, trials: int | None) -> None:
        """A study is open; ``trials`` more are wanted, or as many as its budget says."""
        self._history = opened.history
        total = opened.setup.budget.trials
        self._budget = _count_finished(opened.history) + trials if trials is not None else total
        line = {"event": "study_opened", "title": opened.setup.title, "trials": len(opened.history)}
        self._print_values(line | ({"put_right": opened.put_right} if opened.put_right else {}))
        for sentence in opened.put_right:
            self.say(sentence)

    def hear(self, one: object) -> None:
        """Print one event where it is worth a line."""
        if self._history is None:
            return
        if isinstance(one, StudyOpened):
            self._open_again(one, self._history)
        if isinstance(one, Event) and self._waits:
            self._waits = False
            self.say("The study can be written again; the run goes on.")
        if hasattr(one, "number"):
            self._history.apply(one)  # type: ignore[arg-type]
        if isinstance(one, TrialStarted):
            self._print_values({"event": "trial_started", "number": one.number, "params": one.params})
        elif isinstance(one, TrialEnded):
            self._print_end(one, self._history)
        elif isinstance(one, RunStateChanged):
            self._print_values({"event": "run_state", "state": one.state, "reason": one.reason})
            if one.failed:
                self._print_values({"event": "fault", "sentence": one.reason})
        self.tick()

    def fault(self, refused: Rejected) -> None:
        """Tell what did not work; the run may go on all the same."""
        sentence = f"{refused.what} {refused.remedy}".strip()
        rescued = {} if refused.rescued is None else {"rescued": str(refused.rescued)}
        self._waits = refused.is_unwritten
        self._print_values({"event": "fault", "sentence": sentence} | rescued)
        self.say(sentence)

    def say(self, text: str) -> None:
        """Print a sentence on a line of its own."""
        if text and not self._as_json:
            self._clear_line()
            print_line(text)

    def tick(self) -> None:
        """Renew the progress line a few times a second."""
        if self._live and self._history is not None and time.monotonic() - self._shown > 0.1:
            self._shown = time.monotonic()
            width = shutil.get_terminal_size().columns - 1
            renew_line(self._print_progress(self._history)[:width])

    def end(self) -> None:
        """Leave the terminal tidy, the best score on the last line."""
        if self._history is not None and not self._as_json:
            self._clear_line()
            print_line(self._print_progress(self._history))

    def _open_again(self, opened: StudyOpened, before: History) -> None:
        """After a mistake in the engine the study is told as a whole; what ended meanwhile is printed all the same."""
        self._history = after = opened.history
        for number in np.flatnonzero(after.state >= State.COMPLETE).tolist():
            if number >= len(before) or before.state[number] < State.COMPLETE:
                trial = after.trial(number)
                state: StateName = trial.state.label  # type: ignore[assignment]
                seconds = float(after.seconds[number])
                told = TrialEnded(number, state, 0.0, seconds, trial.scores, trial.reason, {}, trial.constraints)
                self._print_end(told, after)

    def _print_end(self, one: TrialEnded, history: History) -> None:
        score = one.scores[0] if one.scores else None
        line = {"event": "trial_ended", "number": one.number, "state": one.state, "score": score}
        line |= {"params": history.params(one.number), "seconds": round(one.seconds, 4)}
        if one.reason:
            line["reason"] = one.reason
        if one.constraints:
            line["constraints"] = one.constraints
        self._print_values(line)
        if not self._as_json and not self._live:
            shown = f"{score:.6g}" if score is not None else one.reason
            print_line(f"trial {one.number} {one.state} {shown}")

    def _print_progress(self, history: History) -> str:
        counts, finished = history.counts(), _count_finished(history)
        trials = counted(finished, "trial")
        if self._budget is not None:
            trials = f"{finished:,} of {counted(self._budget, 'trial')}"
        best = history.best_number()
        shown = f", best {history.score[best]:.6g} by trial {best}" if best is not None else ""
        failed = f", {counts['failed']} failed" if counts["failed"] else ""
        return f"{trials}{failed}{shown}, {time.monotonic() - self._begun:.0f} s"

    def _print_values(self, values: Mapping[str, object]) -> None:
        if self._as_json:
            print_json(values)

    def _clear_line(self) -> None:
        if self._live:
            renew_line()


def _count_finished(history: History) -> int:
    return int(np.count_nonzero(history.state >= State.COMPLETE))
