"""The sections of a report, in their order: what was found, what matters, all trials, both loops, how to repeat it."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial

import msgspec
import numpy as np

from engine.analysis import measures_of, score_error, score_progress, validation_and_train
from engine.analysis.explanation_words import failure_sentence, pair_sentence, region_sentence
from engine.analysis.importance_words import importance_title
from engine.analysis.loops import compare_loops
from engine.applying.environment import environment
from engine.errors import UserFault
from engine.exporting.best import best_configuration
from engine.exporting.report.blocks import Block, Code, Columns, Figure, Heading, Paragraph, Report, Table
from engine.exporting.report.facts import Facts, in_sentence, readable
from engine.exporting.report.methods import methods_paragraph
from engine.exporting.report.mistakes import mistakes
from engine.exporting.report.model_card import model_card
from engine.exporting.report.numbers import duration_text, error_text, score_text, value_text
from engine.exporting.report.pictures import history_svg, importance_svg, learning_svg
from engine.exporting.report.score_worth import score_worth
from engine.texts import to_json
from engine.trials import State
from engine.wording import command_line, counted

BEST_ROWS = 20  # trials in the table that is printed; all others are folded away: a guess
MOST_ROWS = 1000  # of the folded table; the rest is in the CSV
MOST_IMPORTANT = 8  # bars, at most
MOST_COLUMNS = 7  # hyperparameters in the table of trials, the most important ones


def build_report(facts: Facts, version: str) -> Report:
    """Everything that the study can say of itself now."""
    content = facts.content
    blocks: list[Block] = [*_finding(facts), *_history(facts), *score_worth(facts), _matters_and_configuration(facts)]
    blocks += [Heading("Methods, to paste into a paper"), Paragraph(methods_paragraph(facts, version))]
    blocks += [*_what_matters(facts), *mistakes(facts), *_trials(facts), *_loops(facts), *_failures(facts)]
    blocks += [*model_card(facts), *_repeat(facts)]
    objective = facts.objective
    fingerprint = objective.fingerprint[:8] if objective is not None else ""
    return Report(
        content.setup.title or "study",
        time.strftime("%d %B %Y").lstrip("0"),
        tuple(blocks),
        f"data {fingerprint}" if fingerprint else "",
        {"generator": f"Twinloop {version}"},
    )


def _finding(facts: Facts) -> Iterable[Block]:
    content = facts.content
    counts = content.history.counts()
    finished = counts["complete"] + counts["pruned"] + counts["failed"]
    best = facts.best
    if best is None:
        yield Heading("No trial is complete yet", level=1)
        yield Paragraph(f"{counted(finished, 'trial')} of {counted(len(content.history.space), 'hyperparameter')}.")
        return
    target = f" for {facts.objective.target}" if facts.objective is not None else ""
    model = f": {in_sentence(facts.model)}{target}" if facts.model else ""
    yield Heading(f"{in_sentence(facts.metric)}{model}", facts.score, level=1)
    seconds = float(np.nansum(content.history.seconds)) if len(content.history) else 0.0
    tried = f"{counted(finished, 'trial')} of {counted(len(content.history.space), 'hyperparameter')}"
    took = f"chosen by {facts.strategy}, took {duration_text(seconds)} of training"
    said = [f"{tried}, {took}."]
    if facts.is_taken:
        said.append(
            f"This report is of trial {best.best.number}, which was taken in place of trial "
            f"{facts.search_best_number}, the best of the search ({facts.search_score})."
        )
    else:
        said.append(f"Trial {best.best.number} is the best.")
    if best.within_error and not facts.is_taken:
        lie = "lies" if best.within_error == 1 else "lie"
        said.append(f"{counted(best.within_error, 'other trial')} {lie} within its standard error.")
    if facts.expected is not None and facts.expected.is_noisy:
        predicted = score_text(facts.expected.predicted, facts.expected.spread)
        spread = error_text(facts.expected.spread)
        said.append(
            f"Scores are noisy: a model of all trials expects {predicted} ± {spread} of trial {facts.expected.number}."
        )
    said.append("It was chosen on the folds that score it: expect a slightly worse score on new rows.")
    yield Paragraph(" ".join(said))


def _history(facts: Facts) -> Iterable[Block]:
    content = facts.content
    shown = score_progress(content.history)
    if shown.best is None:
        return
    reached = f"after {counted(shown.finished, 'trial')}, reached at trial {shown.best}"
    yield Heading(reached, f"Best {facts.search_score}")
    minimize = content.history.directions[0] == "minimize"
    axis = facts.metric + (", lower is better" if minimize else "")
    yield Figure("history", partial(history_svg, shown, minimize, axis), f"{facts.metric} by trial")


def _matters_and_configuration(facts: Facts) -> Block:
    found = facts.explanation.importance
    left: list[Block]
    if found is None:
        left = [Heading("What matters"), Paragraph(facts.explanation.refusal or "Not known yet.", dim=True)]
    else:
        title = importance_title(found)
        names = tuple(readable(name) for name in found.names[:MOST_IMPORTANT])
        shares = zip(found.names, found.first, found.total, found.low, found.high, strict=True)
        data = _csv(("name", "first", "total", "low", "high"), ((n, *map(float, numbers)) for n, *numbers in shares))
        draw = partial(importance_svg, found, names)
        left = [
            Heading(title.rest, title.subject),
            Figure("importance", draw, "Importance of the hyperparameters", data, half=True),
            Paragraph(
                "Share of the differences between scores over the whole space, with 90 % interval; dark: alone. "
                f"Quality of the model {found.quality:.2f} (leave-one-out R²).", dim=True,
            ),
        ]  # fmt: skip
    best = facts.best
    if best is None:
        return Columns(tuple(left), ())
    rows = tuple((readable(name), value_text(value)) for name, value in best.best.params.items())
    right = (Heading("The configuration"), Table((), rows, frozenset({1}), frozenset({0})))
    return Columns(tuple(left), right)


def _what_matters(facts: Facts) -> Iterable[Block]:
    found = facts.explanation
    said = []
    if found.importance is not None:
        said += [pair_sentence(found.importance)]
    if found.region:
        said.append(region_sentence(found.region))
    said = [one for one in said if one]
    if said:
        yield Heading("Where good scores are")
        yield from (Paragraph(one) for one in said)


def _trials(facts: Facts) -> Iterable[Block]:
    history = facts.content.history
    if not len(history):
        return
    yield Heading(f"Trials: {', '.join(f'{count:,} {state}' for state, count in history.counts().items() if count)}")
    names = list(history.space)
    if facts.explanation.importance is not None:
        ranked = list(facts.explanation.importance.names)
        names = [*ranked, *(name for name in names if name not in ranked)]
    names = names[:MOST_COLUMNS]
    columns = ("trial", "state", in_sentence(facts.metric), *map(readable, names), "seconds")
    eligible = np.flatnonzero(history.eligible & np.isfinite(history.score))
    ranked_numbers = eligible[np.argsort(history.losses[eligible], kind="stable")].tolist()
    numeric = frozenset({0, 2, len(columns) - 1})
    best = tuple(_trial_row(facts, number, names) for number in ranked_numbers[:BEST_ROWS])
    if best:
        left_out = len(history.space) - len(names)
        more = f" {counted(left_out, 'further hyperparameter')} not shown." if left_out > 0 else ""
        yield Paragraph(f"The best {len(best)}, by score.{more}", dim=True)
        yield Table(columns, best, numeric)
    if len(history) > len(best):
        shown = min(len(history), MOST_ROWS)
        every = tuple(_trial_row(facts, number, names) for number in range(shown))
        folded = f"All {shown:,} trials" if shown == len(history) else f"The first {shown:,} of {len(history):,} trials"
        yield Table(columns, every, numeric, folded=folded)


def _trial_row(facts: Facts, number: int, names: list[str]) -> tuple[str, ...]:
    history = facts.content.history
    params, seconds = history.params(number), float(history.seconds[number])
    score = float(history.score[number])
    error = score_error(history, number)
    said = score_text(score, error) if np.isfinite(score) else ""
    values = (value_text(params[name]) if name in params else "" for name in names)
    spent = f"{seconds:.3g}" if np.isfinite(seconds) else ""
    return str(number), State(int(history.state[number])).label, said, *values, spent


def _loops(facts: Facts) -> Iterable[Block]:
    content = facts.content
    best = facts.best
    if best is None:
        return
    try:
        loops = compare_loops(content.history, content.curves, content.setup.objective, facts.strategy)
    except UserFault:  # a model or a metric that this installation does not know
        return
    yield Heading("The two loops")
    rows = tuple(
        (row.name, f"{row.outer.own} {row.outer.words}".strip(), f"{row.inner.own} {row.inner.words}".strip())
        for row in loops.rows
    )
    yield Table(("", "hyperparameter tuning", "parameter optimisation"), rows, subjects=frozenset())
    curve = content.curves.get(best.best.number)
    measures = measures_of(curve)
    if measures and curve.last_step > 1:
        validation, train = validation_and_train(curve, measures[0], is_complete=True)
        if len(validation.steps) or len(train.steps):
            name, step = measures[0].title, facts.step_name
            yield Heading(f"of trial {best.best.number} by {step}", name[:1].upper() + name[1:], "inner", 3)
            data = _csv(
                (step, "validation", "train"),
                _joined_lines(validation.steps, validation.values, train.steps, train.values),
            )
            draw = partial(learning_svg, validation, train, step, name)
            yield Figure("learning", draw, f"{name} by {step}", data)


def _joined_lines(
    steps: np.ndarray, values: np.ndarray, other_steps: np.ndarray, others: np.ndarray
) -> Iterable[tuple[float | str, ...]]:
    first = dict(zip(steps.tolist(), values.tolist(), strict=True))
    second = dict(zip(other_steps.tolist(), others.tolist(), strict=True))
    for step in sorted({*first, *second}):
        yield step, first.get(step, ""), second.get(step, "")


def _failures(facts: Facts) -> Iterable[Block]:
    history = facts.content.history
    failed = history.where(State.FAILED)
    if not len(failed):
        return
    yield Heading(f"of {len(history):,} trials failed", f"{len(failed):,}", "bad")
    if facts.explanation.failures is not None:
        yield Paragraph(failure_sentence(facts.explanation.failures))
    reasons = Counter((str(history.notes(number).get("reason", "")).splitlines() or ["no reason given"])[0][:200]
                      for number in failed.tolist())  # fmt: skip
    yield Table(
        ("reason", "trials"), tuple((why, str(count)) for why, count in reasons.most_common(10)), frozenset({1})
    )


def _repeat(facts: Facts) -> Iterable[Block]:
    content = facts.content
    yield Heading("How to repeat it")
    name = content.path.name if content.path is not None else "STUDY.study"
    yield Code("\n".join([
        command_line("twinloop", "verify", name),
        command_line("twinloop", "run", name),
        command_line("twinloop", "export", name, "--to", "best.py"),
    ]))  # fmt: skip
    best = facts.best
    ran = content.environment_of(content.history.trial(best.best.number)) if best is not None else None
    known = {**({"table": facts.objective.fingerprint} if facts.objective is not None else {}),
             "seed": str(content.setup.strategy.seed), **(ran or environment())}  # fmt: skip
    yield Table((), tuple((key, value) for key, value in known.items() if value))
    if ran is None:
        yield Paragraph("Versions are those of this report: on what the trials ran was not recorded.", dim=True)
    if best is not None:
        yield Heading("The configuration as JSON", level=3)
        yield Code(to_json(best_configuration(content), indent=2))
    yield Heading("The search space", level=3)
    rows = [(readable(key), *_range_words(msgspec.to_builtins(row))) for key, row in content.history.space.items()]
    yield Table(("hyperparameter", "kind", "values", "only with"), tuple(rows), subjects=frozenset({0}))


def _range_words(row: dict[str, object]) -> tuple[str, str, str]:
    kind = str(row["kind"])
    choices, when = row.get("choices"), row.get("when")
    if isinstance(choices, list | tuple):
        values = ", ".join(map(str, choices))
    else:
        low, high = row.get("low"), row.get("high")
        values = f"{value_text(low)} to {value_text(high)}"
        values += ", log scale" if row.get("log") else ""
        step = row.get("step")
        values += f", steps of {value_text(step)}" if step not in (None, 1) else ""
    said = ""
    if isinstance(when, dict):
        said = "; ".join(f"{readable(name)} {' or '.join(map(str, wanted))}" for name, wanted in when.items())
    return kind, values, said


def _csv(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return made.getvalue()
