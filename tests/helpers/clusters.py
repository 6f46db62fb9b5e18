"""Clusters on this computer: an ssh that only starts the command, and a cable to a scheduler that can be cut."""

import socket
import sys
import threading
from contextlib import contextmanager, suppress
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


class Cable:
    """Between whoever connects to :attr:`port` and another port of this computer; :meth:`cut` until it is mended."""

    def __init__(self, other):
        self._other, self.port = other, 0
        self.mend()

    def cut(self):
        """End every connection, and refuse new ones."""
        for end in (self._server, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def mend(self):
        """Let new ones through."""
        self._ends = []
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def _accept(self, server):
        with suppress(OSError):
            while True:
                here, _ = server.accept()
                there = socket.create_connection(("127.0.0.1", self._other))
                self._ends += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one, other):
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)
