"""A Dask cluster by its scheduler's address: Dask gives places on its workers, Twinloop's own processes fill them.

Needs the extra ``cluster``. A place is one long task, so that Dask, its dashboard and other people see it occupied, and
computers that join are filled as well. What is said between the run and the hosts goes through the scheduler.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.execution.backend import Receive
from engine.execution.messages import BackendNoted
from engine.execution.remote.certificates import security_of
from engine.execution.remote.dask_addresses import checked_address, connection_problem, require_distributed
from engine.execution.remote.dask_host import install_host, occupy_place, remove_host
from engine.execution.remote.dask_machine import LOST_SECONDS, RETRY_SECONDS, DaskMachine, HostLost
from engine.execution.remote.machine import Machine, RemoteWorker
from engine.execution.remote.messages import EndWorker, HostReady
from engine.execution.remote.remote_backend import NOBODY, RemoteBackend
from engine.execution.remote.versions import version_problem

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0  # for a scheduler to answer: a guess
WATCH_SECONDS = 0.5  # between looks at which workers there are


class DaskCluster:
    """A connection to a scheduler, kept and made again until :meth:`close`."""

    def __init__(self, address: str, allow_plain: bool = False, certificates: Path | None = None) -> None:
        """Raises :class:`UserFault` for an address that is none, or that would be spoken to without encryption."""
        self._address = checked_address(address, allow_plain)
        self._security = security_of(certificates) if self._address.startswith("tls://") else None
        self._session = _new_session()  # one a connection: hosts count their frames from its beginning
        self._lock = threading.RLock()
        self._keys, self._attempts = itertools.count(1), itertools.count(1)
        self._workers: dict[int, RemoteWorker] = {}  # without a place
        self._tasks: dict[int, Any] = {}  # by the keys of these
        self._machines: dict[str, DaskMachine] = {}
        self._refused: dict[str, str] = {}  # Dask workers that cannot be used, and why
        self._listener: Receive | None = None
        self._closing = threading.Event()
        self._tried = threading.Event()
        self._why = ""
        self._capacity = 0
        self._client: Any = None
        self._local: Any = None
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="dask-frames")
        self._thread = threading.Thread(target=self._keep_connected, name="dask", daemon=True)

    def connect(self) -> None:
        """Wait for the scheduler and its workers; raises :class:`UserFault`."""
        if self._address.startswith("local:"):
            self._start_local()
        self._thread.start()
        self._tried.wait(2 * CONNECT_SECONDS)
        if self._why or not self._tried.is_set():
            self.close()
            raise UserFault(
                self._why or f"{self._address} does not answer.", "Check the address, and that it runs.", "cluster"
            )

    def machines(self) -> list[HostReady]:
        """What the Dask workers have that are there."""
        with self._lock:
            return [machine.ready for machine in self._machines.values()]

    def problems(self) -> list[str]:
        """Which Dask workers cannot be used, and that there are none, once the scheduler answers."""
        with self._lock:
            refused = list(dict.fromkeys(self._refused.values()))
        return refused if self.capacity() else [*refused, "No Dask worker is there yet: trials wait for one."]

    def capacity(self) -> int:
        """The threads of all Dask workers that can be used."""
        return self._capacity

    def make_backend(self) -> RemoteBackend:
        """For one run."""
        return RemoteBackend(self)

    def close(self) -> None:
        """End everything that was started there."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CONNECT_SECONDS)
        self._hands.shutdown(wait=False)
        if self._local is not None:
            self._local.close(timeout=5)
            self._local = None

    # -- workers, from the runner's thread ---------------------------------------------------------------------------

    def start_worker(self, number: int, receive: Receive) -> RemoteWorker:
        """Ask Dask for a place; the process starts when it is given."""
        worker = RemoteWorker(number, next(self._keys), receive, self._withdraw)
        with self._lock:
            self._listener = receive
            self._workers[worker.key] = worker
            self._submit(worker.key)
        return worker

    def _submit(self, key: int) -> None:
        """Ask for a place on one of the Dask workers that have a host; the others could not give one."""
        client = self._client
        if client is None or client.status != "running" or not self._machines:
            return  # once there are some
        future = client.submit(
            occupy_place,
            self._session,
            key,
            key=f"{self._session}-{key}-{next(self._attempts)}",
            workers=list(self._machines),
            pure=False,
            retries=0,
        )
        self._tasks[key] = future
        future.add_done_callback(lambda done: self._on_task_done(key, done))

    def _submit_waiting(self, *, anew: bool) -> None:
        """Ask for the places that the scheduler was not asked for, or forgot; ``anew`` for all that were not given."""
        with self._lock:
            for key in self._workers:
                task = self._tasks.get(key)
                if anew or task is None or task.status in {"cancelled", "lost"}:
                    self._release_task(key)
                    self._submit(key)

    def _release_task(self, key: int) -> None:
        """Let Dask forget a task that it has not begun; waits for nothing."""
        future = self._tasks.pop(key, None)
        if future is not None:
            future.release()

    def _on_task_done(self, key: int, future: Any) -> None:
        if future.status != "error":
            return
        with self._lock:
            worker = self._workers.pop(key, None) if self._tasks.get(key) is future else None
        if worker is not None:
            try:
                reason = str(future.exception(timeout=CONNECT_SECONDS))
            except Exception as error:  # noqa: BLE001 - what went wrong there cannot be told here
                reason = type(error).__name__
            worker.fail(f"Dask could not run it ({reason[:200]}).")

    def _withdraw(self, key: int) -> None:
        with self._lock:
            self._workers.pop(key, None)
            self._release_task(key)

    def seat(self, key: int, machine: Machine) -> None:
        """A process was started; it is whatever worker of that key still waits for one."""
        with self._lock:
            worker = self._workers.pop(key, None)
        if worker is None or not worker.take_place(machine):
            machine.post(EndWorker(key, 0.0))

    # -- the connection ----------------------------------------------------------------------------------------------

    def _start_local(self) -> None:
        distributed = require_distributed()
        count = int(self._address.partition(":")[2])
        self._local = distributed.LocalCluster(
            n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        )

    def _keep_connected(self) -> None:
        distributed = require_distributed()
        target = self._local.scheduler_address if self._local is not None else self._address
        is_again = False
        while not self._closing.is_set():
            try:
                client = distributed.Client(
                    target, timeout=CONNECT_SECONDS, security=self._security, set_as_default=False, name="twinloop"
                )
            except Exception as error:  # noqa: BLE001 - whatever answers at that address may be anything
                self._why = connection_problem(self._address, error)
                self._tried.set()
                if not is_again or self._closing.wait(RETRY_SECONDS):
                    return
                continue
            try:
                client.sync(self._serve, client, is_again)
            except Exception as error:
                log.exception("the connection to %s", self._address)
                self._why = self._why or connection_problem(self._address, error)
            finally:
                self._client = None
                self._lose_all()
                with contextlib.suppress(Exception):
                    client.close(timeout=3)
            self._tried.set()
            is_again = True
            self._closing.wait(RETRY_SECONDS)

    async def _serve(self, client: Any, is_again: bool) -> None:
        """Follow the cluster until it is gone or no longer wanted."""
        last_session, self._session = self._session, _new_session()
        self._client = client
        serving: dict[str, asyncio.Task[None]] = {}
        there: list[str] = []
        is_begun = False
        try:
            while (threads := await self._ask_threads(client)) is not None:
                for address in [one for one in serving if one not in threads]:
                    serving.pop(address).cancel()
                self._refused = {one: why for one, why in self._refused.items() if one in threads}
                for address in threads:
                    if address not in self._refused and (address not in serving or serving[address].done()):
                        serving[address] = asyncio.ensure_future(self._serve_machine(client, address, last_session))
                if not is_begun:
                    is_begun = True
                    await self._begin(threads, is_again)
                self._count(threads)
                there, before = list(self._machines), there
                self._submit_waiting(anew=there != before)
                await asyncio.sleep(WATCH_SECONDS)
        finally:
            there = list(self._machines)
            for task in serving.values():
                task.cancel()
            await asyncio.gather(*serving.values(), return_exceptions=True)
            if client.status == "running" and there:
                with contextlib.suppress(Exception):
                    removing = client.run(remove_host, self._session, workers=there, on_error="ignore")
                    await asyncio.wait_for(removing, 5.0)
        if not self._closing.is_set():
            self._note(f"The connection to {self._address} is lost. It is made again.", is_warning=True)

    async def _ask_threads(self, client: Any) -> dict[str, int] | None:
        """How many each Dask worker has; *None* once the cluster is gone for good, or no longer wanted.

        A client that is to connect again may never do so, whatever it says, and is given up after a while.
        """
        since = time.monotonic()
        while not self._closing.is_set() and client.status in {"running", "connecting"}:
            with contextlib.suppress(Exception):  # the connection is away for a moment, or for good
                threads: dict[str, int] = await asyncio.wait_for(client.nthreads(), CONNECT_SECONDS)
                if client.status == "running":
                    return threads
            patience = LOST_SECONDS if client.status == "running" else 2 * CONNECT_SECONDS
            if time.monotonic() - since > patience:
                return None
            await asyncio.sleep(RETRY_SECONDS)
        return None

    async def _begin(self, threads: dict[str, int], is_again: bool) -> None:
        """Give the first computers a moment to say what they have."""
        end = time.monotonic() + CONNECT_SECONDS
        while time.monotonic() < end and len(self._machines) + len(self._refused) < len(threads):
            await asyncio.sleep(0.02)
        self._count(threads)
        if is_again:
            self._note(f"{self._address} is there again.")
        self._why = "" if self._machines else " ".join(dict.fromkeys(self._refused.values()))
        self._tried.set()

    def _count(self, threads: dict[str, int]) -> None:
        with self._lock:
            self._capacity = sum(count for address, count in threads.items() if address in self._machines)

    async def _serve_machine(self, client: Any, address: str, last_session: str) -> None:
        """Exchange frames with one Dask worker until it is gone, in place of the session that it may still have."""
        machine: DaskMachine | None = None
        try:
            ready = await self._install(client, address, last_session)
            if ready is None:
                return
            machine = DaskMachine(address, self._session, client, ready, self.seat)
            with self._lock:
                self._machines[address] = machine
            await asyncio.gather(machine.deliver(), machine.collect(self._hands))
        except HostLost as lost:
            log.warning("%s", lost)
        except Exception:
            log.exception("what is said between the run and %s", address)
        finally:
            if machine is not None:
                gone = machine
                with self._lock:
                    self._machines.pop(address, None)
                what = f"Dask worker {address}" if client.status == "running" else f"connection to {self._address}"
                reason = f"The {what} was lost."
                self._hands.submit(gone.forget if self._closing.is_set() else lambda: gone.lose(reason))

    async def _install(self, client: Any, address: str, last_session: str) -> HostReady | None:
        """Start a host in a Dask worker, and hear what it has; *None*, with the reason kept, where it is of no use."""
        answers = await client.run(install_host, self._session, last_session, workers=[address], on_error="return")
        answer = answers.get(address, OSError("no answer"))
        if isinstance(answer, OSError):  # of the connection: it is asked again while it is there
            log.info("%s: %s", address, answer)
            return None
        if isinstance(answer, bytes):
            ready = msgspec.msgpack.decode(answer, type=HostReady)
            problem = version_problem(ready)
        elif isinstance(answer, ImportError | AttributeError):
            problem = f"The Dask worker {address} has no Twinloop of this version: install the same there."
        else:
            problem = f"The Dask worker {address} cannot be used ({str(answer)[:200]})."
        if not problem:
            return ready
        self._refused[address] = problem
        self._note(problem, is_warning=True)
        return None

    def _lose_all(self) -> None:
        with self._lock:
            machines, self._machines = list(self._machines.values()), {}
            self._tasks.clear()
        for machine in machines:
            machine.lose(f"The connection to {self._address} was lost.")

    def _note(self, text: str, is_warning: bool = False) -> None:
        listener = self._listener
        if listener is not None:
            self._hands.submit(listener, NOBODY, BackendNoted(text, is_warning))


def _new_session() -> str:
    return f"twinloop-{uuid.uuid4().hex[:12]}"
