"""Runs somebody's Python file and has its objective called, trial after trial, by the worker that started it.

It runs in whatever Python the person chose (3.8 or later), as a file of its own: it imports the standard library alone,
and its neighbours in this folder by their paths. Messages are lines of JSON on what were standard input and output;
whatever the file prints goes to standard error, which the worker reads.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import json
import os
import sys
import threading
import time
import traceback
import types
from typing import Any, Callable, Dict, List, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
MARK = b"\x00\x1e%d\x1e\x00"
"""Ends the output of one trial."""
WATCH_SECONDS = 1.0  # between looks whether the parent still lives; a guess
MOST_LOG = 8000  # characters of a traceback
KINDS = {"ModuleNotFoundError": "module", "SyntaxError": "syntax", "LookupError": "lookup", "ChangedFile": "changed"}


def load_neighbour(name: str) -> Any:
    """A file of this folder as a module, under a name that no other has."""
    known = f"_twinloop_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, os.path.join(HERE, f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[known] = module
        spec.loader.exec_module(module)
    return sys.modules[known]


class TrialStopped(BaseException):
    """The trial was told to end; no ``except Exception`` of the file's own catches it."""


class Channel:
    """Lines of JSON to and from the worker. Safe to use from several threads, and refused to forked children."""

    def __init__(self) -> None:
        self._source = os.fdopen(os.dup(0), "rb")
        self._target = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self._pid, self._lock = os.getpid(), threading.RLock()

    def tell(self, message: Dict[str, Any]) -> None:
        """Say something."""
        if os.getpid() != self._pid:  # a copy of this process that the file forked: it speaks for nobody
            os._exit(0)
        line = json.dumps(message, default=plain_value).encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            self._target.write(line)
            self._target.flush()

    def hear(self) -> Dict[str, Any]:
        """The next message, waiting for it; the process ends with its worker."""
        line = self._source.readline()
        if not line:
            os._exit(0)
        heard: Dict[str, Any] = json.loads(line)
        return heard

    def ask(self, message: Dict[str, Any]) -> Any:
        """Say something and wait for the answer; raises :class:`TrialStopped` where that is to end."""
        with self._lock:
            self.tell(message)
            answer = self.hear()
        if answer.get("stop"):
            raise TrialStopped
        if answer.get("fault"):
            raise ValueError(answer["fault"])
        return answer.get("value")


def plain_value(value: Any) -> Any:
    """What JSON can hold of a value: numbers of NumPy and tensors, and texts for everything else."""
    for name in ("tolist", "item"):
        if hasattr(value, name):
            with contextlib.suppress(Exception):
                return getattr(value, name)()
    if isinstance(value, (set, frozenset)):
        return list(value)
    return str(value)


class Host:
    """One file in one process. ``channel`` leads to the worker."""

    def __init__(self, channel: Channel, config: Dict[str, Any]) -> None:
        self.channel, self.config = channel, config
        self.script: str = config["script"]
        self.folder = os.path.dirname(self.script)
        self.load_neighbour = load_neighbour
        self.trials = load_neighbour("trials")
        self.files = load_neighbour("agreed_files").AgreedFiles(self.folder, config["digests"])
        self.is_serving = False
        self.waiting: Optional[Dict[str, Any]] = None

    def run(self) -> None:
        """Load the file and serve; whatever goes wrong before the first trial is told."""
        sys.argv = [self.script, *self.config["arguments"]]
        sys.path[0] = self.folder
        self.files.install()
        with contextlib.suppress(OSError):
            os.chdir(self.folder)
        try:
            if self.config["uses_optuna"]:
                load_neighbour("optuna_names").offer(self)
            objective, style = self._load()
        except BaseException as error:  # noqa: BLE001 - the file may raise anything
            self.tell_broken(error)
            return
        self.serve(objective, style)

    def _load(self) -> Any:
        """The objective and its style; as a rule running the file's main part never comes back from its optimize."""
        entry = self.config["entry"]
        runs_main = self.config["runs_main"]
        names = self._run_script("__main__" if runs_main else "__twinloop_script__")
        if runs_main and self.is_serving:
            os._exit(0)
        for name in [entry] if entry else ["objective", "train", "Objective"]:
            found = names.get(name)
            if inspect.isclass(found):
                found = found()
            if callable(found):
                return found, "train" if takes_two(found) else "trial"
        wanted = f"no function named {entry}" if entry else "no function named objective or train"
        raise LookupError(f"{os.path.basename(self.script)} has {wanted}.")

    def _run_script(self, name: str) -> Dict[str, Any]:
        """Run the file as the module ``name``; what it defines."""
        loader = self.files.loader(name, self.script)
        module = types.ModuleType(name)
        module.__file__, module.__loader__ = self.script, loader
        sys.modules[name] = module
        loader.exec_module(module)
        return vars(module)

    # -- trials ------------------------------------------------------------------------------------------------------

    def begin_serving(self, study: Any = None) -> None:
        """Say that trials can come."""
        self.is_serving = True
        directions = [str(getattr(one, "name", one)).lower() for one in getattr(study, "directions", None) or []]
        version = "%d.%d.%d" % sys.version_info[:3]
        queued = self.trials.queued_of(study)
        self.channel.tell({"is": "ready", "python": version, "directions": directions, "queued": queued})

    def serve(self, objective: Callable[..., Any], style: str = "trial", study: Any = None,
              callbacks: Any = ()) -> None:  # fmt: skip
        """Call the objective for each trial that comes, to the end of this process."""
        if not self.is_serving:
            self.begin_serving(study)
        while True:
            trial = self.next_trial(study)
            value, error = self.evaluate(objective, style, trial)
            ended = self._ending(trial, value, error, "")
            if callbacks and ended["state"] != "stopped":
                self.call_back(callbacks, trial, ended)
            self.finish(trial, value, error)

    def call_back(self, callbacks: Any, trial: Any, ended: Dict[str, Any]) -> None:
        """Let the file's callbacks see a trial that is over, before its end is told: they may read the study."""
        frozen = trial.frozen(ended.get("scores") or ())
        frozen.state = self.trials.state_of(ended["state"])
        trial.study_view.present = frozen
        for callback in callbacks:
            try:
                callback(trial.study, frozen)
            except Exception:  # noqa: BLE001 - a callback is not what is tuned
                traceback.print_exc()

    def next_trial(self, study: Any = None) -> Any:
        """Wait for a trial."""
        message = self.channel.hear()
        if message["do"] == "quit":
            flush_streams()
            os._exit(0)
        return self.trials.make_trial(self, message, study)

    def evaluate(self, objective: Callable[..., Any], style: str, trial: Any) -> Any:
        """What the objective returned, and what it raised instead."""
        try:
            if style == "train":
                return objective(dict(trial.given), self.trials.Reporter(trial)), None
            return objective(trial), None
        except BaseException as error:  # noqa: BLE001 - an objective may raise anything: it fails its trial
            return None, error

    def finish(self, trial: Any, value: Any, error: Optional[BaseException], state: str = "") -> None:
        """Say how a trial ended."""
        over = dict(self._ending(trial, value, error, state), number=trial.number, attributes=trial.user_attrs)
        over["stops"] = trial.study_view.is_stopped
        flush_streams()
        with contextlib.suppress(OSError):
            os.write(2, MARK % trial.number)
        self.channel.tell({"is": "ended", **over})

    def _ending(self, trial: Any, value: Any, error: Optional[BaseException], state: str) -> Dict[str, Any]:
        asked = sorted(trial.asked) if trial.asks else None
        if isinstance(error, TrialStopped):
            return {"state": "stopped", "asked": asked}
        if state == "pruned" or any(one.__name__ == "TrialPruned" for one in type(error).__mro__):
            return {"state": "pruned", "reason": str(error or ""), "asked": asked}
        if type(error).__name__ == "ChangedFile":
            return {"state": "stopped", "asked": asked, "changed": str(error)}
        if error is not None:
            place = self.place_of(error)
            where = f" ({place[0]}, line {place[1]})" if place else ""
            return {"state": "failed", "reason": sentence(error) + where, "asked": asked, "place": place,
                    "log": self.trace_of(error)}  # fmt: skip
        if state == "fail":
            return {"state": "failed", "reason": "It was told to have failed.", "asked": asked}
        try:
            scores = scores_of(value)
            constraints = trial.all_constraints(scores)
        except Exception as wrong:  # noqa: BLE001 - a value of any kind, or a function of the file's own
            return {"state": "failed", "reason": sentence(wrong), "asked": asked}
        return {"state": "complete", "scores": scores, "constraints": constraints, "asked": asked}

    # -- what went wrong ---------------------------------------------------------------------------------------------

    def tell_broken(self, error: BaseException) -> None:
        """The file cannot be used: say why, and where."""
        flush_streams()
        place = self.place_of(error)
        kind = KINDS.get(type(error).__name__, "")
        name = getattr(error, "name", "") if kind == "module" else ""
        self.channel.tell({"is": "broken", "kind": kind, "name": name, "place": place, "sentence": sentence(error),
                           "log": self.trace_of(error), "python": sys.executable, "changed": str(error)})  # fmt: skip

    def place_of(self, error: BaseException) -> Optional[List[Any]]:
        """The innermost line of the person's own files that an error came through: name of the file, and number."""
        if isinstance(error, SyntaxError) and error.filename:
            return [os.path.basename(error.filename), error.lineno or 1]
        own = [one for one in traceback.extract_tb(error.__traceback__) if self._is_own(one.filename)]
        return [os.path.basename(own[-1].filename), own[-1].lineno or 1] if own else None

    def _is_own(self, path: str) -> bool:
        whole = os.path.abspath(path)
        return whole.startswith(self.folder + os.sep) and "site-packages" not in whole

    def trace_of(self, error: BaseException) -> str:
        """A traceback from where the person's own files begin."""
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        frames = traceback.extract_tb(error.__traceback__)
        first = next((number for number, one in enumerate(frames) if self._is_own(one.filename)), 0)
        if lines and len(lines) > len(frames) and lines[0].startswith("Traceback"):
            lines = [lines[0], *lines[1 + first :]]
        return "".join(lines)[-MOST_LOG:]


def takes_two(function: Callable[..., Any]) -> bool:
    """Whether a function is ``train(params, report)`` rather than ``objective(trial)``."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [
        one for one in parameters
        if one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]  # fmt: skip
    return len(needed) >= 2


def scores_of(value: Any) -> List[float]:
    """What an objective returned as numbers, one a direction; raises ``ValueError`` for anything else."""
    if isinstance(value, dict) and "score" in value:
        value = value["score"]
    if value is None or isinstance(value, (str, bytes, dict, bool)):
        raise ValueError(f"The objective returned {value!r}, which is not a score.")
    try:
        return [float(value)]
    except (TypeError, ValueError):
        pass
    try:
        return [float(one) for one in value]
    except (TypeError, ValueError):
        raise ValueError(f"The objective returned {value!r}, which is not a score.") from None


def sentence(error: BaseException) -> str:
    """An exception as one readable line."""
    text = " ".join(str(error).split())[:300]
    if type(error) in (LookupError, ValueError) and text.startswith(("The objective returned", "The constraint")):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def flush_streams() -> None:
    """Let everything out that was printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def watch_parent() -> None:
    """End with the worker, also while the file computes and hears nothing."""
    parent = os.getppid()
    if sys.platform == "linux":
        with contextlib.suppress(Exception):
            import ctypes
            import signal

            ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG of linux/prctl.h
    if sys.platform != "win32":
        threading.Thread(target=_watch, args=(parent, os.getpid()), daemon=True).start()


def _watch(parent: int, own: int) -> None:
    while os.getpid() == own:
        time.sleep(WATCH_SECONDS)
        if os.getppid() != parent:
            os._exit(0)


def main() -> None:
    """Take over the standard streams, hear which file it is, and serve."""
    channel = Channel()
    sys.stdout = sys.stderr
    watch_parent()
    Host(channel, channel.hear()).run()


if __name__ == "__main__":
    main()
