"""The objective "a Python file": one process that has the file loaded, asked for one trial after the other.

The process is a Python of the person's choice running ``script_host/serve.py``. It ends with its worker, and with it
everything that the file started. A file that was changed since the person agreed to it is not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import UserFault
from engine.objectives.base import Ending, ObjectiveTrial
from engine.objectives.code_files import ChangedSince
from engine.objectives.description import ScriptObjective
from engine.objectives.host_process import HostProcess
from engine.objectives.script_reading import read_script
from engine.space import Categorical, Float, Hyperparameter, Int


class ScriptEvaluator:
    """Used by a worker's training thread alone. ``UserFault`` where the file cannot be loaded."""

    def __init__(self, objective: ScriptObjective) -> None:
        self._objective = objective
        self._admitted: dict[str, Hyperparameter] = {}
        self.queued: tuple[dict[str, Any], ...] = ()
        self._host: HostProcess | None = None
        self._require_host()

    def close(self) -> None:
        """End the process with everything that it started."""
        if self._host is not None:
            self._host.kill()
            self._host = None

    def evaluate_trial(self, params: Mapping[str, object], seed: int, trial: ObjectiveTrial) -> Ending:
        """Have the file's objective called once, and answer what it asks meanwhile; a changed file ends the run."""
        try:
            return self._evaluate(params, seed, trial)
        except ChangedSince as fault:
            self.close()
            return Ending("failed", reason=str(fault), details=self._details(), ends_search=True)

    def _evaluate(self, params: Mapping[str, object], seed: int, trial: ObjectiveTrial) -> Ending:
        task = {"do": "trial", "number": trial.number, "params": dict(params), "seed": seed}
        host, message = self._begin_trial(task, trial)
        if message is None and host.ended_well:  # a file whose main part asks for so many trials, and has had them
            self.close()
            host, message = self._begin_trial(task, trial)
        stopped: Exception | None = None
        while True:
            if message is None:
                why, self._host = host.how_it_ended(), None
                host.kill()
                if stopped is not None:
                    raise stopped
                return Ending("failed", reason=why, details=self._details())
            if message["is"] == "ended":
                if stopped is not None:
                    raise stopped
                if message.get("changed"):
                    raise ChangedSince(str(message["changed"]))
                return self._ending(message)
            try:
                answer = self._answer(message, params, trial) if stopped is None else {"stop": True}
            except UserFault as fault:
                answer = {"fault": str(fault)}
            except Exception as stop:  # noqa: BLE001 - the trial is told to end: it is once the file has heard so
                stopped, answer = stop, {"stop": True}
            host.send(answer)
            message = host.receive()

    def _begin_trial(self, task: dict[str, object], trial: ObjectiveTrial) -> tuple[HostProcess, dict[str, Any] | None]:
        host = self._require_host()
        host.begin_output(trial.number, trial.note_output)
        host.send(task)
        return host, host.receive()

    # -- what the file asks ------------------------------------------------------------------------------------------

    def _answer(self, message: dict[str, Any], params: Mapping[str, object], trial: ObjectiveTrial) -> dict[str, Any]:
        kind = message["is"]
        if kind == "reports":
            trial.report(int(message["step"]), message["records"])
            return {"stop": trial.must_stop}
        if kind == "asks":
            return {"value": self._value(str(message["name"]), message["asked"], params, trial)}
        if kind == "asks_pruner":
            return {"value": trial.ask_pruner()}
        if kind == "asks_study":
            return {"value": trial.ask_study()}
        raise UserFault(f"The script's process said {kind!r}.", "")

    def _value(self, name: str, asked: dict[str, object], params: Mapping[str, object], trial: ObjectiveTrial) -> Any:
        """The value of a hyperparameter: the one that was chosen, where it may be taken without asking the run."""
        row = hyperparameter_of(asked)
        if self._admitted.get(name) == row and name in params:
            with suppress(ValueError, TypeError, ArithmeticError):
                return row.to_value(row.to_number(params[name]))
        value = trial.ask_value(name, row)
        self._admitted[name] = row
        return value

    def _ending(self, message: dict[str, Any]) -> Ending:
        state = message["state"]
        asked = message.get("asked")
        return Ending(
            state if state in ("complete", "pruned") else "failed",
            tuple(message.get("scores") or ()),
            str(message.get("reason") or ""),
            self._details(message),
            message.get("constraints") or {},
            None if asked is None else tuple(asked),
            str(message.get("log") or ""),
            bool(message.get("stops")),
        )

    def _details(self, message: Mapping[str, object] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if message is not None and message.get("attributes"):
            found["user_attrs"] = message["attributes"]
        if message is not None and message.get("place"):
            found["place"] = message["place"]
        if self._objective.fingerprint:
            found["version"] = self._objective.fingerprint[:8]
        return found

    # -- the process -------------------------------------------------------------------------------------------------

    def _require_host(self) -> HostProcess:
        """The process with the file loaded, started anew where it has ended."""
        if self._host is not None and self._host.is_alive:
            return self._host
        self.close()
        config = self._read_config()
        host = HostProcess(self._objective.python, self._objective.environment)
        host.send(config)
        message = host.receive()
        if message is None or message["is"] == "broken":
            host.kill()
            raise self._broken(message, host)
        self._require_directions(message.get("directions") or ())
        self.queued = tuple(one for one in message.get("queued") or () if isinstance(one, dict))
        self._host = host
        return host

    def _read_config(self) -> dict[str, object]:
        """What a process is told of the file; raises :class:`UserFault` where that is not what was agreed to."""
        objective = self._objective
        facts = read_script(objective.source, objective.entry)
        if objective.fingerprint and facts.fingerprint != objective.fingerprint:
            raise ChangedSince(f"{Path(objective.source).name} was changed a moment ago.")
        return {
            "script": str(Path(objective.source).absolute()),
            "entry": objective.entry,
            "arguments": list(objective.arguments),
            "runs_main": facts.runs_main,
            "digests": facts.digests,
            "uses_optuna": facts.uses_optuna,
        }

    def _require_directions(self, found: Any) -> None:
        stated = self._objective.directions
        if found and tuple(found) != stated:
            raise UserFault(
                f"{Path(self._objective.source).name} asks to {' and '.join(found)}, "
                f"this study to {' and '.join(stated)}.",
                "Choose the same direction in Setup, or make the study anew.",
                "direction",
            )

    def _broken(self, message: dict[str, Any] | None, host: HostProcess) -> UserFault:
        name = Path(self._objective.source).name
        if message is not None and message.get("kind") == "changed":
            return ChangedSince(str(message["changed"]))
        if message is None:
            return UserFault(f"{name} could not be loaded. {host.how_it_ended()}", "Run it by itself to see more.")
        place = message.get("place")
        where = f"{place[0]}, line {place[1]}: " if place else ""
        if message.get("kind") == "module":
            python = self._objective.python or "the Python that runs Twinloop"
            return UserFault(
                f"{where}{name} needs the package {message.get('name')}, which {python} does not have.",
                "Install it there, or choose another Python for this script in Setup.",
                "python",
            )
        if message.get("kind") == "lookup" and not place:
            said = str(message["sentence"]).removeprefix("LookupError: ")
            return UserFault(said, "Define objective(trial), or name the function.", "entry")
        return UserFault(f"{where}{message['sentence']}", f"Fix {name} and press Run again.", "source")


def hyperparameter_of(asked: Mapping[str, Any]) -> Hyperparameter:
    """A hyperparameter as a script named it; raises :class:`UserFault` where it makes no sense."""
    kind = asked.get("kind")
    if kind == "categorical":
        return Categorical(tuple(asked["choices"]), literals=tuple(asked.get("literals") or ()))
    if kind == "int":
        return Int(asked["low"], asked["high"], log=asked["log"], step=1 if asked["log"] else asked["step"] or 1)
    return Float(asked["low"], asked["high"], log=asked["log"], step=asked["step"])
