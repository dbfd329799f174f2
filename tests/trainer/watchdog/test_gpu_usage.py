import subprocess

import pytest

from trainer.watchdog.gpu_usage import device_use


def test_each_gpu_is_named(monkeypatch):
    told = "0, H100, 97 %, 100 MiB, 200 MiB\n1, H100, 0 %, 1 MiB, 200 MiB\n"
    ran = subprocess.CompletedProcess((), 0, stdout=told)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: ran)
    assert device_use().count("H100") == 2
    assert device_use().endswith("97 %, 100 MiB, 200 MiB | 1, H100, 0 %, 1 MiB, 200 MiB")


@pytest.mark.parametrize(
    "fault", [FileNotFoundError(), subprocess.TimeoutExpired("nvidia-smi", 5)], ids=repr
)
def test_a_driver_that_does_not_answer_is_reported(monkeypatch, fault):
    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(subprocess, "run", fail)
    assert device_use() == f"no GPU found: {type(fault).__name__} from nvidia-smi"
