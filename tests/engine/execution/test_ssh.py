"""Computers over SSH: what is lost is tried once elsewhere, connections are made again, and nothing stays there."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from engine.errors import UserFault
from engine.events import LogLine, TrialEnded, TrialInterrupted, TrialStarted
from engine.execution.remote.clusters import describe_cluster, make_cluster
from engine.execution.remote.ssh import SSH, SshHost, parse_hosts
from engine.space import Float, Int
from tests.helpers.clusters import HOST, ROOT, ssh_cluster
from tests.helpers.runs import Listened, function_setup

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell is wanted")

LONG = {"x": Float(0, 1), "milliseconds": Float(900_000, 900_000), "waits": Int(1, 1)}
SHORT = {"x": Float(0, 1), "milliseconds": Float(1, 60_000)}


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("lab", (SshHost("lab"),)),
        ("anna@big-pc.example.org=4, lab2", (SshHost("anna@big-pc.example.org", 4), SshHost("lab2"))),
        ("[::1]=2", (SshHost("[::1]", 2),)),
    ],
)
def test_computers_are_named_as_for_ssh(text, hosts):
    assert parse_hosts(text) == hosts


@pytest.mark.parametrize(
    "text",
    ["", "-oProxyCommand=id", "lab;id", "lab id", "$(id)", "`id`", "lab=0", "lab=x", "lab=²", "lab,lab", ","],
)
def test_a_name_that_ssh_or_a_shell_could_take_for_something_else_is_refused(text):
    with pytest.raises(UserFault):
        parse_hosts(text)


@pytest.mark.parametrize("address", ["", "lab", "http://lab", "ssh", "local:0", "local:x", "tcp://lab", "tls://a:1/b"])
def test_what_is_no_address_is_a_sentence(address):
    with pytest.raises(UserFault) as fault:
        make_cluster(address)
    assert str(fault.value).endswith(".")


def test_a_plain_connection_to_another_computer_wants_consent():
    with pytest.raises(UserFault, match="not encrypted"):
        make_cluster("tcp://203.0.113.9:8786")


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ("exec twinloop-that-is-not-there", "lab has no twinloop command"),
        ("echo Welcome to the lab; sleep 1", "lab cannot be reached"),
    ],
)
def test_why_a_computer_cannot_be_used_is_a_sentence(start, what):
    with pytest.raises(UserFault, match=what), ssh_cluster("lab", start=start):
        pass


def test_another_twinloop_there_is_refused(tmp_path):
    (tmp_path / "older.py").write_text(
        "import engine\nengine.__version__ = '0.0.1'\nfrom engine.cli import main\nmain(['host'])\n"
    )
    start = f"PYTHONPATH={ROOT} exec {sys.executable} {tmp_path}/older.py"
    with pytest.raises(UserFault, match="install the same"), ssh_cluster("lab", start=start):
        pass


def hosts():
    return [one for one in psutil.Process().children(recursive=True) if "host" in one.cmdline()[-1:]]


@contextmanager
def running(cluster, tmp_path, space, **budget):
    with Listened(backend=cluster.make_backend) as run:
        run.runner.create(tmp_path / "a.study", function_setup("busy", space, **budget))
        run.opened()
        yield run


def test_a_trial_whose_computer_is_lost_is_tried_once_more_and_then_fails(tmp_path):
    with ssh_cluster("lab=1") as cluster, running(cluster, tmp_path, LONG, trials=1, workers=1) as run:
        run.runner.start()
        for turn in range(2):
            run.until(lambda one: isinstance(one, TrialStarted))
            (host,) = hosts()
            host.kill()
            if turn == 0:
                interrupted = run.until(lambda one: isinstance(one, TrialInterrupted))
                assert interrupted.reason == "The connection to lab was lost. It is tried once more."
        ended = run.until(lambda one: isinstance(one, TrialEnded))
        assert ended.state == "failed"
        assert ended.reason == "The connection to lab was lost. It was the second time for this trial."
        run.until_state("ended")
        said = [one.text for one in run.heard if isinstance(one, LogLine)]
        assert "The connection to lab is lost. It is made again." in said
        assert "lab is there again." in said


def test_processes_there_end_with_the_run_and_with_the_connection(tmp_path):
    with ssh_cluster("lab=1") as cluster, running(cluster, tmp_path, LONG, trials=1, workers=1) as run:
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialStarted))
        started = [one for host in hosts() for one in host.children(recursive=True)]
        assert started
        run.close()
        _, alive = psutil.wait_procs(started, 5.0)
        assert not alive
        assert hosts()
    assert not hosts()


def test_trials_are_shared_out_among_computers(tmp_path):
    with ssh_cluster("lab1=1,lab2=1") as cluster, running(cluster, tmp_path, LONG, trials=2, workers=8) as run:
        said = describe_cluster(cluster)
        assert said[0].startswith("2 workers on lab1 (")
        run.runner.start()
        numbers = set()
        while len(numbers) < 2:
            numbers.add(run.until(lambda one: isinstance(one, TrialStarted)).number)
        assert sorted(len(host.children()) for host in hosts()) == [1, 1]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def sshd(tmp_path):
    """An SSH server of the test's own on this computer, and the ssh that reaches it."""
    server = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if server is None or shutil.which("ssh-keygen") is None or os.name == "nt":
        pytest.skip("no SSH server is installed")
    for name in ("host", "own"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True, stdin=subprocess.DEVNULL
        )
    port = free_port()
    (tmp_path / "keys").write_bytes((tmp_path / "own.pub").read_bytes())
    settings = f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/keys\n"
    settings += f"StrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile {tmp_path}/pid\n"
    (tmp_path / "sshd_config").write_text(settings)
    with (tmp_path / "sshd.log").open("wb") as log:
        process = subprocess.Popen([server, "-D", "-e", "-f", tmp_path / "sshd_config"], stderr=log)
    known = (tmp_path / "host.pub").read_text().split()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{port} {known[0]} {known[1]}\n")
    options = ["-F", "none", "-p", str(port), "-i", tmp_path / "own", "-o", f"UserKnownHostsFile={tmp_path}/known"]
    end = time.monotonic() + 10
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    if process.poll() is not None:
        pytest.skip(f"no SSH server can be started: {(tmp_path / 'sshd.log').read_text()[-200:]}")
    yield [*SSH, *map(str, options)]
    process.terminate()
    process.wait(10)


def test_a_run_over_a_real_ssh(sshd, tmp_path):
    with (
        ssh_cluster("127.0.0.1=1", sshd, HOST) as cluster,
        running(cluster, tmp_path, SHORT, trials=3, workers=1) as run,
    ):
        for _ in range(3):
            run.runner.enqueue({"x": 0.5, "milliseconds": 20.0})
        run.runner.start()
        run.until_state("ended")
        assert run.known.counts()["complete"] == 3


def test_a_key_that_is_not_accepted_is_a_sentence(sshd, tmp_path):
    (tmp_path / "keys").write_text("")
    with pytest.raises(UserFault, match="Permission denied"), ssh_cluster("127.0.0.1", sshd, HOST):
        pass
