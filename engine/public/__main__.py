"""The command ``twinloop``."""

from __future__ import annotations

import sys

from twinloop import load


def main() -> int:
    """Carry out the command line; the exit status."""
    status: int = load("gui.__main__").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
