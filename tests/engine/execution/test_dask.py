"""A Dask cluster of the tests' own, over TLS: certificates made by Twinloop, workers that are lost, places let go."""

import logging
import socket
import threading

import psutil
import pytest

from engine.errors import UserFault
from engine.events import StepReported, TrialEnded, TrialInterrupted
from engine.execution.remote.certificates import make_certificates
from engine.execution.remote.clusters import connected, describe_cluster
from engine.space import Float
from tests.helpers.runs import Listened, function_setup

distributed = pytest.importorskip("distributed")
pytest.importorskip("cryptography")

LONG = {"x": Float(0, 1), "milliseconds": Float(60_000, 60_000)}
SHORT = {"x": Float(0, 1), "milliseconds": Float(20, 60_000)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Certificates."""
    made = tmp_path_factory.mktemp("certificates") / "lab"
    make_certificates(made)
    return made


@pytest.fixture(scope="module")
def scheduler(folder):
    """Two Dask workers that speak with these certificates alone."""
    from engine.execution.remote.certificates import security_of

    security = security_of(folder)
    for role in ("scheduler", "worker"):
        setattr(security, f"tls_{role}_cert", security.tls_client_cert)
        setattr(security, f"tls_{role}_key", security.tls_client_key)
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
        protocol="tls",
        security=security,
    )
    yield cluster
    cluster.close(timeout=5)


@pytest.fixture
def run(scheduler, folder, tmp_path):
    """A run on it."""
    with (
        connected(scheduler.scheduler_address, certificates=folder) as cluster,
        Listened(backend=cluster.make_backend) as listened,
    ):
        listened.cluster = cluster
        listened.begin = lambda **of: (
            listened.runner.create(tmp_path / "a.study", function_setup("busy", **of)),
            listened.opened(),
        )
        yield listened


def trainers():
    return [one for one in psutil.Process().children(recursive=True) if "engine.execution.worker" in one.cmdline()]


def test_a_trial_whose_dask_worker_is_lost_is_tried_once_more(run):
    run.begin(space=LONG, trials=1, workers=1)
    assert describe_cluster(run.cluster)[0].startswith("2 workers on ")
    run.runner.start()
    run.until(lambda one: isinstance(one, StepReported))
    (trainer,) = trainers()
    psutil.Process(trainer.ppid()).kill()  # the Dask worker; Dask's own nanny starts another one
    lost = run.until(lambda one: isinstance(one, TrialInterrupted))
    assert lost.reason.startswith("The Dask worker tls://127.0.0.1:")
    assert lost.reason.endswith(" was lost. It is tried once more.")
    run.until(lambda one: isinstance(one, StepReported))
    run.runner.stop()
    run.until_state("ended")


def test_places_are_free_again_after_a_run(run, scheduler):
    run.begin(space=SHORT, trials=3, workers=2)
    for _ in range(3):
        run.runner.enqueue({"x": 0.5, "milliseconds": 20.0})
    run.runner.start()
    while len(run.ended_trials()) < 3:
        run.until(lambda one: isinstance(one, TrialEnded))
    assert [one.scores[0] for one in run.ended_trials()] == [pytest.approx(0.5 - 1 / 3)] * 3
    run.close()
    run.cluster.close()
    with distributed.Client(scheduler.scheduler_address, security=scheduler.security, set_as_default=False) as client:
        assert client.submit(int, "7", pure=False).result(timeout=30) == 7
    assert not trainers()


def test_other_certificates_are_refused_in_a_sentence(scheduler, tmp_path):
    make_certificates(tmp_path / "other")
    with (
        pytest.raises(UserFault, match="certificates"),
        connected(scheduler.scheduler_address, certificates=tmp_path / "other"),
    ):
        pass


def test_certificates_are_never_written_over_and_their_key_is_for_one_person(folder):
    assert (folder / "key.pem").stat().st_mode & 0o077 == 0
    before = (folder / "key.pem").read_bytes()
    with pytest.raises(UserFault, match="holds certificates already"):
        make_certificates(folder)
    assert (folder / "key.pem").read_bytes() == before


@pytest.mark.parametrize("certificates", [None, "nowhere"])
def test_a_missing_folder_of_certificates_is_a_sentence(certificates, tmp_path):
    place = None if certificates is None else tmp_path / certificates
    with pytest.raises(UserFault, match=r"certificates|no ca\.pem"), connected("tls://127.0.0.1:1", certificates=place):
        pass


def greet(server):
    """As a web server might."""
    with server.accept()[0] as one:
        one.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")


def test_what_answers_and_is_no_scheduler_is_a_sentence(monkeypatch):
    monkeypatch.setattr("engine.execution.remote.dask_cluster.CONNECT_SECONDS", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=greet, args=(server,), daemon=True)
        answering.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UserFault, match="does not answer"), connected(address):
            pass
        answering.join(5)
