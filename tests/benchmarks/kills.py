"""Two hundred kills (-9) of a running study at random moments: how many acknowledged trials are lost."""

import secrets
import sys
import tempfile
from pathlib import Path

from tests.helpers.kills import kill_and_reopen


def main(kills=200):
    """Print the count, with the seed to repeat it."""
    seed = secrets.randbelow(2**32)
    with tempfile.TemporaryDirectory() as folder:
        acknowledged, lost, broken = kill_and_reopen(Path(folder) / "a.study", kills, seed)
    print(f"{kills} kills, seed {seed}: {acknowledged} trials acknowledged, {lost} lost, {broken} files need repair")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
