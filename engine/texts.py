"""Texts of strangers made fit for a place: what cannot be seen is shown, what cannot be encoded is spelled out.

A title, a name or a reason in a study file may hold anything: escape sequences that steer a terminal, characters that
turn the reading direction, half a surrogate pair. Whatever leaves for a terminal, a log, a label, a file or its name
passes one of these doors; Python source has its own in :mod:`engine.objectives.source_code`.
"""

from __future__ import annotations

import re
from typing import Any

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # controls, the escape that begins a terminal's sequences among them
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # no width, or another direction
    "\ud800-\udfff\U000e0000-\U000e007f]"  # halves of pairs, and tags that nothing draws
)
_HALVES = re.compile("[\ud800-\udfff]")
_NO_NAME = re.compile(r"[^\w\- ]+")
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$", re.IGNORECASE)
LONGEST_NAME = 60  # characters of a file name, which are 240 bytes at most; file systems take 255


def make_visible(text: str, keep: str = "") -> str:
    r"""``text`` with every character that is not seen, or that moves others, as Python writes it (``\x1b``, ``\n``).

    The characters of ``keep`` stay as they are.
    """
    return _UNSEEN.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def make_encodable(value: object) -> Any:
    """Plain data with halves of surrogate pairs, which no encoding of Unicode holds, spelled out in every text."""
    if isinstance(value, str):
        return _HALVES.sub(lambda found: _escape(found[0]), value)
    if isinstance(value, dict):
        return {make_encodable(key): make_encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [make_encodable(item) for item in value]
    return value


def to_json(value: object, indent: int = 0) -> str:
    """``value`` as JSON that a terminal can be shown: what is not seen stands there as JSON's own escapes."""
    # In here because --version and --help do without it.
    import msgspec

    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(make_encodable(msgspec.to_builtins(value)))
    text = (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()
    return _UNSEEN.sub(lambda found: found[0] if found[0] == "\n" else _json_escape(found[0]), text)


def to_file_name(title: str, otherwise: str) -> str:
    """A file name without ending that every system takes, made of a title; ``otherwise`` where nothing is left of it.

    It never begins with a hyphen, which commands would take for an option, and is no name that Windows keeps for
    devices.
    """
    words = _NO_NAME.sub("", title[: 20 * LONGEST_NAME]).strip().replace(" ", "-").lower()
    stem = words[:LONGEST_NAME].strip("-") or otherwise
    return f"{stem}-{otherwise}" if _DEVICES.match(stem) else stem


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
