"""``twinloop host``: a host that is driven over its standard input and output, as a connection by SSH gives them.

When the other side goes away its input ends, and so does everything that it started.
"""

from __future__ import annotations

import os
import threading
import time

from engine.execution import startup
from engine.execution.channel import Channel
from engine.execution.remote.host import Host, host_facts
from engine.execution.remote.messages import FromHost, ShutDown, ToHost
from engine.objectives.process_tree import adopt_orphans

QUIET_SECONDS = 90.0  # without a word, not even a beat, the other side is gone: six beats, a guess
DEAF = 5  # exit status then


def serve() -> int:
    """Serve until the other side says so or goes away; the exit status."""
    source, target = startup.own_streams()
    adopt_orphans()
    channel: Channel[ToHost] = Channel(source, target, ToHost)

    def say(message: FromHost) -> None:
        channel.send(message)

    host = Host(say)
    heard = [time.monotonic()]
    say(host_facts())
    watch = threading.Thread(target=_end_when_quiet, args=(heard, host), daemon=True)
    watch.start()
    try:
        while (message := channel.receive()) is not None:
            heard[0] = time.monotonic()
            host.handle(message)
            if isinstance(message, ShutDown):
                break
    finally:
        host.close()
    return 0


def _end_when_quiet(heard: list[float], host: Host) -> None:
    while time.monotonic() - heard[0] < QUIET_SECONDS:
        time.sleep(QUIET_SECONDS / 6)
    host.close()
    os._exit(DEAF)
