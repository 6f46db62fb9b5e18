"""``twinloop certificates``: what the computers of a Dask cluster know each other by."""

from __future__ import annotations

from pathlib import Path

from engine.execution.remote.certificates import AUTHORITY, CERTIFICATE, KEY, make_certificates
from engine.printing import print_line
from engine.wording import command_line


def make(folder: Path) -> int:
    """Write certificates into ``folder`` and say how they are used; the exit status."""
    make_certificates(folder)
    files = ["--tls-ca-file", folder / AUTHORITY, "--tls-cert", folder / CERTIFICATE, "--tls-key", folder / KEY]
    print_line(f"Made {folder}. Who has it belongs to the cluster: copy it to its computers, and to nobody else.")
    print_line(f"Scheduler: {command_line('dask', 'scheduler', '--protocol', 'tls', *files)}")
    print_line(f"Workers: {command_line('dask', 'worker', 'tls://SCHEDULER:8786', *files)}")
    run = command_line("twinloop", "run", "A.study", "--cluster", "tls://SCHEDULER:8786", "--certificates", folder)
    print_line(f"Run: {run}")
    return 0
