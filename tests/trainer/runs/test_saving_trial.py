"""A smoke run writes what a full run would, on the disk that a full run writes to."""

import json

import pytest
import torch

from tests.trainer.storage.test_full_disk import no_file_beyond
from trainer.configuration.environment import Limits
from trainer.errors import TrainingFailure
from trainer.models.load import load_model
from trainer.runs.ending import finish, saving_trial
from trainer.storage.output_folder import Existing

SMOKE = Limits(3, 100)


def test_a_full_output_disk_is_no_go(tmp_path, run, teacher, monkeypatch):
    def without_room(*given):
        with no_file_beyond(20_000):
            return saving_trial.try_saving(*given)

    monkeypatch.setattr("trainer.runs.pipeline.try_saving", without_room)
    folder = tmp_path / "o"
    keys = {"teacher__model_id": str(teacher), "output__dir": str(folder)}
    with pytest.raises(TrainingFailure, match=r"o/\.trial/checkpoint: .*room"):
        run(SMOKE, **keys)
    assert not (folder / ".trial").exists()


def test_a_model_that_is_read_back_otherwise_is_no_go(tmp_path, run, teacher, monkeypatch):
    def other(files, device):
        model = load_model(files, device)
        with torch.no_grad():
            model.lm_head.weight.add_(1)
        return model

    monkeypatch.setattr(finish, "load_model", other)
    with pytest.raises(TrainingFailure, match="export: read back"):
        run(SMOKE, teacher__model_id=str(teacher), output__dir=str(tmp_path / "o"))
    assert not (tmp_path / "o" / ".trial").exists()


def test_the_projection_has_the_seconds_of_the_export(tmp_path, run, teacher, monkeypatch):
    def slow(*given):
        return saving_trial.try_saving(*given)._replace(export_seconds=1000.0)

    monkeypatch.setattr("trainer.runs.pipeline.try_saving", slow)
    run(SMOKE, teacher__model_id=str(teacher), output__dir=str(tmp_path / "o"))
    report = json.loads((tmp_path / "o" / "smoke.json").read_text())
    assert report["export_seconds"] == 1000.0
    assert 1000 < report["one_off_seconds"] < report["projected_seconds"] < 2000


def test_what_a_killed_trial_left_is_removed_by_the_next_run(tmp_path, run, teacher):
    left = tmp_path / "o" / ".trial"
    left.mkdir(parents=True)
    (left / "model.safetensors").write_bytes(b"x")
    keys = {"teacher__model_id": str(teacher), "output__dir": str(tmp_path / "o")}
    run(SMOKE, existing=Existing.OVERWRITE, **keys)
    assert not left.exists()
