"""A trial that an objective asks, without a run: it gives the values it was made with and notes what it is told."""

from engine.errors import UserFault
from engine.objectives.description import ScriptObjective
from engine.objectives.script import ScriptEvaluator
from engine.objectives.script_reading import read_script


class TrialEndsHere(Exception):
    """What a run raises in a trial that is to end."""


class AskedTrial:
    """``prunes_at`` is the step at which the pruner says so, ``stops_at`` the one at which somebody stops it."""

    def __init__(self, number=0, *, values=None, prunes_at=None, stops_at=None, faults=()):
        self.number, self.values = number, dict(values or {})
        self.prunes_at, self.stops_at, self.faults = prunes_at, stops_at, faults
        self.asked, self.steps, self.output = {}, [], ""

    def report(self, step, records):
        self.steps.append((step, dict(records)))
        if self.must_stop:
            raise TrialEndsHere

    @property
    def must_stop(self):
        return self.stops_at is not None and len(self.steps) > self.stops_at

    def ask_value(self, name, asked):
        if name in self.faults:
            raise UserFault(f"{name} is another thing.", "Rename it.")
        self.asked[name] = asked
        return self.values.get(name, asked.to_value(asked.from_unit(0.5)))

    def ask_pruner(self):
        if self.must_stop:
            raise TrialEndsHere
        return "hopeless" if self.prunes_at is not None and len(self.steps) > self.prunes_at else ""

    def ask_study(self):
        found = {"number": 0, "state": "COMPLETE", "params": {"x": 1.0}, "values": [2.5], "user_attrs": {}}
        return {"name": "mine", "directions": ["minimize"], "best": 0, "trials": [found]}

    def note_output(self, text):
        self.output += text + "\n"


def script_evaluator(folder, text, *, entry=None, name="train.py", **fields):
    """The evaluator of a script with this text, its process started."""
    path = folder / name
    path.write_text(text)
    facts = read_script(path, entry or "")
    chosen = entry or ("" if facts.runs_main else facts.entries[0])
    given = {"directions": facts.directions or ("minimize",), **fields}
    return ScriptEvaluator(ScriptObjective(str(path), chosen, fingerprint=facts.fingerprint, **given))


def run_trial(evaluator, trial=None, params=None):
    """One trial, and its ending."""
    trial = trial or AskedTrial()
    return evaluator.evaluate_trial(params or trial.values, 0, trial)
