"""Where a run may compute besides this computer, by an address: ``ssh:NAME``, ``tls://``, ``tcp://``, ``local:N``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from engine.applying.environment import environment
from engine.errors import UserFault
from engine.execution.remote.messages import HostReady
from engine.execution.remote.remote_backend import RemoteBackend
from engine.execution.remote.versions import environment_differences
from engine.wording import counted, listed

FORMS = "Write ssh:NAME, tls://HOST:PORT, tcp://HOST:PORT or local:N."


class Cluster(Protocol):
    """Computers that are there until ``close``."""

    def connect(self) -> None:
        """Wait for the first of them; raises :class:`UserFault` where none can be used."""

    def machines(self) -> list[HostReady]:
        """What they have."""

    def problems(self) -> list[str]:
        """Why some of them cannot be used, a sentence each."""

    def capacity(self) -> int:
        """How many trials they can run at a time."""

    def make_backend(self) -> RemoteBackend:
        """What the workers of one run are started by."""

    def close(self) -> None:
        """End everything that was started there."""


def make_cluster(address: str, *, allow_plain: bool = False, certificates: Path | None = None) -> Cluster:
    """The cluster at ``address``, not yet connected to; raises :class:`UserFault`.

    Beyond this computer a scheduler is spoken to without encryption only with ``allow_plain``; ``certificates`` is the
    folder of those for ``tls://`` (:mod:`engine.execution.remote.certificates`).
    """
    scheme, colon, rest = address.strip().partition(":")
    if scheme == "ssh" and colon:
        from engine.execution.remote.ssh import SshCluster, parse_hosts  # with what it needs, loaded when it is asked

        return SshCluster(parse_hosts(rest))
    if scheme in {"tls", "tcp", "local"} and colon:
        from engine.execution.remote.dask_cluster import DaskCluster  # an extra

        return DaskCluster(address.strip(), allow_plain, certificates)
    raise UserFault(f"“{address}” is not the address of a cluster.", FORMS, "cluster")


@contextmanager
def connected(address: str, allow_plain: bool = False, certificates: Path | None = None) -> Iterator[Cluster]:
    """The cluster at ``address``, connected to for a while; raises :class:`UserFault`."""
    cluster = make_cluster(address, allow_plain=allow_plain, certificates=certificates)
    try:
        cluster.connect()
        yield cluster
    finally:
        cluster.close()


def describe_cluster(cluster: Cluster) -> list[str]:
    """What the other side has, in sentences: how much, and what differs from here."""
    machines = list({one.name: one for one in cluster.machines()}.values())  # several Dask workers may share one
    names = [f"{one.name} ({counted(one.cores, 'core')}, {_gigabytes(one.free_bytes)} free)" for one in machines]
    said = [f"{counted(cluster.capacity(), 'worker')} on {listed(names)}."] if names else []
    here = environment()
    for one in machines:
        said += [f"{one.name}: {sentence}" for sentence in environment_differences(here, one.environment)]
    return said + cluster.problems()


def _gigabytes(count: int) -> str:
    size = count / 1e9
    return f"{size:.0f} GB" if size >= 10 else f"{math.floor(size * 10) / 10:g} GB"
