import io
import os
import signal

import pytest
import torch.distributed as dist

from trainer.processes import error_report
from trainer.processes.error_report import print_error
from trainer.processes.rank import World


@pytest.fixture(autouse=True)
def handler():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def store(monkeypatch):
    """Serve a store as torchrun does, and have nobody wait for long."""
    served = dist.TCPStore("localhost", 0, is_master=True, wait_for_workers=False)
    monkeypatch.setenv("MASTER_ADDR", "localhost")
    monkeypatch.setenv("MASTER_PORT", str(served.port))
    monkeypatch.setattr(error_report, "_TIMEOUT", error_report._TIMEOUT / 50)
    return served


def said(rank, text, size=3):
    err = io.StringIO()
    print_error(text, World(rank, size), err)
    return err.getvalue()


def test_alone_it_is_written_and_nobody_is_asked(monkeypatch):
    monkeypatch.setattr(error_report, "_connect", lambda _: pytest.fail("asked"))
    assert said(0, "error: x\n", size=1) == "error: x\n"
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN


@pytest.mark.usefixtures("store")
def test_what_the_main_process_says_no_other_says():
    assert said(0, "error: x\n") == "error: x\n"
    assert said(1, "error: x\n") == ""


@pytest.mark.usefixtures("store")
def test_what_the_main_process_does_not_say_is_said_once_with_a_number():
    assert said(0, "error: x\n") == "error: x\n"
    assert said(2, "error: y\n") == "process 2 of 3: error: y\n"
    assert said(1, "error: y\n") == ""


@pytest.mark.usefixtures("store")
def test_a_main_process_that_is_well_is_not_waited_for_in_vain():
    assert said(1, "error: x\n") == "process 1 of 3: error: x\n"
    assert said(2, "error: x\n") == ""


@pytest.mark.usefixtures("store")
def test_a_message_outlives_the_signal_that_torchrun_sends():
    said(1, "error: x\n")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


@pytest.mark.parametrize("port", ["", "x"])
def test_without_a_store_nothing_is_lost(monkeypatch, port):
    monkeypatch.setenv("MASTER_ADDR", "localhost")
    monkeypatch.setenv("MASTER_PORT", port)
    assert said(0, "error: x\n") == "error: x\n"
    assert said(1, "error: x\n") == "process 1 of 3: error: x\n"


@pytest.mark.usefixtures("store")
def test_without_torch_distributed_nothing_is_lost(monkeypatch):
    assert error_report._connect(os.environ) is not None
    monkeypatch.setattr(dist, "is_available", lambda: False)
    assert error_report._connect(os.environ) is None
    assert said(1, "error: x\n") == "process 1 of 3: error: x\n"
