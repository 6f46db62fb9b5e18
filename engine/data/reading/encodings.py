"""Which encoding a text file has: marks and valid UTF-8 first, then the one whose letters make the likeliest words."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from math import log
from pathlib import Path

from engine.data.reading import files
from engine.data.reading.alphabets import LETTERS, MULTI_BYTE, RARITY, SINGLE_BYTE, TITLES
from engine.errors import UserFault

_CHUNK = 1 << 20  # bytes that are read at a time
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF file"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
)
_ASCII = bytes(range(128))
# Cut at signs that are never the second half of a letter in any of the encodings.
# A digit and a blank before a word belong to it: what follows a number is rather a sign of money than a letter.
_WORD = re.compile(rb"(?:[0-9] )?[^\x00-\x2f\x3a-\x3f]*[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")
_SEPARATORS = re.compile(r"[|^~]")  # which may be second halves of letters, so that words are cut at them once decoded
_DIGITS = re.compile(r"[0-9]+")
_AFTER_NUMBER = re.compile(r"^[0-9] ")
_BLANK_IN_NUMBER = re.compile(r"(?<=[0-9])[ \u00a0]|[ \u00a0](?=[0-9])")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MOST_WORDS = 2000  # distinct ones; more do not change the answer
_WORDS_FROM = 8 << 20  # bytes that are searched for words; after them only where they hold new letters
_SCORED = 300  # words whose letters are weighed
_ALIASES = {"ansi": "cp1252", "unicode": "utf-16", "sjis": "cp932", "shift-jis": "cp932", "shift_jis": "cp932"}
_NO_TEXT = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem", "utf-7"}


def detect(path: Path, head: bytes, cancelled: Callable[[], bool] = lambda: False) -> tuple[str, str]:
    """The encoding of a text file, as Python and pandas name it, and a sentence where it is in doubt (else empty).

    ``head`` are the first bytes of the file. Where a sentence comes with UTF-8, single bytes are none, and the file is
    to be decoded with ``errors="replace"``. Raises :class:`UserFault` for files that are empty or no text. Ends early,
    with no answer to rely on, after ``cancelled()`` turns true.
    """
    _check_text(path, head)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return (name, "") if name != "utf-8-sig" or _is_valid(path, "utf-8", cancelled) else _mixed(path, cancelled)
    if b"\0" in head:
        return _wide(path, head), ""
    if _is_valid(path, "utf-8", cancelled) or cancelled():
        return "utf-8", ""
    used, words = _look(path, cancelled)
    if cancelled():
        return "utf-8", ""
    if _is_mostly_utf8(words):
        return _mixed(path, cancelled)
    for name in guesses(used, words):
        if name in SINGLE_BYTE or _is_valid(path, name, cancelled):
            break
    else:
        name = "latin_1"  # which takes any byte
    short = title(name).partition(" (")[0]
    return name, f"Some bytes are not UTF-8; the file was read as {short}, a guess{_example(words, name)}."


def check(path: Path, encoding: str, cancelled: Callable[[], bool] = lambda: False) -> str:
    """The Python name of an encoding that a person chose; raises :class:`UserFault` where it does not fit the file."""
    name = _known(encoding)
    with path.open("rb") as file:
        head = file.read(4)
    if name == "utf-8" and head.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    for mark, marked in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if name == marked and head.startswith(mark):
            name = "utf-16"
    if not _is_valid(path, name, cancelled):
        raise UserFault(f"{path.name} cannot be read as {encoding}.", "Choose another encoding, or let it be found.")
    return name


def title(name: str) -> str:
    """What a person calls an encoding."""
    return TITLES.get(name, name.upper())


def _known(encoding: str) -> str:
    word = encoding.strip().lower()
    try:
        found = codecs.lookup(_ALIASES.get(word, word.replace("windows ", "windows-")))
        "a,b".encode(found.name)
    except (LookupError, UnicodeError, ValueError):
        found = None
    if found is None or found.name.replace("_", "-") in _NO_TEXT:
        raise UserFault(
            f"{encoding!r} is not a known encoding.",
            "Choose, for example, utf-8, cp1252, utf-16, gb18030 or shift_jis.",
        )
    return found.name


def _check_text(path: Path, head: bytes) -> None:
    bare = head
    for mark, _ in _MARKS:
        bare = bare.removeprefix(mark)
    if not bare.strip(b" \t\r\n\0\x0b\x0c"):
        if b"\0" in head and not head.startswith(tuple(mark for mark, _ in _MARKS)) and not head.strip(b"\0"):
            raise _no_text(path)
        raise files.empty(path)
    for start, kind in _OTHER_FILES:
        if head.startswith(start) and (b"\0" in head or kind == "a PDF file"):
            raise UserFault(
                f"{path.name} is not a text file but {kind}.", "Save the table as CSV, Excel or Parquet first."
            )


def _no_text(path: Path) -> UserFault:
    return UserFault(f"{path.name} is not a text file.", "Save the table as CSV, Excel or Parquet first.")


def _wide(path: Path, head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, told by where the zero halves of plain signs stand."""
    for width, names in ((4, ("utf-32-le", "utf-32-be")), (2, ("utf-16-le", "utf-16-be"))):
        whole = head[: len(head) // width * width]
        for name in names:
            ends = "\n".encode(name), "\r".encode(name)
            halves = whole[width - 1 :: width] if name.endswith("le") else whole[::width]
            others = whole[::width] if name.endswith("le") else whole[width - 1 :: width]
            if not any(end in whole for end in ends) or halves.count(0) < 20 * others.count(0):
                continue
            try:
                text = codecs.getincrementaldecoder(name)().decode(whole)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return name
    raise _no_text(path)


def _chunks(path: Path, cancelled: Callable[[], bool]) -> Iterator[bytes]:
    with path.open("rb") as file:
        while (chunk := file.read(_CHUNK)) and not cancelled():
            yield chunk


def _is_valid(path: Path, name: str, cancelled: Callable[[], bool]) -> bool:
    decoder, pending = codecs.getincrementaldecoder(name)(), False
    plain = name == "utf-8"  # the encoding whose plain chunks need no decoding
    try:
        for chunk in _chunks(path, cancelled):
            if plain and not pending and chunk.isascii():
                continue
            decoder.decode(chunk)
            pending = bool(decoder.getstate()[0])
        if not cancelled():
            decoder.decode(b"", True)
    except UnicodeError:
        return False
    return True


def _look(path: Path, cancelled: Callable[[], bool]) -> tuple[bytes, list[bytes]]:
    """The bytes above 127 that a file holds, and distinct words with them, the first ones."""
    used: set[int] = set()
    words: dict[bytes, None] = {}
    read = 0
    for chunk in _chunks(path, cancelled):
        high = set(chunk.translate(None, _ASCII))
        if high and ((len(words) < _MOST_WORDS and read < _WORDS_FROM) or not high <= used):
            words |= dict.fromkeys(match[0] for match in _WORD.finditer(chunk))
            read += len(chunk)
        used |= high
    return bytes(sorted(used)), list(words)[:_MOST_WORDS]


def _is_mostly_utf8(words: list[bytes]) -> bool:
    """Whether most words are UTF-8, which words in another encoding hardly ever are by chance."""
    broken = sum(not _UTF8.sub(b"", word).isascii() for word in words)
    return broken < len(words) - broken


def _mixed(path: Path, cancelled: Callable[[], bool]) -> tuple[str, str]:
    name = "utf-8"
    with path.open("rb") as file:
        if file.read(3) == codecs.BOM_UTF8:
            name = "utf-8-sig"
    _, words = _look(path, cancelled)
    broken = [word for word in words if "\ufffd" in word.decode("utf-8", "replace")]
    shown = f" (for example {broken[0].decode('utf-8', 'replace')[:40]!r})" if broken else ""
    return name, f"Some bytes are not UTF-8, as the rest of the file is; they were read as \ufffd{shown}."


def _example(words: list[bytes], name: str) -> str:
    texts = [_AFTER_NUMBER.sub("", word.decode(name, "replace")).strip("\"'` ") for word in words[:200]]
    good = [text for text in texts if text.isalpha() and len(text) > 2] or [text for text in texts if text] or [""]
    return f" (for example '{good[0][:40]}')" if good[0] else ""


def guesses(used: bytes, words: list[bytes]) -> list[str]:
    """Encodings that the ``words`` can be written in, the likeliest first; ``used`` are all bytes above 127."""
    scores = {}
    for name, (rarity, languages) in SINGLE_BYTE.items():
        try:
            texts = _pieces(words, name)
            used.decode(name)
        except UnicodeDecodeError:
            continue
        scores[name] = rarity + max(
            sum(_likelihood(text, one) for text in texts) + RARITY.get(one, 0.0) for one in languages
        )
    for name, (rarity, frequent) in MULTI_BYTE.items():
        try:
            texts = _pieces(words, name)
        except UnicodeDecodeError:
            continue
        scores[name] = rarity + sum(_likelihood_of_signs(text, name, frequent) for text in texts)
    return sorted(scores, key=lambda name: -scores[name])


def _pieces(words: list[bytes], name: str) -> list[str]:
    """The words decoded, some of them where there are many; those that differ in digits only tell no more than one."""
    found: dict[str, None] = {}
    for word in words:
        for text in _SEPARATORS.split(word.decode(name)):
            if not text.isascii():
                found[_DIGITS.sub("0", text)] = None
    return list(found)[:: len(found) // _SCORED + 1]


_STEP = 0.12  # each letter of an alphabet is rarer than the one before by this factor's exponent (fits ten languages)
_FOREIGN = -9.0  # log share of letters that the language does not have
_BESIDE_DIGIT = -4.5  # a letter next to a digit, where a sign is likelier
_FOREIGN_LETTER = -4.0  # that of a Latin letter in words of another script
_TWO_SCRIPTS = -4.0  # letters of two scripts side by side
_SIGNS = {"°": -5.0, "€": -5.0, "’": -4.5, "–": -5.0, "“": -5.5, "”": -5.5, "²": -4.5, "³": -5.0, "µ": -4.5, "£": -5.0,
          "\u00a0": -5.0, "„": -5.5, "§": -6.0, "½": -4.8, "…": -6.0, "×": -6.5, "±": -6.5, "‘": -6.0, "º": -6.0,
          "ª": -6.5, "·": -6.5, "®": -6.5, "™": -6.5, "«": -6.5, "»": -6.5, "—": -5.5, "№": -6.0}  # fmt: skip
_ODD_SIGN = -8.5  # any other sign, as a log share: a guess
_ENDING = "–—…”²³®™"  # signs that no letter follows directly
_BEFORE_LETTER = -3.0  # for them, and for an apostrophe between a letter and a digit
_IN_NO_WORD = "\\[]{}@`"  # plain signs that are hardly ever next to a letter, but second halves of letters of two bytes
_NEXT_TO_LETTER = -4.0  # a guess
_ODD_CASE = -4.0  # a capital after a small letter, or inside a word of small ones


@lru_cache
def _shares(language: str) -> dict[str, float]:
    letters = LETTERS[language]
    total = sum(2.718281828 ** (-_STEP * rank) for rank in range(len(letters)))
    return {letter: -_STEP * rank - log(total) for rank, letter in enumerate(letters)}


@lru_cache(maxsize=200_000)
def _likelihood(text: str, language: str) -> float:
    """The log likelihood of a word in a language, letter by letter, with what is odd about its form."""
    shares = _shares(language)
    score, inside, latin = 0.0, False, "e" in shares
    for before, sign, after in _neighbours(text):
        if sign.isascii() and not sign.isalpha():
            if sign in _IN_NO_WORD and any(not one.isascii() and one.isalpha() for one in (before, after)):
                score += _NEXT_TO_LETTER
            continue
        score += shares.get(sign.lower(), 0.0) or _other(sign, before)
        if (sign.isupper() and before.islower()) or (sign.islower() and before.isupper() and inside):
            score += _ODD_CASE
        inside = before.isalpha()
        if sign.isalpha() and sign not in _SIGNS and (before.isdigit() or (after.isdigit() and not sign.isascii())):
            score += _BESIDE_DIGIT
        if after.isalpha() if sign in _ENDING else sign == "’" and before.isalpha() and after.isdigit():
            score += _BEFORE_LETTER
        if not latin and sign.isalpha() and before.isalpha() and sign.isascii() != before.isascii():
            score += _TWO_SCRIPTS
    return score


def _neighbours(text: str) -> Iterator[tuple[str, str, str]]:
    """Each sign of a word with the one before it and the one after it, blanks next to digits left out."""
    whole = f" {_BLANK_IN_NUMBER.sub('', text)} "
    return zip(whole, whole[1:], whole[2:], strict=False)


def _other(sign: str, before: str) -> float:
    """The log share of a sign that is no letter of the language."""
    if sign.isalpha() and sign not in _SIGNS:
        return _FOREIGN_LETTER if sign.isascii() else _FOREIGN
    if unicodedata.category(sign)[0] == "C":
        return -14.0
    inside = -3.0 if before.isalpha() and sign not in "’´°²³" else 0.0
    return _SIGNS.get(sign, _ODD_SIGN) + inside


def _likelihood_of_signs(text: str, name: str, frequent: str) -> float:
    """The log likelihood of a word of signs of two bytes each."""
    score, before = 0.0, " "
    for sign in text:
        if sign.isascii():
            score += _FOREIGN_LETTER if sign.isalpha() else 0.0
        else:
            score += -5.0 if sign in frequent else _SIGNS.get(sign) or _rarity(sign, name)
        if sign.isalpha() and before.isalpha() and sign.isascii() != before.isascii():
            score += _TWO_SCRIPTS
        before = sign
    return score


_COMMON_ROWS = {  # first bytes of the signs that each standard gives first because they are common
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "cp932": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
    "cp949": (0xB0, 0xC8),
}


def _rarity(sign: str, name: str) -> float:
    code = sign.encode(name)
    kana = "\u3040" <= sign <= "\u30ff"
    if kana:
        return -4.5 if name in {"cp932", "euc_jp"} else -9.0
    if "\uff61" <= sign <= "\uff9f":  # half a width: every single byte from A1 to DF is one in Shift-JIS
        return -6.0
    low, high = _COMMON_ROWS[name]
    if len(code) == 2 and low <= code[0] <= high and (name in {"big5", "cp932"} or code[1] >= 0xA1):
        return -7.5
    if "\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uff5e" or "\uffe0" <= sign <= "\uffe6":
        return -7.0
    return -11.0 if unicodedata.category(sign) == "Lo" else -13.0
