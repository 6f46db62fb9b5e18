from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    skip_top: int
    header_rows: int
    units: tuple = ()
    skip_bottom: int = 0
    names: tuple = ()
    row_names: bool = False
    cautions: tuple = ()


def find_separator(text):
    lines = [l for l in text.splitlines() if l.strip()][:200]

    def ag(s):
        w = Counter(len(r) for r in csv.reader(lines, delimiter=s) if r)
        a, b = w.most_common(1)[0]
        return (b / w.total() if a > 1 else 0, a)

    return max(",;\t|", key=ag)


def find_layout(top, bottom, options):
    return Layout(0, 1, names=tuple(c.strip() for c in top[0]))
