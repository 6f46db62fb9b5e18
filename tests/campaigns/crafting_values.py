"""Values made to harm, in the place of others."""

import json
import math

from tests.helpers.hostile import TEXTS

NUMBERS = (
    0,
    -1,
    1,
    2,
    3,
    7,
    0.5,
    -0.0,
    1e-300,
    5e-324,
    1e300,
    1.7e308,
    -1.7e308,
    2**31,
    2**53 + 1,
    2**63 - 1,
    -(2**63),
    2**64,
    10**30,
    10**400,
    math.nan,
    math.inf,
    -math.inf,
    1.7e9,
    4.6e9,
    1e18,
    99999999999.5,
)
STRINGS = (
    *TEXTS.values(),
    "",
    "../t.csv",
    "/etc/passwd",
    "//host/share/t.csv",
    "\\\\host\\share\\t.csv",
    "http://127.0.0.1:9/t.csv",
    "file:///etc/passwd",
    "sample:digits",
    "sample:../../x",
    "/dev/stdin",
    "/dev/zero",
    "/proc/self/mem",
    "t.csv",
    "./t.csv",
    "t.csv\0",
    "~/t.csv",
    "$HOME/t.csv",
    "%TEMP%",
    "CON",
    "a" * 300,
    "a" * 5000,
    "minimize",
    "maximize",
    "complete",
    "failed",
    "nan",
    "1e999",
    "cosine",
    "accuracy",
    "r2",
    "x",
    "x.y",
    "\ud800",
    "1970-01-01",
    "9999-12-31",
    "١٢٣",
    "İ",
    "ß",
    "ﬃ",
)
ODD = (None, True, False, [], {}, [[]], {"a": {}}, [None], {"kind": "float", "low": 0, "high": 1}, {"": ""})
RAW = (
    "",
    "null",
    "[]",
    "{}",
    "{",
    "[" * 50_000,
    '{"a":' * 20_000 + "1" + "}" * 20_000,
    "NaN",
    "1e999",
    "9" * 5000,
    '{"a": 1, "a": 2}',
    "\ufeff{}",
    "{}x",
    '"\\ud800"',
    b"\xff\xfe",
    b"",
    0,
    -1,
    0.5,
    2**63 - 1,
    None,
)


def hostile(rng, like=None):
    """A value in the place of another: of its kind, mostly."""
    if rng.random() < 0.15:
        return rng.choice((*NUMBERS, *STRINGS, *ODD))
    if isinstance(like, bool):
        return not like
    if isinstance(like, int | float):
        return rng.choice((*NUMBERS, -like, like * 2, like / 3 if abs(like) < 1e300 else 0))
    if isinstance(like, str):
        return rng.choice(STRINGS)
    if isinstance(like, list) and like:
        return rng.choice((like * 2, like * 500, like[:1], [], [*like, hostile(rng, like[0])]))
    if isinstance(like, dict) and like:
        key = rng.choice(list(like))
        return rng.choice(
            (
                {**like, str(rng.choice(STRINGS)): like[key]},
                {one: value for one, value in like.items() if one != key},
                {**like, **{f"{key}{number}": like[key] for number in range(rng.choice((30, 1500)))}},
                {},
            )
        )
    return rng.choice((*NUMBERS, *STRINGS, *ODD))


def places(value, place=()):
    """Every place in a JSON value."""
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items)[:60]:
        yield from places(item, (*place, key))


def replaced(value, place, change):
    if not place:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(copy[place[0]], place[1:], change)
    return copy


def spoiled(text, rng):
    """A JSON text with a hostile value somewhere, and where; a few are no JSON at all."""
    if rng.random() < 0.08 or not isinstance(text, str):
        return rng.choice(RAW), "raw"
    try:
        value = json.loads(text)
    except ValueError:
        return rng.choice(RAW), "raw"
    where = []
    for _ in range(rng.choice((1, 1, 1, 1, 3))):
        place = rng.choice(list(places(value)))
        where.append("/".join(map(str, place))[:40])
        value = replaced(value, place, lambda old: hostile(rng, old))
    return json.dumps(value, ensure_ascii=rng.random() < 0.5), " ".join(where)


def bind(value):
    """A value as SQLite takes it; halves of surrogate pairs go in as the bytes that they would be."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass"), "CAST(? AS TEXT)"
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value) if abs(value) < 10**300 else math.inf, "?"
    return (json.dumps(value).encode(), "CAST(? AS TEXT)") if isinstance(value, list | dict) else (value, "?")


def put(connection, table, column, value, where="1", values=()):
    bound, mark = bind(value)
    connection.execute(f"UPDATE OR REPLACE {table} SET {column} = {mark} WHERE {where}", (bound, *values))
