import pytest
import torch

from trainer.device import autocast, devices_of, require_on, resolve_device
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
