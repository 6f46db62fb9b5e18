"""Random tables in random habits, read back: how many were right, told or wrong, habit by habit.

``python -m tests.campaigns.tables [N] [--seed S] [--processes P] [--keep FOLDER] [--show K] [--told]`` reads the cases
of N seeds from S on (20,000 from 0). It prints a line for each value of each habit, then the first K wrong seeds, each
with its smallest reproduction, and writes their files into FOLDER where one is named. ``--told`` lists the told ones as
well. Exit status 1 where anything was wrong. ``--only 'header=units'`` keeps to the seeds of one
trait, ``--one SEED`` shows a single case with its file and verdict.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.helpers.habits import Case, Verdict, judged, make_case, shrunk, traits

_CHUNK = 50
_EVERY = 3  # every third case is also held to what the quick look says


def main(arguments=None):
    """Read, count and print; gives the exit status."""
    options = _options(arguments)
    if options.one is not None:
        return _show_one(options.one)
    start = time.monotonic()
    chunks = [range(i, min(i + _CHUNK, options.seed + options.number)) for i in range(*_span(options), _CHUNK)]
    with ProcessPoolExecutor(options.processes) as pool:
        results = [one for part in pool.map(partial(_chunk, only=options.only), chunks) for one in part]
    counts, statuses = defaultdict(Counter), Counter(status for _, status, _, _ in results)
    for _, status, pairs, _ in results:
        for pair in pairs:
            counts[pair][status] += 1
    print(f"{'habit':<38}{'right':>8}{'told':>8}{'wrong':>8}")
    for (dimension, value), count in sorted(counts.items()):
        print(f"{f'{dimension}: {value}':<38}{count['right']:>8}{count['told']:>8}{count['wrong']:>8}")
    print(f"{'all':<38}{statuses['right']:>8}{statuses['told']:>8}{statuses['wrong']:>8}")
    wrong = [(seed, found) for seed, status, _, found in results if status == "wrong"]
    _print_kinds("wrong", wrong)
    if options.told:
        _print_kinds("told", [(seed, found) for seed, status, _, found in results if status == "told"])
    for seed, _ in wrong[: options.show]:
        _reproduce(seed, options.keep)
    print(f"\n{len(results)} tables in {time.monotonic() - start:.0f} s, seeds from {options.seed}")
    return 1 if wrong else 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.tables", description=__doc__.partition("\n")[0])
    parser.add_argument("number", nargs="?", type=int, default=20_000, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--show", type=int, default=5, metavar="K")
    parser.add_argument("--told", action="store_true")
    parser.add_argument("--only", metavar="DIMENSION=VALUE")
    parser.add_argument("--one", type=int, metavar="SEED")
    return parser.parse_args(arguments)


def _span(options):
    return options.seed, options.seed + options.number


def _chunk(seeds, only=None):
    """Seed, status, traits and differences of some cases."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            case = make_case(seed)
            pairs = list(dict.fromkeys(traits(case)))
            if only and tuple(only.split("=", 1)) not in pairs:
                continue
            verdict = _verdict(case, Path(folder))
            found = [
                (one.about, one.sentence) for one in verdict.differences if not one.told or verdict.status == "told"
            ]
            results.append((seed, verdict.status, pairs, found))
    return results


def _verdict(case: Case, folder: Path) -> Verdict:
    path = case.write(folder)
    try:
        return judged(case, path, with_inspect=case.seed % _EVERY == 0)
    finally:
        path.unlink()


def _print_kinds(title, cases):
    """How often each way of being off occurred, with seeds to look at."""
    kinds = defaultdict(list)
    for seed, found in cases:
        for about in dict.fromkeys(about for about, _ in found):
            kinds[about].append((seed, next(said for other, said in found if other == about)))
    for about, seeds in sorted(kinds.items(), key=lambda pair: -len(pair[1])):
        print(f"\n{title}, {about}: {len(seeds)}")
        for seed, said in seeds[:6]:
            print(f"  seed {seed}: {said[:200]}")


def _reproduce(seed, keep):
    """Print the smallest case that is wrong in the same way, and keep both files where a folder is named."""
    case = make_case(seed)
    with tempfile.TemporaryDirectory() as folder:
        ways = {one.about for one in _verdict(case, Path(folder)).wrong}

        def still_wrong(one):
            return bool(ways & {found.about for found in _verdict(one, Path(folder)).wrong})

        small = shrunk(case, still_wrong)
        verdict = _verdict(small, Path(folder))
    _describe(f"seed {seed}, made smaller", small, verdict)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        case.write(keep)
        (keep / f"small_{small.name}").write_bytes(small.file.content)


def _show_one(seed):
    case = make_case(seed)
    with tempfile.TemporaryDirectory() as folder:
        verdict = _verdict(case, Path(folder))
    _describe(f"seed {seed}", case, verdict)
    return int(verdict.status == "wrong")


def _describe(title, case, verdict):
    print(f"\n{title}: {verdict.status}\n  {case.habit}")
    for column in case.table.columns:
        print(f"  {column.name!r}: {column.what} {column.flavour} {column.style and f'style {column.style!r}'}")
    for one in verdict.differences:
        print(f"  {'told ' if one.told else 'WRONG'} {one.about}: {one.sentence}")
    for column, said in verdict.cautions:
        print(f"  caution [{column}] {said}")
    if case.habit.form == "text":
        text = case.file.content.decode(case.habit.encoding)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        print(
            "\n".join(f"    {line[:140]}" for line in [*lines[:12], *(["..."] if len(lines) > 16 else []), *lines[-4:]])
        )


if __name__ == "__main__":
    sys.exit(main())
