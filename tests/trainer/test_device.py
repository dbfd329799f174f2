import os

import pytest
import torch

from trainer.device import autocast, busy_cores, devices_of, require_on, resolve_device
from trainer.errors import TrainingFailure, UserError


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_absent_gpu():
    with pytest.raises(UserError, match="no CUDA GPU"):
        resolve_device("cuda")
    assert resolve_device("auto") == torch.device("cpu")


@pytest.mark.gpu
def test_gpu():
    assert resolve_device("auto") == resolve_device("cuda") == torch.device("cuda", 0)


def test_cpu():
    assert resolve_device("cpu") == torch.device("cpu")


def test_module_elsewhere_is_named():
    module = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1, device="meta"))
    assert devices_of(module) == ["cpu", "meta"]
    with pytest.raises(TrainingFailure, match="teacher is on cpu, meta although cpu was asked"):
        require_on(torch.device("cpu"), "teacher", module)


def test_module_in_place():
    require_on(torch.device("cpu"), "teacher", torch.nn.Linear(1, 1))


@pytest.mark.parametrize(("precision", "kind"), [("none", torch.float32), ("bf16", torch.bfloat16)])
def test_precision(precision, kind):
    with autocast(torch.device("cpu"), precision):
        assert torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype == kind


@pytest.mark.parametrize(
    ("load", "threads", "fit"),
    [(0.9, 8, None), (4.0, 4, None), (3.2, 8, 5), (7.9, 8, 1), (30.0, 2, 1), (30.0, 1, None)],
)
def test_threads_that_a_busy_machine_has_no_cores_for_are_told(monkeypatch, load, threads, fit):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    told = list(busy_cores(torch.device("cpu")))
    assert list(busy_cores(torch.device("cuda"))) == []
    assert told == [] if fit is None else f"OMP_NUM_THREADS={fit} " in told[0]
    assert fit is None or f"takes {threads} threads, but other work ({load:.1f} of 8" in told[0]


def test_a_machine_that_tells_no_load_is_not_asked_again(monkeypatch):
    def fail():
        raise OSError

    monkeypatch.setattr(os, "getloadavg", fail)
    assert list(busy_cores(torch.device("cpu"))) == []
