"""The words and signs of a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import UserFault

KEYWORDS = ("and", "or", "not", "in", "between", "is")
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<op><=|>=|!=|==|!~|<>|=|<|>|~|≤|≥|≠)|(?P<paren>[()])
    |(?P<word>[^\s()<>=!~≤≥≠"']+))""",
    re.VERBOSE,
)
_SAME = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a quoted text without its quotes, a bracket or a relation; ``at`` is where it begins."""

    kind: str
    text: str
    at: int


def tokens_of(text: str) -> list[Token]:
    """The tokens of ``text``; raises :class:`UserFault` at what is none."""
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            what = text[at:].strip()[:20]
            if what[0] in "\"'":
                raise UserFault(f"{what} has no second quote.", f"Add {what[0]} at its end.")
            raise UserFault(f"{what} cannot be read here.", "Write for example: state = complete and score > 0.9.")
        kind = str(match.lastgroup)
        word = match.group(kind)
        found.append(Token(kind, word[1:-1] if kind == "quoted" else _SAME.get(word, word), match.start(kind)))
        at = match.end()
    return found
