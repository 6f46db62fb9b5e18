"""A stranger's test function, found by entry point, that does whatever harm its configuration asks for."""

import os
import signal
import sys
import time

from engine.objectives.base import Outcome
from engine.objectives.functions.base import Function
from engine.space import Categorical, Float, SearchSpace

FAULTS = (
    "none",
    "raise",
    "exit",
    "abort",
    "kill",
    "hang",
    "hold_the_lock",
    "flood",
    "print",
    "nan",
    "text",
    "imports",
    "memory",
    "huge_number",
    "huge_text",
    "half_name",
    "half_words",
)


class Faulty(Function):
    title = "Faulty model"
    summary = "Fails in every way a model can."

    def space(self):
        return SearchSpace({"fault": Categorical(FAULTS), "x": Float(0, 1)})

    def evaluate(self, params, seed, report, checkpoints=None):
        getattr(self, params["fault"], self.none)(report)
        value = {"nan": float("nan"), "text": "seven"}.get(params["fault"], params.get("x", 0.5))
        details = {
            "huge_number": {"count": 1 << 70},
            "huge_text": {"words": "x" * (65 << 20)},
        }
        return Outcome(value, details.get(params["fault"], {}))

    def none(self, report):
        report(1, {"val_loss": 0.5})

    def raise_(self, report):
        raise RuntimeError("this model does not like its data")

    def exit(self, report):
        sys.exit(7)

    def abort(self, report):
        os.abort()

    def kill(self, report):
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def hang(self, report):
        time.sleep(3600)

    def hold_the_lock(self, report):
        """Never lets another thread of its process run for long."""
        sys.setswitchinterval(1000)
        while True:
            pass

    def memory(self, report):
        held = []
        while True:
            held.append(bytearray(20_000_000))
            time.sleep(0.02)

    def flood(self, report):
        for step in range(20_000):
            report(step, {"val_loss": float(step)})

    def print(self, report):
        for _ in range(2000):
            print("x" * 1000)

    def imports(self, report):
        sys.modules["numpy"] = None
        sys.modules["json"] = None
        import json  # noqa: F401

    def half_name(self, report):
        report(1, {"loss\ud800": 0.5})

    def half_words(self, report):
        raise RuntimeError("half a pair: \ud800")

    def __getattribute__(self, name):
        return object.__getattribute__(self, "raise_" if name == "raise" else name)
