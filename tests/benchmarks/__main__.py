"""Every benchmark, one after another: ``python -m tests.benchmarks [NAME ...]``; status 1 where one misses a limit."""

import importlib
import pkgutil
import sys

import tests.benchmarks
from tests.benchmarks._limits import run_all


def main():
    """Run the benchmarks named on the command line, or all."""
    known = [one.name for one in pkgutil.iter_modules(tests.benchmarks.__path__) if not one.name.startswith("_")]
    wanted = sys.argv[1:] or known
    for name in wanted:
        if name not in known:
            raise SystemExit(f"There is no benchmark {name}. Choose of: {', '.join(known)}.")
    return run_all({name: importlib.import_module(f"tests.benchmarks.{name}").main for name in wanted})


if __name__ == "__main__":
    sys.exit(main())
