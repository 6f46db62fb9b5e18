"""A Dask cluster over TLS: workers that join, are lost or cannot be used, a connection that breaks, places let go."""

import socket
import threading
from contextlib import contextmanager

import psutil
import pytest

from engine.errors import UserFault
from engine.events import LogLine, TrialInterrupted, TrialStarted
from engine.execution.remote.certificates import make_certificates
from engine.execution.remote.clusters import connected, describe_cluster
from engine.space import Float, Int
from tests.helpers.clusters import Cable
from tests.helpers.runs import Listened, function_setup, worker_processes

distributed = pytest.importorskip("distributed")
pytest.importorskip("cryptography")
dask_host = pytest.importorskip("engine.execution.remote.dask_host")

DASK = "engine.execution.remote.dask_cluster"
LONG = {"x": Float(0, 1), "milliseconds": Float(900_000, 900_000), "waits": Int(1, 1)}
SHORT = {"x": Float(0, 1), "milliseconds": Float(1, 60_000)}


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Nobody waits as long as for computers that are far away."""
    monkeypatch.setattr(f"{DASK}.WATCH_SECONDS", 0.02)
    monkeypatch.setattr(f"{DASK}.RETRY_SECONDS", 0.05)


@contextmanager
def running(address, certificates, tmp_path, space=LONG, **budget):
    """A run on a cluster, and the cluster."""
    with (
        connected(address, certificates=certificates) as cluster,
        Listened(backend=cluster.make_backend) as run,
    ):
        run.runner.create(tmp_path / "a.study", function_setup("busy", space, **budget))
        run.opened()
        yield run, cluster


def queue_short(run, count):
    for _ in range(count):
        run.runner.enqueue({"x": 0.5, "milliseconds": 1.0})


def test_computers_that_join_are_used_and_trials_of_lost_ones_tried_once_more(scheduler, certificates, tmp_path):
    scheduler.scale(1)
    try:
        with running(scheduler.scheduler_address, certificates, tmp_path, trials=2, workers=99) as (run, cluster):
            assert describe_cluster(cluster)[0].startswith("1 worker on ")
            run.runner.start()
            assert run.until(lambda one: isinstance(one, TrialStarted)).number == 0
            scheduler.scale(2)
            run.until(lambda one: isinstance(one, TrialStarted) and one.number == 1)
            scheduler.scale(1)
            lost = run.until(lambda one: isinstance(one, TrialInterrupted))
            assert lost.reason.startswith("The Dask worker tls://127.0.0.1:")
            assert lost.reason.endswith(" was lost. It is tried once more.")
    finally:
        scheduler.scale(2)
        scheduler.wait_for_workers(2)


def test_a_connection_made_again_begins_anew_and_ends_what_it_had_left_there(
    scheduler, certificates, tmp_path, monkeypatch
):
    monkeypatch.setattr(f"{DASK}.CONNECT_SECONDS", 0.5)
    cable = Cable(int(scheduler.scheduler_address.rpartition(":")[2]))
    with running(f"tls://127.0.0.1:{cable.port}", certificates, tmp_path, trials=1, workers=1) as (run, _):
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialStarted))
        cable.cut()
        lost = run.until(lambda one: isinstance(one, TrialInterrupted))
        assert lost.reason == f"The connection to tls://127.0.0.1:{cable.port} was lost. It is tried once more."
        left = worker_processes()
        cable.mend()
        run.until(lambda one: isinstance(one, TrialStarted))
        assert not psutil.wait_procs(left, 10.0)[1]
        assert len(worker_processes()) == 1
    cable.cut()


INSTALLS = []


async def install_on_one(session, instead_of, dask_worker):
    """As :func:`install_host` on the first worker that is asked; the others have no Twinloop."""
    INSTALLS.append(dask_worker.address)
    if dask_worker.address == INSTALLS[0]:
        return await dask_host.install_host(session, instead_of, dask_worker)
    raise ModuleNotFoundError("No module named 'engine'")


def test_a_dask_worker_without_twinloop_is_told_of_once_and_given_nothing(
    scheduler, certificates, tmp_path, monkeypatch
):
    INSTALLS.clear()
    monkeypatch.setattr(f"{DASK}.install_host", install_on_one)
    budget = {"trials": 3, "workers": 99}
    with running(scheduler.scheduler_address, certificates, tmp_path, SHORT, **budget) as (run, cluster):
        said = describe_cluster(cluster)
        assert said[0].startswith("1 worker on ")
        assert said[-1].endswith("has no Twinloop of this version: install the same there.")
        queue_short(run, 3)
        run.runner.start()
        run.until_state("ended")
        assert run.known.counts()["complete"] == 3
    assert len(INSTALLS) == 2
    with pytest.raises(UserFault, match="install the same"), connected_to_none(scheduler, certificates, monkeypatch):
        pass


def connected_to_none(scheduler, certificates, monkeypatch):
    INSTALLS[0] = "nobody"
    return connected(scheduler.scheduler_address, certificates=certificates)


def occupy_nothing(session, number):
    """In place of :func:`occupy_place`."""
    raise OSError("no room for a process")


def test_a_task_that_fails_is_a_worker_lost_with_the_reason_in_the_log(scheduler, certificates, tmp_path, monkeypatch):
    monkeypatch.setattr(f"{DASK}.occupy_place", occupy_nothing)
    with running(scheduler.scheduler_address, certificates, tmp_path, trials=2, workers=2) as (run, _):
        run.runner.start()
        ended = run.until_state("ended")
    assert ended.reason == "Worker processes keep ending by themselves; the log says more."
    assert next(one.text for one in run.heard if isinstance(one, LogLine)) == (
        "Dask could not run it (no room for a process)."
    )


def test_places_are_free_again_after_a_run(scheduler, certificates, tmp_path):
    with running(scheduler.scheduler_address, certificates, tmp_path, SHORT, trials=3, workers=2) as (run, _):
        queue_short(run, 3)
        run.runner.start()
        run.until_state("ended")
        assert [one.scores[0] for one in run.ended_trials()] == [pytest.approx(0.5 - 1 / 3)] * 3
    with distributed.Client(scheduler.scheduler_address, security=scheduler.security, set_as_default=False) as client:
        assert client.submit(int, "7", pure=False).result(timeout=30) == 7
        assert not [name for names in client.run(plugins).values() for name in names if name.startswith("twinloop")]
    assert not worker_processes()


def plugins(dask_worker):
    return list(dask_worker.plugins)


def test_other_certificates_are_refused_in_a_sentence(scheduler, tmp_path):
    make_certificates(tmp_path / "other")
    with (
        pytest.raises(UserFault, match="certificates"),
        connected(scheduler.scheduler_address, certificates=tmp_path / "other"),
    ):
        pass


def test_certificates_are_never_written_over_and_their_key_is_for_one_person(certificates):
    assert (certificates / "key.pem").stat().st_mode & 0o077 == 0
    before = (certificates / "key.pem").read_bytes()
    with pytest.raises(UserFault, match="holds certificates already"):
        make_certificates(certificates)
    assert (certificates / "key.pem").read_bytes() == before


@pytest.mark.parametrize("folder", [None, "nowhere"])
def test_a_missing_folder_of_certificates_is_a_sentence(folder, tmp_path):
    place = None if folder is None else tmp_path / folder
    with pytest.raises(UserFault, match=r"certificates|no ca\.pem"), connected("tls://127.0.0.1:1", certificates=place):
        pass


def greet(server):
    """As a web server might."""
    with server.accept()[0] as one:
        one.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")


def test_what_answers_and_is_no_scheduler_is_a_sentence(monkeypatch):
    monkeypatch.setattr(f"{DASK}.CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=greet, args=(server,), daemon=True)
        answering.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UserFault, match="does not answer"), connected(address):
            pass
        answering.join(5)
