"""Writes ``resources/estimators.json``: the classifiers and regressors that the installed scikit-learn lists.

``python -m tests.making.estimators``; ``tests/engine/learners/test_estimators.py`` says when it is due.
"""

import inspect
import json
from pathlib import Path

from sklearn.utils import all_estimators

from engine.learners.estimators.limits import unsupported_reason

PLACE = Path(__file__).resolve().parents[2] / "resources" / "estimators.json"


def listed():
    """One dict a class, sorted by name."""
    found = []
    for kind, task in (("classifier", "classification"), ("regressor", "regression")):
        for name, cls in all_estimators(type_filter=kind):
            public = cls.__module__.partition("._")[0]
            about = (inspect.getdoc(cls) or "").strip().partition("\n")[0]
            row = {"name": name, "path": f"{public}.{name}", "task": task, "about": about}
            reason = unsupported_reason(name)
            found.append(row | ({"reason": reason} if reason else {}))
    return sorted(found, key=lambda one: one["name"].lower())


def main():
    lines = ",\n ".join(json.dumps(row, ensure_ascii=False) for row in listed())
    PLACE.write_text(f"[{lines}]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
