"""Clusters on this computer: an ssh that only starts the command, and a Dask scheduler with two workers."""

import sys
from contextlib import contextmanager
from pathlib import Path

from engine.execution.remote.ssh import SshCluster, parse_hosts

ROOT = Path(__file__).resolve().parents[2]
PLAIN_SSH = (sys.executable, "-c", "import os, sys; os.execvp('sh', ['sh', '-c', sys.argv[-1]])")
HOST = f"PYTHONPATH={ROOT} exec {sys.executable} -P -m engine.cli host"


@contextmanager
def ssh_cluster(hosts="lab=2", ssh=PLAIN_SSH, start=HOST):
    """Connected to computers that are all this one."""
    cluster = SshCluster(parse_hosts(hosts), ssh, start)
    try:
        cluster.connect()
        yield cluster
    finally:
        cluster.close()
