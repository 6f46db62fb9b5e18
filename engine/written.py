"""JSON and YAML that a person wrote: every name stands once, and aliases unfold to no more than a file may hold.

Both formats let a name stand twice, and their readers take the last one without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from engine.errors import UserFault

if TYPE_CHECKING:
    import yaml

MOST_VALUES = 1_000_000  # that a YAML document may unfold to; a guess far above any search space
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]')


class StandsTwice(UserFault):
    """One name has two values."""


def require_once(names: Iterable[str], where: str) -> None:
    """Raises :class:`StandsTwice` for the first of ``names`` that comes again; ``where`` begins the sentence."""
    seen = set()
    for name in names:
        if name in seen:
            raise StandsTwice(f"{where} names {name} twice.", "Keep one of them.")
        seen.add(name)


def parse_json(text: str, name: str) -> Any:
    """The value in ``text``, which ``name`` holds; raises :class:`StandsTwice`, and ``ValueError`` for no JSON."""
    is_twice = False

    def to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_twice
        found = dict(pairs)
        is_twice = is_twice or len(found) < len(pairs)
        return found

    value = json.loads(text, object_pairs_hook=to_dict)
    if is_twice:
        _refuse_second(text, name)
    return value


def parse_yaml(text: str, name: str) -> Any:
    """The same for YAML, and for JSON as a part of it; malformed text raises :class:`UserFault` with its line."""
    # In here because only few commands read YAML.
    import yaml

    if text.lstrip()[:1] in ("{", "["):  # YAML takes no tabs before a name, JSON does
        try:
            return parse_json(text, name)
        except (ValueError, RecursionError):
            pass
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _count_values(node, loader, name, {}) > MOST_VALUES:
            raise UserFault(f"{name} unfolds to over {MOST_VALUES:,} values.", "Write it without aliases.")
        return loader.construct_document(node)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f", line {line + 1}" if line is not None else ""
        said = getattr(error, "problem", None) or "it cannot be read"
        raise UserFault(f"{name}{where}: {said}.", "Fix it; JSON is read as well.") from error
    finally:
        loader.dispose()


def _count_values(node: yaml.Node, loader: yaml.SafeLoader, name: str, counts: dict[int, int]) -> int:
    """How many values a node unfolds to; refuses mappings in which a name stands twice."""
    import yaml

    if id(node) in counts:
        return counts[id(node)]
    counts[id(node)] = MOST_VALUES + 1  # a node within itself never ends
    parts: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        places: dict[str, yaml.Mark] = {}
        for key, value in node.value:
            parts += [key, value]
            if not isinstance(key, yaml.ScalarNode) or key.tag.endswith(":merge"):
                continue
            word, mark = str(loader.construct_object(key)), key.start_mark
            if word in places:
                first = places[word]
                raise _fault(name, word, (first.line + 1, first.column + 1), (mark.line + 1, mark.column + 1))
            places[word] = mark
    elif isinstance(node, yaml.SequenceNode):
        parts = list(node.value)
    counts[id(node)] = found = 1 + sum(_count_values(part, loader, name, counts) for part in parts)
    return found


def _refuse_second(text: str, name: str) -> None:
    """Raises for the first name that stands twice in an object of JSON."""
    ends = [found.end() for found in re.finditer("\n", text)]
    starts = [0, *ends]

    def place(offset: int) -> tuple[int, int]:
        line = next((line for line, (_, after) in enumerate(pairwise(starts)) if offset < after), len(ends))
        return line + 1, offset - starts[line] + 1

    objects: list[dict[str, int] | None] = []
    is_name = False
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in ("{", "["):
            objects.append({} if token == "{" else None)
        elif token in ("}", "]"):
            objects.pop()
        elif token != "," and is_name and objects and (places := objects[-1]) is not None:
            word = json.loads(token)
            if word in places:
                raise _fault(name, word, place(places[word]), place(found.start()))
            places[word] = found.start()
        is_name = token in ("{", ",")


def _fault(name: str, word: str, first: tuple[int, int], second: tuple[int, int]) -> StandsTwice:
    places = f"line {first[0]} and line {second[0]}"
    if first[0] == second[0]:
        places = f"line {first[0]}, column {first[1]} and column {second[1]}"
    return StandsTwice(f"{name}: {word} stands twice: {places}.", "Keep one of them.")
