"""What may follow the words of a filter that is being written."""

from __future__ import annotations

from collections.abc import Sequence

from engine.analysis.filter_columns import ChoiceColumn, FilterColumns, TextColumn, quoted
from engine.analysis.filter_tokens import Token, tokens_of
from engine.errors import UserFault


def complete_filter(text: str, columns: FilterColumns) -> tuple[int, list[str]]:
    """What may follow ``text``: where the word that is being written begins, and the words that it may become."""
    try:
        tokens = tokens_of(text)
    except UserFault:
        return len(text), []
    begun = tokens.pop() if tokens and tokens[-1].kind in ("word", "quoted") and not text[-1].isspace() else None
    at, part = (begun.at, begun.text.lower()) if begun is not None else (len(text), "")
    if begun is not None and "," in part:
        at += part.rindex(",") + 1
        part = part[part.rindex(",") + 1 :]
    found = [word for word in _following_words(tokens, columns) if part in word.lower() and word.lower() != part]
    found.sort(key=lambda word: not word.lower().strip("\"'").startswith(part))
    return at, found


def _following_words(tokens: Sequence[Token], columns: FilterColumns) -> list[str]:
    if not tokens or (tokens[-1].text.lower() in ("and", "or", "not") and not _is_between(tokens)):
        return [*columns.names, "not", "top 10"]
    last, name, at = tokens[-1], "", len(tokens) - 1
    while at >= 0 and columns.get(tokens[at].text) is None:
        at -= 1
    column = columns.get(tokens[at].text) if at >= 0 else None
    name = tokens[at].text if at >= 0 else ""
    if column is None:
        return [*columns.names, "not", "top 10"] if last.text == "(" else ["and", "or"]
    rest = [token.text.lower() for token in tokens[at + 1 :]]
    if not rest:
        texts = ["~"] if isinstance(column, TextColumn) else []
        ranges = [] if isinstance(column, ChoiceColumn | TextColumn) else ["<", "<=", ">", ">=", "between"]
        return [*texts, "=", "!=", *ranges, "in (", "is missing", *([] if texts else ["~"])]
    if last.text == "(" and "in" not in rest:
        return [*columns.names, "not", "top 10"]
    expects = last.kind == "op" or rest[-1] in ("(", "between", "is", "in") or rest[-1].endswith(",") or name == ""
    if expects:
        labels = [quoted(label) for label in column.labels] if isinstance(column, ChoiceColumn) else []
        return [*labels, *(["missing", "not"] if rest[-1] == "is" else [])]
    return ["and", "or"] if "(" not in rest or ")" in rest else []


def _is_between(tokens: Sequence[Token]) -> bool:
    texts = [token.text.lower() for token in tokens]
    return texts[-1] == "and" and "between" in texts[-3:]
