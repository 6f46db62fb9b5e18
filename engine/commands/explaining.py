"""``twinloop explain``: what matters in a study, what acts together, where is good, where trials fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.analysis.explanation import Explanation, explain_history
from engine.analysis.explanation_words import failure_sentence, sentences_of
from engine.printing import print_json, print_line
from engine.store import Reader
from engine.texts import make_encodable


def explain(path: str, as_json: bool, method: str = "sobol", *, good_only: bool = False) -> int:
    """Print the explanation of a study, of which nothing but its file is read; the exit status."""
    with Reader(Path(path)) as reader:
        history = reader.study().history
    found = explain_history(history, method, good_only=good_only)
    if as_json:
        print_json(as_plain(found))
        return 0
    for sentence in sentences_of(found):
        print_line(sentence)
    if found.importance is not None:
        width = max(map(len, found.importance.names))
        for place, name in enumerate(found.importance.names):
            first, total = found.importance.first[place], found.importance.total[place]
            low, high = found.importance.low[place], found.importance.high[place]
            print_line(f"  {name:{width}}  {total:5.0%} ({low:.0%} to {high:.0%}), alone {first:.0%}")
        print_line(f"quality of the model: {found.importance.quality:.2f} (leave-one-out R²)")
    return 0


def as_plain(found: Explanation) -> dict[str, Any]:
    """The explanation as plain data, with the keys of the contract."""
    importance = found.importance
    rows = [] if importance is None else zip(
        importance.names, importance.first, importance.total, importance.low, importance.high, strict=True
    )  # fmt: skip
    rule = found.failures
    plain: dict[str, Any] = {
        "importance": [
            {"name": name, "first": float(first), "total": float(total), "low": float(low), "high": float(high)}
            for name, first, total, low, high in rows
        ],
        "interactions": []
        if importance is None
        else [{"names": list(names), "share": float(share)} for names, share in importance.pairs],
        "quality": found.quality,
        "good_region": {
            one.name: {"choices": list(one.choices)} if one.choices else {"low": one.low, "high": one.high}
            for one in found.region
        },
        "failure_rules": []
        if rule is None
        else [
            {
                "conditions": [
                    {"name": one.name, "choices": list(one.choices)}
                    if one.choices
                    else {"name": one.name, "low": one.low, "high": one.high}
                    for one in rule.conditions
                ],
                "inside": [rule.failed, rule.inside],
                "sentence": failure_sentence(rule),
            }
        ],
        "sentences": list(sentences_of(found)),
    }
    return dict(make_encodable(plain))
