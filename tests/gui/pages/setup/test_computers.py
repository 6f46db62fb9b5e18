"""The Budget card says where trials run, connects to other computers and comes back, by clicks and keys."""

from __future__ import annotations

import os
import threading

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.execution.remote.ssh import SshCluster, parse_hosts
from engine.study import LocalBackend, describe_cluster, suggest_setup
from tests.gui.pages.bench import SLOW, Bench
from tests.helpers.clusters import HOST, PLAIN_SSH

FIELDS = ("budget_trials", "budget_workers", "cluster_address")


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    bench.open(suggest_setup("sample:wine", family="neighbours"))
    bench.unfold("budget")
    yield bench
    bench.end()


@pytest.mark.skipif(os.name == "nt", reason="a shell is wanted")
def test_a_study_is_moved_to_another_computer_and_back(bench, qtbot, monkeypatch):
    made = []

    def make(address, **_):
        made.append(SshCluster(parse_hosts(address.removeprefix("ssh:")), PLAIN_SSH, HOST))
        return made[0]

    described_by = []

    def describe(cluster):
        described_by.append(threading.current_thread())
        return describe_cluster(cluster)

    monkeypatch.setattr("gui.session.computers.make_cluster", make)
    monkeypatch.setattr("gui.session.computers.describe_cluster", describe)
    said = bench.child("label_cluster")
    assert said.text() == "Trials run on this computer."
    assert not bench.child("button_cluster").isEnabled()
    bench.type("cluster_address", "ssh:lab=3")
    bench.qtbot.keyClick(bench.child("cluster_address"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: said.text().startswith("3 workers on lab ("), timeout=SLOW)
    assert threading.main_thread() not in described_by  # it may wait for the other side
    moves = [call[1] for call in bench.runners[-1].intents if call[0] == "move"]
    assert moves == [made[0].make_backend]
    assert bench.child("cluster_address").isReadOnly()
    assert bench.child("cluster_address").hasFocus()  # else Enter would press what it went to
    bench.click("button_cluster")
    assert said.text() == "Trials run on this computer."
    assert [call[1] for call in bench.runners[-1].intents if call[0] == "move"][1] is LocalBackend
    qtbot.waitUntil(lambda: not made[0]._connections[0].thread.is_alive(), timeout=SLOW)


def test_what_is_no_address_is_said_under_the_field(bench, qtbot):
    said = bench.child("label_cluster")
    bench.type("cluster_address", "lab")
    bench.click("button_cluster")
    qtbot.waitUntil(lambda: "“lab” is not the address of a cluster." in said.text(), timeout=SLOW)
    assert not bench.child("cluster_address").isReadOnly()
    assert not [call for call in bench.runners[-1].intents if call[0] == "move"]


def test_a_run_is_not_moved(bench):
    bench.document.run()
    bench.qtbot.waitUntil(lambda: bench.document.run_state == "running")
    assert bench.child("cluster_address").isReadOnly()
    assert bench.child("button_cluster").toolTip() == "Stop the run first."


def test_its_field_stands_under_the_other_fields_of_the_card(bench):
    places = [bench.child(name).mapTo(bench.child("card_budget"), QPoint()).x() for name in FIELDS]
    assert len(set(places)) == 1
