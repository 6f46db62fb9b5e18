"""``twinloop show`` and the lists: how a study stands, and what can be chosen."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from engine import exporting, store
from engine.analysis import Expected, change_sentences, count_fits, expected_best, score_error, wish_words
from engine.commands.fold_racing import FOLD_RACING
from engine.data import metrics
from engine.errors import UserFault
from engine.exporting import export_study
from engine.judging.best_corrected import corrected_best
from engine.judging.metric_choice import OTHER_NAMES
from engine.objectives.description import TableObjective
from engine.objectives.permissions import grant_permission
from engine.printing import print_json, print_line
from engine.study import Entry, catalogue, result_remarks, standing_changes
from engine.trials import Curves, History
from engine.wording import counted


def show(path: str, as_json: bool) -> int:
    """Print the state of a study file, which may be running elsewhere; the exit status."""
    with store.Reader(Path(path)) as reader:
        last = reader.run_state()
        is_held = last is not None and last.state in {"paused", "pausing"}
        standing = _status_of(reader.study(), is_run=reader.is_written() and not is_held)
        standing |= _worth_of(reader)
        standing["fits"] = count_fits(reader.history(), Curves(reader.curves()))
    if as_json:
        print_json(standing)
    else:
        _print_study(standing)
    return 0


def export(path: str, to: str, may_read: bool = False, what: str = "") -> int:
    """Write a study in the format of the ending of ``to``, and what of its file was put right; the exit status.

    ``what`` is the part of the study, where the ending has several. ``may_read`` agrees to the table that it names,
    wherever that is.
    """
    if may_read:
        with store.Reader(path) as reader:
            grant_permission(reader.study().setup.objective, reader.path)
    put_right: list[str] = []
    written = export_study(path, to, put_right.append, what=what)
    for sentence in put_right:
        print_line(sentence)
    print_line(f"Wrote {written}")
    return 0


def formats(as_json: bool) -> int:
    """Print the formats of exports: ending, what it is, which parts it can hold; the exit status."""
    rows = []
    for name in exporting.names():
        one = exporting.registry.get(name)()
        row = {"name": name, "title": one.title, "summary": one.summary, "parts": list(one.parts)}
        rows.append({**row, "missing": one.missing()})
    if as_json:
        print_json(rows)
        return 0
    width = max(len(str(row["name"])) for row in rows) + 1
    for row in rows:
        parts = f" --what {'|'.join(row['parts'])}" if row["parts"] else ""
        said = f"{row['title']}. {row['summary']}{parts} {row['missing']}".rstrip()
        print_line(f".{row['name']:<{width}} {said}")
    return 0


def listing(kind: str, as_json: bool) -> int:
    """Print the samples, models, strategies or pruners; the exit status."""
    known = catalogue()
    entries: tuple[Entry, ...] = {
        "samples": known.samples,
        "models": (*known.families, *known.estimators),
        "strategies": known.samplers,
        "pruners": (*known.pruners, FOLD_RACING),
    }[kind]
    rows = [{"name": one.name.removeprefix("sample:"), "title": one.title, "summary": one.summary} for one in entries]
    if as_json:
        print_json(rows)
        return 0
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        print_line(f"{row['name']:<{width}}  {row['title']}. {row['summary']}")
    return 0


def list_metrics(as_json: bool) -> int:
    """Print every metric by task, and what may be written in its place; the exit status."""
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "task": one.task,
            "direction": one.direction,
            "needs": one.needs,
            "asks_for_class": one.asks_for_class,
        }
        for one in metrics.every()
    ]
    if as_json:
        print_json(rows)
        return 0
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        print_line(f"{row['name']:<{width}}  {row['title']} ({row['task']}, {row['direction']})")
    print_line("For a finished study also: " + ", ".join(OTHER_NAMES))
    return 0


def _status_of(study: store.StudyOnFile, *, is_run: bool) -> dict[str, Any]:
    setup, history, put_right = study
    counts = history.counts()
    finished = counts["complete"] + counts["pruned"] + counts["failed"]
    number = history.best_number()
    best = None
    if number is not None:
        trial = history.trial(number)
        error = score_error(history, number)
        best = {"number": number, "score": trial.score, "standard_error": error, "params": trial.params}
        if history.constraint_names:
            best["constraints"] = trial.constraints
    done = setup.budget.trials is not None and finished >= setup.budget.trials
    state = (
        "running" if counts["running"] and is_run else "new" if not len(history) else "finished" if done else "paused"
    )
    return {
        "title": setup.title,
        "state": state,
        "counts": counts,
        "constraints": history.constraint_names,
        "feasible": int(history.feasible.sum()),
        "best": best,
        "expected_best": expected_best(history),
        "remarks": result_remarks(setup, history),
        "direction": setup.direction,
        "put_right": put_right,
        "space": msgspec.to_builtins(dict(history.space)),
        "strategy": msgspec.to_builtins(setup.strategy),
        "budget": msgspec.to_builtins(setup.budget),
        "wishes": [
            {"name": name, "sentence": wish_words(wish), **msgspec.to_builtins(wish)}
            for name, wish in setup.wishes.items()
        ],
        "changes": _changes_of(history),
        "cautions": setup.objective.cautions if isinstance(setup.objective, TableObjective) else (),
        "objective": msgspec.to_builtins(setup.objective),
    }


def _changes_of(history: History) -> list[dict[str, Any]]:
    """What was changed since the first trial, each in a sentence; ``time`` is in seconds since 1970.

    ``stands`` says that it was not undone, and is no undoing itself.
    """
    rows = zip(history.changes, change_sentences(history.changes), standing_changes(history.changes), strict=True)
    return [
        {
            "since_trial": change.first_trial,
            "time": change.time,
            "by": change.author,
            "sentence": sentence,
            "stands": stands,
            "before": change.before,
            "after": change.after,
        }
        for change, sentence, stands in rows
    ]


def _worth_of(reader: store.Reader) -> dict[str, object]:
    """What the best score is worth, and of how many trials the predictions are kept; why not, where it is not known."""
    study = reader.study()
    complete = int(study.history.eligible.sum())
    if not complete or not isinstance(study.setup.objective, TableObjective):
        return {"corrected": None, "predictions": None}
    try:
        stored = reader.predictions()
        corrected = corrected_best(stored, study.setup.objective, study.history) if stored else None
    except UserFault as fault:  # a study whose predictions are damaged has its trials all the same
        return {"corrected": None, "predictions": {"kept": 0, "complete": complete, "why": str(fault)}}
    kept = sum(1 for number in stored if study.history.eligible[number])
    found = None if corrected is None else msgspec.to_builtins(asdict(corrected))
    return {"corrected": found, "predictions": {"kept": kept, "complete": complete, "why": ""}}


def _print_worth(standing: dict[str, Any]) -> None:
    corrected, kept = standing["corrected"], standing["predictions"]
    if corrected is not None and corrected["trials"] > 1:
        print_line(
            f"corrected for the choice among {corrected['trials']} trials: {corrected['score']:.6g} "
            f"± {corrected['standard_error']:.2g} (standard error)"
        )
    if kept is not None and kept["why"]:
        print_line(kept["why"])
    elif kept is not None and 0 < kept["kept"] < kept["complete"]:
        gone = kept["complete"] - kept["kept"]
        print_line(f"{counted(gone, 'complete trial')} of {kept['complete']} keep no predictions")


def _print_study(standing: dict[str, Any]) -> None:
    counts = {name: count for name, count in standing["counts"].items() if count}
    tally = ", ".join(f"{count} {name}" for name, count in counts.items()) or "no trials yet"
    trials = standing["budget"]["trials"]
    budget = "no budget of trials" if trials is None else f"budget {counted(trials, 'trial')}"
    print_line(f"{standing['title']}: {standing['state']}, {tally} ({budget})")
    print_line(f"strategy: {standing['strategy']['sampler']}, seed {standing['strategy']['seed']}")
    if standing["constraints"]:
        kept = f"feasible: {standing['feasible']} of {counts.get('complete', 0)} complete"
        print_line(f"{kept} (constraints: {', '.join(standing['constraints'])})")
    best = standing["best"]
    if best is None and counts.get("complete"):
        print_line("best: no feasible trial yet")
    if best is not None:
        error = best["standard_error"]
        band = "" if error is None else f" ± {error:.2g} (standard error over its folds)"
        print_line(f"best: {best['score']!r}{band} by trial {best['number']}")
        _print_worth(standing)
        for name, value in best["params"].items():
            print_line(f"  {name} = {value!r}")
        for name, value in best.get("constraints", {}).items():
            print_line(f"  {name}: {value!r}, kept")
    for wish in standing["wishes"]:
        print_line(f"wish {wish['name']} since trial {wish['since']}: {wish['sentence']}")
    for change in standing["changes"]:
        undone = "" if change["stands"] else ", undone"
        print_line(f"changed by the {change['by']}{undone}: {change['sentence']}".replace("the Python", "Python"))
    for sentence in standing["cautions"]:
        print_line(f"- {sentence}")
    for sentence in (*standing["remarks"], *standing["put_right"]):
        print_line(sentence)
    expected: Expected | None = standing["expected_best"]
    if expected is not None and expected.is_noisy:
        print_line(
            f"expected best: trial {expected.number}, predicted {expected.predicted:.6g} ± {expected.spread:.2g} "
            "(standard error)"
        )
