"""The contract of backends, kept by all that there are."""

import os

import pytest

from engine.execution.remote.clusters import connected
from engine.runner.local_backend import LocalBackend
from tests.contracts.backend_contract import BackendContract
from tests.helpers.clusters import ssh_cluster


@pytest.fixture(scope="module")
def over_ssh():
    with ssh_cluster("lab=3") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def over_dask(scheduler, certificates):
    scheduler.scale(3)
    scheduler.wait_for_workers(3)
    with connected(scheduler.scheduler_address, certificates=certificates) as cluster:
        yield cluster


class TestLocal(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls):
        return LocalBackend


@pytest.mark.skipif(os.name == "nt", reason="a shell is wanted")
class TestSsh(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls, over_ssh):
        return over_ssh.make_backend


class TestDask(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls, over_dask):
        return over_dask.make_backend
