"""Every benchmark, one after another: ``python -m tests.benchmarks [NAME ...]``."""

import importlib
import pkgutil
import sys

import tests.benchmarks


def main():
    """Run the benchmarks named on the command line, or all."""
    known = [one.name for one in pkgutil.iter_modules(tests.benchmarks.__path__) if not one.name.startswith("_")]
    for name in sys.argv[1:] or known:
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
